"""The same content has the same name, and any other content another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import MediaError
from tianmu.media.digest import FrameDigest, file_sha256, folder_sha256


def test_a_file_has_its_plain_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"tianmu")
    assert file_sha256(tmp_path / "a") == hashlib.sha256(b"tianmu").hexdigest()
    with pytest.raises(MediaError, match="cannot be read"):
        file_sha256(tmp_path / "b")


def test_a_folder_is_known_by_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    before = folder_sha256(tmp_path)
    assert folder_sha256(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert folder_sha256(tmp_path) != before


def test_frames_are_known_by_their_pixels_order_and_shape() -> None:
    def digest(*frames: np.ndarray) -> str:
        whole = FrameDigest()
        for frame in frames:
            whole.update(frame)
        assert whole.num_frames == len(frames)
        return whole.hexdigest()

    a = np.arange(2 * 6 * 3, dtype=np.uint8).reshape(2, 6, 3)
    b = a + 1
    assert digest(a, b) == digest(a.copy(), np.asfortranarray(b))
    others = {digest(a, b), digest(b, a), digest(a), digest(a.reshape(6, 2, 3), b), digest(a, a)}
    assert len(others) == 5
