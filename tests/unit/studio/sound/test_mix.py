"""The mix: speech in its place, stems that sum, music that gives way, a master at its loudness, always the same."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import OutputError
from tianmu.film.asset import Asset
from tianmu.film.cut import Cut
from tianmu.film.shot import Shot
from tianmu.film.sound import LOUDNESS_TARGETS, SAMPLE_RATE
from tianmu.media.audio import num_samples_at, read_sound
from tianmu.media.loudness import measure
from tianmu.studio.sound.dialogue import FASTEST, MemoryShelf
from tianmu.studio.sound.master import Spool, master
from tianmu.studio.sound.mix import MUSIC_DUCK, SoundFilm, Stems, make_sound
from tianmu.studio.sound.sources import Bus, Once
from tianmu.studio.sound.voices.engine import ToneVoice

from .conftest import cut_of

LINES = [(60, 40, "The tide is late."), (130, 30, "灯灭了。"), (240, 60, "Who is there?")]


@pytest.fixture
def cut(shots: list[Shot]) -> Cut:
    return cut_of(shots, LINES)


@pytest.fixture
def sound(cut: Cut, shots: list[Shot], assets: Mapping[str, Asset]) -> SoundFilm:
    return make_sound(cut, shots, assets, engine=ToneVoice())


def joined(sound: SoundFilm) -> Stems:
    return Stems(*(np.concatenate(blocks) for blocks in zip(*sound.stems(), strict=True)))


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(24000, 1001)])
def test_speech_starts_within_a_frame_of_its_place(
    shots: list[Shot], assets: Mapping[str, Asset], fps: Fraction
) -> None:
    shelf = MemoryShelf()
    made = make_sound(cut_of(shots, LINES, fps=fps), shots, assets, engine=ToneVoice(), shelf=shelf)
    mix = joined(made).mix[:, 0].astype(np.float64)
    assert [line.start for line in made.lines] == [start for start, _, _ in LINES]
    for line in made.lines:
        spoken = shelf.get(line.key or "")
        assert spoken is not None
        expected, reach = num_samples_at(line.start, fps), 4800
        heard = mix[expected - reach : expected + reach + len(spoken)]
        size = 1 << (len(heard) + len(spoken)).bit_length()
        spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken.astype(np.float64), size))
        lag = int(np.fft.irfft(spectrum, size)[: 2 * reach].argmax()) - reach
        assert abs(lag) < SAMPLE_RATE / float(fps)
        assert line.num_frames == -(-len(spoken) * fps // SAMPLE_RATE)


def test_stems_sum_to_the_mix_and_are_as_long_as_the_pictures(sound: SoundFilm, cut: Cut) -> None:
    stems = joined(sound)
    mix = np.concatenate(list(sound.blocks()))
    assert len(mix) == num_samples_at(cut.num_frames, cut.fps) == sound.num_samples
    assert np.array_equal(mix, stems.dialogue + stems.effects + stems.music)
    assert all(np.abs(stem).max() > 0.001 for stem in stems)


def test_blocks_of_any_size_are_the_same_sound(sound: SoundFilm) -> None:
    whole = np.concatenate([block.mix for block in sound.stems()])
    small = np.concatenate([block.mix for block in sound.stems(block=7001)])
    assert np.abs(whole - small).max() < 1e-5


def test_music_gives_way_to_speech(shots: list[Shot], assets: Mapping[str, Asset], cut: Cut) -> None:
    spoken = joined(make_sound(cut, shots, assets, engine=ToneVoice())).music
    silent = joined(make_sound(cut, shots, assets, engine=None)).music
    at = num_samples_at(LINES[2][0], cut.fps)
    during = slice(at + 2000, at + 24000)
    fall = 20 * np.log10(np.abs(spoken[during]).mean() / np.abs(silent[during]).mean())
    assert fall == pytest.approx(MUSIC_DUCK, abs=0.5)
    before = slice(0, num_samples_at(LINES[0][0], cut.fps) - SAMPLE_RATE)
    assert np.allclose(spoken[before], silent[before])


def test_nothing_clicks_where_music_and_ambience_change(shots: list[Shot], assets: Mapping[str, Asset]) -> None:
    stems = joined(make_sound(cut_of(shots, []), shots, assets, engine=None))
    steps = np.abs(np.diff(stems.music, axis=0)).max(axis=1)
    assert steps.max() < 0.05
    assert np.abs(stems.mix[0]).max() < 1e-4


@pytest.mark.parametrize("target", ["ebu", "web"])
def test_a_master_has_its_loudness_and_no_peak_too_high(tmp_path: Path, sound: SoundFilm, target: str) -> None:
    path = tmp_path / "film.wav"
    made = master(sound, path, target="ebu" if target == "ebu" else "web", stems=tmp_path)
    heard = read_sound(path)
    measured = measure(heard)
    assert measured.integrated == pytest.approx(LOUDNESS_TARGETS[target], abs=0.5)  # type: ignore[index]
    assert measured.peak < -1.0
    assert made.loudness.integrated == pytest.approx(measured.integrated, abs=0.05)
    assert len(heard) == sound.num_samples
    stems = sum(read_sound(tmp_path / f"{name}.wav") for name in ("dialogue", "effects", "music"))
    assert np.abs(stems - np.concatenate(list(sound.blocks()))).max() < 1e-5
    assert {each.stem for each in tmp_path.iterdir()} == {"dialogue", "effects", "film", "music"}


def test_the_same_film_gives_the_same_bytes(
    tmp_path: Path, cut: Cut, shots: list[Shot], assets: Mapping[str, Asset]
) -> None:
    digests: set[str] = set()
    for name in "ab":
        made = make_sound(cut, shots, assets, engine=ToneVoice())
        digests.add(master(made, tmp_path / f"{name}.wav").info.sha256)
    assert len(digests) == 1


def test_a_master_that_cannot_be_written_leaves_nothing(tmp_path: Path, sound: SoundFilm) -> None:
    with pytest.raises(OutputError):
        master(sound, tmp_path / "nowhere" / "film.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_film_without_a_voice_still_sounds_and_keeps_its_lines(
    cut: Cut, shots: list[Shot], assets: Mapping[str, Asset]
) -> None:
    made = make_sound(cut, shots, assets, engine=None)
    assert [line.num_frames for line in made.lines] == [frames for _, frames, _ in LINES]
    assert {line.voice for line in made.lines} == {None}
    assert not joined(made).dialogue.any()
    assert joined(made).effects.any()


def test_a_language_that_nobody_speaks_is_said_once_and_the_rest_is_spoken(
    cut: Cut, shots: list[Shot], assets: Mapping[str, Asset]
) -> None:
    made = make_sound(cut, shots, assets, engine=ToneVoice(languages=("en",)))
    assert [line.voice is None for line in made.lines] == [False, True, False]
    (note,) = made.notes
    assert "Chinese" in note
    assert "lines: 1" in note


def test_what_was_spoken_is_not_spoken_again(cut: Cut, shots: list[Shot], assets: Mapping[str, Asset]) -> None:
    shelf = MemoryShelf()
    first = make_sound(cut, shots, assets, engine=ToneVoice(), shelf=shelf)
    again = make_sound(cut, shots, assets, engine=_Mute(), shelf=shelf)
    assert again.row == first.row


class _Mute(ToneVoice):
    def speak(self, utterance: object) -> np.ndarray:
        raise AssertionError("a line that was kept was spoken again")


def test_a_line_that_is_too_long_is_spoken_faster_runs_on_and_is_noted(
    shots: list[Shot], assets: Mapping[str, Asset]
) -> None:
    text = "一二三四五六七八"  # two seconds by nature
    fits = make_sound(cut_of(shots, [(60, 45, text)]), shots, assets, engine=ToneVoice())
    assert fits.lines[0].num_frames <= 45
    assert fits.notes == ()
    runs_on = make_sound(cut_of(shots, [(60, 30, text), (120, 24, "三")]), shots, assets, engine=ToneVoice())
    assert runs_on.lines[0].num_frames == pytest.approx(float(48 / FASTEST), abs=1)
    assert runs_on.notes == ()
    collides = make_sound(cut_of(shots, [(60, 30, text), (92, 24, "三")]), shots, assets, engine=ToneVoice())
    assert len(collides.notes) == 1
    assert "MARA needs" in collides.notes[0]


def test_of_a_line_in_two_languages_one_is_spoken(shots: list[Shot], assets: Mapping[str, Asset]) -> None:
    cut = cut_of(shots, [(60, 48, "You are late. 你来晚了。"), (150, 48, "I know. 我知道。")])
    english = make_sound(cut, shots, assets, engine=ToneVoice())
    chinese = make_sound(cut, shots, assets, engine=ToneVoice(), language="zh")
    assert "English is spoken" in english.notes[0]
    assert "Chinese is spoken" in chinese.notes[0]
    assert english.lines[0].key != chinese.lines[0].key
    assert all(line.voice for line in (*english.lines, *chinese.lines))


def test_a_change_of_a_cue_changes_the_row(sound: SoundFilm) -> None:
    assert replace(sound, music=()).row != sound.row


def test_a_spool_is_read_piece_by_piece(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).standard_normal((2 * SAMPLE_RATE + 7, 2)).astype(np.float32)
    samples.tofile(tmp_path / "spool")
    spool = Spool(tmp_path / "spool")
    assert len(spool) == len(samples)
    assert np.array_equal(np.concatenate(list(spool.blocks())), samples)
    for first, end in ((0, 5), (SAMPLE_RATE - 1, SAMPLE_RATE + 3), (len(samples) - 4, len(samples) + 100)):
        assert np.array_equal(spool.read(first, end), samples[first:end])
    assert spool.read(len(samples) + 3, len(samples) + 9).shape == (0, 2)


@pytest.mark.parametrize("num_sounds", [3, 30])
def test_a_bus_holds_what_sounds_now_however_much_there_is(num_sounds: int) -> None:
    sources: list[weakref.ref[Once]] = []

    def placed() -> Iterator[Once]:
        for number in range(num_sounds):
            source = Once(number * 800, 1000, lambda: np.ones(1000, np.float32))
            sources.append(weakref.ref(source))
            yield source

    def counted(at: int) -> tuple[int, int]:
        alive = [source for source in (kept() for kept in sources) if source is not None]
        return sum(source.end <= at for source in alive), sum(source.holds_samples for source in alive)

    bus = Bus(placed())
    for at in range(0, num_sounds * 800 + 400, 400):
        bus.block(at, 400)
        over, held = counted(at + 400)
        assert over == 0  # what is over is let go of
        assert held <= 2
