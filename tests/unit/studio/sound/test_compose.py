"""Music: it fits its scene, stays in its key, comes home at the end, and never clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.studio.sound.compose import _STYLES, MOODS, Mood, Note, compose
from tianmu.studio.sound.synth import note_seconds, render

MOOD = st.sampled_from(MOODS)


@given(mood=MOOD, seconds=st.floats(2, 120), seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_a_bed_keeps_its_key_and_ends_on_the_tonic_within_its_scene(mood: Mood, seconds: float, seed: int) -> None:
    notes = compose(mood, seconds, seed, key=60)
    assert notes == compose(mood, seconds, seed, key=60)
    assert {(note.pitch - 60) % 12 for note in notes} <= set(_STYLES[mood].scale)
    last = max(note.start for note in notes if note.timbre == "bass")
    ending = [note for note in notes if note.start >= last - 1e-9]
    assert {(note.pitch - 60) % 12 for note in ending if note.timbre == "bass"} == {0}
    assert max(note.start for note in notes) <= seconds
    assert all(24 <= note.pitch <= 100 for note in notes)


def test_another_seed_is_other_music() -> None:
    assert compose("calm", 40, 1, key=60) != compose("calm", 40, 2, key=60)


@pytest.mark.parametrize("timbre", ["pad", "keys", "pluck", "bell", "bass", "strings"])
def test_a_note_has_its_pitch_and_neither_begins_nor_ends_abruptly(timbre: str) -> None:
    note = next(
        Note(0.0, 1.5, 69, 0.8, known)
        for known in ("pad", "keys", "pluck", "bell", "bass", "strings")
        if known == timbre
    )
    sound = render(note)
    assert len(sound) == pytest.approx(note_seconds(note) * 48000, abs=480)
    assert np.abs(sound[:8]).max() < 0.1 * np.abs(sound).max()
    assert np.abs(sound[-8:]).max() < 1e-4
    spectrum = np.abs(np.fft.rfft(sound[:, 0]))
    hertz = np.fft.rfftfreq(len(sound), 1 / 48000)
    assert hertz[spectrum.argmax()] == pytest.approx(440, abs=6)
