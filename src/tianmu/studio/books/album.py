"""The pictures of a book: of every moment the frame that tells most, chosen in one pass, kept in a folder meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.media.image import Frame, read_image, save_png
from tianmu.studio.books.moments import Moment, digest_of
from tianmu.studio.books.places import Places, Region
from tianmu.studio.edit import cut_frames
from tianmu.studio.edition import Edition
from tianmu.studio.recipe import Recipe

_MEASURED = 160
"""Pixels across, of the picture that detail and contrast are measured on."""


@dataclass(frozen=True, kw_only=True)
class Still:
    """The picture of a moment."""

    moment: Moment
    index: int
    """The frame of the cut."""
    path: Path
    """A PNG file `[h w 3]` of the cut's size, neither labelled nor signed: it does not leave."""
    people: Mapping[str, Region]
    """Who is seen where in it, by the id of the asset, as far as that is known."""
    score: float

    def read(self) -> Frame:
        """Its pixels `[h w 3]` uint8."""
        return read_image(self.path)


def fill_album(edition: Edition, moments: Sequence[Moment], folder: Path, progress: Progress) -> tuple[Still, ...]:
    """Choose the frame of every moment; one frame is in memory at a time.

    Raises:
        MediaError: a take is missing, or not as it was when it was kept.
    """
    media = edition.project.media
    for film in {moment.clip.film for moment in moments}:
        media.verified(film)
    frames = cut_frames(digest_of(edition.cut, moments), media.path, open_look=media.path)
    stills: list[Still] = []
    for number, moment in enumerate(moments):
        progress(number / len(moments), say("choosing pictures", "挑选画面"))
        places = _places(edition, moment)
        indices = moment.looked_at()
        order = sorted(indices, key=moment.source)
        path = folder / f"{number:06d}.png"
        best: tuple[float, int, dict[str, Region], Frame] | None = None
        for index, frame in zip(order, islice(frames, len(order)), strict=True):
            people = places.at(moment.source(index))
            through = (index - (moment.start - moment.begins)) / max(1, moment.num_frames - 1)
            score = telling(frame, people, through)
            if best is None or score > best[0]:
                best = score, index, people, frame
        assert best is not None, "a moment has at least one frame"
        save_png(path, best[3])
        stills.append(
            Still(moment=moment, index=moment.begins + best[1], path=path, people=best[2], score=round(best[0], 4))
        )
    return tuple(stills)


def telling(frame: Frame, people: Mapping[str, Region], through: float) -> float:
    """How much a frame tells, from 0 to about 4: who is seen whole, how much detail and contrast there is.

    A little is added for a moment when something has happened already, but the next has not begun.

    Args:
        frame: `[h w 3]` uint8.
        people: who is seen where.
        through: how far through its moment it lies, from 0 to 1.
    """
    high = max(1, round(_MEASURED * frame.shape[0] / frame.shape[1]))
    grey = cv2.cvtColor(cv2.resize(frame, (_MEASURED, high), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    detail = min(1.0, float(np.std(cv2.Laplacian(grey, cv2.CV_32F))) / 40)
    contrast = min(1.0, float(np.std(grey)) / 64)
    seen = sum(
        (0.4 if region.cut_off else 1.0) * (1 - abs(region.centre[0] - 0.5)) * min(1.0, region.area / 0.06)
        for region in people.values()
    )
    return 0.6 * detail + 0.6 * contrast + min(2.0, seen) + 0.25 * (1 - abs(through - 0.6))


def _places(edition: Edition, moment: Moment) -> Places:
    take = edition.takes[moment.clip.take]
    recipe = Recipe.from_json(edition.project.media.read(take.recipe).decode())
    return Places(take, recipe, edition.shot(moment.slate), edition.plan.assets)
