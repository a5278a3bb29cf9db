"""What would widen a film most: other hours, weathers, sets, framings and moves are tried, and the best are kept.

Every change of the world's vocabulary is tried on the scenes and shots that are most alike. How far it lifts the Vendi
score of the prompts is computed for all, and of the pictures for the best of them, drawn as sketches by the animated
stage (so that the film's own pictures, of whatever engine, are compared with nothing that they are not).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from tianmu.core.text import say
from tianmu.engines.protocol import plan_request
from tianmu.engines.registry import get_engine
from tianmu.film.asset import Asset
from tianmu.film.shot import Move, Shot, ShotSize
from tianmu.governance.diversity import PICTURE_WIDTH, TEXT_WIDTH, alike, describe_picture, nearest_pairs, vendi
from tianmu.studio.boards.terms import MOVES, SIZES, word
from tianmu.studio.planner.prompts import write_prompt
from tianmu.studio.render import silent

SKETCHER: Final = "animatic"
_PAIRS: Final = 4
"""Of the most similar shots: changes are tried on these and on their scenes."""
_DRAWN: Final = 12
"""Of all changes, those that lift the score of the prompts most: these are drawn."""
_OF_A_FACT: Final = 2
"""Changes of the hour, of the place, ... that are told: others are as good as the next best of another fact."""
_SIZES: Final[tuple[ShotSize, ...]] = ("wide", "medium", "close")
_PIXELS: Final = (160, 90)

_NOTES: Final = {"time": "at {}", "weather": "{}", "size": "{} shot", "move": "{}"}
_WEATHERS: Final = {
    "clear": "clear sky",
    "cloudy": "cloudy sky",
    "rain": "in the rain",
    "snow": "in falling snow",
    "fog": "in the fog",
    "leaves": "with falling leaves",
}
_MOVING: Final[dict[Move, str]] = {
    "static": "static camera",
    "pan_left": "pan left",
    "pan_right": "pan right",
    "tilt_up": "tilt up",
    "tilt_down": "tilt down",
    "push_in": "push in",
    "pull_out": "pull out",
}
_PLACES: Final = {
    "meadow": "草地",
    "desert": "沙漠",
    "snowfield": "雪原",
    "sea": "海上",
    "city": "城市",
    "forest": "森林",
    "lake": "湖边",
    "room": "室内",
    "stage": "舞台",
    "moon": "月球",
}
Drawer = Callable[[Shot], NDArray[np.uint8]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change, and what it would do."""

    scene: str
    """Its number; where one shot is changed, the scene it is of."""
    slate: str
    """Of the one shot that is changed; empty where the whole scene is."""
    fact: str
    """`time`, `weather`, `set`, `size` or `move`."""
    before: str
    after: str
    words: float
    """By how much the Vendi score of the prompts rises."""
    pictures: float | None
    """The same of sketches of all shots; None where none could be drawn."""

    @property
    def note(self) -> str:
        """What to write with `tianmu retake SHOT --note`; empty for a set, which the script names."""
        said = {"weather": _WEATHERS, "move": _MOVING}.get(self.fact, {}).get(self.after, self.after)  # type: ignore[call-overload]
        return _NOTES[self.fact].format(said) if self.fact in _NOTES else ""

    def sentence(self) -> str:
        """For a person."""
        en, zh = self._asked()
        up = f"{self.words:+.2f}"
        drawn = ""
        if self.pictures is not None:
            drawn = say(f", pictures {self.pictures:+.2f}", f"，画面 {self.pictures:+.2f}")
        return say(f"{en} (prompts {up}{drawn})", f"{zh}（提示词 {up}{drawn}）")

    def _asked(self) -> tuple[str, str]:
        if self.fact == "set":
            return (
                f"Play scene {self.scene} in another place, {_place(self.after)} instead of {self.before}",
                f"把第 {self.scene} 场换到{_PLACES[self.after]}（现为 {self.before}）",
            )
        if not self.slate:
            return (
                f"Play scene {self.scene} {self.note} instead of {self.before or 'what is open'}; write it into the "
                "script",
                f"把第 {self.scene} 场改为{word(self.after)}（现为{word(self.before) if self.before else '未定'}）；"
                "写进剧本",
            )
        shown = {"size": SIZES, "move": MOVES}[self.fact][self.after]  # type: ignore[index]
        return (
            f'Shot {self.slate} as a {self.note}: tianmu retake {self.slate} --note "{self.note}"'
            if self.fact == "size"
            else f'Shot {self.slate} with {self.note}: tianmu retake {self.slate} --note "{self.note}"',
            f'镜头 {self.slate} 改用{shown[1]}：tianmu retake {self.slate} --note "{self.note}"',
        )


@dataclass(frozen=True, kw_only=True)
class _Tried:
    change: Change
    shots: tuple[Shot, ...]


def suggest_changes(
    shots: Sequence[Shot], assets: Mapping[str, Asset], most: int = 5, draw: Drawer | None = None
) -> tuple[Change, ...]:
    """The `most` changes that lift the scores most, one for each fact of a place; nothing for fewer than two shots.

    `draw` sketches a shot `[h w 3] uint8`; by default the animated stage does.
    """
    if len(shots) < 2:
        return ()
    reader = _Reader()
    now = vendi(alike(reader.vectors(shots), TEXT_WIDTH))
    pairs = nearest_pairs(alike(reader.vectors(shots), TEXT_WIDTH), _PAIRS)
    doubled = [shots[place] for place in dict.fromkeys(place for pair in pairs for place in (pair.second, pair.first))]
    tried = list(_tries(shots, doubled, assets))
    reader.vectors([shot for one in tried for shot in one.shots])  # all in one go
    rated = [
        replace(one, change=replace(one.change, words=vendi(alike(reader.vectors(one.shots), TEXT_WIDTH)) - now))
        for one in tried
    ]
    rated = sorted((one for one in rated if one.change.words > 0), key=lambda one: -one.change.words)
    drawn = _draw(shots, _varied(rated, _DRAWN), draw or _sketch)
    ranked = sorted(drawn, key=lambda change: (-_gain(change, now), change.scene, change.slate, change.after))
    best: dict[tuple[str, str, str], Change] = {}
    for change in ranked:
        if sum(other.fact == change.fact for other in best.values()) < _OF_A_FACT:
            best.setdefault((change.scene, change.slate, change.fact), change)
    return tuple(best.values())[:most]


def _varied(rated: Sequence[_Tried], most: int) -> list[_Tried]:
    """The best, but of one fact no more than four and of one place two: else other sets for one scene fill the list."""
    kept: list[_Tried] = []
    for one in rated:
        key = (one.change.scene, one.change.slate, one.change.fact)
        same = [o for o in kept if o.change.fact == one.change.fact]
        if len(same) < 4 and sum((o.change.scene, o.change.slate, o.change.fact) == key for o in same) < 2:
            kept.append(one)
    return kept[:most]


def _gain(change: Change, now: float) -> float:
    """Words and pictures count alike."""
    return math.log1p(max(change.words, -0.9) / now) + (change.pictures or 0.0) / now


def _tries(shots: Sequence[Shot], doubled: Sequence[Shot], assets: Mapping[str, Asset]) -> Iterator[_Tried]:
    from tianmu.world.scene import SETTINGS, TIMES, WEATHERS

    for scene in dict.fromkeys(shot.scene for shot in doubled):
        first = next(shot for shot in shots if shot.scene == scene)
        for time in TIMES:
            if time != first.time:
                yield _scene(shots, scene, "time", first.time, time, assets)
        place = assets.get(first.set or "")
        setting = place.now.setting if place else None
        for weather in WEATHERS:
            if weather != (first.weather or "clear") and setting not in ("room", "stage", "moon"):
                yield _scene(shots, scene, "weather", first.weather or "clear", weather, assets)
        for other in SETTINGS:
            if place is not None and other != setting:
                yield _scene(shots, scene, "set", place.name, other, assets)
    for shot in doubled:
        for size in _SIZES:
            if size != shot.size:
                yield _one(shots, shot, "size", size, assets)
        for move in get_args(Move):
            if move != shot.move:
                yield _one(shots, shot, "move", move, assets)


def _scene(
    shots: Sequence[Shot], scene: str, fact: str, before: str, after: str, assets: Mapping[str, Asset]
) -> _Tried:
    """All shots of a scene at another hour, in another weather or place."""
    known = dict(assets)

    def turned(shot: Shot) -> Shot:
        if shot.scene != scene:
            return shot
        if fact == "set":
            place = known.get(shot.set or "")
            if place is None:
                return shot
            moved = place.revise(replace(place.now, words=_place(after), setting=after))
            return replace(shot, prompt=write_prompt(shot, {**known, place.id: moved}))
        made = replace(shot, **{fact: after})
        return replace(made, prompt=write_prompt(made, known))

    change = Change(scene=scene, slate="", fact=fact, before=before, after=after, words=0.0, pictures=None)
    return _Tried(change=change, shots=tuple(turned(shot) for shot in shots))


def _one(shots: Sequence[Shot], shot: Shot, fact: str, after: str, assets: Mapping[str, Asset]) -> _Tried:
    made = replace(shot, **{fact: after})
    made = replace(made, prompt=write_prompt(made, assets))
    change = Change(
        scene=shot.scene,
        slate=shot.slate,
        fact=fact,
        before=str(getattr(shot, fact)),
        after=after,
        words=0.0,
        pictures=None,
    )
    return _Tried(change=change, shots=tuple(made if one is shot else one for one in shots))


def _place(setting: str) -> str:
    from tianmu.world.lexicon import article

    return f"the {setting}" if setting in ("sea", "moon") else f"{article(setting)} {setting}"


class _Reader:
    """Sentence vectors of prompts, each computed once."""

    def __init__(self) -> None:
        self._known: dict[str, NDArray[np.float32]] = {}

    def vectors(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        from tianmu.world.embedding import embed

        new = list(dict.fromkeys(shot.prompt for shot in shots if shot.prompt not in self._known))
        if new:
            self._known.update(zip(new, embed(new), strict=True))
        return np.stack([self._known[shot.prompt] for shot in shots])


def _draw(shots: Sequence[Shot], tried: Sequence[_Tried], draw: Drawer) -> list[Change]:
    """The changes, with what they do to sketches of all shots."""
    known: dict[tuple[str, int], NDArray[np.float32]] = {}

    def seen(several: Sequence[Shot]) -> NDArray[np.float32]:
        for shot in several:
            if (shot.prompt, shot.seed) not in known:
                known[shot.prompt, shot.seed] = describe_picture(draw(shot))
        return np.stack([known[shot.prompt, shot.seed] for shot in several])

    now = vendi(alike(seen(shots), PICTURE_WIDTH)) if tried else 0.0
    return [replace(one.change, pictures=vendi(alike(seen(one.shots), PICTURE_WIDTH)) - now) for one in tried]


def _sketch(shot: Shot) -> NDArray[np.uint8]:
    """A frame out of the middle of a shot, as the animated stage draws it."""
    engine = get_engine(SKETCHER)
    small = replace(shot, pixels=_PIXELS, fps=Fraction(2) / shot.seconds, overcrank=Fraction(1))
    request = replace(plan_request(small, engine.capabilities, seed=shot.seed), num_frames=3)
    frames = [frame for chunk in engine.generate(request, silent).chunks for frame in chunk]
    return np.asarray(frames[1], np.uint8)
