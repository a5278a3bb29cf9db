"""The items of a track one after the other, with their dissolves and fades."""

from __future__ import annotations

from collections.abc import Generator

from tianmu.film.cut import Join, Track
from tianmu.studio.edit.checks import halves, handles
from tianmu.studio.edit.layers import Layer, Shown
from tianmu.studio.edit.sources import Layers, Sources


def track_frames(track: Track, sources: Sources) -> Generator[Shown]:
    """What a track shows, one `Shown` for each of its frames.

    At most two items are open at a time, and two only during a dissolve.

    A dissolve of n frames gives the new item 1 / (n + 1), 2 / (n + 1), ... n / (n + 1) of the picture: neither side
    is ever whole within it, and played backwards it is the same dissolve. A fade reaches nothing: black on the first
    track, the tracks below on any other.
    """
    joins = {join.at: join for join in track.joins}
    current: Layers | None = None
    try:
        for at, item in enumerate(track.items):
            join = joins.get(at)
            before, after = halves(join, len(track.items)) if join else (0, 0)
            coming = sources.open(item, *handles(track, at))
            if join and join.style == "dissolve" and current is not None:
                try:
                    yield from _dissolve(current, coming, join)
                except BaseException:
                    coming.close()
                    raise
            elif current is not None:
                yield from _fade_out(current, before)
            if current is not None:
                current.close()
            current = coming
            if join and join.style == "fade":
                yield from _fade_in(current, after)
            leaving = joins.get(at + 1)
            untouched = item.num_frames - after - (halves(leaving, len(track.items))[0] if leaving else 0)
            for _ in range(untouched):
                yield Shown(layer=next(current))
        last = joins.get(len(track.items))
        if last and current is not None:
            yield from _fade_out(current, last.num_frames)
    finally:
        if current is not None:
            current.close()


def _dissolve(current: Layers, coming: Layers, join: Join) -> Generator[Shown]:
    for index in range(join.num_frames):
        leaving: Layer | None = next(current)
        yield Shown(layer=leaving, other=next(coming), share=(index + 1) / (join.num_frames + 1))


def _fade_out(current: Layers, num_frames: int) -> Generator[Shown]:
    for index in range(num_frames):
        yield Shown(layer=next(current), share=(index + 1) / num_frames)


def _fade_in(current: Layers, num_frames: int) -> Generator[Shown]:
    for index in range(num_frames):
        yield Shown(layer=next(current), share=1 - index / num_frames)
