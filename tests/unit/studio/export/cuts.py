"""Cuts for the tests of the export: small ones to read, and any at all to hold laws against."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Item, Join, Title, TitleLine, Track
from tianmu.film.take import Take
from tianmu.studio.edit.checks import halves, source_frame
from tianmu.studio.export.names import Names, name_parts

HANDLES = 12
RATES = [Fraction(text) for text in ("24000/1001", "24", "25", "30")]
SPEEDS = [Fraction(text) for text in ("1", "1", "1", "2", "1/2", "3/2", "-1", "-2")]


def take(id: str, slate: str, num_frames: int, fps: Fraction = Fraction(24), number: int = 1) -> Take:
    return Take(
        id=id, key="k", seed=0, engine="fake", slate=slate, number=number, film="f" * 64, recipe="r" * 64,
        thumbnail="t" * 64, num_frames=num_frames, fps=fps, width=64, height=36, bytes=1, seconds_taken=1,
    )  # fmt: skip


def clip(slate: str, num_frames: int = 48, speed: Fraction | int = 1, start: int = HANDLES) -> Clip:
    speed = Fraction(speed)
    used = -((-num_frames * abs(speed).numerator) // speed.denominator)
    return Clip(
        slate=slate, take=f"take{slate}".ljust(12, "0"), film="f" * 64, start=start, num_frames=num_frames,
        available=max(start, HANDLES) + used + HANDLES, speed=speed,
    )  # fmt: skip


def named(cut: Cut) -> tuple[Names, dict[str, Take]]:
    clips = [item for track in cut.tracks for item in track.items if isinstance(item, Clip)]
    takes = {item.take: take(item.take, item.slate, item.available, cut.fps) for item in clips}
    return name_parts(cut, takes, {item.slate: item.slate[:-1] for item in clips}), takes


TITLE = Title(lines=(TitleLine(text="First Light", role="title"), TitleLine(text="A. Writer")), num_frames=60)
CREDITS = Title(lines=(TitleLine(text="Written by", role="heading"),), num_frames=72, style="credits")


def sample(fps: Fraction = Fraction(24)) -> Cut:
    """A film with everything in it: titles, a dissolve, fades, black, speeds, an inset, lines."""
    items: tuple[Item, ...] = (
        TITLE, clip("1A"), clip("1B", 60), clip("2A", 30, 2), Gap(num_frames=10), clip("2B", 40, Fraction(1, 2)),
        CREDITS,
    )  # fmt: skip
    joins = (
        Join(at=0, style="fade", num_frames=12), Join(at=1, style="fade", num_frames=12),
        Join(at=2, style="dissolve", num_frames=15), Join(at=3, style="fade", num_frames=9),
        Join(at=6, style="fade", num_frames=12), Join(at=7, style="fade", num_frames=12),
    )  # fmt: skip
    inset = replace(clip("2A", 30, 2), box=Box(left=Fraction(2, 3), width=Fraction(1, 3), height=Fraction(1, 3)))
    lines = (
        Gap(num_frames=66), Dialogue(character="MOSS", asset=None, text="Good morning.", num_frames=40),
        Gap(num_frames=60), Dialogue(character="狐", asset=None, text="天亮了。", num_frames=30),
    )  # fmt: skip
    tracks = (
        Track(name="V1", items=items, joins=joins),
        Track(name="V2", items=(Gap(num_frames=108), inset)),
        Track(name="A1", kind="audio", items=lines),
    )
    return Cut(name="First Light", fps=fps, width=64, height=36, tracks=tracks)


@st.composite
def cuts(draw: st.DrawFn, speeds: list[Fraction] | None = None) -> Cut:
    """Any cut that can be: clips with handles, black, joins that fit."""
    kinds = draw(st.lists(st.sampled_from(["clip", "clip", "clip", "gap"]), min_size=1, max_size=6))
    items: list[Item] = []
    for number, kind in enumerate(kinds):
        length = draw(st.integers(30, 80))
        if kind == "gap" and items and isinstance(items[-1], Clip) and number + 1 < len(kinds):
            items.append(Gap(num_frames=length))
        else:
            speed = draw(st.sampled_from(speeds or SPEEDS))
            items.append(clip(f"{number + 1}A", length, speed, start=HANDLES * 2))
    joins: list[Join] = []
    for at in range(len(items) + 1):
        style = draw(st.sampled_from(["cut", "dissolve", "fade"]))
        length = draw(st.integers(1, 10))
        edge = at in (0, len(items))
        dark = not edge and any(isinstance(item, Gap) for item in items[at - 1 : at + 1])
        if style == "cut" or (style == "dissolve" and (edge or dark)):
            continue
        join = Join(at=at, style=style, num_frames=length)  # type: ignore[arg-type]
        if style == "fade" or _has_handles(items, join):
            joins.append(join)
    track = Track(name="V1", items=tuple(items), joins=tuple(joins))
    return Cut(name="Law", fps=draw(st.sampled_from(RATES)), width=64, height=36, tracks=(track,))


def _has_handles(items: list[Item], join: Join) -> bool:
    before, after = halves(join, len(items))
    first, second = items[join.at - 1], items[join.at]
    assert isinstance(first, Clip)
    assert isinstance(second, Clip)
    shown = source_frame(first, first.num_frames - 1 + after), source_frame(second, -before)
    return 0 <= shown[0] < first.available and 0 <= shown[1] < second.available
