"""The second reader of words: what they mean, where no lexicon has the word.

A small network over the sentence vector of `world/embedding.py` and hashed words, pieces of words and characters: one
hidden layer, then harmless or which category. It runs here, in numpy; no word leaves the machine. Its weights are made
by `python -m tianmu.governance.review.training` from `data/prompts.tsv`. A long text is read as a whole and sentence by
sentence, as a film is written.

It has a word in the lexicons too: where these are unsure of a word of two senses, it says whether to believe them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from tianmu.governance.review.prompt import find_in_words, language_of, plain_words
from tianmu.governance.review.verdict import Finding
from tianmu.governance.review.words import HAN

if TYPE_CHECKING:
    import numpy as np

VERSION: Final = 2
WEIGHTS: Final = Path(__file__).with_name("data") / "meaning.npz"
SIZE: Final = 512
"""Of a sentence vector."""
BUCKETS: Final = 2048
"""Places for the words and their pieces."""
VECTOR: Final = 4.0
GRAMS: Final = 2.0
"""How much each part weighs; chosen on the half `dev` of tests/data/review.tsv."""
HARMLESS: Final = ("alike", "ordinary")
"""The first outputs: it sounds like harm and is none, or does not even sound so. The categories come after."""
LAYERS: Final = ("weight", "bias", "weight_out", "bias_out")
NEAR: Final = 1.5
"""How far the logit of a category may be behind that of the likeliest one, and is found too."""
DOUBTFUL: Final = 0.4
"""The score of words in the lexicons that have two senses, a fruit's and a body's."""
BELIEVED: Final = 0.9
"""Their score where the text does not mean something harmless."""
HARMLESS_ODDS: Final = -2.5
"""The odds below which it does: of prompts with such words, those that mean harm are above."""
LEAST: Final = 0.5
"""The score below which there is no finding: the classifier has no half opinions that a rule might add up."""
SURE: Final = 0.85
"""The same for writing that it has not learnt: the sentence vector knows many languages, its thresholds two."""
LONGEST: Final = 400
"""Letters of one piece; what is beyond is another piece."""
MOST: Final = 64
"""Pieces of one text that are read besides the whole."""
_SENTENCE = re.compile(r"[^.!?;。！？；\n]+[.!?;。！？；\n]*")
_CLAUSE = re.compile(r"[^,:，、：]+[,:，、：]*")
_LONG: Final = {"en": 90, "zh": 36}
"""Letters from which a sentence is read by its clauses too."""
_FEWEST: Final = {"en": 3, "zh": 4}
"""Words, or characters, below which only the lexicons read."""
_SHORT: Final = {"en": 18, "zh": 6}
"""Letters below which a piece is too short to mean anything by itself; it goes with the one before it."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a text, and where it begins."""

    text: str
    start: int


class Meaning:
    """The classifier as the review asks it."""

    @property
    def name(self) -> str:
        """`meaning 2`."""
        return f"meaning {VERSION}"

    def classify(self, text: str, language: str) -> tuple[Finding, ...]:
        """One finding for each category that reaches its score, with the piece of the text that has most of it."""
        return self.classify_all([text])[0]

    def classify_all(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        """The same for many texts at once, which takes a third of the time."""
        parts = [read_pieces(text) for text in texts]
        odds = _odds([piece.text for pieces in parts for piece in pieces])
        found: list[tuple[Finding, ...]] = []
        first = 0
        for text, pieces in zip(texts, parts, strict=True):
            own = odds[first : first + len(pieces)]
            first += len(pieces)
            meant = tuple(_findings(self.name, language_of(text), pieces, own)) if pieces else ()
            known = {finding.category for finding in meant}
            found.append((*meant, *(one for one in _believed(text, own) if one.category not in known)))
        return found


def read_pieces(text: str) -> tuple[Piece, ...]:
    """The whole of a text, its sentences, and the clauses of long ones; none of a text that is a word or two.

    Nor of one in English that the world's parser reads to its last word: all its words are among those of a stage for
    everybody, and loading what finds meaning would take most of a second.
    """
    language = language_of(text)
    if language == "en" and text.isascii() and _is_all_stage(text):
        return ()
    if len(re.findall(rf"[{HAN}]" if language == "zh" else r"\w+", text)) < _FEWEST[language]:
        return ()
    found = [Piece(text=text[:LONGEST], start=0)]
    for sentence in _split(text, 0, _SENTENCE, _SHORT[language]):
        found.append(sentence)
        if len(sentence.text) > _LONG[language]:
            found += _split(sentence.text, sentence.start, _CLAUSE, 2 * _SHORT[language])
    return tuple({piece.text.strip(): piece for piece in reversed(found[: MOST + 1])}.values())[::-1]


def _odds(texts: Sequence[str]) -> Any:
    """The odds of texts, `[n c]` in the order of `labels`; of none, nothing is loaded."""
    if not texts:
        return ()
    weights = _weights()
    return odds_of(features(texts), [weights[name] for name in LAYERS])


def odds_of(seen: np.ndarray, layers: Sequence[np.ndarray]) -> np.ndarray:
    """Of each category, the logarithm of how much likelier it is than that all is harmless: `[n d]` to `[n c]`."""
    import numpy as np

    weight, bias, weight_out, bias_out = layers
    logits = np.maximum(seen @ weight + bias, 0) @ weight_out + bias_out
    harmless = np.logaddexp.reduce(logits[:, : len(HARMLESS)], axis=1, keepdims=True)
    return logits[:, len(HARMLESS) :] - harmless


def margins(odds: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """How far each category is above what finds it, `[n c]`: its threshold, and the neighbourhood of the likeliest."""
    import numpy as np

    return np.minimum(odds - threshold, odds - odds.max(axis=1, keepdims=True) + NEAR)


def labels() -> tuple[str, ...]:
    """The categories that the weights know."""
    return tuple(str(name) for name in _weights()["labels"])


def features(texts: Sequence[str]) -> np.ndarray:
    """What the classifier sees of texts, `[n 2560]` float32: the sentence vector, then the places of its words."""
    import numpy as np

    from tianmu.world.embedding import embed

    plain = [plain_words(text)[:LONGEST] for text in texts]
    seen = np.zeros((len(plain), SIZE + BUCKETS), dtype=np.float32)
    seen[:, :SIZE] = VECTOR * embed(plain)
    for row, text in enumerate(plain):
        places = sorted({crc32(gram.encode()) % BUCKETS for gram in grams(text)})
        if places:
            seen[row, [SIZE + place for place in places]] = GRAMS / len(places) ** 0.5
    return seen


def grams(text: str) -> Iterator[str]:
    """Words, pairs of them and four or five letters of one; of Chinese one to three characters. Small letters only."""
    for run in re.findall(f"[{HAN}]+", text):
        for size in (1, 2, 3):
            for start in range(len(run) - size + 1):
                yield "z" + run[start : start + size]
    words = re.findall("[a-z0-9']+", text)
    for word in words:
        yield "w" + word
        closed = f"<{word}>"
        for size in (4, 5):
            for start in range(len(closed) - size + 1):
                yield "c" + closed[start : start + size]
    for first, second in pairwise(words):
        yield f"b{first} {second}"


def _split(text: str, offset: int, pattern: re.Pattern[str], least: int) -> list[Piece]:
    """Parts of a text; one that is too short goes with the one before it."""
    found: list[Piece] = []
    for match in pattern.finditer(text):
        if found and (len(match[0]) < least or len(found[-1].text) < least):
            last = found.pop()
            found.append(Piece(text=(last.text + match[0])[:LONGEST], start=last.start))
        else:
            found.append(Piece(text=match[0][:LONGEST], start=offset + match.start()))
    return found


def _believed(text: str, odds: Any) -> Iterator[Finding]:
    """What the lexicons are unsure of, unless all of the text means something harmless; with their own words."""
    doubtful = [one for one in find_in_words(text) if one.score == DOUBTFUL]
    if doubtful and (len(odds) == 0 or float(odds.max()) >= HARMLESS_ODDS):
        yield from {one.category: replace(one, score=BELIEVED) for one in reversed(doubtful)}.values()


def _findings(by: str, language: str, pieces: Sequence[Piece], odds: np.ndarray) -> Iterator[Finding]:
    import numpy as np

    scores = 1 / (1 + np.exp(-margins(odds, _weights()["threshold"])))
    least = LEAST if _is_learnt(pieces[0].text) else SURE
    for column, category in enumerate(labels()):
        row = int(scores[:, column].argmax())
        score = float(scores[row, column])
        if score >= least:
            words = pieces[row].text
            start = pieces[row].start + len(words) - len(words.lstrip())
            yield Finding(
                category=category,
                score=round(score, 3),
                by=by,
                language=language,
                words=words.strip(),
                start=start,
            )


def _is_all_stage(text: str) -> bool:
    """Whether the parser knows every word, and no word is a lone letter of one that was pulled apart."""
    from tianmu.world.parser import parse

    if re.search(r"\b[b-hj-z]\b", text, re.IGNORECASE):
        return False
    reading = parse(text, language="en")
    return not (reading.unknown or reading.ignored or reading.replaced)


def _is_learnt(text: str) -> bool:
    """Whether at least half of the letters are Latin or Chinese."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * len(re.findall(rf"[a-z\u00c0-\u024f{HAN}]", text, re.IGNORECASE)) >= len(letters)


@cache
def _weights() -> dict[str, Any]:
    import numpy as np

    with np.load(WEIGHTS, allow_pickle=False) as stored:
        read = {name: stored[name] if name == "labels" else stored[name].astype(np.float32) for name in stored.files}
    return read | {LAYERS[0]: read[LAYERS[0]] * read["scale"]}
