"""Sound: samples to a file and back.

    write_wav(path, blocks)  -> SoundInfo        16 or 24 bit, as a stream, whole or not at all
    read_sound(path)         -> [n c] float32 at 48 kHz, of anything that FFmpeg reads
    resample(samples, from, to)                  exact to the sample

Samples are float32 in [-1, 1], `[n c]`: time first, channels second; a voice alone is `[n]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Literal

import av
import av.error
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.digest import file_sha256

Samples = NDArray[np.float32]
"""`[n c]`."""
Mono = NDArray[np.float32]
"""`[n]`."""

BLOCK = SAMPLE_RATE
"""Samples that are worked on at once where sound streams: one second."""

_HALF_TAPS = 32
"""Zero crossings of the resampling filter on each side."""
_ROLLOFF = 0.945
_BETA = 9.0
_LARGEST_WAV = 2**32 - 2**16


@dataclass(frozen=True, kw_only=True)
class SoundInfo:
    """A sound that lies in a file."""

    path: Path
    num_samples: int
    num_channels: int
    rate: int
    bytes: int
    sha256: str

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return Fraction(self.num_samples, self.rate)


def db(decibels: float) -> float:
    """Decibels as a factor of amplitude."""
    return float(10.0 ** (decibels / 20.0))


def num_samples_at(frame: int, fps: Fraction, rate: int = SAMPLE_RATE) -> int:
    """The sample at which a frame begins: the nearest one, half goes up."""
    return math.floor(Fraction(frame) / fps * rate + Fraction(1, 2))


def write_wav(
    path: Path,
    blocks: Iterable[Samples],
    *,
    bits: Literal[16, 24] = 24,
    rate: int = SAMPLE_RATE,
    metadata: Mapping[str, str] | None = None,
) -> SoundInfo:
    """Write blocks of samples to a WAV file as they come; the same samples give the same bytes.

    What lies outside [-1, 1] is clipped. 16 bits are dithered with triangular noise of one step, always the same.
    `metadata` stands behind the samples.

    Raises:
        InputError: no block came, blocks differ in channels, the file would grow beyond 4 GiB, or the metadata cannot
            be written.
        OutputError: the place cannot be written, or the disk is full; what stood at `path` stays.
    """
    from tianmu.media.metadata import check_metadata
    from tianmu.media.metadata.riff import add_words_to_wav

    path, words = Path(path), check_metadata(metadata or {})
    random = np.random.default_rng(0)
    num_samples, channels = 0, 0
    with whole_file(path) as part, writing(path), part.open("wb") as file:
        for block in blocks:
            if block.ndim != 2 or (channels and block.shape[1] != channels):
                raise InputError(
                    say(
                        f"A block of sound is [samples channels], all with as many channels; {list(block.shape)} came.",
                        f"声音块应为 [采样 声道]，且声道数一致；得到 {list(block.shape)}。",
                    )
                )
            if not channels:
                channels = block.shape[1]
                file.write(_header(0, channels, rate, bits))
            file.write(_coded(block, bits, random))
            num_samples += len(block)
            if num_samples * channels * bits // 8 > _LARGEST_WAV:
                raise InputError(
                    say(
                        "A WAV file holds at most 4 GiB of sound, and this one is longer; write it in parts.",
                        "WAV 文件最多容纳 4 GiB 的声音，这段更长；请分段写入。",
                    )
                )
        if not channels:
            raise InputError(say("A sound needs at least one block, and none came.", "声音至少需要一段，却没有得到。"))
        if num_samples * channels * bits // 8 % 2:
            file.write(b"\0")
        file.seek(0)
        file.write(_header(num_samples, channels, rate, bits))
        if words:
            file.flush()
            add_words_to_wav(part, words)
    return SoundInfo(
        path=path,
        num_samples=num_samples,
        num_channels=channels,
        rate=rate,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
    )


def read_sound(path: Path, *, rate: int = SAMPLE_RATE) -> Samples:
    """The sound of a file, `[n c]` at `rate`: its first audio stream, of any format that FFmpeg reads.

    Priming and padding that the file says are no sound are left out.

    Raises:
        MediaError: the file is missing, has no sound, or is damaged.
    """
    source, blocks = sound_blocks(path)
    return resample(np.concatenate(list(blocks)), source, rate)


def sound_blocks(path: Path) -> tuple[int, Iterator[Samples]]:
    """The rate of a file's sound, and its samples `[n c]` as they are decoded; see `read_sound`."""
    path = Path(path)
    if not path.is_file():
        raise MediaError(
            say(f"{path} is not there; give the path of a sound.", f"{path} 不存在；请给出声音文件的路径。")
        )
    with _reading(path), av.open(str(path)) as container:
        if not container.streams.audio:
            raise _no_sound(path)
        rate = container.streams.audio[0].codec_context.sample_rate
    return rate, _decoded(path)


def _decoded(path: Path) -> Iterator[Samples]:
    given, num = 0, None
    with _reading(path), av.open(str(path)) as container:
        stream = container.streams.audio[0]
        if stream.duration and stream.time_base:
            num = round(stream.duration * stream.time_base * stream.codec_context.sample_rate)
        to_float = av.AudioResampler(format="fltp", layout=stream.codec_context.layout.name)
        for frame in _and_none(container, stream):
            for part in to_float.resample(frame):
                block = np.ascontiguousarray(np.asarray(part.to_ndarray(), np.float32).T)
                block = block if num is None else block[: max(0, num - given)]
                given += len(block)
                if len(block):
                    yield block
    if not given:
        raise _no_sound(path)


def _and_none(container: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame | None]:
    yield from container.decode(stream)
    yield None


@contextmanager
def _reading(path: Path) -> Generator[None]:
    try:
        yield
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(
            say(f"{path} is no sound, or damaged ({error}).", f"{path} 不是声音文件，或已损坏（{error}）。")
        ) from error


def _no_sound(path: Path) -> MediaError:
    return MediaError(say(f"{path} holds no sound; give one that does.", f"{path} 中没有声音；请换一个文件。"))


def resample(samples: NDArray[np.float32], from_rate: Fraction | int, to_rate: Fraction | int) -> NDArray[np.float32]:
    """The same sound at another rate: `round(n * to / from)` samples, `[n]` or `[n c]`.

    A windowed sinc (Kaiser), one set of taps for each phase, as in J. O. Smith, "Digital audio resampling" (2002); the
    first sample stays at time 0.
    """
    ratio = Fraction(to_rate) / Fraction(from_rate)
    if ratio == 1:
        return samples
    up, down = ratio.numerator, ratio.denominator
    num = math.floor(Fraction(len(samples)) * ratio + Fraction(1, 2))
    taps = _taps(up, down)
    width = taps.shape[1]
    flat = samples.reshape(len(samples), -1)
    padded = np.pad(flat, ((width // 2 - 1, width // 2 + down), (0, 0)))
    result = np.zeros((num, flat.shape[1]), np.float32)
    for phase in range(min(up, num)):
        start = phase * down // up
        wanted = len(range(phase, num, up))
        for channel in range(flat.shape[1]):
            windows = np.lib.stride_tricks.sliding_window_view(padded[:, channel], width)[start::down]
            for at in range(0, wanted, 16384):
                piece = windows[at : at + min(16384, wanted - at)]
                result[phase + at * up : phase + (at + len(piece)) * up : up, channel] = piece @ taps[phase]
    return result.reshape((num, *samples.shape[1:]))


@lru_cache(maxsize=32)
def _taps(up: int, down: int) -> NDArray[np.float32]:
    """The filter, one row of taps for each of the `up` phases of the output."""
    cutoff = _ROLLOFF * min(1.0, up / down)
    half = math.ceil(_HALF_TAPS / cutoff)
    phases = np.array([(phase * down % up) / up for phase in range(up)])
    offsets = np.arange(-half + 1, half + 1)[None, :] - phases[:, None]
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (offsets / half) ** 2, 0, None))) / np.i0(_BETA)
    taps = cutoff * np.sinc(cutoff * offsets) * window
    return (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)


def filtered(
    sound: NDArray[np.float32],
    response: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    *,
    rate: int = SAMPLE_RATE,
) -> NDArray[np.float32]:
    """A short sound `[n]` or `[n c]` through a filter without phase: `response` gives the gain at frequencies in Hz."""
    length = _fast_length(len(sound) + rate // 10)
    spectrum = np.fft.rfft(sound, length, axis=0)
    gain = response(np.fft.rfftfreq(length, 1 / rate).astype(np.float64))
    shaped = np.fft.irfft(spectrum * gain.reshape(-1, *(1,) * (sound.ndim - 1)), length, axis=0)
    return shaped[: len(sound)].astype(np.float32)


class Convolution:
    """A finite filter over blocks of any size, by overlap-save; as many samples come out as go in."""

    def __init__(self, taps: NDArray[np.float64], channels: int, *, block: int = BLOCK) -> None:
        """`taps` are `[n]`, or `[n c]` with a filter for each channel; `block` is how many samples come at once."""
        self._length = _fast_length(len(taps) + block)
        shaped = taps.reshape(len(taps), -1)
        self._taps = np.fft.rfft(shaped, self._length, axis=0)
        self._tail = np.zeros((len(taps) - 1, channels))

    def feed(self, block: NDArray[np.floating]) -> NDArray[np.float64]:
        """The next samples `[n c]`, filtered."""
        joined = np.concatenate((self._tail, block))
        kept = len(self._tail)
        step = self._length - kept
        parts: list[NDArray[np.float64]] = []
        for at in range(0, len(block), step):
            piece = joined[at : at + self._length]
            whole = np.fft.irfft(np.fft.rfft(piece, self._length, axis=0) * self._taps, self._length, axis=0)
            parts.append(whole[kept : len(piece)])
        self._tail = joined[len(joined) - kept :]
        return np.concatenate(parts) if parts else np.zeros((0, joined.shape[1]))


def _fast_length(least: int) -> int:
    """The next length whose transform is fast: a power of two, or three quarters or five eighths of one."""
    power = 1 << max(0, least - 1).bit_length()
    return next(size for size in (power * 5 // 8, power * 3 // 4, power) if size >= least)


def _coded(block: Samples, bits: int, random: np.random.Generator) -> bytes:
    full = 2 ** (bits - 1)
    scaled = block.astype(np.float64) * full
    if bits == 16:
        scaled += random.random(block.shape) - random.random(block.shape)
    whole = np.clip(np.rint(scaled), -full, full - 1).astype("<i4")
    if bits == 16:
        return whole.astype("<i2").tobytes()
    return np.ascontiguousarray(whole).view(np.uint8).reshape(*whole.shape, 4)[..., :3].tobytes()


def _header(num_samples: int, channels: int, rate: int, bits: int) -> bytes:
    size = num_samples * channels * bits // 8
    number = int.to_bytes
    form = b"".join(
        (
            number(1, 2, "little"),
            number(channels, 2, "little"),
            number(rate, 4, "little"),
            number(rate * channels * bits // 8, 4, "little"),
            number(channels * bits // 8, 2, "little"),
            number(bits, 2, "little"),
        )
    )
    return b"".join(
        (
            b"RIFF",
            number(36 + size + size % 2, 4, "little"),
            b"WAVEfmt ",
            number(len(form), 4, "little"),
            form,
            b"data",
            number(size, 4, "little"),
        )
    )
