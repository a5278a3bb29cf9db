"""Which media a stored noun leans on, read from its JSON alone, so that a noun of tomorrow is served too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tianmu.studio.store.shelves import is_digest

_QUOTED = re.compile(r'"([0-9a-f]{64})"')
_FIELDS = {"film", "recipe", "thumbnail", "pictures", "look", "media"}
"""Fields that name media, wherever they stand in a noun of `film/`."""


def needed(row: object) -> set[str]:
    """Digests that a noun names as its media: without them it is broken."""
    return {digest for field, digest in _digests(row, "") if field in _FIELDS}


def mentioned(text: str) -> set[str]:
    """Every digest that stands anywhere in the JSON text of nouns: a file of that name is not left over."""
    return set(_QUOTED.findall(text))


def _digests(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _digests(inner, str(name))
    elif isinstance(value, str):
        if is_digest(value):
            yield field, value
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _digests(inner, field)
