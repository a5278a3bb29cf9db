"""Subtitles: laws of layout and time, then what single lines look like."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.cut import Cut, Dialogue, Gap, Item, Track
from tianmu.film.subtitle import GAP, Subtitles, make_cues
from tianmu.film.wording import READING, Language, split_languages

FPS = Fraction(24)
WORDS = st.sampled_from(
    ["the", "fox", "walks", "home,", "and", "nobody", "sees", "it.", "Why?", "extraordinarily", "“No,”", "I", "to", "a"]
)
HAN = st.text("狐狸走过雪原天亮了没有人看见它和但，。！？", min_size=1, max_size=70)
ENGLISH = st.lists(WORDS, min_size=1, max_size=50).map(" ".join)
SPEECHES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 240), st.one_of(ENGLISH, HAN)), max_size=8)


def film(*said: tuple[int, int, str], tail: int = 48, fps: Fraction = FPS) -> Cut:
    """A film with lines on as many tracks as they need, each after a pause: (pause, frames, words)."""
    tracks: list[Track] = []
    at = 0
    for number, (pause, frames, text) in enumerate(said):
        at += pause
        line = Dialogue(character=f"N{number}", asset=None, text=text, num_frames=frames)
        tracks.append(Track(name=f"A{number}", kind="audio", items=(*_gap(at), line)))
        at += frames // 2 if number % 3 == 2 else frames  # every third is talked over
    length = max((track.num_frames for track in tracks), default=0) + tail
    picture: tuple[Item, ...] = (Gap(num_frames=length),)
    return Cut(name="F", fps=fps, width=64, height=36, tracks=(Track(name="V1", items=picture), *tracks))


def _gap(frames: int) -> tuple[Item, ...]:
    return (Gap(num_frames=frames),) if frames else ()


def squeezed(text: str) -> str:
    return "".join(text.split())


def said_in(made: Subtitles, language: Language) -> str:
    return squeezed("".join(line for cue in made.in_language(language) for line in cue.lines))


@settings(max_examples=60)
@given(SPEECHES, st.sampled_from([FPS, Fraction(24000, 1001), Fraction(25), Fraction(30)]))
def test_no_cue_overlaps_all_lie_within_the_film_and_every_word_is_in_one_in_its_order(
    said: list[tuple[int, int, str]], fps: Fraction
) -> None:
    cut = film(*said, fps=fps)
    made = make_cues(cut)
    for language in made.languages:
        cues = made.in_language(language)
        assert all(before.end <= after.start for before, after in pairwise(cues))
        assert all(0 <= cue.start < cue.end <= cut.num_frames for cue in cues)
    spoken: dict[Language, str] = {"en": "", "zh": ""}
    for _, _, text in said:
        for language, part in split_languages(text):
            spoken[language] += squeezed(part)
    assert (said_in(made, "en"), said_in(made, "zh")) == (spoken["en"], spoken["zh"])


@settings(max_examples=60)
@given(SPEECHES)
def test_nothing_is_faster_than_can_be_read_unless_it_is_told(said: list[tuple[int, int, str]]) -> None:
    cut = film(*said)
    made = make_cues(cut)
    fast = [cue for cue in made.cues if cue.speed(cut.fps) > READING[cue.language].fastest]
    told = [note for note in made.notes if "characters a second" in note]
    assert len(told) == len(fast)
    for cue in fast:
        assert any(" ".join(cue.lines) in note for note in told)


def test_both_languages_of_a_line_are_shown_while_it_is_spoken() -> None:
    made = make_cues(film((10, 72, "Eleven rocks. One rocket. Me. 十一块石头，一枚火箭，还有我。")))
    english, chinese = made.in_language("en"), made.in_language("zh")
    assert [(cue.start, cue.end) for cue in english] == [(cue.start, cue.end) for cue in chinese] == [(10, 82)]
    assert chinese[0].lines == ("十一块石头，一枚火箭，还有我。",)
    assert made.notes == ()


def test_a_long_speech_is_cut_where_sentences_end_and_shares_its_time() -> None:
    text = (
        "I have walked all the way around it, and I have not seen anybody. "
        "There is a lighthouse, but nobody answers the door, because nobody has lived there for years."
    )
    made = make_cues(film((0, 240, text)))
    assert [cue.lines for cue in made.cues] == [
        ("I have walked all the way around it,", "and I have not seen anybody."),
        ("There is a lighthouse,", "but nobody answers the door,"),
        ("because nobody has lived there for years.",),
    ]
    assert made.cues[0].start == 0
    assert all(after.start - before.end == GAP for before, after in pairwise(made.cues))
    assert made.cues[-1].end >= 240


def test_a_short_word_stays_long_enough_to_be_seen() -> None:
    (cue,) = make_cues(film((0, 6, "Yes."))).cues
    assert cue.num_frames == 20  # five sixths of a second


def test_what_is_said_too_fast_is_told_with_its_numbers() -> None:
    crowded = make_cues(film(*((0, 4, "Far too many words for this."),) * 6, tail=0))
    assert len(crowded.cues) == 6
    assert any("Far too many words" in note and "17 can be read" in note for note in crowded.notes)


def test_a_word_that_fits_no_line_stands_alone_and_is_told() -> None:
    made = make_cues(film((0, 200, f"So: {'a' * 60} again.")))
    assert any("longer than a line of 42" in note for note in made.notes)


def test_a_film_with_fewer_frames_than_cues_is_refused() -> None:
    lines = tuple(Dialogue(character="A", asset=None, text="Yes.", num_frames=1) for _ in range(3))
    picture = Track(name="V1", items=(Gap(num_frames=2),))
    cut = Cut(name="F", fps=FPS, width=8, height=8, tracks=(picture, Track(name="A1", kind="audio", items=lines)))
    with pytest.raises(InputError, match=r"2 frames.*3 subtitles"):
        make_cues(cut)


def test_nobody_speaks() -> None:
    assert make_cues(film()) == Subtitles()
