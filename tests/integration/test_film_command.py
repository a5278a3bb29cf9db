"""A screenplay becomes a film, as a person types it: the real command, the real animated stage, small."""

from __future__ import annotations

import csv
import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.typed import told

from tianmu.core.settings import settings
from tianmu.film.cut import Clip, Cut
from tianmu.media.image import read_image
from tianmu.media.video import read_video
from tianmu.studio.importers import read_screenplay
from tianmu.studio.plan import assets_of, read_plan
from tianmu.studio.recipe import Recipe
from tianmu.studio.store import Store

pytestmark = pytest.mark.usefixtures("place")

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST = EXAMPLES / "first-light.fountain"
SMALL = ["--engine", "animatic", "--size", "192x108", "--fps", "12"]
TINY = ["--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "2"]
CUBE = "LUT_3D_SIZE 2\n" + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def film(capsys: pytest.CaptureFixture[str], script: Path, *options: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, "film", script, *options, "--json", code=code))
    return found


def kept_cut(name: str) -> Cut:
    with Store.open() as store:
        stored = store.project(name).read(Cut)
    assert stored
    return stored.value


def test_a_screenplay_becomes_a_film_and_its_papers(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    row = film(capsys, FIRST, *SMALL)
    folder = place / "first-light"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("first-light.mp4", "shots.csv", "shots.md", "storyboard.pdf", "storyboard.pdf.c2pa", "storyboard.png"),
    ]
    slates = [shot["slate"] for shot in row["shots"]]
    assert (row["width"], row["height"], row["fps"], row["num_made"]) == (192, 108, "12", len(slates))
    info, frames = read_video(folder / "first-light.mp4")
    seen = list(frames)
    assert len(seen) == info.num_frames == row["num_frames"]

    cut = kept_cut("first-light")
    clips = [item for item in cut.tracks[0].items if isinstance(item, Clip)]
    assert [clip.slate for clip in clips] == slates
    at = cut.tracks[0].items[0].num_frames  # the title
    with Store.open() as store:
        for clip in clips:
            shown = seen[at + clip.num_frames // 2]
            source = list(read_video(store.media.path(clip.film))[1])[clip.start + clip.num_frames // 2]
            assert np.abs(shown.astype(int) - source).mean() < 6  # it is the frame of this take and no other
            assert shown.mean() > 40  # and not black
            at += clip.num_frames
    black = [index for index, frame in enumerate(seen) if frame.mean() < 2]
    first, last = cut.tracks[0].items[0].num_frames, at
    assert all(index < first + 6 or index >= last - 6 for index in black)  # in the titles and the fades alone

    assert (folder / "storyboard.pdf").read_bytes().startswith(b"%PDF-")
    assert read_image(folder / "storyboard.png").std() > 20
    with (folder / "shots.csv").open(encoding="utf-8-sig", newline="") as rows:
        assert [cells[0] for cells in csv.reader(rows)][1:] == slates
    text = (folder / "shots.md").read_text("utf-8")
    assert all(slate in text for slate in slates)


def test_a_second_run_is_unchanged_and_a_changed_line_makes_only_its_shot(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    script = place / "light.fountain"
    script.write_text(FIRST.read_text("utf-8"), encoding="utf-8")
    first = film(capsys, script, *SMALL)
    files = {path: path.stat().st_mtime_ns for path in (place / "light").iterdir()}
    again = film(capsys, script, *SMALL)
    assert again["num_made"] == 0
    assert again["file_sha256"] == first["file_sha256"]
    assert {path: path.stat().st_mtime_ns for path in (place / "light").iterdir()} == files
    assert "made already" in told(capsys, "film", script, *SMALL, "--estimate")

    longer = "After the sunrise, and after the long walk home, and after breakfast, which I have not had."
    script.write_text(script.read_text("utf-8").replace("After the sunrise.", longer), encoding="utf-8")
    changed = film(capsys, script, *SMALL)
    takes = {shot["take"] for shot in first["shots"]}
    assert 0 < changed["num_made"] < len(changed["shots"])
    assert len({shot["take"] for shot in changed["shots"]} - takes) == changed["num_made"]
    assert told(capsys, "store", "check").endswith("all well\n")


def test_takes_are_made_chosen_compared_and_copied(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    row = film(capsys, FIRST, *SMALL)
    slate = row["shots"][1]["slate"]
    said = told(capsys, "retake", slate, "--note", "slower, at night, with more irony")
    assert "understood: speed 67%; time night" in said
    assert "not understood: irony" in said
    assert f"{slate}/2" in said
    told(capsys, "retake", slate, "--variations", "2")
    takes = json.loads(told(capsys, "take", "list", "--shot", slate, "--json"))
    assert [take["number"] for take in takes] == [1, 2, 3, 4]
    changed = film(capsys, FIRST, *SMALL)
    assert (changed["num_made"], changed["shots"][1]["number"]) == (0, 4)
    assert "night" in changed["shots"][1]["prompt"]

    assert "●" in told(capsys, "take", "circle", f"{slate}/3")
    assert film(capsys, FIRST, *SMALL)["shots"][1]["number"] == 3
    assert "✗" in told(capsys, "take", "reject", f"{slate}/3")
    assert film(capsys, FIRST, *SMALL)["shots"][1]["number"] == 4
    assert "“warm”" in told(capsys, "take", "note", takes[0]["id"][:12], "warm")
    assert "●" not in told(capsys, "take", "clear", f"{slate}/3")

    assert told(capsys, "take", "copy", f"{slate}/2").strip() == f"{slate}-2.mp4"
    assert read_video(place / f"{slate}-2.mp4")[0].num_frames == takes[1]["num_frames"]
    assert "--overwrite" in told(capsys, "take", "copy", f"{slate}/2", code=3)
    told(capsys, "take", "copy", f"{slate}/2", "--overwrite")
    told(capsys, "take", "compare", f"{slate}/1", f"{slate}/2", "-o", "both.png")
    assert read_image(place / "both.png").std() > 20
    told(capsys, "take", "compare", f"{slate}/1", f"{slate}/2", "-o", "both.mp4")
    assert read_video(place / "both.mp4")[0].width == 640


def test_the_cut_is_changed_without_a_new_take(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    first = film(capsys, FIRST, *TINY)
    slates = [shot["slate"] for shot in first["shots"]]
    (place / "warm.cube").write_text(CUBE)
    decided = "next `tianmu film`"
    for words in (
        [slates[0], "--head", "3", "--tail", "-2"],
        [slates[1], "--speed", "2", "--join", "dissolve", "--frames", "3"],
        [slates[2], "--inset", slates[0]],
        ["--look", "warm.cube", "--scene", "1"],
        ["--no-title", "--no-credits"],
    ):
        assert decided in told(capsys, "cut", *words)
    row = film(capsys, FIRST, *TINY)
    assert row["num_made"] == 0
    cut = kept_cut("first-light")
    clips = [item for item in cut.tracks[0].items if isinstance(item, Clip)]
    assert len(clips) == len(cut.tracks[0].items) == len(slates)
    assert (clips[0].start, clips[1].speed, len({clip.look for clip in clips})) == (5, 2, 1)
    assert clips[0].look
    assert [(join.at, join.style) for join in cut.tracks[0].joins][1] == (1, "dissolve")
    assert [item.slate for item in cut.tracks[1].items if isinstance(item, Clip)] == [slates[0]]
    shown = told(capsys, "cut")
    assert "x2" in shown
    assert "dissolve" in shown
    for words in ([slates[0], "--reset"], [slates[1], "--reset"], [slates[2], "--inset", "-"]):
        told(capsys, "cut", *words)
    told(capsys, "cut", "--look", "-", "--scene", "1")
    told(capsys, "cut", "--title", "--credits")
    assert film(capsys, FIRST, *TINY)["encoded_sha256"] == first["encoded_sha256"]
    assert told(capsys, "store", "check").endswith("all well\n")  # old prints and looks are not left over


def test_another_version_of_a_character_is_seen_in_exactly_its_shots(capsys: pytest.CaptureFixture[str]) -> None:
    first = film(capsys, FIRST, *TINY)
    assert "MOSS" in told(capsys, "asset")
    assert "2/2  a penguin" in told(capsys, "asset", "moss", "--words", "企鹅")
    second = film(capsys, FIRST, *TINY)
    for before, after in zip(first["shots"], second["shots"], strict=True):
        shows = "character-moss" in before["assets"]
        assert (before["take"] != after["take"]) == shows
        assert ("penguin" in after["prompt"]) == ("rabbit" in before["prompt"])
    assert "1/2  a rabbit" in told(capsys, "asset", "moss", "--use", "1")
    assert "● 1  a rabbit" in told(capsys, "asset", "MOSS")
    assert film(capsys, FIRST, *TINY)["encoded_sha256"] == first["encoded_sha256"]


def test_a_project_goes_to_another_machine_and_its_film_is_not_made_again(
    capsys: pytest.CaptureFixture[str], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = film(capsys, FIRST, *TINY)
    told(capsys, "project", "export", "first-light", "film.tianmu")
    monkeypatch.setenv("TIANMU_HOME", str(place / "other"))
    settings.cache_clear()
    told(capsys, "project", "import", "film.tianmu")
    shutil.rmtree("first-light")
    again = film(capsys, FIRST, *TINY)
    assert again["num_made"] == 0
    assert again["file_sha256"] == row["file_sha256"]
    assert (place / "first-light" / "storyboard.pdf").is_file()
    assert told(capsys, "store", "check").endswith("all well\n")


def test_a_board_is_drawn_before_there_is_a_film(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    said = told(capsys, "board", FIRST, "--size", "96x54", "-o", "paper/first")
    assert all(Path(line).is_file() for line in said.splitlines() if line.startswith("paper"))
    assert len(list((place / "paper/first").iterdir())) == 5  # the PDF's signature lies beside it
    assert told(capsys, "take", "list") == "There is no take.\n"


@pytest.mark.parametrize("script", ["lighthouse", pytest.param("mobanche", marks=pytest.mark.slow)])
def test_a_character_looks_the_same_in_every_shot_of_a_film(capsys: pytest.CaptureFixture[str], script: str) -> None:
    row = film(capsys, EXAMPLES / f"{script}.fountain", "--engine", "animatic", "--size", "64x36", "--fps", "2")
    assert len(row["shots"]) >= 12
    shots_of: dict[str, int] = {}
    seeds: dict[str, set[int]] = {}
    with Store.open() as store:
        project = store.project(script)
        plan, assets = read_plan(project), assets_of(project)
        for shot, made in zip(plan.shots.shots, row["shots"], strict=True):
            take = project.take(made["take"])
            scene = Recipe.from_json(store.media.read(take.recipe).decode()).understood["scene"]
            drawn = [actor["subject"] for actor in scene["actors"]]
            assert sorted(drawn) == sorted(
                str(assets[id].now.subject) for id in (*(each.asset for each in shot.performers), *shot.props)
            )
            for each in shot.performers:
                shots_of[each.asset] = shots_of.get(each.asset, 0) + 1
            if shot.set:
                assert scene["setting"] == assets[shot.set].now.setting
                seeds.setdefault(shot.set, set()).add(take.seed)
    people = {id for id in shots_of if assets[id].kind == "character"}
    assert len({assets[id].now.subject for id in people}) == len(people)  # nobody is mistaken for another
    assert max(shots_of.values()) >= 5
    assert {len(found) for found in seeds.values()} == {1}  # the same hills behind them


def write(place: Path, name: str, text: str | bytes) -> Path:
    path = place / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_what_is_no_screenplay_is_said_and_leaves_nothing(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    scene = "INT. ROOM - DAY{}\n\nA fox waits.\n\n"
    for script, code, says in (
        (place / "gone.fountain", 4, "gone.fountain"),
        (place, 4, "cannot be read"),
        (write(place, "a.fountain", bytes(range(256)) * 20), 4, "a.fountain"),
        (write(place, "b.fdx", b"<FinalDraft><Content><Paragraph"), 4, "FDX"),
        (write(place, "c.fountain", ""), 2, "empty"),
        (write(place, "d.fountain", scene.format(" #7#") * 2), 2, "7"),
    ):
        assert says in told(capsys, "film", script, *TINY, code=code)
        assert says in told(capsys, "board", script, *TINY, code=code)
    assert told(capsys, "project", "list") == "There is no project yet.\n"
    assert {path.name for path in place.iterdir()} == {"home", "a.fountain", "b.fdx", "c.fountain", "d.fountain"}


def test_a_scene_without_action_is_named_with_its_line(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    script = write(place, "e.fountain", "INT. ROOM - DAY\n\nEXT. SEA - DAY\n\nA boat.\n")
    assert "scene 1 (INT. ROOM - DAY, line 1)" in told(capsys, "film", script, *TINY, code=2)
    assert not (place / "e").exists()


def test_who_is_never_described_is_a_note(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    script = write(place, "f.fountain", "INT. ROOM - DAY\n\nQUILL\nWho am I?\n")
    assert any("QUILL" in note for note in film(capsys, script, *TINY)["notes"])


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--size", "3x3"], 2, "3x3"),
        (["--size", "1281x721"], 2, "1282 x 722"),
        (["--size", "huge"], 2, "WIDTHxHEIGHT"),
        (["--fps", "0"], 2, "frame rate"),
        (["--fps", "1000"], 2, "frame rate"),
        (["--handles", "99"], 2, "--handles"),
        (["--steps", "0"], 2, "--steps"),
        (["--aspect", "3:7"], 2, "aspect"),
        (["--engine", "nope"], 2, "no engine called 'nope'"),
        (["--planner", "nope"], 2, "--planner"),
        (["--planner", "llm"], 2, "TIANMU_LLM_URL"),
        (["--project", "a/b"], 2, "a/b"),
        (["--project", ""], 2, "name"),
        (["-o", "file"], 3, "file is a file"),
        (["-o", "file/below"], 3, "below"),
    ],
)
def test_what_was_asked_for_and_cannot_be_is_one_sentence(
    capsys: pytest.CaptureFixture[str], place: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int,
    says: str,
) -> None:  # fmt: skip
    monkeypatch.delenv("TIANMU_LLM_URL", raising=False)
    monkeypatch.delenv("TIANMU_LLM_MODEL", raising=False)
    write(place, "file", "mine")
    assert says in told(capsys, "film", FIRST, *TINY, *options, code=code)
    assert (place / "file").read_text() == "mine"
    assert not list(place.glob("**/*.mp4"))
    assert told(capsys, "store", "check").endswith("all well\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_folder_that_is_not_writable_is_said(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "closed").mkdir(mode=0o500)
    assert "closed" in told(capsys, "film", FIRST, *TINY, "-o", "closed", code=3)


def test_what_the_other_verbs_cannot_do_is_one_sentence(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert "no project yet" in told(capsys, "retake", "1A", code=2)
    told(capsys, "film", FIRST, *TINY)
    write(place, "bad.cube", "LUT_3D_SIZE 2\n0 0 zero\n")
    before = told(capsys, "cut")
    for words, code, says in (
        (["retake", "9Z"], 2, "no shot '9Z'"),
        (["retake", "1A", "--variations", "0"], 2, "--variations"),
        (["retake", "1A", "--project", "other"], 2, "there are: first-light"),
        (["take", "circle", "1A/9"], 2, "has no take '1A/9'"),
        (["take", "compare", "1A/1", "1B/1", "-o", "both.gif"], 2, "both.gif"),
        (["take", "copy", "1A/1", "-o", "nowhere/a.mp4"], 3, "nowhere"),
        (["cut", "9Z", "--head", "1"], 2, "no shot '9Z'"),
        (["cut", "1A", "--head", "10000"], 2, "1A"),
        (["cut", "1A", "--head", "-3"], 2, "handles of 2"),
        (["cut", "1A", "--tail", "-40"], 2, "1A"),
        (["cut", "1A", "--speed", "0"], 2, "--speed"),
        (["cut", "1A", "--speed", "fast"], 2, "--speed"),
        (["cut", "1A", "--inset", "1A"], 2, "its own corner"),
        (["cut", "1A", "--inset", "9Z"], 2, "no shot '9Z'"),
        (["cut", "--head", "3"], 2, "name it"),
        (["cut", "--scene", "1"], 2, "--look"),
        (["cut", "--look", "bad.cube"], 4, "bad.cube"),
        (["cut", "--look", "gone.cube"], 4, "gone.cube"),
        (["cut", "--look", "bad.cube", "--scene", "9"], 2, "no scene '9'"),
        (["asset", "nobody"], 2, "no asset 'nobody'"),
        (["asset", "moss", "--use", "7"], 2, "versions 1 to 1"),
        (["asset", "moss", "--words", "xyzzy"], 2, "xyzzy"),
        (["asset", "moss", "--words", "a fox", "--use", "1"], 2, "--use goes alone"),
        (["asset", "moss", "--picture", "bad.cube"], 4, "bad.cube"),
    ):
        assert says in told(capsys, *words, code=code), words
    assert told(capsys, "cut") == before
    assert told(capsys, "store", "check").endswith("all well\n")


def test_a_store_of_a_newer_version_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "film", FIRST, *TINY)
    with Store.open() as store, store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE tianmu_schema SET version_num = '9999'")
    for words in (["film", FIRST, *TINY], ["retake", "1A"], ["take", "list"], ["cut"], ["asset"]):
        assert "newer Tianmu" in told(capsys, *words, code=2)


def test_two_processes_make_two_films_and_one_of_one_project_is_refused(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    holding = (
        "from tianmu.studio.store import Store\n"
        "with Store.open() as store, store.ensure_project('first-light').lease('film'):\n"
        "    print('held', flush=True); input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert select.select([other.stdout], [], [], 60)[0]
        assert other.stdout.readline() == "held\n"
        said = told(capsys, "film", FIRST, *TINY, code=8)
        assert str(other.pid) in said
        assert str(other.pid) in told(capsys, "board", FIRST, *TINY, code=8)
        assert not list(place.glob("first-light/*"))
        told(capsys, "film", FIRST, *TINY, "--project", "mine", "-o", "mine")
        other.communicate("\n", timeout=60)
    told(capsys, "film", FIRST, *TINY)


def test_it_speaks_chinese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    said = told(capsys, "film", FIRST, *TINY)
    assert "共 4 个镜头" in said
    assert "已理解：速度 67%" in told(capsys, "retake", "1B", "--note", "慢一点")
    assert "没有镜头" in told(capsys, "retake", "9Z", code=2)
    assert "已记录" in told(capsys, "cut", "1A", "--head", "1")


def test_the_examples_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    for script in EXAMPLES.glob("*.fountain"):
        assert read_screenplay(script).title
        assert "个镜头" in told(capsys, "plan", script) or "shots" in told(capsys, "plan", script)
