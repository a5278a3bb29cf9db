"""Transitions of a timeline as joins of a cut: every one in the middle of its cut, as the studio holds it.

A dissolve that begins at its cut, or ends there, is the same picture as one in the middle of a cut that lies elsewhere:
the clips on its two sides are lengthened and shortened, and show from the same frames what they showed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from tianmu.film.cut import Clip, Gap, Item, Join


@dataclass(kw_only=True)
class Piece:
    """An item on its way, with the transition before it."""

    item: Item
    black: bool = False
    """It is black of an edit list."""


@dataclass(kw_only=True)
class Mix:
    """A transition on its way."""

    style: Literal["dissolve", "fade"]
    before: int
    after: int
    listed: bool = False
    """It comes from an edit list, where a transition begins at its cut."""
    own: bool = False
    """It says itself which it is, because we wrote it."""


def arranged(parts: list[Piece | Mix]) -> tuple[tuple[Item, ...], tuple[Join, ...]]:
    """Items and joins of a track, every transition in the middle of its cut."""
    items: list[Item] = []
    joins: list[Join] = []
    parts = _unlisted(parts)
    waiting: Mix | None = None
    for part in parts:
        if isinstance(part, Mix):
            waiting = part
            continue
        item = part.item
        if waiting is not None:
            waiting = _lit(waiting, items[-1] if items else None, item)
            length = waiting.before + waiting.after
            style = "fade" if not items else waiting.style
            moved = length - length // 2 - waiting.before if items else 0
            if moved and items:
                items[-1] = longer(items[-1], moved)
                item = later(item, moved)
            if length > 0:
                joins.append(Join(at=len(items), style=style, num_frames=length))
        items.append(item)
        waiting = None
    if waiting is not None and items and waiting.before + waiting.after > 0:
        joins.append(Join(at=len(items), style="fade", num_frames=waiting.before + waiting.after))
    return tuple(items), tuple(joins)


def _lit(mix: Mix, before: Item | None, after: Item) -> Mix:
    """A fade from black or into it, of which only the half that is seen was written, as the whole fade that it is."""
    if mix.own or mix.style != "fade" or before is None:
        return mix
    if isinstance(before, Gap) and mix.before == 0:
        return replace(mix, before=mix.after)
    if isinstance(after, Gap) and mix.after == 0:
        return replace(mix, after=mix.before - 1)
    return mix


def later(item: Item, frames: int) -> Item:
    """An item that begins so many frames of the cut later, and ends where it ended."""
    if isinstance(item, Clip):
        if item.speed > 0:
            item = replace(item, start=item.start + ceil(frames * item.speed))
        return replace(item, num_frames=item.num_frames - frames)
    return replace(item, num_frames=item.num_frames - frames)


def longer(item: Item, frames: int) -> Item:
    """An item that ends so many frames of the cut later."""
    if isinstance(item, Clip) and item.speed < 0:
        item = replace(item, start=item.start + round(frames * item.speed))
    return replace(item, num_frames=item.num_frames + frames)


def _unlisted(parts: list[Piece | Mix]) -> list[Piece | Mix]:
    """Fades of an edit list, which goes to black and comes from it in events of its own, as the fades they are.

    A, dissolve, black, dissolve, B   is a fade between A and B where black lasts just as long as the first dissolve
    A, dissolve, black                is a fade out into what black is left
    black, dissolve, B                is a fade in
    """
    made: list[Piece | Mix] = []
    index = 0
    while index < len(parts):
        part = parts[index]
        following = parts[index + 1] if index + 1 < len(parts) else None
        if not (isinstance(part, Mix) and part.listed and made and isinstance(following, Piece)):
            made.append(part)
            index += 1
            continue
        leaving = made[-1]
        assert isinstance(leaving, Piece)
        length = part.before + part.after
        if following.black and not leaving.black:  # a fade out: what goes on under the dissolve is the clip's own
            made[-1] = Piece(item=longer(leaving.item, length))
            rest = following.item.num_frames - length
            coming = parts[index + 2] if index + 2 < len(parts) else None
            if rest <= 0 and isinstance(coming, Mix):
                made.append(Mix(style="fade", before=length, after=coming.before + coming.after))
                index += 3
            elif rest <= 0:
                made.append(Mix(style="fade", before=length, after=0))
                index += 2
            else:
                made.append(Mix(style="fade", before=length, after=length - 1))
                made.append(Piece(item=Gap(num_frames=rest), black=True))
                index += 2
            continue
        if leaving.black:
            if leaving.item.num_frames == 0:  # the film fades in
                made.pop()
                made.append(Mix(style="fade", before=0, after=length))
            else:
                made.append(Mix(style="fade", before=length, after=length))
            index += 1
            continue
        made.append(part)
        index += 1
    return made
