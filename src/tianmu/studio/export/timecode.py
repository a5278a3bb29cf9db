"""Timecode: hours, minutes, seconds and frames at the nominal rate, never dropping frames.

23.976 frames a second are counted as 24, 29.97 as 30: an hour of timecode is 3.6 seconds longer than an hour. Editors
call that non-drop; a film has it, and everything written here says so (NDF, FCM: NON-DROP FRAME).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from opentimelineio.opentime import RationalTime

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.time import frames_time

FIRST_HOUR = 1
"""The first frame of a film is at 01:00:00:00, so that there is room for leader before it."""

SUITE_RATES = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
"""What editing suites know."""


def start_time(fps: Fraction) -> RationalTime:
    """01:00:00:00 at a rate."""
    return frames_time(start_frame(fps), fps)


def start_frame(fps: Fraction) -> int:
    """The number that the first frame of a film has."""
    return FIRST_HOUR * 3600 * round(fps)


def timecode(frame: int, fps: Fraction) -> str:
    """`01:00:02:03` of a frame, counted from 00:00:00:00; it wraps at a day, as tape does."""
    nominal = round(fps)
    seconds, frames = divmod(frame, nominal)
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def place(frame: int, fps: Fraction) -> str:
    """The timecode of a frame of the cut, counted from its first."""
    return timecode(start_frame(fps) + frame, fps)


def require_suite_rate(fps: Fraction, formats: Iterable[str]) -> None:
    """Refuse a rate that editing suites do not know.

    Raises:
        InputError: the film's rate, and what there is instead.
    """
    if fps in SUITE_RATES:
        return
    asked = listed(list(formats))
    known = ", ".join(f"{float(rate):g}" if rate.denominator == 1 else f"{float(rate):.3f}" for rate in SUITE_RATES)
    raise InputError(
        say(
            f"The film runs at {float(fps):g} frames a second, and {asked} can hold {known}; "
            "export it to otio, or make it with one of these --fps.",
            f"影片帧率为 {float(fps):g}，而 {asked} 只支持 {known}；请导出为 otio，或改用其中一种 --fps 制作。",
        )
    )
