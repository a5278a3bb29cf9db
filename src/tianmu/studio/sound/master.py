"""Mastering: the mix at its loudness, with no peak too high, as a file.

The mix is made once, into a scratch file beside the result; loudness is measured on the way. Then the gain is found in
passes over that file, since a limiter takes loudness away, and the last pass writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from tianmu.core.files import whole_file, writing
from tianmu.film.sound import LOUDEST_PEAK, LOUDNESS_TARGETS, Loudness, Target
from tianmu.media.audio import BLOCK, Samples, SoundInfo, db, write_wav
from tianmu.media.loudness import CONTEXT, Meter, limited
from tianmu.studio.sound.mix import SoundFilm

CLOSE_ENOUGH = 0.1
"""LU from the target."""
_ROUNDS = 6
_STEMS = ("dialogue", "effects", "music")
_SAMPLE_BYTES = 8
"""Of two channels in float32."""


@dataclass(frozen=True)
class Mastered:
    """A film's sound in a file."""

    info: SoundInfo
    loudness: Loudness
    """As measured on what was written."""
    gain: float
    """Decibels between the stems and the file, before the limiter."""
    limited: bool
    """Whether peaks had to be turned down."""
    stems: dict[str, SoundInfo]
    """`dialogue`, `effects` and `music`, where they were asked for: before mastering, so that they sum to the mix."""


def master(
    sound: SoundFilm,
    path: Path,
    *,
    target: Target = "ebu",
    ceiling: float = LOUDEST_PEAK,
    bits: Literal[16, 24] = 24,
    stems: Path | None = None,
    on_block: Callable[[int], None] = lambda samples: None,
) -> Mastered:
    """Mix and master to a WAV file; the same sound gives the same bytes.

    Args:
        target: `ebu` is -23 LUFS, `web` -14.
        ceiling: dBTP below which the true peak stays. An encoder that comes after may raise it by some tenths.
        stems: a folder for `dialogue.wav`, `effects.wav` and `music.wav`, 24 bit, without mastering.
        on_block: called with the number of samples mixed so far.

    Raises:
        OutputError: a place cannot be written, or the disk is full; what stood there stays.
    """
    wanted = LOUDNESS_TARGETS[target]
    with whole_file(path) as part, writing(path):
        scratch = part.with_name(f"{part.name}.mix")
        loudness, written = _spool(sound, scratch, stems, on_block)
        mixed = Spool(scratch)
        gain, turned_down = _find_gain(mixed, loudness, wanted, ceiling)
        meter = Meter()
        inner = part.with_name(f"{part.name}.wav")
        info = write_wav(inner, _metered(_mastered(mixed, gain, ceiling), meter), bits=bits)
        scratch.unlink()
        inner.replace(part)
    return Mastered(
        info=SoundInfo(
            path=path,
            num_samples=info.num_samples,
            num_channels=info.num_channels,
            rate=info.rate,
            bytes=info.bytes,
            sha256=info.sha256,
        ),
        loudness=meter.result(),
        gain=gain,
        limited=turned_down,
        stems=written,
    )


def _spool(
    sound: SoundFilm, scratch: Path, stems: Path | None, on_block: Callable[[int], None]
) -> tuple[Loudness, dict[str, SoundInfo]]:
    """Mix into a scratch file of float32, and measure."""
    meter = Meter()
    done = 0
    names = _STEMS if stems is not None else ()
    with ExitStack() as stack:
        mixed = stack.enter_context(scratch.open("wb"))
        parts = [stack.enter_context(_beside(scratch, name).open("wb")) for name in names]
        for block in sound.stems():
            mix = block.mix
            mix.tofile(mixed)
            for number, file in enumerate(parts):
                np.ascontiguousarray(block[number]).tofile(file)
            meter.add(mix)
            done += len(mix)
            on_block(done)
    written: dict[str, SoundInfo] = {}
    for name in names:
        assert stems is not None
        spooled = _beside(scratch, name)
        written[name] = write_wav(stems / f"{name}.wav", Spool(spooled).blocks())
        spooled.unlink()
    return meter.result(), written


def _beside(scratch: Path, name: str) -> Path:
    return scratch.with_name(f"{scratch.name}.{name}")


class Spool:
    """Samples `[n 2]` float32 in a scratch file, read piece by piece.

    A file that is mapped into memory counts as memory as far as it was read: 700 MB for half an hour.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._num = path.stat().st_size // _SAMPLE_BYTES

    def __len__(self) -> int:
        return self._num

    def read(self, first: int, end: int) -> Samples:
        """The samples from `first` on up to `end`, as far as there are any."""
        num = max(0, min(end, self._num) - first)
        return np.fromfile(self._path, np.float32, 2 * num, offset=first * _SAMPLE_BYTES).reshape(num, 2)

    def blocks(self) -> Iterator[Samples]:
        """All of it, in blocks."""
        return (self.read(at, at + BLOCK) for at in range(0, self._num, BLOCK))


def _find_gain(mixed: Spool, loudness: Loudness, wanted: float, ceiling: float) -> tuple[float, bool]:
    """Decibels that bring the mix to its loudness once its peaks are turned down."""
    if not math.isfinite(loudness.integrated):
        return 0.0, False
    gain = wanted - loudness.integrated
    if loudness.peak + gain < ceiling - 0.5:
        return gain, False
    for _ in range(_ROUNDS):
        meter = Meter()
        for block in _mastered(mixed, gain, ceiling):
            meter.add(block)
        missing = wanted - meter.result().integrated
        if abs(missing) < CLOSE_ENOUGH:
            break
        gain += missing
    return gain, True


def _mastered(mixed: Spool, gain: float, ceiling: float) -> Iterator[Samples]:
    """The mix with its gain, limited, in blocks that join as if it were one."""
    factor = np.float32(db(gain))
    for at in range(0, len(mixed), 10 * BLOCK):
        before = min(at, CONTEXT)
        piece = mixed.read(at - before, at + 10 * BLOCK + CONTEXT) * factor
        yield limited(piece, ceiling=ceiling)[before : before + min(10 * BLOCK, len(mixed) - at)]


def _metered(blocks: Iterator[Samples], meter: Meter) -> Iterator[Samples]:
    for block in blocks:
        meter.add(block)
        yield block
