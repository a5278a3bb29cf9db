"""What a comic is drawn with: pictures fitted into panels, balloons with tails, captions, letters."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageDraw

from tianmu.media.image import Frame
from tianmu.media.letters import draw_mask
from tianmu.studio.books.balloons import Balloon, Block, Caption, Point
from tianmu.studio.books.panels import Rect
from tianmu.studio.books.places import Region

PAPER, INK, QUIET = (251, 250, 246), (24, 24, 27), (84, 84, 92)
CREAM, NIGHT = (255, 247, 219), (30, 32, 38)
FRAME = 4
"""Pixels of the line around a panel."""
_OUTLINE = 3
_FINE = 3
"""Shapes are drawn so many times larger."""

Colour = tuple[int, int, int]


def write(image: Image.Image, x: float, baseline: int, text: str, size: int, ink: Colour, *, bold: int = 0) -> None:
    """One line of text, its letters standing on `baseline`; in pixels."""
    mask, left, top = draw_mask(text, size, bold=bold)
    image.paste(ink, (round(x) + left, baseline + top), mask)


def window_of(wide: int, high: int, ratio: float, people: Iterable[Region]) -> Rect:
    """The part of a picture of `wide` x `high` pixels that a panel of another shape shows: everybody, if it can.

    It is as large as it can be, and lies so that who is seen in the picture is in the middle of it.
    """
    width, height = (wide, wide / ratio) if wide / high < ratio else (high * ratio, high)
    regions = list(people)
    x, y = 0.5, 0.5
    if regions:
        x = (min(region.left for region in regions) + max(region.right for region in regions)) / 2
        y = (min(region.top for region in regions) + max(region.bottom for region in regions)) / 2
        y -= 0.06  # heads are worth more than feet, and words stand above them
    left = min(max(x * wide - width / 2, 0), wide - width)
    top = min(max(y * high - height / 2, 0), high - height)
    return Rect(left=round(left), top=round(top), width=max(1, round(width)), height=max(1, round(height)))


def seen_through(region: Region, window: Rect, wide: int, high: int, width: int, height: int) -> Rect:
    """Where a region of a picture is in the panel that shows a window of it; what is outside is cut off."""
    left = (region.left * wide - window.left) / window.width * width
    right = (region.right * wide - window.left) / window.width * width
    top = (region.top * high - window.top) / window.height * height
    bottom = (region.bottom * high - window.top) / window.height * height
    x0, y0 = round(min(max(left, 0), width)), round(min(max(top, 0), height))
    x1, y1 = round(min(max(right, 0), width)), round(min(max(bottom, 0), height))
    return Rect(left=x0, top=y0, width=x1 - x0, height=y1 - y0)


def fill_panel(frame: Frame, window: Rect, width: int, height: int) -> Image.Image:
    """A window of a frame `[h w 3]` uint8, as large as a panel."""
    box = (window.left, window.top, window.right, window.bottom)
    return Image.fromarray(frame).resize((width, height), Image.Resampling.LANCZOS, box=box)


def draw_balloon(panel: Image.Image, balloon: Balloon) -> None:
    """A white shape with a dark line around it and its words; a voice from outside is a box of broken corners."""
    box = balloon.box
    reach = [(box.left, box.top), (box.right, box.bottom), *([balloon.tail[1]] if balloon.tail else [])]
    left = math.floor(min(x for x, _ in reach)) - 2 * _OUTLINE
    top = math.floor(min(y for _, y in reach)) - 2 * _OUTLINE
    right = math.ceil(max(x for x, _ in reach)) + 2 * _OUTLINE
    bottom = math.ceil(max(y for _, y in reach)) + 2 * _OUTLINE
    size = (right - left, bottom - top)
    outer = _shape(balloon, (left, top), size, _OUTLINE)
    inner = _shape(balloon, (left, top), size, 0)
    for ink, shape in ((INK, outer), ((255, 255, 255), inner)):
        panel.paste(ink, (left, top), shape)
    _write_block(panel, balloon.block, box, INK)


def _shape(balloon: Balloon, corner: Point, size: tuple[int, int], grown: int) -> Image.Image:
    """What of each pixel a balloon covers, its outline `grown` pixels farther out."""
    mask = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    draw = ImageDraw.Draw(mask)
    box = balloon.box

    def at(x: float, y: float) -> Point:
        return (x - corner[0]) * _FINE, (y - corner[1]) * _FINE

    radius = min(box.height / 2, 22) if balloon.tail is not None else 6
    begin, end = at(box.left - grown, box.top - grown), at(box.right + grown, box.bottom + grown)
    draw.rounded_rectangle((*begin, end[0] - 1, end[1] - 1), radius=(radius + grown) * _FINE, fill=255)
    if balloon.tail is not None:
        tail = Image.new("L", mask.size)
        points = [at(*point) for point in _wedge(balloon.tail, min(15.0, 0.14 * box.width), grown)]
        ImageDraw.Draw(tail).polygon(points, fill=255)
        mask = ImageChops.lighter(mask, tail)
    return mask.reduce(_FINE)


def _wedge(tail: tuple[Point, Point], half: float, grown: int) -> tuple[Point, ...]:
    """A tail as a triangle, its sides `grown` pixels farther out."""
    (x0, y0), (x1, y1) = tail
    long = max(1.0, math.dist(*tail))
    along, across = ((x1 - x0) / long, (y1 - y0) / long), (-(y1 - y0) / long, (x1 - x0) / long)
    side = half + grown
    tip = (x1 + along[0] * grown * 1.8, y1 + along[1] * grown * 1.8)
    return (x0 + across[0] * side, y0 + across[1] * side), tip, (x0 - across[0] * side, y0 - across[1] * side)


def draw_caption(panel: Image.Image, caption: Caption) -> None:
    """A box of narration: a heading light on dark, anything else dark on cream."""
    box = caption.box
    ground, ink = (NIGHT, PAPER) if caption.heading else (CREAM, INK)
    draw = ImageDraw.Draw(panel)
    draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=ground)
    draw.line((box.left, box.bottom, box.right, box.bottom), fill=INK, width=2)
    draw.line((box.right, box.top, box.right, box.bottom), fill=INK, width=2)
    _write_block(panel, caption.block, box, ink)


def _write_block(panel: Image.Image, block: Block, box: Rect, ink: Colour) -> None:
    for row in block.rows:
        colour = QUIET if row.quiet and ink == INK else ink
        write(panel, box.left + row.x, box.top + row.baseline, row.text, row.size, colour, bold=0 if row.quiet else 1)
