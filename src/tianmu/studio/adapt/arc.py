"""The arc of tension: for every scene a number from what can be counted in its words. It is no reading of the text.

Each feature is a rate, divided by a rate that counts as high and cut off at 1; the weighted mean of all is the raw
tension of the scene. The curve is smoothed over neighbours (1, 2, 1). The sentences that hold most of what was
counted are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tianmu.studio.adapt.draft import Draft, flow
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.speakers import Part
from tianmu.studio.adapt.words import longest_first

FEATURES: dict[str, tuple[float, float, str, str]] = {
    "conflict": (0.30, 6.0, "words of conflict and feeling, per 100 words", "冲突与情绪词，每百词"),
    "motion": (0.20, 4.0, "words of motion and violence, per 100 words", "动作与暴力词，每百词"),
    "marks": (0.15, 0.8, "exclamation and question marks, per sentence", "感叹号与问号，每句"),
    "pace": (
        0.10,
        1.0,
        "shortness of sentences (1: five words or fewer, 0: thirty or more)",
        "句子的短促（五词以内为 1，三十词以上为 0）",
    ),
    "dialogue": (0.15, 0.7, "share of the text that is spoken", "对白所占的比例"),
    "negation": (0.10, 4.0, "negations, per 100 words", "否定词，每百词"),
}
"""Weight, the rate that counts as 1, and what it is, in both languages."""
_MOST_NAMED = 3
_SHORT, _LONG = 5, 30
_WORD = {"en": re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?"), "zh": re.compile("[\u3400-\u9fff]")}
_CHARACTERS_A_WORD = 1.5
"""Chinese characters that count as one word."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A sentence that made a point what it is."""

    text: str
    first: int
    last: int
    words: tuple[str, ...]
    """What was counted in it."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One scene on the curve; all values are from 0 to 1."""

    scene: int
    first: int
    last: int
    features: dict[str, float]
    raw: float
    smooth: float
    named: tuple[Named, ...]


def make_arc(source: Source, parts: Sequence[Part], drafts: Sequence[Draft]) -> list[Point]:
    """A point for every scene."""
    raws = [_measure(source, parts[draft.cut.first : draft.cut.last + 1]) for draft in drafts]
    raw = [sum(FEATURES[name][0] * value for name, value in features.items()) for features, _ in raws]
    return [
        Point(
            scene=draft.number,
            first=draft.first,
            last=draft.last,
            features=features,
            raw=round(raw[index], 4),
            smooth=round(_smooth(raw, index), 4),
            named=named,
        )
        for index, (draft, (features, named)) in enumerate(zip(drafts, raws, strict=True))
    ]


def _smooth(values: Sequence[float], index: int) -> float:
    """The weighted mean of a value and its neighbours; an end repeats itself."""
    before = values[max(0, index - 1)]
    after = values[min(len(values) - 1, index + 1)]
    return (before + 2 * values[index] + after) / 4


def _measure(source: Source, parts: Sequence[Part]) -> tuple[dict[str, float], tuple[Named, ...]]:
    words, spoken, sentences = 0.0, 0.0, 0
    hits: dict[str, int] = {"conflict": 0, "motion": 0, "negation": 0, "marks": 0}
    named: list[tuple[int, int, Named]] = []
    for part in parts:
        start, end = part.passage.start, part.passage.end
        text = source.text[start:end]
        count = _count(source, text)
        words += count
        spoken += count if part.passage.kind == "said" else 0
        sentences += max(1, len(re.findall(r"[.!?。！？…]+", text)))
        said = {name: _found(source, name, text) for name in ("conflict", "motion", "negation")}
        for name, found in said.items():
            hits[name] += len(found)
        marks = len(re.findall("[!?！？]", text))
        hits["marks"] += marks
        counted = (*said["conflict"], *said["motion"])
        if counted or marks:
            lines = (source.line_of(start), source.line_of(end - 1))
            own = Named(
                text=flow(source, start, end), first=lines[0], last=lines[1], words=tuple(dict.fromkeys(counted))
            )
            named.append((-(2 * len(counted) + marks), start, own))
    rate = 100 / max(words, 1)
    mean = words / max(sentences, 1)
    values = {
        "conflict": hits["conflict"] * rate,
        "motion": hits["motion"] * rate,
        "marks": hits["marks"] / max(sentences, 1),
        "pace": (_LONG - mean) / (_LONG - _SHORT),
        "dialogue": spoken / max(words, 1),
        "negation": hits["negation"] * rate,
    }
    features = {name: round(min(1.0, max(0.0, value / FEATURES[name][1])), 4) for name, value in values.items()}
    return features, tuple(own for _, _, own in sorted(named, key=lambda entry: entry[:2])[:_MOST_NAMED])


def _count(source: Source, text: str) -> float:
    found = len(_WORD[source.tongue].findall(text))
    return found / _CHARACTERS_A_WORD if source.tongue == "zh" else float(found)


def _found(source: Source, section: str, text: str) -> list[str]:
    return [match.group().lower() for match in longest_first(source.tongue, section).finditer(text)]


def explain_features() -> Iterator[tuple[str, float, str, str]]:
    """Name, weight and meaning of every feature."""
    for name, (weight, _, en, zh) in FEATURES.items():
        yield name, weight, en, zh
