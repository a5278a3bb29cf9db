"""Moments: what counts, what is never shown, how the choice spreads. Motion is made of numbers here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.cut import Clip, Cut, Track
from tianmu.film.shot import Performer, Shot, ShotSize
from tianmu.film.sound import PlacedLine, SoundCue
from tianmu.media.video import write_video
from tianmu.studio.excerpts.moments import Moment, choose, ending_of, find_moments, shorten
from tianmu.studio.excerpts.motion import liveliest, measure_motion
from tianmu.studio.excerpts.pieces import place_clips

FPS = Fraction(12)


def clip(slate: str, frames: int = 36) -> Clip:
    return Clip(slate=slate, take=slate, film=slate, start=6, num_frames=frames, available=frames + 12)


def film(*slates: str) -> Cut:
    return Cut(name="f", fps=FPS, width=64, height=36, tracks=(Track(name="V1", items=tuple(map(clip, slates))),))


def shot(slate: str, who: Sequence[str] = (), size: ShotSize = "medium", place: str = "set-a") -> Shot:
    actors = tuple(Performer(asset=id) for id in who)
    return Shot(prompt="x", slate=slate, scene=slate[0], performers=actors, size=size, set=place)


def asset(id: str) -> Asset:
    return Asset(id=id, kind="character", name=id.upper(), versions=(AssetVersion(number=1, words="a fox"),))


def line(text: str, start: int, frames: int = 12, who: str = "fox") -> PlacedLine:
    return PlacedLine(
        track="A1", index=0, character=who.upper(), asset=who, text=text, start=start, num_frames=frames, voice=None
    )


def still(clip: Clip) -> Sequence[tuple[int, float]]:
    return [(0, 0.0)]


SHOTS = {
    each.slate: each
    for each in (
        shot("1A"),
        shot("1B", ["fox"]),
        shot("1C", ["fox"], "close"),
        shot("2A", ["hen"], place="set-b"),
        shot("3A", ["fox", "hen"]),
    )
}
CUT = film("1A", "1B", "1C", "2A", "3A")


def found(**changes: object) -> tuple[Moment, ...]:
    wanted: dict[str, object] = {"lines": (), "cues": (), "motion": still, **changes}
    return find_moments(CUT, SHOTS, {id: asset(id) for id in ("fox", "hen")}, **wanted)  # type: ignore[arg-type]


def test_the_last_scene_is_never_shown() -> None:
    assert [moment.slate for moment in found()] == ["1A", "1B", "1C", "2A"]


def test_of_a_film_of_one_scene_the_last_third_is_kept_back() -> None:
    shots = {slate: replace(SHOTS["1B"], slate=slate) for slate in ("1A", "1B", "1C", "1D", "1E", "1F")}
    cut = film(*shots)
    assert ending_of(cut, place_clips(cut), shots) == 4 * 36


def test_every_moment_says_why_in_both_languages() -> None:
    by_slate = {moment.slate: moment for moment in found()}
    assert by_slate["1B"].reason("en") == "first look at FOX"
    assert by_slate["1C"].reason("zh") == "FOX最后一次出现 和 近景"
    assert by_slate["2A"].reason("en") == "first look at HEN and a new place"
    assert by_slate["2A"].score > by_slate["1A"].score


def test_a_line_is_a_moment_where_it_lies_whole_in_a_clip() -> None:
    lines = (line("Run!", 40), line("No.", 70, 12), line("Never shown.", 150))
    said = [moment for moment in found(lines=lines) if moment.line is not None]
    assert [(moment.slate, moment.start, moment.end) for moment in said] == [("1B", 37, 57)]
    whole = next(moment for moment in found(lines=lines) if moment.slate == "1B")
    assert said[0].score > whole.score
    assert said[0].reasons[0].en == "first look at FOX"
    assert said[0].reasons[1].en == "FOX: “Run!”"


def test_what_is_heard_and_what_moves_counts() -> None:
    cue = SoundCue(sound="thunder", start=80, num_frames=12, gain=-7.0, why="thunder")
    steps = SoundCue(sound="footsteps-snow", start=40, num_frames=12, gain=-7.0)
    plain = {moment.slate: moment for moment in found()}
    heard = {moment.slate: moment for moment in found(cues=(cue, steps))}
    assert heard["1C"].score == plain["1C"].score + 2
    assert heard["1B"].score == plain["1B"].score

    def lively(clip: Clip) -> Sequence[tuple[int, float]]:
        return [(0, 0.0), (6, 9.0 if clip.slate == "1A" else 0.0)]

    moved = {moment.slate: moment for moment in found(motion=lively)}
    assert moved["1A"].score == plain["1A"].score + 2
    assert moved["1A"].reasons[-1].en == "much movement"


def moment(number: int, score: float) -> Moment:
    each = clip(f"{number}A")
    return Moment(
        slate=each.slate, clip=each, clip_start=number * 36, start=number * 36, num_frames=36, score=score, reasons=()
    )


@given(st.lists(st.floats(0, 9), min_size=1, max_size=20), st.integers(1, 12))
def test_a_choice_is_in_order_and_no_two_share_a_frame(scores: list[float], count: int) -> None:
    chosen = choose([moment(number, score) for number, score in enumerate(scores)], count)
    assert len(chosen) == min(count, len(scores))
    assert all(before.end <= after.start for before, after in pairwise(chosen))
    assert max(scores) in [each.score for each in chosen]


def test_a_choice_spreads_over_the_film() -> None:
    crowded = [moment(number, 4.0 if number < 6 else 2.5) for number in range(24)]
    assert {each.start // (6 * 36) for each in choose(crowded, 4)} == {0, 1, 2, 3}


def test_a_moment_is_shortened_to_where_most_moves() -> None:
    def late(clip: Clip) -> Sequence[tuple[int, float]]:
        return [(0, 0.0), (9, 0.0), (18, 8.0), (27, 9.0)]

    short = shorten(moment(2, 1.0), 18, late)
    assert (short.start, short.num_frames) == (72 + 18, 18) or (short.start, short.num_frames) == (72 + 9, 18)
    said = replace(moment(2, 1.0), line=line("Stay.", 80))
    assert shorten(said, 4, late) == said
    assert liveliest([(0, 0.0), (9, 0.0)], 36, 18) == 9


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(-1)])
def test_motion_is_measured_on_frames(tmp_path: Path, speed: Fraction) -> None:
    frames = [np.full((36, 64, 3), 20, np.uint8) for _ in range(24)]
    for index in range(12, 24):
        frames[index] = np.full((36, 64, 3), 20 + 15 * (index - 12), np.uint8)
    path = tmp_path / "take.mp4"
    write_video(path, frames, FPS)
    each = Clip(slate="1A", take="t", film="f", start=0, num_frames=24, available=24, speed=speed)
    motion = measure_motion(each, path, FPS)
    early = sum(change for place, change in motion if place <= 11)
    late = sum(change for place, change in motion if place > 11)
    assert (late > 10 * early) if speed > 0 else (early > 3 * late)
