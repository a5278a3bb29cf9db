"""Time is rational: helpers around `opentimelineio.opentime.RationalTime`, so that no second is ever a float sum.

A RationalTime is a count of frames (`value`) at a rate in frames per second (`rate`). OpenTimelineIO keeps both as
doubles; counts are whole numbers here, and the broadcast rates (24000/1001 and its kin) are recognised again when a
rate comes back, so that the way through a RationalTime loses nothing.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from opentimelineio.opentime import RationalTime

from tianmu.core.errors import InputError
from tianmu.core.text import say

LONGEST_SECONDS = 24 * 60 * 60
"""No single shot is longer than a day; what an engine can do is far less, and the engine says so itself."""

HIGHEST_FPS = 240
_BROADCAST_DENOMINATOR = 1001


def parse_seconds(text: str) -> Fraction:
    """Read a length in seconds: `4`, `2.5`, `10/3`.

    Raises:
        InputError: it is not a number, not finite, not above zero, or longer than a day.
    """
    seconds = _parse_number(text)
    if seconds is None or not 0 < seconds <= LONGEST_SECONDS:
        raise InputError(
            say(
                f"A length is a number of seconds above 0 and at most {LONGEST_SECONDS}, such as 4 or 2.5, "
                f"and {_shown(text)} is not.",
                f"时长应为大于 0 且不超过 {LONGEST_SECONDS} 的秒数，例如 4 或 2.5，而 {_shown(text)} 不是。",
            )
        )
    return seconds


def parse_fps(text: str) -> Fraction:
    """Read a frame rate: `24`, `12.5`, `24000/1001`; `23.976`, `29.97` and `59.94` mean the broadcast rates.

    Raises:
        InputError: it is not a number, not finite, not above zero, or above 240.
    """
    fps = _parse_number(text)
    if fps is None or not 0 < fps <= HIGHEST_FPS:
        raise InputError(
            say(
                f"A frame rate is a number above 0 and at most {HIGHEST_FPS}, such as 24 or 24000/1001, "
                f"and {_shown(text)} is not.",
                f"帧率应为大于 0 且不超过 {HIGHEST_FPS} 的数，例如 24 或 24000/1001，而 {_shown(text)} 不是。",
            )
        )
    return exact_rate(float(fps)) if fps.denominator != 1 and "/" not in text else fps


def exact_rate(rate: float) -> Fraction:
    """The rational rate that a float stands for: 23.976 and 23.976023976... are both 24000/1001."""
    nominal = round(rate)
    broadcast = Fraction(nominal * 1000, _BROADCAST_DENOMINATOR)
    if nominal != rate and abs(rate - float(broadcast)) < 0.005:
        return broadcast
    return Fraction(rate).limit_denominator(1_000_000)


def frames_time(num_frames: int, fps: Fraction) -> RationalTime:
    """The time that `num_frames` take at `fps`."""
    return RationalTime(num_frames, float(fps))


def exact_seconds(time: RationalTime) -> Fraction:
    """The exact length of a time in seconds."""
    return Fraction(time.value) / exact_rate(time.rate)


def count_frames(seconds: Fraction, fps: Fraction) -> int:
    """How many frames a shot of `seconds` has at `fps`: the nearest whole number (half goes up), at least one."""
    return max(1, int(seconds * fps + Fraction(1, 2)))


def _parse_number(text: str) -> Fraction | None:
    """A decimal, or one over another, as a fraction; None where it is neither."""
    numerator, slash, denominator = text.partition("/")
    above = _parse_decimal(numerator)
    below = _parse_decimal(denominator) if slash else Fraction(1)
    return above / below if above is not None and below else None


def _parse_decimal(text: str) -> Fraction | None:
    """A finite decimal of reasonable length; exponents are bounded before they are expanded."""
    try:
        number = Decimal(text.strip()) if len(text) <= 40 else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or abs(number.adjusted()) > 20:
        return None
    return Fraction(number)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")
