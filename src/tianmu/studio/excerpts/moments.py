"""The telling moments of a film, found in what is known of it, each with its score and its reasons.

1. Where the film's ending begins is found; nothing of it is shown.
2. Every clip before it is a moment, and every line that is spoken in it: points for first and last looks at those who
   speak most, for lines with weight, sounds that are named, closeness, and changes of place and time.
3. The best of them are looked at: what moves most is worth up to two points more.
4. The best are chosen, spread over the film.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tianmu.core.settings import Language
from tianmu.core.text import listed
from tianmu.film.asset import Asset
from tianmu.film.cut import Clip, Cut
from tianmu.film.shot import Reason, Shot, ShotSize
from tianmu.film.sound import PlacedLine, SoundCue
from tianmu.film.time import count_frames
from tianmu.film.wording import split_languages
from tianmu.studio.excerpts.motion import liveliest
from tianmu.studio.excerpts.pieces import PlacedClip, place_clips
from tianmu.studio.planner.timing import plain

LEAD, TAIL = Fraction(1, 4), Fraction(3, 8)
"""Seconds that a line has before and behind it, where its shot has them."""
LOOKED_AT = 48
"""Moments whose motion is measured, at most."""
_MAIN = 3
"""Characters that are looked for."""
_ENDING = Fraction(2, 3)
"""Where the ending of a film begins that has but one scene, or a last one longer than that."""
_CLOSENESS: Mapping[ShotSize, float] = {"medium_close": 0.5, "close": 1.0, "extreme_close": 1.5}
_STEPS = ("footsteps", "flap")
_LONGEST_QUOTE = 40
_LOUD = -14.0
"""Decibels from which on an effect is one that makes somebody look up."""
_SAME_STRETCH, _NEIGHBOUR = 1.75, 0.75
"""Points that a moment loses for each one that is chosen from its stretch of the film, and for one right beside it."""
_STRONG = re.compile(r"[!！]")
_ASKS = re.compile(r"[?？]")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A part of one clip of a film, and why it was chosen."""

    slate: str
    clip: Clip
    clip_start: int
    """The first frame of the cut that shows the clip."""
    start: int
    """The first frame of the cut that shows the moment."""
    num_frames: int
    score: float
    reasons: tuple[Reason, ...]
    """The weightiest first."""
    line: PlacedLine | None = None
    """What is said in it, whole."""

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.num_frames

    @property
    def clip_end(self) -> int:
        """The first frame of the cut behind the clip."""
        return self.clip_start + self.clip.num_frames

    @property
    def offset(self) -> int:
        """Of its first frame in its clip."""
        return self.start - self.clip_start

    def reason(self, language: Language) -> str:
        """Why it was chosen, in a few words."""
        return listed([getattr(reason, language) for reason in self.reasons[:2]], language=language)


Motion = Callable[[Clip], Sequence[tuple[int, float]]]
"""See `motion.measure_motion`."""


def find_moments(
    cut: Cut,
    shots: Mapping[str, Shot],
    assets: Mapping[str, Asset],
    lines: Sequence[PlacedLine],
    cues: Sequence[SoundCue],
    motion: Motion,
) -> tuple[Moment, ...]:
    """Every moment of a film before its ending, in order: each clip whole, and each line that lies whole in a clip.

    Args:
        cut: the film.
        shots: by slate.
        assets: characters, by id.
        lines: as they are heard.
        cues: as they are heard.
        motion: measures a clip; asked for the best ones alone.
    """
    placed = [each for each in place_clips(cut) if each.clip.slate in shots]
    before = ending_of(cut, placed, shots)
    shown = [each for each in placed if each.end <= before] or placed[:1]
    points = _looks(shown, shots, assets, lines)
    first_of_scene = _firsts(lines)
    found: list[Moment] = []
    for index, each in enumerate(shown):
        shot = shots[each.clip.slate]
        reasons = [*points[index], *_of_picture(shot, shots.get(shown[index - 1].clip.slate) if index else None)]
        reasons += _of_sounds(each, cues)
        found.append(_moment(each, each.start, each.clip.num_frames, reasons))
        for line in lines:
            if span := _span(line, each, cut.fps):
                said = [*reasons, *_of_line(line, line in first_of_scene)]
                found.append(replace(_moment(each, span[0], span[1] - span[0], said), line=line))
    return _moved(found, motion)


def ending_of(cut: Cut, placed: Sequence[PlacedClip], shots: Mapping[str, Shot]) -> int:
    """The frame from which on a film is not given away: its last scene, or its last third where that is the film."""
    if not placed:
        return cut.num_frames
    last = shots[placed[-1].clip.slate].scene
    scene = next(each.start for each in placed if shots[each.clip.slate].scene == last)
    first, end = placed[0].start, placed[-1].end
    third = first + int((end - first) * _ENDING)
    return scene if scene - first >= (end - first) / 3 else third


def choose(moments: Iterable[Moment], count: int) -> tuple[Moment, ...]:
    """The best moments, in the film's order.

    They are taken one by one; each costs those that share its stretch of the film (there are `count` equal ones) so
    many points, and its neighbours some more, that the choice spreads. No two share a clip, so no two share a frame.
    """
    left = sorted(moments, key=lambda moment: (-moment.score, moment.start, moment.num_frames))
    if not left or count < 1:
        return ()
    first, last = min(moment.start for moment in left), max(moment.end for moment in left)

    def stretch(moment: Moment) -> int:
        return (moment.start + moment.num_frames // 2 - first) * count // max(1, last - first)

    def worth(moment: Moment) -> float:
        shared = sum(stretch(other) == stretch(moment) for other in chosen)
        near = any(moment.clip_start == other.clip_end or moment.clip_end == other.clip_start for other in chosen)
        return moment.score - _SAME_STRETCH * shared - _NEIGHBOUR * near

    chosen: list[Moment] = []
    while left and len(chosen) < count:
        best = max(left, key=worth)
        chosen.append(best)
        left = [moment for moment in left if moment.clip_start != best.clip_start]
    return tuple(sorted(chosen, key=lambda moment: moment.start))


def _moment(each: PlacedClip, start: int, num_frames: int, reasons: Sequence[tuple[float, Reason]]) -> Moment:
    ranked = sorted(reasons, key=lambda pair: -pair[0])
    return Moment(
        slate=each.clip.slate,
        clip=each.clip,
        clip_start=each.start,
        start=start,
        num_frames=num_frames,
        score=round(sum(points for points, _ in reasons), 3),
        reasons=tuple(reason for _, reason in ranked) or (_because("place", "on the way", "途中"),),
    )


def _because(choice: str, en: str, zh: str) -> Reason:
    return Reason(choice=choice, en=en, zh=zh)


def _looks(
    shown: Sequence[PlacedClip], shots: Mapping[str, Shot], assets: Mapping[str, Asset], lines: Sequence[PlacedLine]
) -> list[list[tuple[float, Reason]]]:
    """Points of each clip for the first and the last look at each main character."""
    spoken = Counter(line.asset for line in lines if line.asset)
    seen = Counter(actor.asset for each in shown for actor in shots[each.clip.slate].performers)
    order = sorted(seen, key=lambda id: (-spoken[id], -seen[id], id))
    main = [id for id in order if id in assets and assets[id].kind == "character"][:_MAIN]
    points: list[list[tuple[float, Reason]]] = [[] for _ in shown]
    for id in main:
        where = [n for n, each in enumerate(shown) if id in {a.asset for a in shots[each.clip.slate].performers}]
        name = assets[id].name
        points[where[0]].append((3.0, _because("first", f"first look at {name}", f"{name}首次出现")))
        if len(where) > 1:
            points[where[-1]].append((1.5, _because("last", f"last look at {name}", f"{name}最后一次出现")))
    return points


def _of_picture(shot: Shot, before: Shot | None) -> list[tuple[float, Reason]]:
    points: list[tuple[float, Reason]] = []
    if closeness := _CLOSENESS.get(shot.size):
        points.append((closeness, _because("size", "seen close", "近景")))
    if before is None or shot.set != before.set:
        points.append((1.25, _because("set", "a new place", "新的地点")))
    elif shot.time != before.time or shot.weather != before.weather:
        points.append((1.0, _because("time", "another time or weather", "时间或天气变了")))
    return points


def _of_sounds(each: PlacedClip, cues: Sequence[SoundCue]) -> list[tuple[float, Reason]]:
    heard = {
        cue.sound: cue
        for cue in cues
        if cue.kind == "effect" and each.start <= cue.start < each.end and not cue.sound.startswith(_STEPS)
    }
    return [
        (
            2.0 if cue.gain >= _LOUD else 1.0,
            _because("sound", f"the sound of “{cue.why or name}”", f"“{cue.why or name}”之声"),
        )
        for name, cue in heard.items()
    ]


def _of_line(line: PlacedLine, first: bool) -> list[tuple[float, Reason]]:
    """Points of a line: more for one that calls or asks, that opens its scene, that is said in one breath."""
    text = plain(line.text)
    weight = 1.0 + (1.25 if _STRONG.search(text) else 0.75 if _ASKS.search(text) else 0.0) + (0.5 if first else 0.0)
    size = len(re.findall(r"[A-Za-z']+", text)) + len(re.findall(r"[\u3400-\u9fff]", text)) / 1.5
    weight += 0.75 if 3 <= size <= 12 else 0.0 if size <= 20 else -1.0
    en, zh = (_quoted(text, language) for language in ("en", "zh"))
    return [(weight, _because("line", f"{line.character}: “{en}”", f"{line.character}：“{zh}”"))]


def _quoted(text: str, language: Language) -> str:
    """A line in one language, where it is there in both, and no longer than a note bears."""
    said = dict(split_languages(text)).get(language, text)
    return said if len(said) <= _LONGEST_QUOTE else f"{said[: _LONGEST_QUOTE - 1]}…"


def _firsts(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """The first line of everybody."""
    found: dict[str, PlacedLine] = {}
    for line in lines:
        found.setdefault(line.character, line)
    return list(found.values())


def _span(line: PlacedLine, each: PlacedClip, fps: Fraction) -> tuple[int, int] | None:
    """The frames of a line with some silence around it; None where it does not lie whole in the clip."""
    end = line.start + line.num_frames
    if not (each.start <= line.start and end <= each.end):
        return None
    return max(each.start, line.start - count_frames(LEAD, fps)), min(each.end, end + count_frames(TAIL, fps))


def _moved(moments: Sequence[Moment], motion: Motion) -> tuple[Moment, ...]:
    """With points for what moves in the best of them; a clip without a line is left whole, to be cut where it moves."""
    best = sorted(moments, key=lambda moment: (-moment.score, moment.start))[:LOOKED_AT]
    clips = {moment.clip_start: moment.clip for moment in best}
    changes = {start: [change for _, change in motion(clip)] for start, clip in clips.items()}
    energy = {start: sum(each) / max(1, len(each) - 1) for start, each in changes.items()}
    most = max(energy.values(), default=0.0)
    if most <= 0:
        return tuple(moments)
    because = _because("motion", "much movement", "动作强烈")
    result: list[Moment] = []
    for moment in moments:
        share = energy.get(moment.clip_start, 0.0) / most
        reasons = (*moment.reasons, because) if share >= 0.5 else moment.reasons
        result.append(replace(moment, score=round(moment.score + 2 * share, 3), reasons=reasons))
    return tuple(result)


def shorten(moment: Moment, num_frames: int, motion: Motion) -> Moment:
    """A moment of at most so many frames: where most moves in it; one with a line stays as it is."""
    if moment.line is not None or moment.num_frames <= num_frames:
        return moment
    begin = liveliest(motion(moment.clip), moment.clip.num_frames, num_frames)
    return replace(moment, start=moment.clip_start + begin, num_frames=num_frames)
