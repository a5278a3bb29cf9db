"""A script in time: nothing overlaps, pauses are kept, effects stand behind the words, the narrator is nobody else."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.studio.drama.test_script import script as written

from tianmu.film.sound import Utterance
from tianmu.media.audio import Mono
from tianmu.studio.drama.script import Chapter, Part, Script
from tianmu.studio.drama.timeline import FPS, Drama, choose_narrator, perform
from tianmu.studio.sound.dialogue import MemoryShelf
from tianmu.studio.sound.voices.engine import ToneVoice, VoiceMissing
from tianmu.studio.sound.voices.roster import ROSTER


def play(script: Script, engine: ToneVoice | None = None, *, music: bool = True) -> Drama:
    speaker = engine or ToneVoice(pace=Fraction(4))
    return perform(script, "The Bell", (), {}, {"character-ember": "alpha"}, speaker, MemoryShelf(), music=music)


PARTS = st.lists(
    st.tuples(st.text("ab .", min_size=1, max_size=12), st.fractions(0, 3), st.sampled_from(["", "bell", "thunder"])),
    min_size=1,
    max_size=8,
)


@given(PARTS)
def test_nothing_is_said_over_anything_else_and_pauses_are_kept(parts: list[tuple[str, Fraction, str]]) -> None:
    script = Script(
        parts=tuple(
            Part(kind="action", scene="1", text=text, pause=pause, effects=(effect,) if effect else ())
            for text, pause, effect in parts
        ),
        chapters=(Chapter(scene="1", title="One"),),
        language="en",
    )
    placed = play(script).placed
    for before, after in pairwise(placed):
        assert after.begins == before.end
        assert after.start - before.end >= int(after.part.pause * FPS)
        if before.part.effects:
            assert after.start - before.end >= 100


def test_the_place_is_heard_before_it_is_named_and_chapters_begin_there() -> None:
    drama = play(written())
    first, second = (each for each in drama.placed if each.part.kind == "heading")
    assert drama.chapters == ((0, "1. The snowfield, dawn"), (second.begins, "2. The kitchen, night"))
    assert second.start - second.begins == 160
    beds = [cue for cue in drama.sound.cues if cue.kind == "ambience"]
    assert any(abs(cue.start - first.begins) <= 50 for cue in beds)
    assert any(abs(cue.start - second.begins) <= 50 for cue in beds)


def test_a_named_effect_is_heard_behind_its_words_and_before_the_next() -> None:
    drama = play(written())
    bell = next(cue for cue in drama.sound.cues if cue.sound == "bell")
    told = next(each for each in drama.placed if "bell" in each.part.text)
    after = drama.placed[drama.placed.index(told) + 1]
    assert told.end <= bell.start <= told.end + 20
    assert after.start >= bell.start + 100


def test_music_begins_behind_the_label_with_the_title() -> None:
    drama = play(written())
    label, title = drama.placed[:2]
    assert drama.sound.music[0].start == title.start > label.end
    assert drama.sound.music[-1].start + drama.sound.music[-1].num_frames == drama.sound.num_frames
    assert play(written(), music=False).sound.music == ()


def test_the_narrator_is_no_characters_voice_and_always_the_same() -> None:
    assert choose_narrator([], "en") == choose_narrator(["pip"], "en") == choose_narrator(["alpha", "moss"], "en")
    assert choose_narrator(["alpha"], "zh") == "kumo"
    names = [voice.name for voice in ROSTER]
    for number in range(len(names)):
        assert choose_narrator(names[:number], "zh") not in names[:number]
    assert choose_narrator(names, "en") in names
    drama = play(written())
    assert {line.voice for line in drama.sound.lines if not line.character} == {drama.narrator}
    assert drama.narrator not in {line.voice for line in drama.sound.lines if line.asset == "character-ember"}


def test_what_cannot_be_said_is_a_silence_and_a_language_that_nobody_speaks_is_told() -> None:
    parts = (
        Part(kind="line", scene="1", text="...", character="A", pause=Fraction(1, 2)),
        Part(kind="line", scene="1", text="你好", character="A", pause=Fraction(1, 2)),
        Part(kind="line", scene="1", text="Hello.", character="A", pause=Fraction(1, 2)),
    )
    script = Script(parts=parts, chapters=(Chapter(scene="1", title="One"),), language="en")
    drama = play(script, ToneVoice(languages=("en",)))
    assert [each.num_frames > 0 for each in drama.placed] == [False, False, True]
    assert drama.placed[0].start == 120
    assert len(drama.sound.notes) == 1
    assert "not Chinese" in drama.sound.notes[0]
    with pytest.raises(VoiceMissing, match="not Chinese"):
        play(Script(parts=parts[1:2], chapters=(), language="zh"), ToneVoice(languages=("en",)))


def test_what_was_spoken_is_not_spoken_again() -> None:
    class Counting(ToneVoice):
        spoken = 0

        def speak(self, utterance: Utterance) -> Mono:
            Counting.spoken += 1
            return super().speak(utterance)

    shelf = MemoryShelf()
    for _ in range(2):
        perform(written(), "The Bell", (), {}, {}, Counting(), shelf)
    assert Counting.spoken == len(written().parts)


def test_speech_is_over_the_rest_of_the_mix() -> None:
    sound = play(written()).sound
    stems = list(islice(sound.stems(), 12))
    assert all(len(block.mix) == 48_000 for block in stems)
    speech, music = (np.concatenate([block[part] for block in stems]) for part in (0, 2))
    line = next(line for line in sound.lines if line.text == "The Bell.")
    span = slice(line.start * 480, (line.start + line.num_frames) * 480)
    assert np.abs(speech[span]).mean() > 2 * np.abs(music[span]).mean()
