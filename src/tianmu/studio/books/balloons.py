"""Balloons and captions of one panel: how their words are set, and where they stand.

Nothing lies outside the panel, nothing over anything else; who is read first stands higher, or further left. Faces are
kept free where that can be: of all places that are allowed, the ones that hide least are taken, and where nothing fits
in large letters, smaller ones are tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from tianmu.film.wording import split_languages
from tianmu.media.letters import break_lines, clean, width_of
from tianmu.studio.books.panels import Rect

LARGEST, SMALLEST = 27, 15
"""Of letters, in pixels, on a page 1600 pixels wide."""
LEADING = 1.28
_EDGE = 12
"""Pixels between a balloon and the edge of its panel."""
_APART = 8
_TRIED = 14
"""Places of one balloon that are tried with the next one."""

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words for a balloon, and who says them."""

    text: str
    name: str = ""
    """Written over the words, where the picture does not tell who speaks."""
    mouth: Point | None = None
    """Where the speaker's head is, in pixels of the panel; None where it is not known."""
    off_screen: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of words in a block."""

    text: str
    size: int
    x: float
    """Of its beginning, from the block's left edge."""
    baseline: int
    """From the block's top edge."""
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Block:
    """Words that are set."""

    width: int
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Balloon:
    """A balloon in its place."""

    box: Rect
    block: Block
    """Its words; they begin at the box's corner."""
    tail: tuple[Point, Point] | None
    """From its edge to its tip; None for who is heard and not seen."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """Words of the narration in their place."""

    box: Rect
    block: Block
    heading: bool


@lru_cache(maxsize=4096)
def set_words(text: str, size: int, room: int, name: str = "", *, centred: bool = True) -> Block:
    """Words in lines of at most `room` pixels with a margin around them; each language of a text begins a line.

    Where a text says the same in two languages, the second one is smaller and quieter.
    """
    across, along = round(0.55 * size), round(0.85 * size)
    lines: list[tuple[str, int, bool]] = []
    if name:
        small = max(10, round(0.7 * size))
        lines += [(line, small, True) for line in break_lines(clean(name), small, room - 2 * along)]
    for number, (_, part) in enumerate(split_languages(clean(text)) or (("en", clean(text)),)):
        own = size if not number else max(12, round(0.86 * size))
        lines += [(line, own, number > 0) for line in break_lines(part, own, room - 2 * along)]
    wide = math.ceil(max((width_of(line, own) for line, own, _ in lines), default=0))
    rows: list[Row] = []
    y = across
    for line, own, quiet in lines:
        x = along + ((wide - width_of(line, own)) / 2 if centred else 0)
        rows.append(Row(text=line, size=own, x=x, baseline=y + round(0.98 * own), quiet=quiet))
        y += round(LEADING * own)
    return Block(width=wide + 2 * along, height=y + across, rows=tuple(rows))


def set_captions(texts: Sequence[tuple[str, bool]], width: int, height: int) -> tuple[Caption, ...]:
    """Captions at the head of a panel, one under the other; each says whether it is a heading.

    Narration takes at most a third of the panel; what is longer ends with an ellipsis.
    """
    placed: list[Caption] = []
    top = 0
    for text, heading in texts:
        size = next(
            (
                size
                for size in range(24 if heading else 23, SMALLEST - 1, -1)
                if set_words(text, size, round(0.94 * width), centred=False).height <= height * 0.34 - top
            ),
            SMALLEST,
        )
        block = _shortened(text, size, round(0.94 * width), max(round(height * 0.42) - top, 3 * SMALLEST))
        placed.append(
            Caption(box=Rect(left=0, top=top, width=block.width, height=block.height), block=block, heading=heading)
        )
        top += block.height
    return tuple(placed)


def _shortened(text: str, size: int, room: int, height: int) -> Block:
    """As many words as there is room for in height."""
    words = clean(text)
    block = set_words(words, size, room, centred=False)
    while block.height > height and len(words) > 8:
        words = words[: int(len(words) * 0.9)].rstrip()
        block = set_words(words.rstrip(".,;，。；、…") + "…", size, room, centred=False)
    return block


def place_balloons(
    said: Sequence[Said], width: int, height: int, *, people: Sequence[Rect] = (), captions: Sequence[Caption] = ()
) -> tuple[Balloon, ...]:
    """Balloons for what is said in a panel of `width` x `height` pixels, in the order in which it is said."""
    top = max((caption.box.bottom for caption in captions), default=0)
    for size in range(LARGEST, SMALLEST - 1, -2):
        found = _search(said, size, width, height, top, people)
        if found is not None:
            return found
    return _stacked(said, width, height, top)


def _search(
    said: Sequence[Said], size: int, width: int, height: int, top: int, people: Sequence[Rect]
) -> tuple[Balloon, ...] | None:
    """The cheapest places at one size of letters; None where not all fit."""
    beam: list[tuple[float, tuple[Balloon, ...]]] = [(0.0, ())]
    for one in said:
        grown: list[tuple[float, tuple[Balloon, ...]]] = []
        options = list(_options(one, size, width, height, top))
        for cost, before in beam:
            for box, block in options:
                if before and not _follows(before[-1].box, box):
                    continue
                if any(_near(box, other.box) for other in before):
                    continue
                tail = _tail(one, box, width, height)
                price = cost + _price(one, box, tail, before, people, height)
                grown.append((price, (*before, Balloon(box=box, block=block, tail=tail))))
        beam = sorted(grown, key=lambda pair: pair[0])[:_TRIED]
        if not beam:
            return None
    return beam[0][1]


def _options(one: Said, size: int, width: int, height: int, top: int) -> Iterator[tuple[Rect, Block]]:
    """Blocks of several widths in places all over the free part of a panel."""
    free = Rect(left=_EDGE, top=top + _EDGE, width=width - 2 * _EDGE, height=height - top - 2 * _EDGE)
    below = round(1.3 * size) if not one.off_screen and one.mouth is None else 0  # for a tail that points down
    blocks: dict[tuple[int, int], Block] = {}
    for part in (0.94, 0.66, 0.48, 0.36):
        block = set_words(one.text, size, min(round(part * width), 24 * size), one.name)
        if block.width <= free.width and block.height + below <= free.height:
            blocks.setdefault((block.width, block.height), block)
    for block in blocks.values():
        across, down = free.width - block.width, free.height - block.height - below
        for row in range(7):
            for column in range(7):
                left, above = free.left + across * column // 6, free.top + down * row // 6
                yield Rect(left=left, top=above, width=block.width, height=block.height), block


def _follows(before: Rect, after: Rect) -> bool:
    """Whether a balloon is read after another: it stands under it, or right of it and not higher."""
    return after.top >= before.bottom or (after.left >= before.right and after.top >= before.top)


def _near(box: Rect, other: Rect) -> bool:
    grown = Rect(
        left=other.left - _APART,
        top=other.top - _APART,
        width=other.width + 2 * _APART,
        height=other.height + 2 * _APART,
    )
    return box.overlaps(grown)


def _price(
    one: Said,
    box: Rect,
    tail: tuple[Point, Point] | None,
    before: Sequence[Balloon],
    people: Sequence[Rect],
    height: int,
) -> float:
    """How much a place hides, how far it is from the speaker, how low it stands, and what its tail would cross."""
    cost = 0.9 * box.top / height + 0.25 * box.height / height
    for person in people:
        cost += 5 * box.shared(person) / max(1, person.width * person.height)
        head = Rect(
            left=person.left + person.width // 5,
            top=person.top,
            width=max(1, 3 * person.width // 5),
            height=max(1, 3 * person.height // 5),
        )
        cost += 7 * box.shared(head) / (head.width * head.height)
    if one.mouth is not None:
        cost += 1.1 * math.dist(((box.left + box.right) / 2, box.bottom), one.mouth) / height
        cost += 1.5 * (box.top > one.mouth[1])
    if tail is not None:
        cost += 6 * sum(_crosses(tail, other.box) for other in before)
    cost += 6 * sum(other.tail is not None and _crosses(other.tail, box) for other in before)
    return cost


def _tail(one: Said, box: Rect, width: int, height: int) -> tuple[Point, Point] | None:
    """From within a balloon to its tip: towards who speaks and short of the face; down, where that is not known."""
    base = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    if one.off_screen:
        return None
    mouth = one.mouth
    if mouth is None or (box.left <= mouth[0] <= box.right and box.top <= mouth[1] <= box.bottom):
        x = min(max(base[0], 0.3 * width), 0.7 * width)
        x = min(max(x, box.left + 0.3 * box.width), box.right - 0.3 * box.width)
        return (x, base[1]), (x, min(height - 5.0, box.bottom + 30.0))
    beside = box.top <= mouth[1] <= box.bottom
    x = base[0] if beside else min(max(mouth[0], box.left + 0.25 * box.width), box.right - 0.25 * box.width)
    y = min(max(mouth[1], box.top + 0.3 * box.height), box.bottom - 0.3 * box.height) if beside else base[1]
    if beside:
        edge = (float(box.right if mouth[0] > box.right else box.left), y)
    else:
        edge = (x, float(box.bottom if mouth[1] > base[1] else box.top))
    long = math.dist(edge, mouth)
    part = min(0.4, 45 / long) if beside and long else min(0.66, 90 / long) if long > 60 else 0.5
    tip = (edge[0] + (mouth[0] - edge[0]) * part, edge[1] + (mouth[1] - edge[1]) * part)
    return (x, y), (min(max(tip[0], 4.0), width - 5.0), min(max(tip[1], 4.0), height - 5.0))


def _crosses(tail: tuple[Point, Point], box: Rect) -> bool:
    """Whether a tail goes through a box: looked at in a few of its points."""
    (x0, y0), (x1, y1) = tail
    points = ((x0 + (x1 - x0) * part / 12, y0 + (y1 - y0) * part / 12) for part in range(13))
    return any(box.left <= x < box.right and box.top <= y < box.bottom for x, y in points)


def _stacked(said: Sequence[Said], width: int, height: int, top: int) -> tuple[Balloon, ...]:
    """One under the other from the top, in letters as small as they must be: where nothing better was found."""
    found: tuple[Balloon, ...] = ()
    for size in range(SMALLEST, 5, -1):
        blocks = [set_words(one.text, size, width - 2 * _EDGE, one.name) for one in said]
        tops = list(accumulate((block.height + _APART for block in blocks), initial=top + _APART))
        found = tuple(
            Balloon(
                box=Rect(left=(width - block.width) // 2, top=above, width=block.width, height=block.height),
                block=block,
                tail=None,
            )
            for block, above in zip(blocks, tops, strict=False)
        )
        if tops[-1] <= height:
            break
    return found
