"""Moments of a cut: the stretches that a book shows one picture of, and the few frames that are looked at for it.

A digest is a cut of nothing but those few frames, made of the same takes with the same looks and insets, so that
`cut_frames` reads them as it reads the film, without decoding what lies between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Item, Track
from tianmu.film.subtitle import spoken_lines
from tianmu.studio.edit.checks import source_frame

LOOKED_AT = 5
"""Frames that are looked at for one picture."""
_EDGE = Fraction(1, 10)
"""Of a moment, at either end, that is not looked at: people still come in, or go."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A stretch of a clip that gets one picture."""

    clip: Clip
    begins: int
    """The frame of the cut at which its clip begins."""
    start: int
    """The frame of the cut at which it begins itself."""
    num_frames: int
    lines: tuple[Dialogue, ...] = ()
    """What is spoken in it, in the order of the beginnings."""
    opens: bool = True
    """Whether it is the first of its clip."""

    @property
    def slate(self) -> str:
        """The shot that it shows."""
        return self.clip.slate

    def looked_at(self) -> tuple[int, ...]:
        """The frames of its clip, counted from the clip's beginning, that are looked at."""
        first = self.start - self.begins
        edge = int(self.num_frames * _EDGE)
        low, high = first + edge, first + self.num_frames - 1 - edge
        count = min(LOOKED_AT, high - low + 1)
        return tuple(low + (high - low) * at // max(1, count - 1) for at in range(count))

    def source(self, index: int) -> int:
        """The frame of the take that the clip's own frame `index` shows."""
        return source_frame(self.clip, index)


def moments_of(cut: Cut) -> tuple[Moment, ...]:
    """One for every clip of the first picture track, in the order of the cut; each has the lines that begin in it.

    A line that begins where there is no clip (over a title, over black) belongs to the clip before it, or to the first.
    """
    track = next(track for track in cut.tracks if track.kind == "video")
    found: list[Moment] = []
    at = 0
    for item in track.items:
        if isinstance(item, Clip):
            found.append(Moment(clip=item, begins=at, start=at, num_frames=item.num_frames))
        at += item.num_frames
    said: list[list[Dialogue]] = [[] for _ in found]
    for start, line in spoken_lines(cut):
        place = sum(moment.start <= start for moment in found) - 1
        if found:
            said[max(0, place)].append(line)
    return tuple(replace(moment, lines=tuple(lines)) for moment, lines in zip(found, said, strict=True))


def divide(moment: Moment, groups: Sequence[tuple[Dialogue, ...]]) -> tuple[Moment, ...]:
    """A moment as several that follow each other, one a group of lines, each as long as its lines are of the whole."""
    groups = groups[: moment.num_frames]
    if len(groups) < 2:
        return (replace(moment, lines=groups[0] if groups else ()),)
    weights = [max(1, sum(line.num_frames for line in lines)) for lines in groups]
    spare = moment.num_frames - len(groups)
    ends = [sum(weights[: n + 1]) * spare // sum(weights) + n + 1 for n in range(len(groups))]
    starts = [0, *ends[:-1]]
    return tuple(
        replace(moment, start=moment.start + start, num_frames=end - start, lines=lines, opens=moment.opens and not n)
        for n, (start, end, lines) in enumerate(zip(starts, ends, groups, strict=True))
    )


def digest_of(cut: Cut, moments: Sequence[Moment]) -> Cut:
    """The cut of the frames that are looked at, moment after moment, without joins.

    A moment is one clip that is played so fast that just its frames are left of it.
    """
    first: list[Item] = []
    above: dict[int, list[Item]] = {number: [] for number, _ in _insets(cut)}
    for moment in moments:
        indices = moment.looked_at()
        sources = sorted(moment.source(index) for index in indices)
        step = Fraction(sources[-1] - sources[0], max(1, len(sources) - 1))
        first.append(
            replace(moment.clip, start=sources[0], num_frames=len(indices), speed=step or Fraction(1, len(sources) + 1))
        )
        backwards = moment.clip.speed < 0
        for index in reversed(indices) if backwards else indices:
            for number, track in _insets(cut):
                above[number].append(_shown(track, moment.begins + index))
    tracks = [Track(name="V1", items=tuple(first))]
    tracks += [Track(name=f"V{number}", items=tuple(items)) for number, items in above.items()]
    return replace(cut, tracks=tuple(tracks))


def _insets(cut: Cut) -> Iterator[tuple[int, Track]]:
    """The picture tracks over the first one, counted from 2."""
    yield from enumerate([track for track in cut.tracks if track.kind == "video"][1:], 2)


def _shown(track: Track, frame: int) -> Item:
    """What a track shows in one frame of the cut, as an item of that one frame."""
    at = 0
    for item in track.items:
        if at <= frame < at + item.num_frames and isinstance(item, Clip):
            return replace(item, start=source_frame(item, frame - at), num_frames=1, speed=Fraction(1))
        at += item.num_frames
    return Gap(num_frames=1)
