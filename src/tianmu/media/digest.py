"""Digests: names for content, so that the same bytes are known wherever they lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import MediaError
from tianmu.core.text import say


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        MediaError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); check that the file is there.",
                f"无法读取 {path}（{error.strerror}）；请确认文件存在。",
            )
        ) from error


def folder_sha256(path: Path) -> str:
    """The SHA-256 over the names and the digests of the files that lie directly in a folder, in order of name."""
    whole = hashlib.sha256()
    for file in sorted(entry for entry in path.iterdir() if entry.is_file()):
        whole.update(f"{file.name}\0{file_sha256(file)}\n".encode())
    return whole.hexdigest()


class FrameDigest:
    """The digest of frames as they stream by: of their sizes and pixels, whatever file they end in."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.num_frames = 0

    def update(self, frame: NDArray[np.uint8]) -> None:
        """Take in one frame `[h w c] uint8`."""
        self._hash.update(repr((frame.shape, frame.dtype.str)).encode())
        self._hash.update(np.ascontiguousarray(frame).data)
        self.num_frames += 1

    def hexdigest(self) -> str:
        """The SHA-256 of all frames so far, in hexadecimal."""
        return self._hash.hexdigest()
