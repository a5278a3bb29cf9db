"""A storyboard as nouns: a board holds cells, and a cell is a shot with the picture that it has so far."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.shot import ASPECTS, Aspect, Shot
from tianmu.film.take import Take
from tianmu.media.image import Frame


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One panel of a board."""

    shot: Shot
    frame: Frame | None = None
    """A picture of it, `[h w 3] uint8`; None where it is not rendered yet."""
    take: Take | None = None
    """The take that the picture is of."""

    def __post_init__(self) -> None:
        if self.frame is not None:
            require_picture(self.frame)


@dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """The panels of a film, in the order of its shots."""

    title: str
    author: str = ""
    cells: tuple[Cell, ...]
    aspect: Aspect = "16:9"
    disclosure: str = ""
    """What stands at the foot of every page: that the pictures were generated."""

    def __post_init__(self) -> None:
        if self.aspect not in ASPECTS:
            raise InputError(
                say(
                    f"A board's aspect is one of {', '.join(ASPECTS)}, and {self.aspect!r} is not.",
                    f"故事板的画幅应为 {'、'.join(ASPECTS)} 之一，而 {self.aspect!r} 不是。",
                )
            )
        if not self.cells:
            raise InputError(
                say(
                    "A board needs at least one shot, and there is none; plan the film first.",
                    "故事板至少需要一个镜头，而现在一个也没有；请先规划影片。",
                )
            )

    @property
    def ratio(self) -> Fraction:
        """Width of a panel over its height."""
        width, _, height = self.aspect.partition(":")
        return Fraction(width) / Fraction(height)

    @property
    def seconds(self) -> Fraction:
        """How long its shots run together."""
        return sum((cell.shot.seconds for cell in self.cells), Fraction(0))


def require_picture(frame: Frame) -> None:
    """Refuse what is no picture `[h w 3] uint8`.

    Raises:
        InputError: another shape, another type, or no pixel.
    """
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or not frame.size:
        raise InputError(
            say(
                f"A picture has the shape [h w 3] and the type uint8, not {list(frame.shape)} and {frame.dtype}.",
                f"图片应为 [h w 3] 的 uint8 数组，而得到的是 {list(frame.shape)} 的 {frame.dtype}。",
            )
        )


def fit(width: float, height: float, wide: float, high: float) -> tuple[float, float]:
    """The largest size of the shape `width` x `height` that lies within `wide` x `high`."""
    scale = min(wide / width, high / height)
    return width * scale, height * scale
