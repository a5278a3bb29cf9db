"""The folder that leaves: what is in it, what is told, and what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from tests.unit.studio.export.conftest import Made, copy, stems

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.settings import settings
from tianmu.film.take import Take
from tianmu.media.subtitles import read_subtitles
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.export.fit import SUITES
from tianmu.studio.export.names import LEGAL
from tianmu.studio.export.package import SUBTITLES, export_cut, parse_formats
from tianmu.studio.export.reading import read_cut
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import store_of
from tianmu.studio.store import Project


def test_a_folder_has_every_format_and_every_take_once(made: Made, tmp_path: Path) -> None:
    done = export_cut(read_edition(made.project), tmp_path / "out", (*SUITES, *SUBTITLES), copy=copy, copy_stems=stems)
    show = "two-on-the-ice"
    documents = [
        *(f"{show}.{ending}" for ending in ("otio", "edl", "xml", "fcpxml", "aaf", "ale")),
        *(f"{show}.{language}.{form}" for language in ("en", "zh") for form in ("srt", "vtt", "ass")),
    ]
    there = sorted(path.name for path in done.folder.iterdir())
    assert there == sorted(["media", *documents, *(f"{name}.c2pa" for name in documents)])
    assert sorted(path.name for path in (done.folder / "media").iterdir()) == sorted(path.name for path in done.media)
    assert len(done.media) == len(made.project.takes()) + 3
    assert all(LEGAL.fullmatch(path.name) for path in (*done.media, *done.files))
    assert done.media[0].name == f"{show}_001_1A_take_v001.mp4"
    timeline = otio.adapters.read_from_file(str(done.folder / f"{show}.otio"))
    assert read_cut(timeline).cut == made.cut
    for clip in timeline.find_clips():
        if isinstance(clip.media_reference, otio.schema.ExternalReference):
            assert (done.folder / clip.media_reference.target_url).is_file()
    assert [cue.lines for cue in read_subtitles(done.folder / f"{show}.zh.srt", made.cut.fps, "zh")] == [("早上好。",)]
    assert any("AAF: it carries cuts only" in note for note in done.notes)


def test_subtitles_alone_need_no_takes(made: Made, tmp_path: Path) -> None:
    def never(project: Project, take: Take, output: Path) -> None:
        raise AssertionError(output)

    done = export_cut(read_edition(made.project), tmp_path / "out", ("srt",), copy=never, copy_stems=stems)
    assert [path.name for path in done.files] == ["two-on-the-ice.en.srt", "two-on-the-ice.zh.srt"]


def test_timelines_and_subtitles_are_signed_and_a_changed_one_is_told(made: Made, tmp_path: Path) -> None:
    done = export_cut(read_edition(made.project), tmp_path / "out", ("edl", "srt"), copy=copy, copy_stems=stems)
    home = settings().home
    store = store_of(made.project)
    for path in done.files:
        report = inspect_file(path, store=store, home=home)
        assert (report.sort, report.verdict, report.made_by_ai) == ("document", "intact", False)
        assert report.layer("provenance").facts["signer"]["whose"] == "this studio"
    done.files[0].write_bytes(done.files[0].read_bytes() + b"* ANOTHER CUT\r\n")
    assert inspect_file(done.files[0], store=store, home=home).verdict == "changed"


def test_looks_go_along_as_tables_and_are_told(made: Made, tmp_path: Path) -> None:
    table = tmp_path / "warm.cube"
    table.write_text("LUT_3D_SIZE 2\n", encoding="utf-8")
    digest = made.project.media.put(table)
    keep(made.project, made.plan.decisions.look("*", digest))
    made.cut_again()
    done = export_cut(read_edition(made.project), tmp_path / "out", ("otio",), copy=copy, copy_stems=stems)
    assert (done.folder / "looks" / f"{digest[:12]}.cube").read_text("utf-8") == "LUT_3D_SIZE 2\n"
    assert any("looks are not part of it" in note for note in done.notes)


def test_an_export_is_replaced_when_asked_and_nothing_else_ever(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_cut(read_edition(made.project), out, ("otio",), copy=copy, copy_stems=stems)
    with pytest.raises(OutputError, match="holds other files"):
        export_cut(read_edition(made.project), out, ("otio",), copy=copy, copy_stems=stems)
    export_cut(read_edition(made.project), out, ("edl",), copy=copy, copy_stems=stems, overwrite=True)
    assert {path.name for path in out.iterdir() if path.is_file()} == {
        "two-on-the-ice.edl",
        "two-on-the-ice.edl.c2pa",
    }
    (out / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds other files"):
        export_cut(read_edition(made.project), out, ("otio",), copy=copy, copy_stems=stems, overwrite=True)
    assert (out / "thesis.doc").read_text("utf-8") == "mine"


def test_a_copy_that_fails_leaves_nothing(made: Made, tmp_path: Path) -> None:
    def broken(project: Project, take: Take, output: Path) -> None:
        output.write_bytes(b"half")
        raise MediaError("The take is damaged; make it again.")

    with pytest.raises(MediaError, match="damaged"):
        export_cut(read_edition(made.project), tmp_path / "out", ("otio",), copy=broken, copy_stems=stems)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_a_folder_that_vanishes_is_said_in_a_sentence(made: Made, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()

    def vanishing(project: Project, take: Take, output: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        copy(project, take, output)

    with pytest.raises(OutputError, match="could not be written"):
        export_cut(read_edition(made.project), place / "out", ("otio",), copy=vanishing, copy_stems=stems)
    with pytest.raises(OutputError, match="does not exist"):
        export_cut(read_edition(made.project), tmp_path / "none" / "out", ("otio",), copy=copy, copy_stems=stems)


def test_what_cannot_be_is_refused_before_anything_is_written(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no format 'docx'; --to takes otio, edl, fcp7"):
        parse_formats("otio,docx")
    with pytest.raises(InputError, match="no format ''"):
        parse_formats(" , ")
    assert parse_formats("EDL, otio,edl") == ("edl", "otio")
    keep(made.project, replace(made.cut, fps=Fraction(6)))
    with pytest.raises(InputError, match=r"runs at 6 frames a second, and edl can hold 23\.976, 24"):
        export_cut(read_edition(made.project), tmp_path / "out", ("otio", "edl"), copy=copy, copy_stems=stems)
    assert not (tmp_path / "out").exists()
    export_cut(read_edition(made.project), tmp_path / "out", ("otio",), copy=copy, copy_stems=stems)


def test_a_project_without_a_cut_says_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no cut yet"):
        export_cut(read_edition(project), tmp_path / "out", ("otio",), copy=copy, copy_stems=stems)
