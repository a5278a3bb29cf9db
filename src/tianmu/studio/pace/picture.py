"""The picture of a rhythm: shots, cuts a minute, motion, flashes and loudness over one axis of time; and the same in
words, for who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tianmu.core.text import say
from tianmu.studio.adapt.drawing import BLUE, GREY, INK, ORANGE, PALE, QUIET, SKY, Drawing
from tianmu.studio.boards.lettering import one_line
from tianmu.studio.pace.rhythm import WINDOW, Rhythm

_WIDTH, _LEFT, _RIGHT = 1200, 230, 1160
_QUIETEST = -60.0
"""LUFS at the foot of the loudness; what is below is drawn there."""
_MOST_VALUES = 480
"""Values that a curve is drawn of; of longer films, means of several seconds."""


def draw_rhythm(rhythm: Rhythm) -> Drawing:
    """One sheet; each strip has its own scale, written beside it."""
    heard = bool(rhythm.loudness)
    sheet = Drawing(_WIDTH, 760 if heard else 630, say(f"Rhythm of {rhythm.title}", f"《{rhythm.title}》的节奏"))
    sheet.about = " ".join(in_words(rhythm))
    sheet.words(40, 50, one_line(sheet.title, 30, _WIDTH - 80), 30)
    sheet.words(40, 82, _under(rhythm), 17, QUIET)
    _shots(sheet, rhythm, 112, 70)
    window = say(f"within {WINDOW} s", f"{WINDOW} 秒内")
    _strip(sheet, 220, 110, rhythm.cutting(), (say("cuts a minute", "每分钟剪辑数"), window), BLUE)
    levels = say("levels in 1/12 s", "每 1/12 秒灰阶")
    _strip(sheet, 360, 110, rhythm.motion, (say("motion", "运动"), levels), SKY)
    _bars(sheet, rhythm, 500, 60)
    if heard:
        _loudness(sheet, rhythm, 590, 100)
    _axis(sheet, rhythm, 720 if heard else 590)
    return sheet


def in_words(rhythm: Rhythm) -> tuple[str, ...]:
    """The same in sentences."""
    shots, lengths, length = len(rhythm.lengths), rhythm.lengths, float(rhythm.seconds)
    count = "1 shot" if shots == 1 else f"{shots} shots"
    known = (
        say("Cuts are those of the edit.", "剪辑点取自剪辑表。")
        if rhythm.known
        else say(
            "Cuts were found in the pictures: dissolves, and cuts between pictures that are nearly alike, are missed.",
            "剪辑点由画面找出：叠化以及两幅几乎相同的画面之间的切换会漏掉。",
        )
    )
    said = [
        say(
            f"{length:.1f} s, {count}, {rhythm.average:.1f} s on average, {rhythm.middle:.1f} s in the middle; "
            f"{rhythm.cuts_a_minute:.1f} cuts a minute. {known}",
            f"全长 {length:.1f} 秒，{shots} 个镜头，平均 {rhythm.average:.1f} 秒，中位 {rhythm.middle:.1f} 秒；每分钟 "
            f"{rhythm.cuts_a_minute:.1f} 次剪辑。{known}",
        )
    ]
    if shots > 1:
        said.append(
            say(
                f"The shortest shot has {float(min(lengths)):.1f} s, the longest {float(max(lengths)):.1f} s.",
                f"最短的镜头 {float(min(lengths)):.1f} 秒，最长 {float(max(lengths)):.1f} 秒。",
            )
        )
    if any(rhythm.motion):
        most = max(range(len(rhythm.motion)), key=lambda second: rhythm.motion[second])
        mean = sum(rhythm.motion) / len(rhythm.motion)
        said.append(
            say(
                f"Motion is {mean:.1f} levels on average, the most ({rhythm.motion[most]:.1f}) at {clock(most)}.",
                f"运动平均 {mean:.1f} 灰阶，最多（{rhythm.motion[most]:.1f}）在 {clock(most)}。",
            )
        )
    said.append(_flashes(rhythm))
    said.append(_heard(rhythm))
    said.append(say("What lengths and cuts do: tianmu learn pacing.", "长短与剪辑的作用：tianmu learn pacing。"))
    return tuple(said)


def clock(second: float) -> str:
    """`1:05`."""
    return f"{int(second) // 60}:{int(second) % 60:02d}"


def _flashes(rhythm: Rhythm) -> str:
    if rhythm.warnings:
        return say(
            f"Flashes are faster than three in a second: {'; '.join(rhythm.warnings)}. They can hurt people with "
            "photosensitive epilepsy: tianmu learn flashes.",
            f"闪光一秒超过三次：{'；'.join(rhythm.warnings)}。可能伤害光敏性癫痫患者：tianmu learn flashes。",
        )
    count = sum(rhythm.flashes)
    if not count:
        return say("No flashes were counted.", "没有数到闪光。")
    most = max(range(len(rhythm.flashes)), key=lambda second: rhythm.flashes[second])
    times = "1 flash" if count == 1 else f"{count} flashes"
    return say(
        f"{times}, at most {rhythm.flashes[most]} in a second (at {clock(most)}); up to three are allowed.",
        f"闪光 {count} 次，一秒内最多 {rhythm.flashes[most]} 次（{clock(most)}）；三次以内为允许。",
    )


def _heard(rhythm: Rhythm) -> str:
    if not rhythm.loudness:
        return say("The film has no sound.", "影片没有声音。")
    loudest = max(range(len(rhythm.loudness)), key=lambda second: rhythm.loudness[second])
    if math.isinf(rhythm.loudness[loudest]) or rhythm.integrated is None:
        return say("Its sound is silent.", "声轨是静音。")
    return say(
        f"Its loudness is {rhythm.integrated:.1f} LUFS, the loudest second ({rhythm.loudness[loudest]:.1f}) is at "
        f"{clock(loudest)}.",
        f"响度 {rhythm.integrated:.1f} LUFS，最响的一秒（{rhythm.loudness[loudest]:.1f}）在 {clock(loudest)}。",
    )


def _under(rhythm: Rhythm) -> str:
    known = say("cuts known", "剪辑点已知") if rhythm.known else say("cuts found in the pictures", "剪辑点由画面找出")
    return say(
        f"{clock(float(rhythm.seconds))}, {len(rhythm.lengths)} shots, average {rhythm.average:.1f} s, median "
        f"{rhythm.middle:.1f} s, {rhythm.cuts_a_minute:.1f} cuts a minute; {known}; measured, not judged",
        f"{clock(float(rhythm.seconds))}，{len(rhythm.lengths)} 个镜头，平均 {rhythm.average:.1f} 秒，中位 "
        f"{rhythm.middle:.1f} 秒，每分钟 {rhythm.cuts_a_minute:.1f} 次剪辑；{known}；只作测量，不作评判",
    )


def _x(second: float, rhythm: Rhythm) -> float:
    return _LEFT + (_RIGHT - _LEFT) * second / max(float(rhythm.seconds), 1e-6)


def _label(sheet: Drawing, y: float, words: str, note: str = "") -> None:
    sheet.words(40, y, one_line(words, 18, _LEFT - 90), 18)
    if note:
        sheet.words(40, y + 22, one_line(note, 14, _LEFT - 90), 14, QUIET)


def _shots(sheet: Drawing, rhythm: Rhythm, top: float, height: float) -> None:
    """A block for each piece, in two shades by turns; as high as the shot is long. Titles are pale."""
    longest = max((float(length) for length in rhythm.lengths), default=1.0)
    _label(sheet, top + 24, say("shots", "镜头"), say("high: long", "高为长"))
    sheet.words(_LEFT - 10, top + 14, f"{longest:.1f} s", 14, QUIET, "end")
    for number, piece in enumerate(rhythm.pieces):
        begin = _x(float(piece.first / rhythm.fps), rhythm)
        end = _x(float((piece.first + piece.num_frames) / rhythm.fps), rhythm)
        long = float(piece.num_frames / rhythm.fps) if piece.kind == "shot" else longest * 0.25
        y = top + height - max(3.0, height * min(long / longest, 1.0))
        gap = 0.75 if end - begin > 4 else 0.0
        fill = PALE if piece.kind != "shot" else (BLUE if number % 2 else SKY)
        sheet.shape([(begin + gap, top + height), (begin + gap, y), (end - gap, y), (end - gap, top + height)], fill)
        if piece.slate and end - begin > 9 * len(piece.slate):
            sheet.words((begin + end) / 2, top + height + 18, piece.slate, 14, QUIET, "middle")


def _strip(
    sheet: Drawing,
    top: float,
    height: float,
    values: Sequence[float],
    name: tuple[str, str],
    color: tuple[int, int, int],
) -> None:
    """A filled curve from nought to a round number above its highest value."""
    high = _round_up(max(values, default=0.0))
    _label(sheet, top + height / 2, *name)
    _scale(sheet, top, height, ("0", f"{high:g}"))
    if not values:
        return
    points = [
        (_LEFT + (_RIGHT - _LEFT) * place, top + height - height * value / high) for place, value in _thinned(values)
    ]
    points = [(_LEFT, points[0][1]), *points, (_RIGHT, points[-1][1])]
    sheet.shape([(_LEFT, top + height), *points, (_RIGHT, top + height)], _pale(color))
    sheet.line(points, color, 2.5)


def _bars(sheet: Drawing, rhythm: Rhythm, top: float, height: float) -> None:
    """Flashes of every second; a dashed line at three."""
    high = max(4, *rhythm.flashes, 4)
    _label(sheet, top + height / 2, say("flashes a second", "每秒闪光"))
    _scale(sheet, top, height, ("0", f"{high}"))
    y = top + height - height * 3 / high
    sheet.line([(_LEFT, y), (_RIGHT, y)], GREY, 1, dashed=True)
    sheet.words(_RIGHT, y - 4, "3", 14, QUIET, "end")
    for second, count in enumerate(rhythm.flashes):
        if count:
            begin, end = _x(second, rhythm), max(_x(second, rhythm) + 2, _x(second + 0.9, rhythm))
            level = top + height - height * count / high
            sheet.shape([(begin, top + height), (begin, level), (end, level), (end, top + height)], ORANGE)


def _loudness(sheet: Drawing, rhythm: Rhythm, top: float, height: float) -> None:
    values = [max(0.0, min(value, 0.0) - _QUIETEST) for value in rhythm.loudness]
    _label(sheet, top + height / 2, say("loudness", "响度"), "LUFS")
    _scale(sheet, top, height, (f"{_QUIETEST:g}", "0"))
    points = [
        (_LEFT + (_RIGHT - _LEFT) * place, top + height * (1 + value / _QUIETEST)) for place, value in _thinned(values)
    ]
    points = [(_LEFT, points[0][1]), *points, (_RIGHT, points[-1][1])]
    sheet.shape([(_LEFT, top + height), *points, (_RIGHT, top + height)], _pale(ORANGE))
    sheet.line(points, ORANGE, 2.5)
    if rhythm.integrated is not None:
        y = top + height * rhythm.integrated / _QUIETEST
        sheet.line([(_LEFT, y), (_RIGHT, y)], INK, 1, dashed=True)
        sheet.words(_RIGHT, y - 5, f"{rhythm.integrated:.1f}", 14, INK, "end", halo=True)


def _scale(sheet: Drawing, top: float, height: float, names: tuple[str, str]) -> None:
    for y, name in zip((top + height, top), names, strict=True):
        sheet.line([(_LEFT, y), (_RIGHT, y)], PALE, 1)
        sheet.words(_LEFT - 10, y + 5, name, 14, QUIET, "end")


def _axis(sheet: Drawing, rhythm: Rhythm, y: float) -> None:
    """Times, as many as have room, at round steps."""
    seconds = float(rhythm.seconds)
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600) if seconds / step <= 14), 7200)
    sheet.line([(_LEFT, y - 18), (_RIGHT, y - 18)], INK, 1.5)
    for mark in range(0, int(seconds) + 1, step):
        x = _x(mark, rhythm)
        sheet.line([(x, y - 18), (x, y - 12)], INK, 1)
        sheet.words(x, y + 6, clock(mark), 15, INK, "middle")


def _thinned(values: Sequence[float]) -> list[tuple[float, float]]:
    """Values with their places, 0 to 1; of many, means of neighbours."""
    size = -(-len(values) // _MOST_VALUES)
    groups = [values[at : at + size] for at in range(0, len(values), size)]
    return [((number + 0.5) / len(groups), sum(group) / len(group)) for number, group in enumerate(groups)]


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, ..."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value - 1e-9)


def _pale(color: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = ((value + 3 * 255) // 4 for value in color)
    return red, green, blue
