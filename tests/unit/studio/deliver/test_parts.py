"""Pictures and stems: folders whose every file is signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.unit.studio.deliver.conftest import House

from tianmu.media.audio import read_sound
from tianmu.media.video import read_video
from tianmu.studio.claims import mark_of_cut
from tianmu.studio.deliver.frames import write_frames
from tianmu.studio.deliver.stems import write_stems
from tianmu.studio.render import silent


def test_frames_are_a_signed_sequence(house: House, out: Path) -> None:
    cut = house.edition.cut
    short = replace(house.edition, cut=cut)
    (path,) = write_frames(short, out, silent).files
    assert path == out / "two-on-the-ice-frames"
    info, _ = read_video(path)
    assert (info.num_frames, info.fps, info.width) == (cut.num_frames, cut.fps, 320)
    report = house.inspect(path)
    assert (report.verdict, report.sort) == ("intact", "sequence"), report
    assert report.layer("watermark").facts["mark"] == f"{mark_of_cut(cut):016x}"
    assert report.layer("aigc").facts["state"] == "valid"
    (path / "000005.png").unlink()
    assert house.inspect(path).verdict == "changed"


def test_stems_sum_to_the_mix_and_each_is_signed(house: House, out: Path) -> None:
    (path,) = write_stems(house.edition, out, silent).files
    assert path == out / "two-on-the-ice-stems"
    names = ("dialogue", "effects", "music", "mix")
    files = {name: path / f"two-on-the-ice_{name}.wav" for name in names}
    assert sorted(path.iterdir()) == sorted(files.values())
    heard = {name: read_sound(file) for name, file in files.items()}
    length = round(house.edition.cut.num_frames / house.edition.cut.fps * 48_000)
    assert {len(sound) for sound in heard.values()} == {length}
    summed = heard["dialogue"] + heard["effects"] + heard["music"]
    assert np.corrcoef(summed[:, 0], heard["mix"][:, 0])[0, 1] > 0.95
    for name, file in files.items():
        report = house.inspect(file)
        assert (report.verdict, report.sort) == ("intact", "sound"), report
        assert report.layer("aigc").facts["state"] == "valid"
        by_model = [each["made_by_ai"] for each in (report.layer("provenance").facts,)]
        assert by_model == [name in ("dialogue", "mix")]
    files["music"].write_bytes(files["music"].read_bytes().replace(b"\1\0\0", b"\2\0\0", 1))
    assert house.inspect(files["music"]).verdict == "changed"


def test_a_silent_film_has_no_stems(house: House, out: Path) -> None:
    quiet = replace(house.edition, settings=replace(house.edition.settings, sound=False))
    done = write_stems(quiet, out, silent)
    assert done.files == ()
    assert "the film is silent" in done.notes[0]
    assert list(out.iterdir()) == []
