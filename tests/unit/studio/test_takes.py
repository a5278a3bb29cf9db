"""What an engine is asked for, which take answers, and which seed the next one has."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError, UnsupportedRequest
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import MAX_SEED
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.media.image import read_image
from tianmu.media.video import read_video
from tianmu.studio.plan import Plan
from tianmu.studio.recipe import Recipe
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, ask, choose_take, key_of, make_take, missing, next_seed, request_shot

ENGINE = FakeEngine()
SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=4)
SHOT = Shot(prompt="a fox", slate="3B", scene="3", seconds=Fraction(2), seed=7)


def take(seed: int, *, circled: bool = False, rejected: bool = False) -> Take:
    return Take(
        id=f"take-{seed}", key="k", seed=seed, engine="fake", slate="3B", number=1, film="f", recipe="r", thumbnail="t",
        num_frames=24, fps=Fraction(24), width=64, height=36, bytes=1, seconds_taken=1, circled=circled,
        rejected=rejected,
    )  # fmt: skip


@given(
    st.fractions(Fraction(1, 4), 20, max_denominator=8),
    st.sampled_from([Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(12)]),
    st.integers(0, 48),
    st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(2), Fraction(1, 2)]),
)
def test_a_request_has_the_frames_of_the_shot_and_its_handles_at_the_rate_that_makes_it_slower(
    seconds: Fraction, fps: Fraction, handles: int, overcrank: Fraction
) -> None:
    shot = replace(SHOT, seconds=seconds, overcrank=overcrank)
    request = request_shot(shot, replace(SETTINGS, fps=fps, handles=handles), ENGINE.capabilities, 3)
    assert request.num_frames == max(1, int(seconds * fps + Fraction(1, 2))) + 2 * handles
    assert request.fps == fps * overcrank
    assert (request.width, request.height, request.seed, request.prompt) == (64, 36, 3, "a fox")


def test_without_a_size_the_engines_own_for_the_films_aspect_is_taken_whatever_the_shot_says() -> None:
    settings = replace(SETTINGS, pixels=None, aspect="9:16", num_steps=5, guidance_scale=2.0)
    request = request_shot(replace(SHOT, aspect="1:1"), settings, ENGINE.capabilities, 0)
    assert (request.width, request.height) == ENGINE.capabilities.sizes["9:16"]
    assert (request.num_steps, request.guidance_scale) == (5, 2.0)


def key(shot: Shot, settings: FilmSettings = SETTINGS, seed: int = 0) -> str:
    return key_of(request_shot(shot, settings, ENGINE.capabilities, seed), ENGINE, shot)


def test_a_key_is_of_the_frames_alone() -> None:
    same = [
        replace(SHOT, slate="9Z", scene="9", reasons=(), action="other words of the script"),
        replace(SHOT, size="close", move="pan_left"),  # the prompt says these
    ]
    assert {key(shot) for shot in same} | {key(SHOT, seed=5)} == {key(SHOT)}
    other = [
        replace(SHOT, prompt="a crow"),
        replace(SHOT, seconds=Fraction(3)),
        replace(SHOT, overcrank=Fraction(2)),
        replace(SHOT, negative_prompt="rain"),
        replace(SHOT, seed=99),  # another place
    ]
    settings = [
        replace(SETTINGS, handles=5),
        replace(SETTINGS, fps=Fraction(25)),
        replace(SETTINGS, pixels=(32, 18)),
        replace(SETTINGS, num_steps=4),
    ]
    keys = [key(SHOT), *map(key, other), *(key(SHOT, each) for each in settings)]
    assert len(set(keys)) == len(keys)


def test_another_engine_or_other_weights_are_another_key() -> None:
    class Trained(FakeEngine):
        model_digest = "abc"  # type: ignore[assignment]

    class Other(FakeEngine):
        name = "other"

    request = request_shot(SHOT, SETTINGS, ENGINE.capabilities, 0)
    assert len({key_of(request, engine, SHOT) for engine in (ENGINE, Trained(), Other())}) == 3


@pytest.mark.parametrize(
    ("takes", "chosen"),
    [
        ([], None),
        ([take(1)], 1),
        ([take(1), take(2)], 2),
        ([take(1, circled=True), take(2)], 1),
        ([take(1), take(2, rejected=True)], 1),
        ([take(1, rejected=True), take(2, rejected=True)], None),
        ([take(1, circled=True), take(2, rejected=True), take(3)], 1),
    ],
)
def test_the_circled_take_is_chosen_else_the_newest_that_is_not_rejected(takes: list[Take], chosen: int | None) -> None:
    found = choose_take(iter(takes), "1A")
    assert (found.seed if found else None) == chosen


@given(st.sampled_from([0, 7, MAX_SEED - 1, MAX_SEED]), st.integers(1, 12))
def test_no_seed_comes_twice_and_the_shots_own_is_the_first(own: int, count: int) -> None:
    shot = replace(SHOT, seed=own)
    seeds: list[int] = []
    for _ in range(count):
        seeds.append(next_seed(shot, [take(seed) for seed in seeds]))
    assert seeds[0] == own
    assert len(set(seeds)) == count
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


def test_a_take_is_made_kept_and_found_again(project: Project, ice: Plan) -> None:
    shots = ice.shots.shots
    before = ask(shots, project, SETTINGS, ENGINE)
    assert {each.take for each in before} == {None}
    assert len(missing(before)) == len({each.key for each in before})
    first = before[0]
    made = make_take(project, first.shot, first.request, ENGINE, notes=("warm",))
    assert (made.slate, made.number, made.notes, made.key) == (first.shot.slate, 1, ("warm",), first.key)
    info, frames = read_video(project.media.path(made.film))
    assert info.num_frames == made.num_frames == first.request.num_frames == len(list(frames))
    assert read_image(project.media.path(made.thumbnail)).shape == (36, 64, 3)
    recipe = Recipe.from_json(project.media.read(made.recipe).decode())
    assert recipe.request == first.request
    after = ask(shots, project, SETTINGS, ENGINE)
    assert after[0].take == made
    assert first.key not in {each.key for each in missing(after)}
    again = make_take(project, first.shot, first.request, ENGINE)
    assert again == made  # one seed is one take


def test_what_an_engine_or_the_format_cannot_make_is_refused_before_anything_is_made(project: Project) -> None:
    with pytest.raises(InputError, match="even width and height"):
        ask([SHOT], project, replace(SETTINGS, pixels=(1281, 721)), ENGINE)
    long = replace(SHOT, seconds=Fraction(4000))
    with pytest.raises(UnsupportedRequest, match="longer than 3600"):
        ask([long], project, SETTINGS, ENGINE)


def test_the_thumbnail_of_a_large_take_is_smaller(project: Project) -> None:
    settings = replace(SETTINGS, pixels=(1280, 720), handles=0)
    asked = ask([replace(SHOT, seconds=Fraction(1, 8))], project, settings, ENGINE)[0]
    made = make_take(project, asked.shot, asked.request, ENGINE)
    assert read_image(project.media.path(made.thumbnail)).shape == (360, 640, 3)
