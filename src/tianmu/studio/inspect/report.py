"""What an inspection found, as data. `as_row` is the documented shape `tianmu.inspection.1`.

{
  "schema": "tianmu.inspection.1",
  "file": "fox.mp4",                   its name as it can be shown
  "sort": "film",                      picture, film, sound, document, sequence; null where it is none of them
  "container": "mp4",
  "bytes": 123456,
  "sha256": "…",
  "verdict": "intact",                 intact, unknown, changed, unreadable
  "exit_code": 0,                      0, 1, 2, 3, in this order
  "sentence": "Made by AI, as …",      what it comes to
  "made_by_ai": true,                  true: something says so; false: its signer says not; null: not known
  "said_by": ["signature", "metadata", "watermark", "store"],
  "signer": {"name", "issuer", "fingerprint", "expired", "whose"},   whose: this studio, trusted, unknown; or null
  "layers": [{"name", "status", "sentence", "facts"}, …],
                                       status: found, absent, failed, late, skipped
  "tree": {"title", "relationship", "signer", "state", "problems", "ingredients", "left_out"},       or null
  "seconds": 1.2
}
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from tianmu.studio.inspect.reading import Status

Verdict = Literal["intact", "unknown", "changed", "unreadable"]

EXIT_CODES: dict[Verdict, int] = {"intact": 0, "unknown": 1, "changed": 2, "unreadable": 3}
"""`intact`: a signature is there and holds, for the file and for every ingredient, whoever signed.
`unknown`: nothing was found, or only what anybody can write or copy (metadata, a watermark without its record).
`changed`: a signature is there and does not hold; or an ingredient is broken; or the watermark leads to a work that
this studio issued, and the file is not that work as it left, be it coded again or another picture.
`unreadable`: it cannot be opened, is no media, or nothing in it can be decoded and nothing else was found."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What one layer says."""

    name: str
    """provenance, aigc, source_type, watermark, store, similar, content."""
    status: Status
    sentence: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Report:
    """An inspection of one file."""

    SCHEMA: ClassVar[str] = "tianmu.inspection.1"

    file: str
    sort: str | None
    container: str | None
    bytes: int | None
    sha256: str | None
    verdict: Verdict
    sentence: str
    made_by_ai: bool | None
    said_by: tuple[str, ...]
    signer: dict[str, Any] | None
    layers: tuple[Layer, ...]
    tree: dict[str, Any] | None
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 to 3, as EXIT_CODES."""
        return EXIT_CODES[self.verdict]

    def layer(self, name: str) -> Layer:
        """One layer by its name."""
        return next(layer for layer in self.layers if layer.name == name)

    def as_row(self) -> dict[str, Any]:
        """JSON values, as above."""
        row = asdict(self)
        return {"schema": self.SCHEMA, **row, "exit_code": self.exit_code}
