"""A film in one file: what is in it, that it is signed, labelled and marked, and that it comes again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import av
import pytest
from tests.unit.studio.deliver.conftest import House

from tianmu.core.errors import OutputError
from tianmu.studio.claims import mark_of_cut
from tianmu.studio.deliver.films import write_av1, write_h264, write_hevc, write_prores, write_webm
from tianmu.studio.edition import Form
from tianmu.studio.render import silent

SHOW = "two-on-the-ice"
FORMS: dict[str, tuple[Form, str, str]] = {
    "h264": (write_h264, f"{SHOW}.h264.mp4", "mp4"),
    "hevc": (write_hevc, f"{SHOW}.hevc.mp4", "mp4"),
    "av1": (write_av1, f"{SHOW}.av1.mp4", "mp4"),
    "prores": (write_prores, f"{SHOW}.prores.mov", "mov"),
    "webm": (write_webm, f"{SHOW}.webm", "matroska"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_film_is_whole_signed_labelled_and_marked(house: House, out: Path, form: str) -> None:
    write, name, container = FORMS[form]
    done = write(house.edition, out, silent)
    assert done.files == (out / name,)
    assert sorted(path.name for path in out.iterdir()) == sorted([name, *([f"{name}.c2pa"] * (form == "webm"))])
    report = house.inspect(out / name)
    assert (report.verdict, report.sort, report.container) == ("intact", "film", container), report
    assert report.signer is not None
    assert report.signer["whose"] == "this studio"
    assert report.layer("aigc").facts["state"] == "valid"
    assert report.layer("watermark").facts["mark"] == f"{mark_of_cut(house.edition.cut):016x}"
    assert report.layer("store").facts["exact"] is True
    assert report.layer("content").facts["num_frames"] == house.edition.cut.num_frames
    assert report.tree is not None
    assert len(report.tree["ingredients"]) == len(house.edition.takes)
    with av.open(str(out / name)) as opened:
        languages = [stream.language for stream in opened.streams.subtitles]
        assert languages == ([] if form == "prores" else ["eng", "zho"])
        assert opened.streams.audio[0].rate == 48_000
    data = bytearray((out / name).read_bytes())
    data[len(data) // 2] ^= 1
    (out / name).write_bytes(data)
    assert house.inspect(out / name).verdict == "changed"


def test_what_a_form_does_not_carry_is_said(house: House, out: Path) -> None:
    notes = write_prores(house.edition, out, silent).notes
    assert any("a master carries no subtitles; add srt or vtt" in note for note in notes)
    assert any("there is no timecode at 12 frames a second" in note for note in notes)


def test_a_silent_film_without_words_has_pictures_only(house: House, out: Path) -> None:
    settings = replace(house.edition.settings, sound=False, subtitles=False)
    for write, name, _ in FORMS.values():
        write(replace(house.edition, settings=settings), out, silent)
        with av.open(str(out / name)) as opened:
            assert [stream.type for stream in opened.streams] == ["video"]
        assert house.inspect(out / name).verdict == "intact"


def test_progress_goes_up_to_the_end(house: House, out: Path) -> None:
    told: list[float] = []

    def tell(fraction: float, what: str, preview: object = None) -> None:
        told.append(fraction)

    write_h264(house.edition, out, tell)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_vanishes_is_one_sentence(house: House, out: Path, form: str) -> None:
    def vanish(fraction: float, what: str, preview: object = None) -> None:
        shutil.rmtree(out, ignore_errors=True)

    with pytest.raises(OutputError) as caught:
        FORMS[form][0](house.edition, out, vanish)
    assert "\n" not in caught.value.explain()
    assert not out.exists()
