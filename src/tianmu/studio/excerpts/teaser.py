"""`SHOW-teaser.webp`: a few seconds of a film without sound, which loop; labelled, watermarked, signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Clip, Cut, Item, Join, Track
from tianmu.film.time import count_frames
from tianmu.media.image import Frame
from tianmu.media.planes import as_rgb
from tianmu.media.video import write_video
from tianmu.studio.claims import claim_of_film, mark_of_cut
from tianmu.studio.edit import cut_frames
from tianmu.studio.edit.lengths import longest_dissolve
from tianmu.studio.edition import Edition, Written
from tianmu.studio.excerpts.moments import Moment, Motion, choose, shorten
from tianmu.studio.excerpts.pieces import piece_of
from tianmu.studio.excerpts.sources import moments_of, motion_of, told
from tianmu.studio.marking import Marking
from tianmu.studio.print_screening import PrintScreening

SECONDS = Fraction(5)
NUM_MOMENTS = 4
WIDEST = 480
"""Pixels."""
FASTEST = 15
"""Frames a second: a film at 24 plays every second of its frames."""
LOOP = Fraction(1, 2)
"""Seconds of the first moment that are kept for the end, so that the end goes over into the beginning."""
MOST_BYTES = 3_000_000
QUALITIES = (26, 38, 50, 62)
"""As `write_video` counts them, tried in turn until the file is small enough."""


def write_teaser(edition: Edition, folder: Path, progress: Progress) -> Written:
    """Write the teaser of a film.

    Raises:
        InputError: the film has no shot, or its frames are too small for the label.
        MediaError: a take is missing, damaged, or not as it was when it was kept.
        OutputError: the place cannot be written, or the disk is full.
    """
    motion = motion_of(edition)
    progress(0.0, say("looking for moments", "寻找片段"))
    chosen = choose_moments(moments_of(edition, motion, heard=False), edition.cut, motion)
    cut = teaser_cut(edition.cut, chosen)
    path = folder / f"{edition.show}-teaser.webp"
    marking = Marking(mark_of_cut(cut), edition.leave)
    media, screening = edition.project.media, PrintScreening(edition.project, cut, edition.leave.audience)
    with marking.meter:
        # At most six seconds of small frames: they are held, since their file may have to be written again.
        seen = screening.over(cut_frames(cut, media.path, open_look=media.path))
        frames = list(marking.frames(map(as_rgb, seen), cut))
        progress(0.7, path.name)
        _write(path, frames, cut, marking)
    marking.sign(path, claim_of_film(cut, media, marking.meter.footprint, voiced=False), project=edition.project)
    progress(1.0, path.name)
    notes = (told(say("Teaser", "短预告"), chosen), *dict.fromkeys(marking.notes), *screening.notes)
    return Written(files=(path,), notes=notes)


def choose_moments(moments: Sequence[Moment], cut: Cut, motion: Motion) -> tuple[Moment, ...]:
    """The moments of a teaser, each where most moves in it, in the film's order.

    Raises:
        InputError: there is none.
    """
    chosen = choose([moment for moment in moments if moment.line is None], NUM_MOMENTS)
    if not chosen:
        raise InputError(
            say(
                "A teaser needs at least one shot, and this film has none; make it again with one.",
                "短预告至少需要一个镜头，而影片中没有；请先制作含镜头的影片。",
            )
        )
    # Half of the time is shared out evenly, the other half by what the moments are worth.
    worth = sum(moment.score for moment in chosen) or 1.0
    shares = [Fraction(1, 2 * len(chosen)) + Fraction(round(1000 * m.score / worth), 2000) for m in chosen]
    lengths = [count_frames(SECONDS * share, cut.fps) for share in shares]
    return tuple(shorten(moment, length, motion) for moment, length in zip(chosen, lengths, strict=True))


def teaser_cut(film: Cut, moments: Sequence[Moment]) -> Cut:
    """The cut of a teaser: smaller, at a lower rate, its end dissolving into what comes before its first frame."""
    every = -(-film.fps // FASTEST)
    width, height = _size(film.width, film.height)
    fps = film.fps / every
    held = min(count_frames(LOOP, film.fps), moments[0].num_frames // 2) // every * every
    first = moments[0]
    pieces: list[Clip] = []
    for moment in moments:
        begin = held if moment is first else 0
        pieces.append(piece_of(moment.clip, moment.offset + begin, moment.num_frames - begin, faster=Fraction(every)))
    joins: tuple[Join, ...] = ()
    if held >= every and len(pieces) > 1:
        pieces.append(piece_of(first.clip, first.offset, held, faster=Fraction(every)))
        longest = min(pieces[-1].num_frames, longest_dissolve(pieces[-2], pieces[-1]))
        joins = (Join(at=len(pieces) - 1, style="dissolve", num_frames=longest),) if longest else ()
    elif held >= every:
        pieces = [piece_of(first.clip, first.offset, first.num_frames, faster=Fraction(every))]
    items: tuple[Item, ...] = tuple(pieces)
    name = say(f"{film.name} (teaser)", f"{film.name}（短预告）", language="en")
    return replace(
        film, name=name, fps=fps, width=width, height=height, tracks=(Track(name="V1", items=items, joins=joins),)
    )


def _size(width: int, height: int) -> tuple[int, int]:
    if width <= WIDEST:
        return width, height
    return WIDEST, max(2, round(Fraction(height * WIDEST, width) / 2) * 2)


def _write(path: Path, frames: Sequence[Frame], cut: Cut, marking: Marking) -> None:
    for quality in QUALITIES:
        info = write_video(path, frames, cut.fps, format="webp", crf=quality, metadata=marking.metadata)
        if info.bytes <= MOST_BYTES:
            return
