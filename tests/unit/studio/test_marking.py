"""No door goes around the marks: whatever leaves is labelled, watermarked, signed and on record."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.cli import main
from tianmu.core.errors import InputError, MediaError
from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Frames, ShotRequest
from tianmu.film.cut import Print
from tianmu.governance.aigc import read_aigc
from tianmu.governance.identity import make_watermark_key
from tianmu.governance.provenance import read_provenance
from tianmu.governance.provenance.report import Report, read_report
from tianmu.governance.rules import rules_for
from tianmu.governance.watermark import detect
from tianmu.media.image import Frame, read_image, write_png
from tianmu.media.video import FORMATS, Format, read_video
from tianmu.studio.copies import mark_sheet
from tianmu.studio.marking import Leave, settle
from tianmu.studio.render import TakeFiles, render_take
from tianmu.studio.store import Store

REQUEST = ShotRequest(prompt="a fox", num_frames=24, fps=Fraction(8), width=192, height=112, seed=3)


def shot(path: Path, *, leave: Leave | None = Leave(), format: Format = "mp4", **more: object) -> TakeFiles:  # noqa: B008
    return render_take(replace(REQUEST, **more), "fake", path, format=format, leave=leave)  # pyright: ignore[reportArgumentType]


def engine_frames(request: ShotRequest = REQUEST) -> list[Frames]:
    footage = FakeEngine().generate(request, lambda fraction, what, preview=None: None)
    return [frame for chunk in footage.chunks for frame in chunk]


def away(shown: Frame, drawn: Frame) -> float:
    """Levels of mean difference where the label lies: the upper left of the safe area."""
    return float(np.abs(shown[4:24, 10:90].astype(int) - drawn[4:24, 10:90]).mean())


def in_store(path: Path) -> tuple[int, ...]:
    """The marks that the manifest, the metadata, the watermark and the store know a file by."""
    provenance, aigc = read_provenance(path), read_aigc(path)
    assert provenance is not None
    assert aigc is not None
    assert provenance.state == "intact"
    frames = [read_image(path)] if path.suffix == ".png" else read_video(path)[1]
    found = detect(frames)
    assert found is not None
    with Store.open() as store:
        rows = store.find_mark(found.payload)
    assert rows
    assert provenance.mark is not None
    return provenance.mark, int(aigc.produce_id, 16), found.payload, rows[0].mark


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_of_a_shot_leaves_with_all_its_marks(tmp_path: Path, format: Format) -> None:
    path = tmp_path / ("fox" if format == "png" else f"fox.{format}")
    size = (320, 180) if format == "webp" else (REQUEST.width, REQUEST.height)  # WebP is rougher with small pictures
    take = shot(path, format=format, width=size[0], height=size[1])
    assert take.recipe.marks is not None
    assert set(in_store(path)) == {int(take.recipe.marks.mark, 16)}
    shown, drawn = list(read_video(path)[1]), engine_frames(take.recipe.request)
    assert away(shown[0], drawn[0]) > 20  # the label
    assert away(shown[-1], drawn[-1]) < 12  # is gone


def test_a_take_that_stays_is_as_it_was_drawn_and_signed(tmp_path: Path) -> None:
    take = shot(tmp_path / "kept", leave=None, format="png")
    assert all(np.array_equal(*pair) for pair in zip(read_video(tmp_path / "kept")[1], engine_frames(), strict=True))
    signed = read_provenance(tmp_path / "kept")
    assert signed is not None
    assert (signed.state, signed.mark) == ("intact", None)
    assert take.recipe.marks is not None
    assert take.recipe.marks.audience is None
    with Store.open() as store:
        assert store.issued() == ()


def test_another_audience_has_other_words_and_the_same_number(tmp_path: Path) -> None:
    chinese, european = (shot(tmp_path / f"{name}.mp4", leave=Leave(audience=name)) for name in ("cn", "eu"))
    assert chinese.recipe.marks is not None
    assert european.recipe.marks is not None
    assert chinese.recipe.marks.mark == european.recipe.marks.mark
    first, second = (next(read_video(tmp_path / f"{name}.mp4")[1]) for name in ("cn", "eu"))
    assert away(first, second) > 10
    with Store.open() as store:
        assert [row.audience for row in store.issued()] == ["eu", "cn"]


def test_without_a_label_it_goes_to_somebody_for_a_reason_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--recipient"):
        shot(tmp_path / "fox.mp4", leave=Leave(audience="none"))
    assert not (tmp_path / "fox.mp4").exists()
    shot(tmp_path / "fox.mp4", leave=Leave(audience="none", recipient="Li Wei", reason="a festival's own label"))
    assert away(next(read_video(tmp_path / "fox.mp4")[1]), engine_frames()[0]) < 12
    assert len(set(in_store(tmp_path / "fox.mp4"))) == 1  # all other marks are there
    with Store.open() as store:
        (row,) = store.issued()
    assert (row.audience, row.recipient, row.reason) == ("none", "Li Wei", "a festival's own label")


def test_an_audience_that_there_is_not_names_those_that_there_are() -> None:
    with pytest.raises(InputError, match="us-ca"):
        settle(Leave(audience="mars"))
    assert settle(Leave()).audience == rules_for().audience


def test_a_picture_that_it_began_from_is_an_ingredient_with_its_own_manifest(tmp_path: Path) -> None:
    first = tmp_path / "first.png"
    write_png(first, engine_frames()[0])
    mark_sheet(first, "the first", engine="native")
    take = render_take(REQUEST, "fake", tmp_path / "fox.mp4", format="mp4", inputs=(first,))
    signed = read_provenance(take.video.path)
    assert signed is not None
    assert [(node.title, node.state) for node in signed.root.ingredients] == [("first.png", "intact")]


def test_a_studio_s_secret_key_marks_beside_the_public_one(tmp_path: Path) -> None:
    key = make_watermark_key(settings().home)
    take = shot(tmp_path / "fox.mp4")
    assert take.recipe.marks is not None
    for keys in ((key,), None):
        frames = read_video(tmp_path / "fox.mp4")[1]
        found = detect(frames, keys=keys) if keys else detect(frames)
        assert found is not None
        assert f"{found.payload:016x}" == take.recipe.marks.mark


def test_frames_too_small_for_a_watermark_are_signed_and_say_so(tmp_path: Path) -> None:
    take = shot(tmp_path / "fox.mp4", width=60, height=36)
    assert any("too small for a watermark" in note for note in take.recipe.notes)
    signed = read_provenance(tmp_path / "fox.mp4")
    assert signed is not None
    assert (signed.state, signed.mark) == ("intact", None)


def test_keys_that_cannot_be_read_leave_nothing(tmp_path: Path) -> None:
    shot(tmp_path / "a.mp4")
    (settings().home / "keys" / "leaf.pem").write_text("nothing")
    with pytest.raises(MediaError):
        shot(tmp_path / "b.mp4")
    assert not (tmp_path / "b.mp4").exists()


def test_the_paper_and_the_copies_of_a_film_leave_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("Title: Ice\n\nEXT. SNOWFIELD - DAY\n\nA fox walks across the snow. She looks up.\n", "utf-8")
    film = ["film", str(script), "--engine", "fake", "--size", "192x112", "--fps", "8", "--handles", "2"]
    assert main(film) == 0
    assert "rejected takes counted: about" in capsys.readouterr().out
    assert main(["take", "copy", "1A/1", "-o", "copy.mp4"]) == 0
    assert main(["retake", "1A"]) == 0
    for name in ("both.png", "both.mp4"):
        assert main(["take", "compare", "1A/1", "1A/2", "-o", name]) == 0
    for name in ("ice/ice.mp4", "ice/storyboard.png", "copy.mp4", "both.png", "both.mp4"):
        assert len(set(in_store(tmp_path / name))) == 1, name
    parent = read_provenance(tmp_path / "copy.mp4")
    assert parent is not None
    assert [(node.relationship, node.state) for node in parent.root.ingredients] == [("parentOf", "intact")]
    whole = read_provenance(tmp_path / "ice" / "ice.mp4")
    assert whole is not None
    assert len(whole.root.ingredients) >= 1
    assert {node.relationship for node in whole.root.ingredients} == {"componentOf"}
    assert whole.footprint is not None
    paper = read_provenance(tmp_path / "ice" / "storyboard.pdf")
    assert paper is not None
    assert paper.state == "intact"
    with Store.open() as store:
        before = len(store.issued())
    for who in ("Li Wei", "Li Wei", "Ana"):
        unlabelled = ["--for", "none", "--recipient", who, "--reason", "has a label of its own"]
        assert main([*film, *unlabelled]) == 0
    with Store.open() as store:
        rows = [row for row in store.issued()[:-before] if row.kind == "film"]
    assert sorted(row.recipient or "" for row in rows) == ["Ana", "Li Wei"]


def test_no_manifest_says_that_a_person_looked_at_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has reviewed what was only rendered and cut."""
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("EXT. SNOWFIELD - DAY\n\nA fox walks.\n\nFOX\nGood morning.\n", "utf-8")
    assert main(["film", str(script), "--engine", "fake", "--size", "64x64", "--fps", "4", "--handles", "2"]) == 0
    found = read_report(tmp_path / "ice" / "ice.mp4", ())
    assert isinstance(found, Report)
    said = {row["label"]: row for row in found.row["manifests"][found.label]["assertions"]}
    assert said["c2pa.ai-disclosure"]["data"]["contentProfile"] == {"humanOversightLevel": "prompt_guided"}


def test_frames_too_small_for_their_label_are_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("EXT. SNOWFIELD - DAY\n\nA fox walks.\n", "utf-8")
    film = ["film", str(script), "--engine", "fake", "--size", "16x16", "--fps", "4", "--handles", "2"]
    assert main(film) == 2
    with Store.open() as store:
        assert store.project("ice").takes() == ()
    unlabelled = ["--for", "none", "--recipient", "Li Wei", "--reason", "a test of small frames"]
    assert main([*film, *unlabelled]) == 0


def test_a_print_that_somebody_changed_is_not_delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("EXT. SNOWFIELD - DAY\n\nA fox walks.\n", "utf-8")
    film = ["film", str(script), "--engine", "fake", "--size", "64x64", "--fps", "4", "--handles", "2"]
    assert main(film) == 0
    with Store.open() as store:
        printed = store.project("ice").read(Print)
        assert printed is not None
        path = store.media.path(printed.value.film)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    (tmp_path / "ice" / "ice.mp4").unlink()
    assert main(film) == 4
    assert not (tmp_path / "ice" / "ice.mp4").exists()


def test_a_print_that_came_with_a_project_is_on_record_when_it_leaves_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("EXT. SNOWFIELD - DAY\n\nA fox walks.\n", "utf-8")
    film = ["film", str(script), "--engine", "fake", "--size", "64x64", "--fps", "4", "--handles", "2"]
    unlabelled = ["--for", "none", "--recipient", "Li Wei", "--reason", "has a label of its own"]
    assert main([*film, *unlabelled]) == 0
    assert main(["project", "export", "ice", "ice.tianmu"]) == 0
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    assert main(["project", "import", "ice.tianmu"]) == 0
    (tmp_path / "ice" / "ice.mp4").unlink()
    assert main([*film, *unlabelled]) == 0
    with Store.open() as store:
        (row,) = [row for row in store.issued() if row.kind == "film"]
        signed = read_provenance(tmp_path / "ice" / "ice.mp4", manifest=store.media.read(row.manifest))
    assert (row.recipient, row.audience) == ("Li Wei", "none")
    assert signed is not None
    assert (signed.state, signed.mark) == ("intact", row.mark)


def test_what_left_without_a_label_is_repeated_for_somebody_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shot(tmp_path / "fox.mp4", leave=Leave(audience="none", recipient="Li Wei", reason="a test"))
    again = ["repeat", "fox.mp4.recipe.json", "-o", "again.mp4"]
    assert main(again) == 2
    assert main([*again, "--recipient", "Ana", "--reason", "a second opinion"]) == 0
    with Store.open() as store:
        assert [row.recipient for row in store.issued()] == ["Ana", "Li Wei"]


def test_no_film_is_cut_from_a_take_that_somebody_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "ice.fountain"
    script.write_text("EXT. SNOWFIELD - DAY\n\nA fox walks across the snow.\n", "utf-8")
    film = ["film", str(script), "--engine", "fake", "--size", "64x64", "--fps", "4", "--handles", "2"]
    assert main(film) == 0
    with Store.open() as store:
        project = store.project("ice")
        path = project.media.path(project.takes()[0].film)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    assert main(["cut", "1A", "--head", "1"]) == 0
    assert main(film) == 4
