"""Captions as word ids. The vocabulary belongs to the weights and travels with them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from tianmu.world.captions import words

PAD, EMPTY, UNKNOWN = 0, 1, 2
MAX_WORDS = 48
"""A longer caption is cut."""


class Tokenizer:
    """Words (English) and characters (Chinese) of the world's captions, one id each."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._ids = {word: i + 3 for i, word in enumerate(self.vocabulary)}

    def __len__(self) -> int:
        return len(self.vocabulary) + 3

    def unknown(self, caption: str) -> list[str]:
        """Words of the caption that the weights have never seen."""
        return [word for word in words(caption) if word not in self._ids]

    def encode(self, captions: Sequence[str]) -> Int[Tensor, "b t"]:
        """Ids, padded to the longest; an empty caption is the one word that says so."""
        rows = [[self._ids.get(w, UNKNOWN) for w in words(c)[:MAX_WORDS]] or [EMPTY] for c in captions]
        longest = max(len(row) for row in rows)
        return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
