"""Which music a film gets, and where: a bed for every scene, by its mood; one key for the whole film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from tianmu.film.cut import Cut
from tianmu.film.shot import Shot
from tianmu.film.sound import MusicCue
from tianmu.studio.planner.timing import plain
from tianmu.studio.planner.vocabulary import Finder, negated, tokens
from tianmu.studio.sound.compose import MOODS, Mood
from tianmu.studio.sound.cues import seed_of
from tianmu.studio.sound.timeline import Stretch, place_shots, stretches, titles
from tianmu.studio.sound.words import word_lists

SHORTEST = Fraction(5)
"""A scene that is shorter, in seconds, goes along with the music of the one before it."""

_WEIGHTS: dict[Mood, float] = {"calm": 0.45, "wonder": 0.8, "mystery": 0.9}
_TIMES: dict[str, Mood] = {"night": "mystery", "dawn": "wonder", "sunset": "tender", "dusk": "tender"}
_GAIN = 0.0
"""Decibels against what the instruments give; the mix ducks it further under speech."""
_TITLE_GAIN = 2.0


@cache
def _finder() -> Finder[Mood]:
    return Finder((phrase.strip(), mood) for mood in MOODS for phrase in word_lists()["moods"][mood].split(";"))


def score(cut: Cut, shots: Sequence[Shot], *, seed: int | None = None) -> tuple[MusicCue, ...]:
    """The music of a film: cues that follow each other, each resolved where its scene ends.

    The title has the music of the first scene before it begins, the credits that of the mood that the film had most.
    """
    seed = seed_of("score", cut.name) if seed is None else seed
    parts = _joined(stretches(place_shots(cut, shots)), cut.fps)
    heads = titles(cut)
    if not parts:
        return tuple(_cue("calm", at, title.num_frames, seed, "title", _TITLE_GAIN) for at, title in heads)
    cues: list[MusicCue] = []
    at = 0
    moods = [mood_of(part) for part in parts]
    for number, (part, (mood, why)) in enumerate(zip(parts, moods, strict=True)):
        start = 0 if number == 0 and heads and heads[0][0] == 0 else max(at, part[0].start)
        end = part[-1].end
        cues.append(_cue(mood, start, end - start, seed + number, why))
        at = end
    for begins, _ in heads:
        if begins >= at:
            most: Mood = Counter[Mood](mood for mood, _ in moods).most_common(1)[0][0]
            cues.append(_cue(most, begins, cut.num_frames - begins, seed, "credits", _TITLE_GAIN))
            break
    return tuple(cues)


def key_of(seed: int) -> int:
    """The key of a film, as the MIDI number of its tonic: from G below middle C up to E flat."""
    return 55 + seed % 9


def mood_of(part: Sequence[Stretch]) -> tuple[Mood, str]:
    """The mood of a scene, and the word that weighed most in it."""
    weights: dict[Mood, float] = dict.fromkeys(MOODS, 0.0)
    words_of: dict[Mood, str] = {}
    shots = [each.shot for stretch in part for each in stretch.shots]
    first = shots[0]
    if first.time in _TIMES:
        weights[_TIMES[first.time]] += 0.8
        words_of[_TIMES[first.time]] = first.time
    if first.weather == "fog":
        weights["mystery"] += 1.0
    weights["calm"] += 0.5
    texts = [plain(text) for text in dict.fromkeys(shot.action for shot in shots)]
    texts += [plain(text) for shot in shots for line in shot.lines for text in (line.parenthetical, line.text)]
    for text in texts:
        words = tokens(text)
        for hit in _finder().find(words):
            if not negated(words, hit.first):
                weights[hit.value] += _WEIGHTS.get(hit.value, 1.0)
                words_of.setdefault(hit.value, text[hit.start : hit.end])
    best = max(MOODS, key=lambda mood: (weights[mood], -MOODS.index(mood)))
    return best, words_of.get(best, first.time)


def _joined(parts: Sequence[Stretch], fps: Fraction) -> list[list[Stretch]]:
    groups: list[list[Stretch]] = []
    for part in parts:
        short = Fraction(part.num_frames) / fps < SHORTEST
        if groups and (short or Fraction(sum(each.num_frames for each in groups[-1])) / fps < SHORTEST):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _cue(mood: Mood, start: int, num_frames: int, seed: int, why: str, gain: float = _GAIN) -> MusicCue:
    return MusicCue(start=start, num_frames=num_frames, mood=mood, seed=seed, gain=gain, why=why)
