"""The build: what is made, what is made again, and what is not. The fake engine makes the pictures."""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import EngineError, InputError, OutputError
from tianmu.core.files import writing
from tianmu.engines.fake import FakeEngine
from tianmu.film.asset import AssetVersion
from tianmu.film.cut import Clip
from tianmu.film.decision import Decisions, Trim, anchor_of
from tianmu.film.shot import Shot
from tianmu.media.video import read_video
from tianmu.studio import film as build
from tianmu.studio.documents import keep
from tianmu.studio.film import FilmResult, estimate_film, make_film
from tianmu.studio.plan import plan_film, read_plan
from tianmu.studio.retake import forget_notes, retake
from tianmu.studio.store import Project, Store, check
from tianmu.studio.takes import FilmSettings, ask, make_take, missing, next_seed

SCRIPT = """Title: Two on the Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks across the snow.

EMBER
Good morning.

INT. KITCHEN - NIGHT #2#

MOSS, a rabbit, stands alone.

MOSS
It is late.
"""
SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=4, sound=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def project(store: Store) -> Project:
    return store.ensure_project("ice")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "ice.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def make(script: Path, project: Project, settings: FilmSettings = SETTINGS) -> FilmResult:
    plan = plan_film(script, project, settings)
    return make_film(plan, project, settings, script.with_suffix(".mp4"), overwrite=True)


def of_scene(result: FilmResult, number: str) -> list[str]:
    return [each.take.id for each in result.filmed if each.shot.scene == number]


def test_a_screenplay_becomes_a_film_of_the_right_length_and_order(script: Path, project: Project) -> None:
    result = make(script, project)
    info, frames = read_video(result.path)
    seen = list(frames)
    assert (info.width, info.height, info.fps) == (64, 36, 24)
    assert info.num_frames == len(seen) == result.cut.num_frames
    assert result.num_made == len({each.take.key for each in result.filmed})
    clips = [item for item in result.cut.tracks[0].items if isinstance(item, Clip)]
    assert [clip.slate for clip in clips] == [each.shot.slate for each in result.filmed]
    at = result.cut.tracks[0].items[0].num_frames  # the title
    for clip, each in zip(clips, result.filmed, strict=True):
        middle = clip.num_frames // 2
        _, source = read_video(project.media.path(each.take.film))
        expected = list(source)[clip.start + middle]
        assert np.abs(seen[at + middle].astype(int) - expected).mean() < 6
        assert expected.max() > 30
        at += clip.num_frames


def test_an_unchanged_film_is_not_made_again_and_asks_no_engine(
    script: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(script, project)
    before = first.path.read_bytes()
    monkeypatch.setattr(build, "get_engine", lambda name: pytest.fail("an engine was loaded"))
    again = make(script, project)
    assert (again.num_made, again.unchanged) == (0, True)
    assert again.path.read_bytes() == before
    first.path.unlink()
    assert make(script, project).path.read_bytes() == before


def test_another_store_makes_the_same_bytes(script: Path, project: Project, tmp_path: Path) -> None:
    first = make(script, project)
    with Store.open(tmp_path / "other") as other:
        assert make(script, other.ensure_project("ice")).print.encoded == first.print.encoded


def test_a_changed_line_makes_only_its_own_scene_anew(script: Path, project: Project) -> None:
    first = make(script, project)
    longer = "It is late, and the kettle has been cold for hours, and still nobody has come home."
    script.write_text(SCRIPT.replace("It is late.", longer), encoding="utf-8")
    second = make(script, project)
    assert of_scene(second, "1") == of_scene(first, "1")
    new = set(of_scene(second, "2")) - set(of_scene(first, "2"))
    assert len(new) == second.num_made > 0
    script.write_text(SCRIPT, encoding="utf-8")
    assert make(script, project).num_made == 0


def test_a_changed_line_of_the_same_length_makes_nothing_anew_but_the_cut(script: Path, project: Project) -> None:
    first = make(script, project)
    script.write_text(SCRIPT.replace("It is late.", "It is dark."), encoding="utf-8")
    second = make(script, project)
    assert second.num_made == 0
    assert not second.unchanged
    assert second.print.cut != first.print.cut


def test_another_version_of_a_character_makes_exactly_its_shots_anew(script: Path, project: Project) -> None:
    first = make(script, project)
    moss = first.plan.assets["character-moss"]
    keep(project, moss.revise(AssetVersion(number=2, words="a penguin", subject="penguin")), moss.id)
    second = make(script, project)
    for before, after in zip(first.filmed, second.filmed, strict=True):
        shows = "character-moss" in dict(before.shot.assets)
        assert shows == (before.take.id != after.take.id)
    assert second.num_made > 0
    stored = second.plan.assets["character-moss"]
    keep(project, stored.use(1), stored.id)
    assert make(script, project).num_made == 0


def test_a_circled_take_goes_into_the_cut_and_a_rejected_one_does_not(script: Path, project: Project) -> None:
    first = make(script, project)
    each = first.filmed[1]
    (extra,) = retake(project, each.shot.slate).takes
    assert extra.key == each.take.key
    assert make(script, project).filmed[1].take.id == extra.id  # the newest
    project.mark_take(each.take.id, circled=True)
    assert make(script, project).filmed[1].take.id == each.take.id
    project.mark_take(each.take.id, circled=False, rejected=True)
    assert make(script, project).filmed[1].take.id == extra.id


def test_a_note_changes_its_shot_and_no_other_and_holds_in_the_next_film(script: Path, project: Project) -> None:
    first = make(script, project)
    each = first.filmed[1]
    made = retake(project, each.shot.slate, "slower, at night please")
    assert made.read is not None
    assert made.read.rest == ""
    (take,) = made.takes
    assert take.notes == ("slower, at night please",)
    second = make(script, project)
    changed = second.filmed[1]
    assert changed.take.id == take.id
    assert changed.shot.seconds == each.shot.seconds * 3 / 2
    assert changed.take.fps == 36  # recorded at one and a half times the rate, so that it plays slower
    assert "night" in changed.shot.prompt
    assert second.num_made == 0
    others = [(a.take.id, b.take.id) for a, b in zip(first.filmed, second.filmed, strict=True) if a is not each]
    assert all(a == b for a, b in others[:1] + others[2:])


def test_a_note_that_is_not_understood_says_so_and_changes_nothing(script: Path, project: Project) -> None:
    make(script, project)
    made = retake(project, "1A", "more wistful")
    assert made.read is not None
    assert made.read.understood == ()
    assert "wistful" in made.read.rest
    assert read_plan(project).decisions == Decisions()


def test_decisions_about_the_cut_reach_the_film_without_new_takes(script: Path, project: Project) -> None:
    first = make(script, project)
    shot = first.filmed[0].shot
    decided = Decisions(title=False).trim(Trim(slate=shot.slate, anchor=anchor_of(shot), head=5, speed=Fraction(2)))
    keep(project, decided)
    second = make(script, project)
    clip = second.cut.tracks[0].items[0]
    assert isinstance(clip, Clip)
    assert (clip.start, clip.speed) == (SETTINGS.handles + 5, 2)
    assert second.num_made == 0
    assert second.cut.num_frames < first.cut.num_frames


def test_the_estimate_comes_first_and_counts_what_is_missing(script: Path, project: Project) -> None:
    plan = plan_film(script, project, SETTINGS)
    before = estimate_film(plan, project, SETTINGS)
    assert before.num_missing > 0
    assert not before.measured
    heard: list[int] = []
    make_film(
        plan, project, SETTINGS, script.with_suffix(".mp4"), announce=lambda found: heard.append(found.num_missing)
    )
    assert heard == [before.num_missing]
    after = estimate_film(plan, project, SETTINGS)
    assert (after.num_missing, after.bytes) == (0, 0)


def test_a_shot_that_fails_is_named_and_the_takes_before_it_are_kept(
    script: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_film(script, project, SETTINGS)
    whole = FakeEngine.generate
    bad = plan.shots.shots[2]

    def generate(self: FakeEngine, request: object, progress: object) -> object:
        if getattr(request, "prompt", "") == bad.prompt:
            raise RuntimeError("the lamp broke")
        return whole(self, request, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeEngine, "generate", generate)
    with pytest.raises(EngineError, match=rf"Shot {bad.slate}: .*the lamp broke"):
        make(script, project)
    kept = len(project.takes())
    assert kept == 2
    monkeypatch.undo()
    assert make(script, project).num_made == len({each.take.key for each in make(script, project).filmed}) - kept


def test_a_disk_that_fills_keeps_what_was_made_and_says_so(
    script: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, count = Project.keep_take, [0]

    def full(self: Project, *arguments: object) -> object:
        count[0] += 1
        if count[0] == 3:
            with writing(Path("x")):
                raise OSError(28, "No space left on device")
        return put(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Project, "keep_take", full)
    with pytest.raises(OutputError, match="disk is full"):
        make(script, project)
    assert len(project.takes()) == 2
    assert not script.with_suffix(".mp4").exists()
    monkeypatch.undo()
    assert make(script, project).num_made > 0


def test_a_project_without_a_film_has_nothing_to_retake(project: Project) -> None:
    with pytest.raises(InputError, match="no film yet"):
        retake(project, "1A")


def test_a_slate_that_is_not_there_is_answered_with_those_that_are(script: Path, project: Project) -> None:
    plan = plan_film(script, project, SETTINGS)
    with pytest.raises(InputError, match=r"1A.*2A"):
        plan.shot("9Z")
    assert plan.shot(" 1a ") == plan.shots.shots[0]


def _kill_at_random(script: Path, home: Path, times: int) -> int:
    """Make the film in children that are killed at random moments; how many of them were."""
    rng, killed = random.Random(times), 0
    for _ in range(times):
        child = os.fork()
        if child == 0:
            try:
                with Store.open(home) as store:
                    project = store.ensure_project("ice")
                    with project.lease("film"):
                        make(script, project)
            finally:
                os._exit(0)
        select.select([watch := os.pidfd_open(child)], [], [], rng.uniform(0.02, 0.6))
        os.kill(child, signal.SIGKILL)
        os.close(watch)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        with Store.open(home) as store:
            check(store, mend=True)
            assert check(store).clean
    return killed


@pytest.mark.skipif(sys.platform != "linux", reason="waits on a pidfd")
@pytest.mark.parametrize("times", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_kill_9_at_any_moment_loses_no_take_and_makes_none_twice(
    script: Path, project: Project, tmp_path: Path, times: int
) -> None:
    home = tmp_path / "killed"
    expected = {each.take.id for each in make(script, project).filmed}
    assert _kill_at_random(script, home, times) > 0
    with Store.open(home) as store:
        again = store.ensure_project("ice")
        kept = {take.id for take in again.takes()}
        result = make(script, again)
        assert result.num_made == len(expected - kept)
        assert sorted(take.id for take in again.takes()) == sorted(expected)
        assert check(store).clean
    assert result.path.is_file()


def test_a_shot_alone_has_the_same_key_wherever_it_stands(script: Path, project: Project) -> None:
    from tianmu.studio.takes import key_of, request_shot

    engine = FakeEngine()
    shot = plan_film(script, project, SETTINGS).shots.shots[0]
    moved = replace(shot, slate="9Z", scene="9", reasons=(), lines=())

    def key(of: Shot, seed: int = 0) -> str:
        return key_of(request_shot(of, SETTINGS, engine.capabilities, seed), engine, of)

    assert key(shot) == key(moved) == key(shot, seed=5)
    assert key(shot) != key(replace(shot, prompt=f"{shot.prompt} Again."))


def test_a_file_that_is_not_the_films_last_print_stays(script: Path, project: Project) -> None:
    output = script.with_suffix(".mp4")
    output.write_text("mine")
    plan = plan_film(script, project, SETTINGS)
    with pytest.raises(OutputError, match="--overwrite"):
        make_film(plan, project, SETTINGS, output)
    assert output.read_text() == "mine"
    assert project.takes() == ()
    make_film(plan, project, SETTINGS, output, overwrite=True)
    script.write_text(SCRIPT.replace("It is late.", "It is dark."), encoding="utf-8")
    changed = make_film(plan_film(script, project, SETTINGS), project, SETTINGS, output)
    assert not changed.unchanged  # and its own last print was replaced


def test_a_note_can_be_taken_back(script: Path, project: Project) -> None:
    first = make(script, project)
    retake(project, "1A", "at night")
    assert make(script, project).filmed[0].take.id != first.filmed[0].take.id
    forget_notes(project, "1A")
    again = make(script, project)
    assert [each.take.id for each in again.filmed] == [each.take.id for each in first.filmed]
    assert again.num_made == 0


def test_a_retake_of_one_of_two_shots_that_share_a_take_leaves_the_other_alone(script: Path, project: Project) -> None:
    engine = FakeEngine()
    first = plan_film(script, project, SETTINGS).shots.shots[0]
    twin = replace(first, slate="9A", scene="9")

    def chosen() -> list[str | None]:
        return [each.take.id if each.take else None for each in ask([first, twin], project, SETTINGS, engine)]

    (only,) = missing(ask([first, twin], project, SETTINGS, engine))
    shared = make_take(project, first, only.request, engine)
    assert chosen() == [shared.id, shared.id]
    own = make_take(project, twin, replace(only.request, seed=next_seed(twin, [shared])), engine)
    assert chosen() == [shared.id, own.id]
    assert (shared.number, own.number) == (1, 1)
    project.mark_take(own.id, rejected=True)
    assert chosen() == [shared.id, shared.id]
