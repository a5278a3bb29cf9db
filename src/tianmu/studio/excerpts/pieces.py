"""A part of a clip of a cut, as a clip of another cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from tianmu.film.cut import Clip, Cut


@dataclass(frozen=True, kw_only=True)
class PlacedClip:
    """A clip of the first picture track in its place."""

    clip: Clip
    start: int
    """The first frame of the cut."""

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.clip.num_frames


def place_clips(cut: Cut) -> tuple[PlacedClip, ...]:
    """The clips of the first picture track, in order."""
    placed: list[PlacedClip] = []
    at = 0
    for item in cut.tracks[0].items if cut.tracks else ():
        if isinstance(item, Clip):
            placed.append(PlacedClip(clip=item, start=at))
        at += item.num_frames
    return tuple(placed)


def piece_of(clip: Clip, offset: int, num_frames: int, *, faster: Fraction = Fraction(1)) -> Clip:
    """The part of a clip that begins `offset` frames after it and lasts `num_frames`, frame for frame as the clip.

    `faster` is how many frames of the clip go by for each frame of the piece, for a cut at a lower rate; both counts
    are of the clip's own frames, and the piece has fewer.
    """
    assert 0 <= offset < offset + num_frames <= clip.num_frames, "a part of the clip"
    skipped = clip.num_frames - offset - num_frames if clip.speed < 0 else offset
    return replace(
        clip,
        start=clip.start + (skipped * abs(clip.speed)).__floor__(),
        num_frames=max(1, (num_frames / faster).__floor__()),
        speed=clip.speed * faster,
    )
