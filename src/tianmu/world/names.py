"""What the cast is called in many languages, from the names that every emoji has.

`build` reads the data of the npm package `emojibase-data` (MIT) and keeps the names of the cast, and of things that the
cast can stand in for ("moose" is played by the deer). Its result is `data/names.json`, which ships with the package:

    python -m tianmu.world.names PATH/TO/emojibase-data

`data/pictures.json` is written by hand: emoji that show a cast member in another way (`same`: only the picture counts,
its label speaks of faces and the like), labels of what a cast member plays when the world lacks it (`stand_ins`), and
emoji that say a fact, by section and key (`facts`; one picture may say two, such as a city at dusk).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from tianmu.world.scene import cast

LANGUAGES = ("en", "zh", "ja", "ko", "es", "fr", "de", "ru", "pt", "it", "th", "nl", "pl", "sv", "uk")

_ACTIVITIES = frozenset({"walking_woman", "walking_man", "runner", "cyclist", "juggler", "disco_dancer", "dancer"})
"""Cast members whose emoji label is a description ("woman walking") and not a name."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the pictures and their labels mean."""

    pictures: dict[str, str]
    """Hexcode to cast member."""
    stand_ins: dict[str, str]
    """Hexcode of something the world lacks to the cast member that plays it."""
    facts: dict[str, list[str]]
    """Hexcode to facts, each `section key`."""
    labels: dict[str, dict[str, str]]
    """By language: hexcode to label."""


@cache
def names() -> Names:
    """The table that ships with the package."""
    return Names(**json.loads(files("tianmu.world").joinpath("data/names.json").read_text("utf-8")))


def build(folder: Path) -> Names:
    """Reads an unpacked `emojibase-data` package and keeps what the world needs of it."""
    table: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "data" / "pictures.json").read_text("utf-8"))
    english = {row["label"]: _plain(row["hexcode"]) for row in _rows(folder, "en")}
    pictures = {subject.hexcode: subject.key for subject in cast().values()}
    pictures |= {code: key for key, codes in table["same"].items() for code in codes.split()}
    stand_ins = {english[label]: key for key, labels in table["stand_ins"].items() for label in labels.split(";")}
    stand_ins = {code: key for code, key in stand_ins.items() if code not in pictures}
    facts: dict[str, list[str]] = {}
    for fact, codes in table["facts"].items():
        for code in codes.split():
            facts.setdefault(code, []).append(fact)
    named = {subject.hexcode for subject in cast().values() if subject.key not in _ACTIVITIES} | set(stand_ins)
    described = {code for label, code in english.items() if label.startswith("person")}
    named -= described
    labels = {
        language: {
            _plain(row["hexcode"]): row["label"] for row in _rows(folder, language) if _plain(row["hexcode"]) in named
        }
        for language in LANGUAGES
    }
    return Names(pictures=pictures, stand_ins=stand_ins, facts=facts, labels=labels)


def _rows(folder: Path, language: str) -> list[dict[str, str]]:
    return json.loads((folder / language / "data.json").read_text("utf-8"))


def _plain(hexcode: str) -> str:
    return hexcode.lower().replace("-fe0f", "")


def main() -> None:
    """Writes `data/names.json` from the folder named on the command line."""
    built = build(Path(sys.argv[1]))
    target = Path(__file__).parent / "data" / "names.json"
    target.write_text(json.dumps(vars(built), ensure_ascii=False, sort_keys=True, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
