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

from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

WATERMARK_ALGORITHM: Final = "org.tianmu.watermark.1"
"""The name of our watermark. It is private: nothing is registered, and none is claimed."""

Oversight = Literal["fully_autonomous", "prompt_guided", "human_validated"]
Use = Literal["allowed", "notAllowed", "constrained"]
Kind = Literal["shot", "film", "copy", "picture", "document", "sound"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]

TRAINING_USES: Final = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")

A = TypeVar("A", bound="Assertion")


class Assertion(BaseModel):
    """Something said in a manifest, under a label."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    LABEL: ClassVar[str]

    def row(self) -> dict[str, Any]:
        """As a manifest definition takes it: signed by us as our own words, and nothing that is not said."""
        return {
            "label": self.LABEL,
            "created": True,
            "data": self.model_dump(mode="json", by_alias=True, exclude_none=True),
        }

    @classmethod
    def read(cls, data: object) -> Self | None:
        """What another manifest says under the label; None where it is said in a way that is not known here."""
        try:
            return cls.model_validate(data, extra="ignore")
        except ValidationError:
            return None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Measured(_Part):
    """A number, and how it was found."""

    value: float = Field(ge=0)
    measurement_method: str = Field(alias="measurementMethod", min_length=1)


class EnvironmentalSustainability(Assertion):
    """What making it took."""

    LABEL = "c2pa.environmental-sustainability"

    energy_kwh: Measured | None = None
    carbon_kgco2e: Measured | None = None
    water_litres: Measured | None = None


class ContentProfile(_Part):
    """How far people had a hand in it."""

    oversight: Oversight = Field(alias="humanOversightLevel")


class AiDisclosure(Assertion):
    """Which model made it."""

    LABEL = "c2pa.ai-disclosure"

    model_type: str = Field(alias="modelType", min_length=1)
    model_name: str | None = Field(default=None, alias="modelName")
    model_identifier: str | None = Field(default=None, alias="modelIdentifier")
    content_profile: ContentProfile | None = Field(default=None, alias="contentProfile")


class Permission(_Part):
    """Whether one use is allowed."""

    use: Use
    constraint_info: str | None = None


class TrainingMining(Assertion):
    """Whether others may train models on it or mine it; by default nobody may do any of it."""

    LABEL = "cawg.training-mining"

    entries: dict[str, Permission] = Field(
        default_factory=lambda: {use: Permission(use="notAllowed") for use in TRAINING_USES}
    )


class Scope(_Part):
    """The part of the content that a soft binding speaks of; empty, it is all of it."""

    extent: str | None = None


class Block(_Part):
    """One value of a soft binding."""

    scope: Scope = Scope()
    value: str


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


class Work(Assertion):
    """What Tianmu says about a work beyond the standard."""

    LABEL = "org.tianmu.work"

    version: Literal[1] = 1
    kind: Kind
    engine: str
    mark: Mark | None = None
    recipe_sha256: Sha256 | None = None
    unbound_sha256: Sha256 | None = None
    """Of the boxes of an MP4 that C2PA's own hash leaves out (see `containers.unbound_sha256`)."""
    facts: dict[str, Any] = {}


class FramePlace(Assertion):
    """The place of a picture in a sequence of pictures."""

    LABEL = "org.tianmu.frame"

    sequence: Sha256
    """Names the sequence: the digest of its pictures before they were signed, in order."""
    index: int = Field(ge=1)
    """1 is the first."""
    num_frames: int = Field(ge=1)
    fps: str
    facts_sha256: Sha256
    """Of the file that lies beside the pictures and gives their rate."""


def find(rows: object, kind: type[A]) -> A | None:
    """The first assertion of a kind among a manifest's rows that can be read; None where there is none."""
    for row in rows if isinstance(rows, list) else ():
        label = row.get("label") if isinstance(row, dict) else None
        if isinstance(label, str) and label.split("__")[0] == kind.LABEL:
            found = kind.read(row.get("data"))
            if found is not None:
                return found
    return None
