"""Two takes side by side: as one picture with frames at equal times, and as a split-screen film."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.film.cut import Box, Clip, Cut, Gap, Title, TitleLine, Track
from tianmu.film.take import Take
from tianmu.film.time import count_frames
from tianmu.media.image import Frame
from tianmu.media.letters import width_of
from tianmu.studio.boards.board import require_picture
from tianmu.studio.boards.lettering import draw_line, one_line
from tianmu.studio.boards.panels import GREY, INK, PAPER, draw_panel
from tianmu.studio.boards.terms import take_name

WIDTH = 1920
"""Of the picture, in pixels."""
WIDEST = 3840
"""Of a split-screen film, in pixels; wider takes are shown smaller."""
NARROWEST = 640
"""So that the names of two small takes can be read; they are shown larger."""
LABEL_SECONDS = Fraction(3)
_MARGIN, _GAP, _TEXT = 32, 12, 18


def compare_takes(
    frames_a: Sequence[Frame],
    frames_b: Sequence[Frame],
    *,
    rates: tuple[Fraction, Fraction],
    labels: tuple[str, str] = ("A", "B"),
    columns: int = 6,
    language: Language | None = None,
) -> Frame:
    """Two takes as one picture `[h 1920 3] uint8`: a row each, frames at equal times under each other.

    The first column is the first frame, the last one the last frame of the longer take; where the shorter one has
    ended, its panel is hatched. Takes may differ in rate, length and size.

    Args:
        frames_a: frames `[h w 3] uint8` of the upper take, all of them.
        frames_b: those of the lower one.
        rates: frames a second of the two.
        labels: what stands above each row, such as `take_label(take)`.
        columns: how many times are shown.

    Raises:
        InputError: a take has no frames, a frame is no picture, a rate is not above 0, or there are no columns.
    """
    takes = (frames_a, frames_b)
    _require_frames(takes, rates, columns)
    times = _times(takes, rates, columns)
    wide = (WIDTH - 2 * _MARGIN - (len(times) - 1) * _GAP) // len(times)
    wide = min(wide, max(max(frames[0].shape[1] for frames in takes), 240))
    highs = [max(1, round(wide * frames[0].shape[0] / frames[0].shape[1])) for frames in takes]
    head, foot = round(2.2 * _TEXT), round(2 * _TEXT)
    sheet = Image.new("RGB", (WIDTH, _MARGIN + sum(highs) + 2 * head + foot + _MARGIN // 2), PAPER)
    top = _MARGIN
    for frames, rate, label, high in zip(takes, rates, labels, highs, strict=True):
        draw_line(sheet, _MARGIN, top + _TEXT, one_line(label, _TEXT, WIDTH - 2 * _MARGIN), _TEXT, INK)
        top += head - _TEXT // 2
        for column, time in enumerate(times):
            index = int(time * rate)
            frame = frames[index] if index < len(frames) else None
            ended = say("ended", "已结束", language=language)
            sheet.paste(draw_panel(frame, wide, high, label=ended), (_MARGIN + column * (wide + _GAP), top))
        top += high + _TEXT // 2
    for column, time in enumerate(times):
        shown = f"{float(time):.2f} {say('s', '秒', language=language)}"
        left = _MARGIN + column * (wide + _GAP) + round((wide - width_of(shown, _TEXT - 2)) / 2)
        draw_line(sheet, left, top + _TEXT, shown, _TEXT - 2, GREY)
    return np.array(sheet, dtype=np.uint8)


def take_label(take: Take, *, language: Language | None = None) -> str:
    """What tells a take from another: its name, engine and seed, and whether it is circled or rejected."""
    words = [
        say(f"take {take_name(take)}", f"镜次 {take_name(take)}", language=language),
        take.engine,
        say(f"seed {take.seed}", f"种子 {take.seed}", language=language),
    ]
    if take.circled:
        words.append(say("circled", "已圈选", language=language))
    if take.rejected:
        words.append(say("rejected", "已弃用", language=language))
    return say(", ", "，", language=language).join(words)


def split_screen(a: Take, b: Take, *, language: Language | None = None) -> Cut:
    """A film that plays two takes at the same time, `a` at the left and `b` at the right, both whole and of one height.

    It lasts as long as the longer one, at the higher of the two rates; where the shorter one has ended, its half is
    black. For the first seconds a line below names the two.
    """
    fps = max(a.fps, b.fps)
    high = max(a.height, b.height)
    wides = [Fraction(take.width * high, take.height) for take in (a, b)]
    scale = max(min(Fraction(1), Fraction(WIDEST) / sum(wides)), Fraction(NARROWEST) / sum(wides))
    width, height = _even(sum(wides) * scale), _even(high * scale)
    share = wides[0] / sum(wides)
    boxes = (Box(width=share), Box(left=share, width=1 - share))
    clips = [_whole(take, fps, box) for take, box in zip((a, b), boxes, strict=True)]
    longest = max(clip.num_frames for clip in clips)
    tracks = [
        Track(name=side, items=(clip, *_rest(longest - clip.num_frames)))
        for side, clip in zip(("A", "B"), clips, strict=True)
    ]
    named = min(longest, count_frames(LABEL_SECONDS, fps))
    words = " | ".join(take_label(take, language=language) for take in (a, b))
    title = Title(lines=(TitleLine(text=words),), num_frames=named, style="lower_third")
    names = Track(name="names", items=(title, *_rest(longest - named)))
    return Cut(name=f"{take_name(a)} | {take_name(b)}", fps=fps, width=width, height=height, tracks=(*tracks, names))


def _whole(take: Take, fps: Fraction, box: Box) -> Clip:
    """A take from its first frame to its last, in real time whatever its rate."""
    return Clip(
        slate=take.slate,
        take=take.id,
        film=take.film,
        start=0,
        num_frames=count_frames(take.num_frames / take.fps, fps),
        available=take.num_frames,
        speed=take.fps / fps,
        box=box,
    )


def _rest(num_frames: int) -> tuple[Gap, ...]:
    return (Gap(num_frames=num_frames),) if num_frames else ()


def _even(side: Fraction) -> int:
    return max(2, 2 * round(side / 2))


def _times(takes: Sequence[Sequence[Frame]], rates: Sequence[Fraction], columns: int) -> list[Fraction]:
    """The seconds that are shown: from the first frame to the last of the longer take, evenly."""
    last = max(Fraction(len(frames) - 1) / rate for frames, rate in zip(takes, rates, strict=True))
    count = min(columns, max(len(frames) for frames in takes))
    return [last * step / (count - 1) for step in range(count)] if count > 1 else [Fraction(0)]


def _require_frames(takes: Sequence[Sequence[Frame]], rates: Sequence[Fraction], columns: int) -> None:
    if not all(len(frames) for frames in takes) or min(rates) <= 0 or columns < 1:
        raise InputError(
            say(
                "To compare takes, each needs at least one frame and a rate above 0, and the picture a column; "
                f"{len(takes[0])} and {len(takes[1])} frames at {rates[0]} and {rates[1]} in {columns} columns came.",
                "比较镜次时，每条至少需要一帧且帧率大于 0，画面至少一列；"
                f"而得到的是 {len(takes[0])} 帧和 {len(takes[1])} 帧，帧率 {rates[0]} 和 {rates[1]}，{columns} 列。",
            )
        )
    for frames in takes:
        require_picture(frames[0])
