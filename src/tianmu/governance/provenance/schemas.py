"""The assertions that the C2PA library passes on unread, as schemas of our own: strict to write, forgiving to read.

| label                              | from                                    |
|------------------------------------|-----------------------------------------|
| c2pa.ai-disclosure                 | C2PA 2.4, which model and which oversight |
| c2pa.environmental-sustainability  | C2PA 2.5, energy and carbon             |
| c2pa.soft-binding                  | C2PA: the watermark, under a private name |
| cawg.training-mining               | CAWG: may others train on it            |
| org.tianmu.work                    | ours: mark, recipe, engine              |
| org.tianmu.frame                   | ours: a picture's place in a sequence   |
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Literal, Self, TypeVar, get_args

WATERMARK_ALGORITHM: Final = "org.tianmu.watermark.1"
"""The name of our watermark. It is private: nothing is registered, and none is claimed."""

Oversight = Literal["fully_autonomous", "prompt_guided", "human_validated"]
Use = Literal["allowed", "notAllowed", "constrained"]
Kind = Literal["shot", "film", "copy", "picture", "document", "sound"]
_SHA256: Final = re.compile("[0-9a-f]{64}")
_MARK: Final = re.compile("[0-9a-f]{16}")

TRAINING_USES: Final = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")

A = TypeVar("A", bound="Assertion")


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something of a manifest, whose fields some standard writes in its own way.

    Raises:
        ValueError: it says what cannot be.
    """

    SPELT: ClassVar[Mapping[str, str]] = {}
    """Fields whose names the standard spells otherwise."""

    def to_json(self) -> dict[str, Any]:
        """As a manifest has it: nothing that is not said."""
        rows = ((self.SPELT.get(each.name, each.name), getattr(self, each.name)) for each in fields(self))
        return {name: _plain(value) for name, value in rows if value is not None}


@dataclass(frozen=True, kw_only=True)
class Assertion(Said):
    """Something said in a manifest, under a label."""

    LABEL: ClassVar[str]

    def row(self) -> dict[str, Any]:
        """As a manifest definition takes it: signed by us as our own words."""
        return {"label": self.LABEL, "created": True, "data": self.to_json()}

    @classmethod
    def read(cls, data: object) -> Self | None:
        """What another manifest says under the label; None where it is said in a way that is not known here."""
        # Here, because what is only written needs none of it, and a tenth of a second less.
        from pydantic import TypeAdapter

        try:
            return TypeAdapter(cls).validate_python(_named(data, cls.SPELT))
        except ValueError:  # pydantic's own is one
            return None


def _plain(value: Any) -> Any:
    if isinstance(value, Said):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value


def _named(data: object, spelt: Mapping[str, str]) -> object:
    """With our names for the fields, all the way down."""
    if not spelt or not isinstance(data, dict):
        return data
    ours = {theirs: name for name, theirs in spelt.items()}
    return {ours.get(name, name): _named(value, spelt) for name, value in data.items()}


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


@dataclass(frozen=True, kw_only=True)
class Measured(Said):
    """A number, and how it was found."""

    SPELT: ClassVar[Mapping[str, str]] = {"measurement_method": "measurementMethod"}

    value: float
    measurement_method: str

    def __post_init__(self) -> None:
        _require(math.isfinite(self.value) and self.value >= 0, f"{self.value} was not measured")
        _require(bool(self.measurement_method), "how it was measured is not said")


@dataclass(frozen=True, kw_only=True)
class EnvironmentalSustainability(Assertion):
    """What making it took."""

    LABEL = "c2pa.environmental-sustainability"
    SPELT: ClassVar[Mapping[str, str]] = Measured.SPELT

    energy_kwh: Measured | None = None
    carbon_kgco2e: Measured | None = None
    water_litres: Measured | None = None


@dataclass(frozen=True, kw_only=True)
class ContentProfile(Said):
    """How far people had a hand in it."""

    SPELT: ClassVar[Mapping[str, str]] = {"oversight": "humanOversightLevel"}

    oversight: Oversight

    def __post_init__(self) -> None:
        _require(self.oversight in get_args(Oversight), f"{self.oversight} is no level of oversight")


@dataclass(frozen=True, kw_only=True)
class AiDisclosure(Assertion):
    """Which model made it."""

    LABEL = "c2pa.ai-disclosure"
    SPELT: ClassVar[Mapping[str, str]] = {
        "model_type": "modelType",
        "model_name": "modelName",
        "model_identifier": "modelIdentifier",
        "content_profile": "contentProfile",
        **ContentProfile.SPELT,
    }

    model_type: str
    model_name: str | None = None
    model_identifier: str | None = None
    content_profile: ContentProfile | None = None

    def __post_init__(self) -> None:
        _require(bool(self.model_type), "the kind of model is not said")


@dataclass(frozen=True, kw_only=True)
class Permission(Said):
    """Whether one use is allowed."""

    use: Use
    constraint_info: str | None = None

    def __post_init__(self) -> None:
        _require(self.use in get_args(Use), f"{self.use} is no permission")


@dataclass(frozen=True, kw_only=True)
class TrainingMining(Assertion):
    """Whether others may train models on it or mine it; by default nobody may do any of it."""

    LABEL = "cawg.training-mining"

    entries: dict[str, Permission] = field(
        default_factory=lambda: {use: Permission(use="notAllowed") for use in TRAINING_USES}
    )


@dataclass(frozen=True, kw_only=True)
class Scope(Said):
    """The part of the content that a soft binding speaks of; empty, it is all of it."""

    extent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Block(Said):
    """One value of a soft binding."""

    scope: Scope = Scope()
    value: str


@dataclass(frozen=True, kw_only=True)
class SoftBinding(Assertion):
    """A value that can be found in the pictures again after the manifest is gone: for us, the watermark's payload."""

    LABEL = "c2pa.soft-binding"

    alg: str
    blocks: tuple[Block, ...]

    @classmethod
    def of_mark(cls, mark: int) -> SoftBinding:
        """The binding by a 64-bit mark."""
        return cls(alg=WATERMARK_ALGORITHM, blocks=(Block(value=f"{mark:016x}"),))

    @property
    def mark(self) -> int | None:
        """The mark; None where another watermark is meant."""
        if self.alg != WATERMARK_ALGORITHM or not self.blocks:
            return None
        try:
            return int(self.blocks[0].value, 16)
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Work(Assertion):
    """What Tianmu says about a work beyond the standard."""

    LABEL = "org.tianmu.work"

    version: Literal[1] = 1
    kind: Kind
    engine: str
    mark: str | None = None
    """Sixteen hexadecimal digits."""
    recipe_sha256: str | None = None
    unbound_sha256: str | None = None
    """Of the boxes of an MP4 that C2PA's own hash leaves out (see `containers.unbound_sha256`)."""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        _require(self.kind in get_args(Kind), f"{self.kind} is no kind of work")
        _require(self.mark is None or bool(_MARK.fullmatch(self.mark)), f"{self.mark} is no mark")
        for digest in (self.recipe_sha256, self.unbound_sha256):
            _require(digest is None or bool(_SHA256.fullmatch(digest)), f"{digest} is no digest")


@dataclass(frozen=True, kw_only=True)
class FramePlace(Assertion):
    """The place of a picture in a sequence of pictures."""

    LABEL = "org.tianmu.frame"

    sequence: str
    """Names the sequence: the SHA-256 of its pictures before they were signed, in order."""
    index: int
    """1 is the first."""
    num_frames: int
    fps: str
    facts_sha256: str
    """Of the file that lies beside the pictures and gives their rate."""

    def __post_init__(self) -> None:
        _require(self.index >= 1 and self.num_frames >= 1, f"{self.index} of {self.num_frames} is no place")
        for digest in (self.sequence, self.facts_sha256):
            _require(bool(_SHA256.fullmatch(digest)), f"{digest} is no digest")


def find(rows: object, kind: type[A]) -> A | None:
    """The first assertion of a kind among a manifest's rows that can be read; None where there is none."""
    for row in rows if isinstance(rows, list) else ():
        label = row.get("label") if isinstance(row, dict) else None
        if isinstance(label, str) and label.split("__")[0] == kind.LABEL:
            found = kind.read(row.get("data"))
            if found is not None:
                return found
    return None
