"""All detectors over the frames of one shot, as they stream by; nothing of them is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

import numpy as np

from tianmu.core.text import say
from tianmu.governance.review.frames.faces import FaceFinder
from tianmu.governance.review.frames.flashes import CATEGORY as FLASH
from tianmu.governance.review.frames.flashes import FlashFinder
from tianmu.governance.review.frames.network import Unseen
from tianmu.governance.review.frames.nudity import NudityFinder
from tianmu.governance.review.frames.picture import Picture, Sight, frames_said, reduce
from tianmu.governance.review.frames.stillness import BLACK, FROZEN, StillnessFinder
from tianmu.governance.review.verdict import Finding

UNSEEN: Final = "frames/unseen"


class PictureFinder(Protocol):
    """Looks at single frames, a frame a second."""

    @property
    def name(self) -> str:
        """As findings name it, with its version."""
        ...

    @property
    def category(self) -> str:
        """Of its findings."""
        ...

    @property
    def least(self) -> float:
        """A lower score is no finding."""
        ...

    @property
    def most_looks(self) -> int | None:
        """Frames of a shot that it looks at; None looks at one a second."""
        ...

    def look(self, frame: Picture) -> Sight:
        """How sure it is that its category is in the frame `[h w 3]` uint8.

        Raises:
            Unseen: it cannot look.
        """
        ...


@dataclass
class _Seen:
    """What a finder saw so far."""

    first: int
    last: int
    best: int
    sight: Sight


class FrameReview:
    """Takes every frame of a shot once, in order, and leaves it as it is."""

    def __init__(self, num_frames: int, fps: Fraction, finders: Sequence[PictureFinder] | None = None) -> None:
        """`finders` are those that look at a frame a second; by default for nudity and faces."""
        self._fps = fps
        self._finders = (NudityFinder(), FaceFinder()) if finders is None else tuple(finders)
        self._looks = {
            finder.name: frozenset(look_indices(num_frames, fps, finder.most_looks)) for finder in self._finders
        }
        self._looked_at: dict[str, Picture] = {}
        self._flashes, self._stillness = FlashFinder(fps), StillnessFinder(fps)
        self._seen: dict[str, _Seen] = {}
        self._unseen: dict[str, str] = {}

    def add(self, index: int, frame: Picture) -> None:
        """Look at the next frame `[h w 3]` uint8."""
        small = reduce(frame)
        self._flashes.add(index, small)
        self._stillness.add(index, small)
        for finder in self._finders:
            if index in self._looks[finder.name] and not np.array_equal(self._looked_at.get(finder.name, ()), small):
                self._looked_at[finder.name] = small
                self._look(finder, index, frame)

    def findings(self) -> tuple[Finding, ...]:
        """What all detectors saw, with the frames; the same for the same frames."""
        return (
            *self._flashes.findings(),
            *self._stillness.findings(),
            *(self._finding(finder) for finder in self._finders if finder.name in self._seen),
            *(
                Finding(category=UNSEEN, score=1.0, by=name, detail=f"{name}: {reason}")
                for name, reason in self._unseen.items()
            ),
        )

    @property
    def looked(self) -> tuple[str, ...]:
        """The categories that were looked for: what of them is not found is not there."""
        able = (finder.category for finder in self._finders if finder.name not in self._unseen)
        return tuple(sorted({FLASH, BLACK, FROZEN, *able}))

    def _look(self, finder: PictureFinder, index: int, frame: Picture) -> None:
        if finder.name in self._unseen:
            return
        try:
            sight = finder.look(frame)
        except Unseen as error:
            self._unseen[finder.name] = str(error)
            return
        if not sight.score >= finder.least:
            return
        seen = self._seen.setdefault(finder.name, _Seen(index, index, index, sight))
        seen.last = index
        if sight.score > seen.sight.score:
            seen.best, seen.sight = index, sight

    def _finding(self, finder: PictureFinder) -> Finding:
        seen = self._seen[finder.name]
        en, zh = _NAMES.get(finder.category, (finder.category, finder.category))
        where = frames_said(seen.best, seen.best, self._fps)
        sure = f"{seen.sight.score:.2f}"
        read = say(f" “{seen.sight.words}”", f"“{seen.sight.words}”") if seen.sight.words else ""
        return Finding(
            category=finder.category,
            score=round(seen.sight.score, 3),
            by=finder.name,
            first_frame=seen.first,
            last_frame=seen.last,
            detail=say(f"{en}{read} ({sure}), {where}", f"{zh}{read}（{sure}），{where}"),
        )


_NAMES: Final = {
    "frames/nudity": ("nakedness", "裸体"),
    "frames/face": ("a face", "人脸"),
    "frames/text": ("text", "文字"),
}


def look_indices(num_frames: int, fps: Fraction, most: int | None = None) -> tuple[int, ...]:
    """The frames that are looked at closely: the middle of every second, or of as many equal parts as `most` allows."""
    looks = max(1, int(num_frames / fps)) if num_frames > 0 else 0
    looks = looks if most is None else min(looks, most)
    return tuple(sorted({(2 * look + 1) * num_frames // (2 * looks) for look in range(looks)}))
