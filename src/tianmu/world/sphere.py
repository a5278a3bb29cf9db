"""The sphere around a viewer, as an equirectangular picture: columns are azimuths, rows are elevations.

The middle column is the front, azimuths grow to the right; the middle of the rows is the horizon. Angles are radians.
The stage's frame heights become angles through a lens: AROUND of them go once around the viewer.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.world.light import HORIZON
from tianmu.world.paint import Colour

AROUND = 8.0
"""Frame heights around the viewer: twice a painted plane, so that a frame of 16:9 is 80 degrees wide."""
FOCAL = AROUND / math.tau
"""In frame heights: how far from the lens a frame is as high as one frame height; it sees 43 degrees of height."""
STEP = 48
"""A panorama's width is a multiple of it, for what falls repeats 8 and 12 times around."""
NARROWEST, WIDEST = 480, 3840


class Sphere:
    """The grid of a panorama `width` wide and half as high; `heading` is the azimuth that its middle column shows."""

    def __init__(self, width: int, heading: float = 0.0) -> None:
        """Raises InputError where no panorama has that width."""
        if width % STEP or not NARROWEST <= width <= WIDEST:
            raise InputError(
                say(
                    f"A panorama is {NARROWEST} to {WIDEST} pixels wide, a multiple of {STEP}, and {width} is not.",
                    f"全景画面宽 {NARROWEST} 到 {WIDEST} 像素，且为 {STEP} 的倍数，而 {width} 不是。",
                )
            )
        self.width, self.height, self.heading = width, width // 2, heading
        self.scale = width / math.tau
        """Pixels to the radian along the horizon, and along every meridian."""
        self.azimuth = wrapped((np.arange(width) + 0.5) / self.scale - math.pi + heading).astype(np.float32)[None]
        """[1 w], from -pi to pi."""
        self.elevation = (math.pi / 2 - (np.arange(self.height) + 0.5) / self.scale).astype(np.float32)[:, None]
        """[h 1], from a right angle above to one below."""

    def column(self, azimuth: float) -> float:
        """Where an azimuth lies, counted from the left edge."""
        return (float(wrapped(azimuth - self.heading)) + math.pi) * self.scale

    def row(self, elevation: float) -> float:
        """Where an elevation lies, counted from the top edge."""
        return (math.pi / 2 - elevation) * self.scale

    def rows(self, lowest: float, highest: float) -> slice:
        """The rows between two elevations, and one more on each side."""
        first, last = math.floor(self.row(highest)) - 1, math.ceil(self.row(lowest)) + 1
        return slice(*np.clip((first, last), 0, self.height).tolist())

    def columns(self, azimuth: float, reach: float) -> Int[np.ndarray, "n"]:
        """The columns within `reach` of an azimuth, in order; they may go around the edge."""
        if reach >= math.pi:
            return np.arange(self.width)
        middle = self.column(azimuth)
        first, last = math.floor(middle - reach * self.scale) - 1, math.ceil(middle + reach * self.scale) + 1
        return np.arange(first, min(last, first + self.width)) % self.width


def wrapped(angle: np.ndarray | float) -> np.ndarray:
    """The same direction between -pi and pi."""
    return np.asarray(np.remainder(np.asarray(angle) + math.pi, math.tau) - math.pi)


def elevation_of(y: float) -> float:
    """The elevation of a place `y` frame heights below the middle of the screen, straight ahead."""
    return math.atan2(HORIZON - y, FOCAL)


class Globe:
    """A canvas [h w 3] float32 all around the viewer, on which round things are laid without distortion."""

    def __init__(self, sphere: Sphere) -> None:
        self.sphere = sphere
        self.rgb = np.zeros((sphere.height, sphere.width, 3), np.float32)

    def disc(
        self,
        azimuth: float,
        elevation: float,
        radius: float,
        colour: Colour,
        *,
        squash: float = 1.0,
        opacity: float = 1.0,
        soft: bool = False,
    ) -> None:
        """A disc, or an ellipse `squash` times as high as wide; a `soft` one shines, and has `radius` as its sigma."""
        sphere, reach = self.sphere, radius * (3.5 if soft else 1.0)
        rows = sphere.rows(elevation - reach, elevation + reach)
        narrow = math.cos(min(abs(elevation) + reach, math.pi / 2))
        columns = sphere.columns(azimuth, reach / narrow if narrow > reach / math.pi else math.pi)
        up = sphere.elevation[rows]
        aside = wrapped(sphere.azimuth[:, columns] - azimuth)
        # Seen along the axis of its middle, a circle on the sphere is a circle.
        x = np.cos(up) * np.sin(aside)
        y = np.sin(up) * math.cos(elevation) - np.cos(up) * math.sin(elevation) * np.cos(aside)
        away = np.hypot(x, y / squash)
        ahead = np.sin(up) * math.sin(elevation) + np.cos(up) * math.cos(elevation) * np.cos(aside) > 0
        if soft:
            alpha = np.exp(-((away / radius) ** 2)) * ahead
        else:
            alpha = np.clip((radius - away) * sphere.scale * min(squash, 1.0) + 0.5, 0, 1) * ahead
        lay(self.rgb, rows, columns, (opacity * alpha).astype(np.float32), colour)


def lay(
    rgb: Float[np.ndarray, "h w 3"], rows: slice, columns: Int[np.ndarray, "n"], alpha: np.ndarray, colour: Colour
) -> None:
    """Lay a colour over a part of a canvas, as `alpha` [rows columns] says."""
    top = rows.start
    seen = np.flatnonzero(alpha.any(1))
    if len(seen):
        band = np.ix_(np.arange(top + seen[0], top + seen[-1] + 1), columns)
        part = alpha[seen[0] : seen[-1] + 1, :, None]
        rgb[band] = rgb[band] * (1 - part) + part * np.array(colour, np.float32)


def look(
    frame: UInt8[np.ndarray, "h w 3"],
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    width: int = 480,
    height: int = 360,
    angle: float = math.radians(90),
) -> UInt8[np.ndarray, "y x 3"]:
    """What a viewer sees of a panorama who looks `yaw` to the right and `pitch` up, `angle` wide: a flat picture."""
    around = frame.shape[1]
    focal = width / 2 / math.tan(angle / 2)
    x = (np.arange(width) + 0.5 - width / 2)[None] / focal
    y = -(np.arange(height) + 0.5 - height / 2)[:, None] / focal
    up = math.sin(pitch) + y * math.cos(pitch)
    ahead = math.cos(pitch) - y * math.sin(pitch)
    azimuth = wrapped(np.arctan2(x, ahead) + yaw)
    elevation = np.arctan2(up, np.hypot(x, ahead))
    columns = (azimuth + math.pi) / math.tau * around - 0.5
    rows = (math.pi / 2 - elevation) / math.pi * frame.shape[0] - 0.5
    wide = cv2.copyMakeBorder(frame, 0, 0, 1, 1, cv2.BORDER_WRAP)
    maps = (columns + 1).astype(np.float32), np.broadcast_to(rows, columns.shape).astype(np.float32)
    return np.asarray(cv2.remap(wide, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
