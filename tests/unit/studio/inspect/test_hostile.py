"""Two hundred files that mean harm: none brings the detector down, holds it up, or is taken for intact."""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image
from tests.hostile import hostile_files
from tests.unit.studio.inspect.conftest import FPS, Studio, claim, write_sound

from tianmu.governance.provenance import sign_file
from tianmu.media.video import write_video
from tianmu.studio.inspect import inspect_file


def _small_works(folder: Path, studio: Studio) -> dict[str, Path]:
    """Signed and small, because two hundred of them are read."""
    frames = [frame[::4, ::4].copy() for frame in studio.frames[:4]]
    works = {ending: folder / f"small.{ending}" for ending in ("mp4", "gif", "webp", "png", "jpg", "tif", "wav")}
    for ending in ("mp4", "gif", "webp"):
        write_video(works[ending], frames, FPS)
    for ending in ("png", "jpg", "tif"):
        Image.fromarray(frames[0]).save(works[ending])
    write_sound(works["wav"])
    for path in works.values():
        sign_file(path, claim(path.name), studio.identity)
    return works


def test_none_crashes_hangs_or_reads_as_intact(studio: Studio, tmp_path: Path) -> None:
    whole = _small_works(tmp_path, studio)
    originals = {path.read_bytes() for path in whole.values()}
    seen: set[str] = set()
    slowest, count = 0.0, 0
    for hostile in hostile_files(tmp_path / "hostile", whole):
        began = time.monotonic()
        report = inspect_file(hostile.path, store=None, home=studio.home, reader=studio.reader)
        took = time.monotonic() - began
        assert took < 10, f"{hostile.what} took {took:.1f} s"
        if report.verdict == "intact":  # a whole file by another name is whole
            assert hostile.path.read_bytes() in originals, hostile.what
        assert "\n" not in report.file + report.sentence
        assert "\x1b" not in report.file + report.sentence
        seen.add(report.verdict)
        slowest, count = max(slowest, took), count + 1
    assert count >= 200
    assert seen == {"intact", "unknown", "changed", "unreadable"}
