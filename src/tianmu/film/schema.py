"""Stored nouns as rows of JSON and back: every row names its schema and version, and an unknown one is refused.

A noun is a frozen dataclass with a class variable `SCHEMA`, such as `tianmu.cut.1`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from tianmu.core.errors import MediaError
from tianmu.core.text import say

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class Noun(Protocol):
    """What can be stored."""

    SCHEMA: ClassVar[str]


N = TypeVar("N", bound=Noun)


def to_row(noun: Noun) -> dict[str, Any]:
    """A noun as JSON values, its schema first."""
    return {"schema": noun.SCHEMA, **_adapter(type(noun)).dump_python(noun, mode="json")}


def from_row(kind: type[N], row: object) -> N:
    """The noun that `to_row` wrote.

    Raises:
        MediaError: the row is of another schema, of a newer version, or not as that schema says.
    """
    schema = row.get("schema") if isinstance(row, dict) else None
    if schema != kind.SCHEMA:
        raise MediaError(
            say(
                f"An object of the schema {kind.SCHEMA} was expected, and {str(schema)[:60]!r} came; "
                "use the version of Tianmu that wrote it.",
                f"应为 {kind.SCHEMA} 格式的对象，而这份是 {str(schema)[:60]!r}；请使用写出它的那个版本。",
            )
        )
    assert isinstance(row, dict)
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python({key: value for key, value in row.items() if key != "schema"})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or kind.SCHEMA
        raise MediaError(
            say(
                f"An object of the schema {kind.SCHEMA} is not as it should be at {where} ({first['msg']}); "
                "it was damaged or changed by hand.",
                f"{kind.SCHEMA} 格式的对象在 {where} 处不符合要求（{first['msg']}）；它已损坏或被手工改动。",
            )
        ) from error


def canonical(value: object) -> str:
    """JSON values as the one text that stands for them: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Noun | dict[str, Any] | list[Any]) -> str:
    """SHA-256 of a noun or of JSON values, in hexadecimal: the same content gives the same digest."""
    row = value if isinstance(value, dict | list) else to_row(value)
    return hashlib.sha256(canonical(row).encode()).hexdigest()


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # here, because a digest of plain JSON needs none of it

    return TypeAdapter(kind)
