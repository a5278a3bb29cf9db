"""What a picture or a clip looks like, as a short text: to find a copy again, and to say when two are no copies.

    fingerprint(frames)  -> Fingerprint          one pass, bounded memory; a picture is a clip of one frame
    distance(a, b)       -> 0..1                 up to MATCH they look the same: coded again, smaller, mirrored
    loose_distance(a, b) -> 0..1                 above UNLIKE they show something else, even if one is cropped anywhere

**What is kept.** Five key frames, spread in time. Of each the signs of the lowest frequencies of its luma, much as PDQ
(Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019) and pHash do: 256 of them for
the whole picture and for its middle 90 % and 80 %, and 64 for the whole and for 34 parts all over it, because a crop
is a picture of a part. Black bars are taken off first. A comparison also mirrors. Frames without detail (black, a
fade, a plain sky) say nothing and are left out; what consists of them matches nothing.

**What was measured** (the slow test of `tests/unit/governance/test_similarity.py` measures it again, and prints it):
200 clips of the animated stage, 320 x 180, five frames each. Copies of 40 of them, as median / 98 % / largest:

                              distance                 loose_distance
    H.264 CRF 33              .020 / .043 / .043       .016 / .047 / .062
    half size, CRF 28         .023 / .051 / .062       .016 / .047 / .047
    the middle 0.9, CRF 23    .012 / .031 / .031       .000 / .031 / .031
    the middle 0.8, CRF 23    .047 / .070 / .070       .031 / .047 / .047
    mirrored                  .000 / .000 / .000       .000 / .000 / .000
    a fifth brighter          .025 / .117 / .289       .016 / .125 / .148
    large letters on each     .119 / .263 / .332       .102 / .211 / .234       about half are beyond MATCH
    any part, 0.9             .320 / .408 / .418       .094 / .141 / .156       beyond MATCH
    any part, 0.8             .414 / .445 / .449       .105 / .172 / .188       beyond MATCH

Of 19,900 pairs of different scenes 5 were within MATCH, which is 31 of 256 bits as PDQ's authors advise: the nearest
was .043, one in ten thousand under .109, one in a hundred under .33, half of them over .43. Chance does not make such
pairs: they are scenes of one set at one hour, whose hills or houses the seed laid out alike, and the eye finds them
alike too. So a match says that two pictures look the same, never that one was made from the other. UNLIKE is beyond
every crop to 0.8 that was tried, and 92 % of the pairs of different scenes are beyond it: it rather says nothing than a
wrong "something else".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.media.image import Frame

MATCH = 31 / 256
"""Up to this `distance` two pictures are taken for the same."""
UNLIKE = 0.25
"""Above this `loose_distance` two pictures are taken for different ones, crops included."""
NUM_KEYS = 5
"""Key frames of a clip."""

_HELD = 32
"""Frames that are held while a clip streams by; the keys are chosen among them."""
_WIDTH = 256
"""Pixels along the longer side of what is held of a frame."""
_DETAIL = 0.4
"""Levels of grey between neighbours on a grid of 64 x 64, on average, that a frame needs to say anything."""
_BAR = 20
"""Luma that no pixel of a black bar exceeds by much."""
_MIDDLE = ((1.0, 0.5, 0.5), (0.9, 0.5, 0.5), (0.8, 0.5, 0.5))
"""Parts of a picture: their size, and where they lie between left and right, top and bottom."""
_PARTS = (
    (1.0, 0.5, 0.5),
    *((0.9, x / 2, y / 2) for x in range(3) for y in range(3)),
    *((0.8, x / 4, y / 4) for x in range(5) for y in range(5)),
)
_FORM = re.compile(r"look1(:[0-9a-f]{752}){0,5}")

_Grey = NDArray[np.uint8]
_Words = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What a clip looks like: for every key frame with any detail its hashes, and those of its mirrored picture."""

    fine: NDArray[np.uint64]
    """`[keys, 3, 4]`: 256 bits for the whole picture and its middle 90 % and 80 %."""
    coarse: NDArray[np.uint64]
    """`[keys, 35]`: 64 bits for the whole and for parts of 90 % and 80 %, all over it."""

    @property
    def says_nothing(self) -> bool:
        """No frame had any detail; it matches nothing."""
        return len(self.fine) == 0

    def to_text(self) -> str:
        """`look1:<752 hexadecimal digits>:...`, one part a key frame; some 3,800 characters for a clip."""
        rows = (
            "".join(f"{word:016x}" for word in (*fine.ravel().tolist(), *coarse.tolist()))
            for fine, coarse in zip(self.fine, self.coarse, strict=True)
        )
        return ":".join(("look1", *rows))

    @staticmethod
    def from_text(text: str) -> Fingerprint:
        """Read what `to_text` wrote.

        Raises:
            InputError: it is no fingerprint.
        """
        if not _FORM.fullmatch(text):
            raise InputError(
                say(
                    f"A fingerprint is look1 and 752 hexadecimal digits a key frame, and {text[:40]!r} is none.",
                    f"指纹应为 look1 加上每个关键帧 752 位十六进制数字，而 {text[:40]!r} 不是。",
                )
            )
        rows = [[int(row[i : i + 16], 16) for i in range(0, 752, 16)] for row in text.split(":")[1:]]
        words = np.array(rows, dtype=np.uint64).reshape(len(rows), 47)
        return Fingerprint(words[:, :12].reshape(-1, 3, 4), words[:, 12:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and self.to_text() == other.to_text()

    def __hash__(self) -> int:
        return hash(self.to_text())


class Fingerprinter:
    """Takes the frames of a clip one at a time; holds a few dozen small grey pictures, however long it is."""

    def __init__(self) -> None:
        self._held: list[_Grey] = []
        self._stride = 1
        self._num_frames = 0

    def add(self, frame: Frame) -> None:
        """Take in the next frame `[h w 3] uint8`."""
        if self._num_frames % self._stride == 0:
            if len(self._held) == _HELD:
                self._held, self._stride = self._held[::2], self._stride * 2
            if self._num_frames % self._stride == 0:
                self._held.append(_small(frame))
        self._num_frames += 1

    def fingerprint(self) -> Fingerprint:
        """Of all frames so far."""
        return of_pictures([self._held[index] for index in _spread(len(self._held))])


def fingerprint(frames: Iterable[Frame]) -> Fingerprint:
    """The fingerprint of a clip, or of a picture as a clip of one; frames `[h w 3] uint8` are taken one at a time."""
    looking = Fingerprinter()
    for frame in frames:
        looking.add(frame)
    return looking.fingerprint()


def key_indices(num_frames: int) -> tuple[int, ...]:
    """Which frames of a clip of `num_frames` the fingerprint is of; for readers that jump to them."""
    stride = 1
    while -(-num_frames // stride) > _HELD:
        stride *= 2
    held = range(0, num_frames, stride)
    return tuple(held[index] for index in _spread(len(held)))


def of_keys(frames: Iterable[Frame]) -> Fingerprint:
    """The fingerprint whose key frames are these; at most `NUM_KEYS` of them count."""
    return of_pictures([_small(frame) for frame, _ in zip(frames, range(NUM_KEYS), strict=False)])


def distance(a: Fingerprint, b: Fingerprint) -> float:
    """How far two clips are apart, 0 to 1: the share of unlike bits where their frames agree best; 1 for no detail.

    Each key frame of the one that has fewer is compared with all of the other's: as a whole with a whole, with a
    middle, and mirrored. The median over these frames is what counts, so that a title on one of five does no harm.
    """
    if a.says_nothing or b.says_nothing:
        return 1.0
    return _over_frames(np.minimum(_apart(a.fine[:, 0], b.fine), _apart(b.fine[:, 0], a.fine).T) / 256)


def loose_distance(a: Fingerprint, b: Fingerprint) -> float:
    """As `distance`, in 64 bits and with many parts of each picture: near for crops too, less sure of a match."""
    if a.says_nothing or b.says_nothing:
        return 1.0
    first, second = a.coarse[:, :, None], b.coarse[:, :, None]
    return _over_frames(np.minimum(_apart(first[:, 0], second), _apart(second[:, 0], first).T) / 64)


def looks_unlike(a: Fingerprint, b: Fingerprint) -> bool:
    """Whether two clips show different things, beyond any crop; what has no detail is unlike nothing."""
    return not (a.says_nothing or b.says_nothing) and loose_distance(a, b) > UNLIKE


def _apart(wholes: _Words, parts: _Words) -> NDArray[np.int64]:
    """Unlike bits between `[n words]` and the nearest of `[m parts words]`, mirrored or not: `[n m]`."""
    both = np.stack([wholes, wholes ^ _MIRROR[wholes.shape[-1]]], 1)
    unlike = np.bitwise_count(both[:, None, :, None] ^ parts[None, :, None, :]).sum(-1, dtype=np.int64)
    return unlike.min((2, 3))


def _over_frames(apart: NDArray[np.float64]) -> float:
    """The median over the frames of the clip that has fewer, each with the frame that it is nearest to."""
    one, other = float(np.median(apart.min(1))), float(np.median(apart.min(0)))
    if apart.shape[0] == apart.shape[1]:
        return (one + other) / 2
    return one if apart.shape[0] < apart.shape[1] else other


def of_pictures(pictures: Iterable[_Grey]) -> Fingerprint:
    """The fingerprint of key frames that are grey and small already."""
    fine: list[_Words] = []
    coarse: list[_Words] = []
    for picture in pictures:
        seen = _without_bars(picture)
        if _detail(seen) >= _DETAIL:
            fine.append(np.stack([_signs(part, 16) for part in _parts(seen, _MIDDLE)]))
            coarse.append(np.concatenate([_signs(part, 8) for part in _parts(seen, _PARTS)]))
    return Fingerprint(
        np.array(fine, dtype=np.uint64).reshape(-1, 3, 4), np.array(coarse, dtype=np.uint64).reshape(-1, 35)
    )


def _spread(num_held: int) -> tuple[int, ...]:
    count = min(num_held, NUM_KEYS)
    return tuple(round(index * (num_held - 1) / max(count - 1, 1)) for index in range(count))


def _small(frame: Frame) -> _Grey:
    height, width = frame.shape[:2]
    scale = _WIDTH / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.cvtColor(cv2.resize(frame, size, interpolation=method), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _without_bars(picture: _Grey) -> _Grey:
    """Without the black bars at top and bottom and at both sides, where they are alike and leave enough."""
    for turned in (False, True):
        lit = np.flatnonzero((picture.T if turned else picture).max(1) > _BAR)
        length = picture.shape[1 if turned else 0]
        if len(lit) == 0:
            return picture
        before, after = int(lit[0]), length - 1 - int(lit[-1])
        if min(before, after) >= 2 and abs(before - after) <= 0.03 * length and before + after <= 0.6 * length:
            picture = picture[:, before : length - after] if turned else picture[before : length - after]
    return picture


def _detail(picture: _Grey) -> float:
    grid = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    return float((np.abs(np.diff(grid, axis=0)).mean() + np.abs(np.diff(grid, axis=1)).mean()) / 2)


def _parts(picture: _Grey, parts: tuple[tuple[float, float, float], ...]) -> list[_Grey]:
    height, width = picture.shape
    cut: list[_Grey] = []
    for size, x, y in parts:
        high, wide = max(1, round(height * size)), max(1, round(width * size))
        top, left = round((height - high) * y), round((width - wide) * x)
        cut.append(picture[top : top + high, left : left + wide])
    return cut


def _signs(picture: _Grey, count: int) -> _Words:
    """The signs of the `count` x `count` lowest frequencies that go both across and down: `[count * count / 64]`."""
    small = cv2.resize(picture, (4 * count, 4 * count), interpolation=cv2.INTER_AREA).astype(np.float32)
    bits = cv2.dct(small)[1 : count + 1, 1 : count + 1] > 0
    return np.packbits(bits.ravel()).view(">u8").astype(np.uint64)


def _mirror(count: int) -> _Words:
    """The bits that change their sign when a picture is mirrored: those of odd frequencies across."""
    odd = np.tile(np.arange(1, count + 1) % 2 == 1, (count, 1))
    return np.packbits(odd.ravel()).view(">u8").astype(np.uint64)


_MIRROR = {4: _mirror(16), 1: _mirror(8)}
