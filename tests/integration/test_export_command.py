"""A film leaves for an editor and comes back, as a person types it: the real commands, the fake engine, small."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from tests.typed import told

from tianmu.film.cut import Clip, Cut
from tianmu.governance.provenance import read_provenance
from tianmu.media.video import read_video
from tianmu.studio.store import Store

pytestmark = pytest.mark.usefixtures("place")

SCRIPT = """Title: 冰 Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN

EMBER, a fox, walks across the snow.

EMBER
Good morning.
早上好。

MOSS, a rabbit, stands in the snow.
"""
SMALL = ["--engine", "fake", "--size", "64x36", "--handles", "4"]


def kept_cut() -> Cut:
    with Store.open() as store:
        stored = store.project("ice").read(Cut)
    assert stored
    return stored.value


def test_a_film_goes_to_an_editor_and_comes_back_changed(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    script = place / "ice.fountain"
    script.write_text(SCRIPT, encoding="utf-8")
    told(capsys, "film", script, *SMALL)
    every = "otio,edl,fcp7,fcpxml,aaf,ale,srt,vtt,ass"
    row: dict[str, Any] = json.loads(told(capsys, "export", "--to", every, "-o", "out", "--json"))
    names = [Path(file).name for file in row["files"]]
    assert names[:6] == [f"bing-ice.{ending}" for ending in ("otio", "edl", "xml", "fcpxml", "aaf", "ale")]
    assert "bing-ice.zh.srt" in names
    clips = [item for item in kept_cut().tracks[0].items if isinstance(item, Clip)]
    pictures = [file for file in row["media"] if file.endswith(".mp4")]
    stems = [file for file in row["media"] if file.endswith(".wav")]
    assert len(pictures) == len({clip.slate for clip in clips})
    assert [*pictures, *stems] == row["media"]
    for file in pictures:
        info, _ = read_video(Path(file))
        assert info.num_frames == max(clip.available for clip in clips if f"_{clip.slate}_" in file)
    length = kept_cut().num_frames / kept_cut().fps
    assert stems
    for file in stems:
        with wave.open(file) as sound:
            assert abs(sound.getnframes() / sound.getframerate() - length) < 0.001
    for file in row["media"]:
        assert read_provenance(Path(file)) is not None  # what leaves is signed

    assert "nothing changed" in told(capsys, "import-cut", "out/bing-ice.otio")
    timeline: Any = otio.adapters.read_from_file("out/bing-ice.otio")
    track = timeline.tracks[0]
    first = next(item for item in track if item.name.startswith("bing-ice_001_1A"))
    span = first.source_range
    first.source_range = TimeRange(span.start_time + RationalTime(2, 24), span.duration - RationalTime(2, 24))
    otio.adapters.write_to_file(timeline, "changed.otio")
    assert "It would change the cut" in told(capsys, "import-cut", "changed.otio", "--check")
    assert "Decided" in told(capsys, "import-cut", "changed.otio")
    told(capsys, "film", script, *SMALL)
    again = next(item for item in kept_cut().tracks[0].items if isinstance(item, Clip))
    assert (again.start, again.num_frames) == (clips[0].start + 2, clips[0].num_frames - 2)
    assert "nothing changed" not in told(capsys, "import-cut", "out/bing-ice.otio")  # the older cut holds again
    said = told(capsys, "export", "-o", "out", "--overwrite")
    assert "timecode from 01:00:00:00, non-drop" in said

    assert "holds other files" in told(capsys, "export", "-o", "out", code=3)
    assert "no format 'doc'" in told(capsys, "export", "--to", "doc", "-o", "other", code=2)
    assert "no project" in told(capsys, "export", "-o", "other", "--project", "none", code=2).lower()
    assert "cannot be read" in told(capsys, "import-cut", "gone.otio", code=4)
    (place / "broken.otio").write_text("{", encoding="utf-8")
    assert "cannot be read" in told(capsys, "import-cut", "broken.otio", code=4)


def test_there_is_no_cut_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no project yet" in told(capsys, "export", "-o", "out", code=2)
    with Store.open() as store:
        store.create_project("ice")
    assert "has no cut yet" in told(capsys, "export", "-o", "out", code=2)
    assert "has no cut yet" in told(capsys, "import-cut", "cut.otio", code=2)
