"""The sound of a long film takes no more memory than that of a short one."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tianmu.film.cut import Cut, Dialogue, Gap, Track
from tianmu.film.sound import MusicCue, SoundCue
from tianmu.studio.sound.master import master
from tianmu.studio.sound.mix import SoundFilm, make_sound
from tianmu.studio.sound.voices.engine import ToneVoice
from tianmu.studio.soundtrack import VoiceShelf

PART = 240
"""Frames: ten seconds."""


def film_of(num_parts: int, shelf: Path) -> SoundFilm:
    """Every ten seconds a line, a bed, a bell; music under all of it."""
    said = Dialogue(character="EMBER", asset=None, text="The tide is late.", num_frames=48)
    pictures = Track(name="V1", items=(Gap(num_frames=PART),) * num_parts)
    voices = Track(name="A1", kind="audio", items=(said, Gap(num_frames=PART - 48)) * num_parts)
    cut = Cut(name="film", fps=Fraction(24), width=64, height=36, tracks=(pictures, voices))
    beds = [
        SoundCue(sound="wind", start=at * PART, num_frames=PART, seed=at % 2, kind="ambience")
        for at in range(num_parts)
    ]
    bells = [SoundCue(sound="bell", start=at * PART, num_frames=PART) for at in range(num_parts)]
    music = [MusicCue(start=at * PART, num_frames=PART, mood="calm", seed=1) for at in range(num_parts)]
    sound = make_sound(cut, (), {}, engine=ToneVoice(), shelf=VoiceShelf(shelf))
    return replace(sound, cues=(*beds, *bells), music=tuple(music))


def peak_of(num_parts: int, folder: Path) -> int:
    """Bytes at most while a film of so many parts is mixed and mastered."""
    sound = film_of(num_parts, folder / "voices")
    tracemalloc.start()
    try:
        mastered = master(sound, folder / "sound.wav", target="web")
        assert mastered.limited  # every pass over the mix was gone through
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_the_film(tmp_path: Path) -> None:
    peak_of(2, tmp_path)  # what is made once and kept is made here
    short, long = peak_of(2, tmp_path), peak_of(6, tmp_path)
    assert long - short < 2 * 2**20  # four parts of the mix are 15 MB
