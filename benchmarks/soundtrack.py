"""The sound of finished films: what a recogniser hears of every line, when speech begins, how loud it all is.

    python benchmarks/soundtrack.py [first-light lighthouse mobanche guest:en guest:zh] [--targets ebu web] [--lines]

Each film is planned and cut from its screenplay in examples/; its lines are spoken, mixed with ambience, effects and
music, mastered and muxed by the code that makes films. Only the pictures are black and small. Then the MP4 is decoded,
edit list and all, and

- every line's stretch, with a fifth of a second on both sides, is written down by Whisper (see `speech.py`)
- the first sound of every line is looked for, in the dialogue stem and, by correlation, in the film: how far it lies
  from the line's first frame
- loudness and true peak are measured by Tianmu's meter and, in brackets, by FFmpeg's `ebur128`
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import av
import av.error
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from speech import Recogniser, num_errors, recogniser, units
from tianmu.core.settings import settings as read_settings
from tianmu.film.cut import Cut
from tianmu.film.decision import arrange
from tianmu.film.sound import SAMPLE_RATE, Loudness, PlacedLine, SpokenLanguage, Target
from tianmu.film.take import Take
from tianmu.film.time import count_frames
from tianmu.film.wording import language_of
from tianmu.media.audio import num_samples_at, read_sound, sound_blocks
from tianmu.media.loudness import Meter
from tianmu.media.video import write_video
from tianmu.studio.assembly import Filmed, assemble
from tianmu.studio.credits import credit_lines
from tianmu.studio.plan import Plan, plan_film
from tianmu.studio.render import silent
from tianmu.studio.sound.dialogue import spoken_texts
from tianmu.studio.sound.timeline import lines_of
from tianmu.studio.soundtrack import Soundtrack, lay_under, make_soundtrack
from tianmu.studio.store import Store
from tianmu.studio.takes import FilmSettings

EXAMPLES = Path(__file__).parents[1] / "examples"
FILMS = ("first-light", "lighthouse", "mobanche", "guest:en", "guest:zh")
AROUND = SAMPLE_RATE // 5
"""Samples before and after a line that the recogniser hears too."""
_AUDIBLE = 0.02
"""Of a line's loudest sample: where its sound begins."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A line, and what became of it in the finished film."""

    line: PlacedLine
    text: str
    """That was spoken."""
    language: SpokenLanguage
    num_samples: int
    late: float
    """Frames between its place and its first sound in the film; below 0 it comes early."""
    heard: str = ""

    @property
    def errors(self) -> tuple[int, int]:
        """Words or characters that are wrong, and all of them."""
        said = units(self.text, self.language)
        return num_errors(said, spaced_as(units(self.heard, self.language), said)), len(said)


def spaced_as(heard: Sequence[str], said: Sequence[str]) -> list[str]:
    """Words that were heard, two put together where that is a word of what was said: a sun rise is a sunrise."""
    found: list[str] = []
    for word in heard:
        if found and found[-1] + word in said and word not in said:
            found[-1] += word
        else:
            found.append(word)
    return found


def cut_of(name: str, settings: FilmSettings, home: Path) -> tuple[Plan, Cut]:
    """An example, planned and cut, with takes that are as long as they would be and hold nothing."""
    with Store.open(home) as store:
        plan = plan_film(EXAMPLES / f"{name}.fountain", store.ensure_project(name), settings)
    filmed = tuple(
        Filmed(shot=shot, take=_take(shot.slate, count_frames(shot.seconds, settings.fps) + 2 * settings.handles))
        for shot in arrange(plan.shots.shots, plan.decisions)
    )
    credits = credit_lines(plan.screenplay, plan.assets, filmed)
    fps, handles = settings.fps, settings.handles
    return plan, assemble(filmed, plan.screenplay, plan.decisions, fps=fps, handles=handles, credits=credits)


def _take(slate: str, num_frames: int) -> Take:
    return Take(
        id=slate, key=slate, seed=0, engine="fake", slate=slate, number=1, film="0" * 64, recipe="0" * 64,
        thumbnail="0" * 64, num_frames=num_frames, fps=Fraction(24), width=64, height=36, bytes=1, seconds_taken=1.0,
    )  # fmt: skip


def write_film(cut: Cut, track: Soundtrack, path: Path, scratch: Path) -> Loudness | None:
    """The film with black pictures; gives the loudness that the studio says of it."""
    pictures = scratch / "pictures.mp4"
    write_video(pictures, repeat(np.zeros((36, 64, 3), np.uint8), cut.num_frames), cut.fps, format="mp4")
    return lay_under(pictures, path, track, scratch)


def measure_lines(cut: Cut, track: Soundtrack, film: NDArray[np.float32]) -> list[Heard]:
    """The spoken lines of a film whose decoded sound `[n]` is given, with how late each one begins."""
    assert track.sound is not None
    stem = np.concatenate([stems.dialogue.mean(axis=1) for stems in track.sound.stems()])
    texts, _ = spoken_texts(lines_of(cut), track.spoken)
    found: list[Heard] = []
    for line, text in zip(track.sound.lines, texts, strict=True):
        if line.key is None:
            continue
        start, end = (num_samples_at(frame, cut.fps) for frame in (line.start, line.start + line.num_frames))
        before = min(start, SAMPLE_RATE // 12)
        late = onset(stem[start - before : end]) - before + lag(stem[start:end], film, start)
        heard = Heard(
            line=line,
            text=text,
            language=language_of(text),
            num_samples=end - start,
            late=float(late * cut.fps / SAMPLE_RATE),
        )
        found.append(heard)
    return found


def onset(sound: NDArray[np.float32]) -> int:
    """The first sample that is heard."""
    level = np.abs(sound)
    return int(np.argmax(level > _AUDIBLE * level.max()))


def lag(line: NDArray[np.float32], film: NDArray[np.float32], start: int, *, reach: int = SAMPLE_RATE // 8) -> int:
    """How many samples later than at `start` a line lies in a film, where it is most like it; within `reach`."""
    before = max(0, start - reach)
    piece = film[before : start + len(line) + reach]
    length = 1 << (len(piece) + len(line)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(piece, length) * np.conj(np.fft.rfft(line, length)), length)
    return int(np.argmax(likeness[: max(1, len(piece) - len(line) + 1)])) + before - start


def hear(listener: Recogniser, lines: Sequence[Heard], film: NDArray[np.float32], fps: Fraction) -> list[Heard]:
    """The lines with what a recogniser writes down of each."""
    from dataclasses import replace

    heard: list[Heard] = []
    for each in lines:
        start = num_samples_at(each.line.start, fps)
        piece = film[max(0, start - AROUND) : start + each.num_samples + AROUND]
        heard.append(replace(each, heard=listener.hear(piece, each.language)))
    return heard


def error_rates(lines: Sequence[Heard]) -> dict[SpokenLanguage, float]:
    """Errors over all words (English) and over all characters (Chinese)."""
    rates: dict[SpokenLanguage, float] = {}
    found: list[SpokenLanguage] = [each.language for each in lines]
    for language in dict.fromkeys(found):
        wrong, said = (sum(part) for part in zip(*(e.errors for e in lines if e.language == language), strict=True))
        rates[language] = wrong / said
    return rates


def ebur128(blocks: Iterator[NDArray[np.float32]]) -> Loudness:
    """Loudness and true peak of stereo sound at 48 kHz after FFmpeg's filter, which is nobody's of this house."""
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format="fltp", layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
    )
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: dict[str, str] = {}
    at = 0
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, at
        at += len(block)
        source.push(frame)
        found |= _told(graph)
    source.push(None)
    found |= _told(graph)
    peak = max(float(found["lavfi.r128.true_peaks_ch0"]), float(found["lavfi.r128.true_peaks_ch1"]))
    return Loudness(integrated=float(found["lavfi.r128.I"]), peak=float(20 * np.log10(max(peak, 1e-9))))


def _told(graph: Graph) -> dict[str, str]:
    """What the filter has measured by now."""
    found: dict[str, str] = {}
    while True:
        try:
            found |= dict(graph.pull().metadata)
        except (av.error.BlockingIOError, av.error.EOFError):
            return found


def run(
    name: str, target: Target, listener: Recogniser | None, scratch: Path
) -> tuple[list[Heard], Loudness, Loudness]:
    """One film: its lines, and its loudness by both meters."""
    film, _, language = name.partition(":")
    spoken: SpokenLanguage | None = "en" if language == "en" else "zh" if language == "zh" else None
    settings = FilmSettings(engine="fake", loudness=target, language=spoken)
    plan, cut = cut_of(film, settings, scratch / f"{film}-home")
    track = make_soundtrack(cut, plan, settings, silent)
    path = scratch / "film.mp4"
    write_film(cut, track, path, scratch)
    ours = Meter()
    for block in sound_blocks(path)[1]:
        ours.add(block)
    theirs = ebur128(sound_blocks(path)[1])
    sound = np.asarray(read_sound(path).mean(axis=1), np.float32)
    lines = measure_lines(cut, track, sound)
    return (hear(listener, lines, sound, cut.fps) if listener else lines), ours.result(), theirs


def main(argv: Sequence[str] | None = None) -> None:
    """Make, listen, and print a table."""
    parser = argparse.ArgumentParser(description="The sound of finished films.")
    parser.add_argument("films", nargs="*", default=list(FILMS))
    parser.add_argument("--targets", nargs="+", choices=("ebu", "web"), default=["ebu"])
    parser.add_argument("--model", choices=("base", "small"), default="base")
    parser.add_argument("--deaf", action="store_true", help="no recogniser: when and how loud only")
    parser.add_argument("--lines", action="store_true", help="print every line, and what was heard")
    arguments = parser.parse_args(argv)
    print(f"{platform.platform()}, heard by whisper {arguments.model}; lines are kept in {read_settings().home}\n")
    heads = ("film", "target", "lines", "words wrong", "characters wrong", "late by, frames", "LUFS", "dBTP")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    with tempfile.TemporaryDirectory() as folder, recogniser(arguments.model) as listener:
        for name in arguments.films:
            for target in arguments.targets:
                first = None if arguments.deaf or target != arguments.targets[0] else listener
                lines, ours, theirs = run(name, target, first, Path(folder))
                rates = error_rates(lines) if first else {}
                shown = [f"{rates[each]:.1%}" if each in rates else "" for each in ("en", "zh")]
                late = [each.late for each in lines] or [0.0]
                print(
                    f"| {name} | {target} | {len(lines)} | {shown[0]} | {shown[1]} | {min(late):+.2f} to "
                    f"{max(late):+.2f} | {ours.integrated:.2f} ({theirs.integrated:.2f}) | {ours.peak:.2f} "
                    f"({theirs.peak:.2f}) |",
                    flush=True,
                )
                for each in lines if arguments.lines and first else ():
                    wrong, said = each.errors
                    print(f"    {wrong}/{said} {each.line.voice}: {each.text} | {each.heard}")


if __name__ == "__main__":
    main()
