"""The data card for programs: Croissant 1.0 of MLCommons, which is JSON-LD after schema.org. Nothing in it has a date.

Every source with its licence, every drawing with its digest, and every name in English and Chinese.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tianmu.media.digest import file_sha256
from tianmu.world.names import LANGUAGES
from tianmu.world.scene import ACTIONS, CAMERAS, LOOKS, SETTINGS, TIMES, WEATHERS, Subject, cast
from tianmu.world.sprites import atlas_index, atlas_path

CONFORMS = "http://mlcommons.org/croissant/1.0"
ITEMS = ("key", "name_en", "name_zh", "group", "package", "version", "file", "licence", "source", "source_sha256")
"""What is said of every drawing."""
PAINTED = {"setting": SETTINGS, "time": TIMES, "weather": WEATHERS, "action": ACTIONS, "camera": CAMERAS, "look": LOOKS}
"""What is drawn by formula."""
_SPDX = "https://spdx.org/licenses/"
_TERMS = (
    "citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes",
    "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
    "replace", "separator", "source", "subField", "transform",
)  # fmt: skip


def croissant() -> dict[str, Any]:
    """The card as JSON values."""
    data = atlas_path().parent
    people = sum(subject.group == "person" for subject in cast().values())
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS,
        "name": "tianmu-world",
        "alternateName": "天幕的世界",
        "description": "An animated cut-out stage: scenes drawn by a seed and rendered by Tianmu's own renderer, with "
        "captions by its own grammar in English and Chinese. There is no other training data.",
        "license": f"{_SPDX}Apache-2.0",
        "creator": {"@type": "sc:Organization", "name": "Tianmu"},
        "inLanguage": ["en", "zh"],
        "isBasedOn": sources(),
        "distribution": [
            _file(data / "atlas.zip", "application/zip"),
            _file(data / "cast.json", "application/json"),
            _file(data / "names.json", "application/json"),
        ],
        "recordSet": [_cast(), _painted()],
        "rai:dataCollection": "Scenes are drawn at random by a seed and rendered; none is stored. Nothing was "
        "collected from people, and no photograph or film was used.",
        "rai:personalSensitiveInformation": "None: no real person's likeness, voice or name.",
        "rai:dataBiases": f"The cast is one set of emoji: {people} persons, none with a skin tone, none named after a "
        "child or an old person; `tianmu audit` counts what follows from that.",
        "rai:dataLimitations": "What is not listed here, the world does not know.",
    }


def sources() -> list[dict[str, Any]]:
    """Everything that others made, with its licence."""
    packages = sorted({(subject.package, subject.version, subject.license) for subject in cast().values()})
    drawn = [
        {
            "@type": "sc:CreativeWork",
            "name": package,
            "version": version,
            "license": _SPDX + licence,
            "url": f"https://www.npmjs.com/package/{package}",
            "description": "Microsoft Fluent Emoji (animated), packaged by LobeHub: the drawings of the cast",
        }
        for package, version, licence in packages
    ]
    named = {
        "@type": "sc:CreativeWork",
        "name": "emojibase-data",
        "license": f"{_SPDX}MIT",
        "url": "https://www.npmjs.com/package/emojibase-data",
        "description": f"names of emoji in {len(LANGUAGES)} languages, by which prompts are read; no caption has them",
    }
    return [*drawn, named]


def item(subject: Subject) -> dict[str, str]:
    """What is said of one drawing, by `ITEMS`."""
    said = (
        subject.key, subject.en, subject.zh, subject.group, subject.package, subject.version, subject.file,
        subject.license, subject.source, atlas_index()["subjects"][subject.key]["source_sha256"],
    )  # fmt: skip
    return dict(zip(ITEMS, said, strict=True))


def _cast() -> dict[str, Any]:
    rows = [item(subject) for subject in cast().values()]
    return _records("cast", "Every drawing that the cast is made of.", ITEMS, rows)


def _painted() -> dict[str, Any]:
    rows = [{"fact": fact, "key": key} for fact, keys in PAINTED.items() for key in keys]
    return _records("painted", "What is painted and moved by formula, under Apache-2.0.", ("fact", "key"), rows)


def _records(name: str, said: str, fields: tuple[str, ...], rows: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": said,
        "field": [
            {"@type": "cr:Field", "@id": f"{name}/{field}", "name": field, "dataType": "sc:Text"} for field in fields
        ],
        "data": [{f"{name}/{field}": value for field, value in row.items()} for row in rows],
    }


def _file(path: Path, kind: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "contentUrl": f"src/tianmu/world/data/{path.name}",
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": kind,
        "sha256": file_sha256(path),
    }


def _context() -> dict[str, Any]:
    own: dict[str, Any] = {term: f"cr:{term}" for term in _TERMS}
    return own | {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "rai": "http://mlcommons.org/croissant/RAI/",
        "sc": "https://schema.org/",
    }
