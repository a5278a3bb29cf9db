"""The data card for programs says what the page says, and everything in it has a licence and a digest."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tianmu.media.digest import file_sha256
from tianmu.world.card import COLUMNS
from tianmu.world.croissant import ITEMS, croissant
from tianmu.world.scene import SETTINGS, cast
from tianmu.world.sprites import atlas_path

DOCS = Path(__file__).parents[3] / "docs"
CARD = json.loads((DOCS / "data-card.json").read_text("utf-8"))
PAGE = (DOCS / "data-card.md").read_text("utf-8")


def test_the_file_is_what_the_data_say() -> None:
    assert json.loads(json.dumps(croissant())) == CARD, "run: python -m tianmu.world.card docs/data-card.md"


def test_it_and_the_page_agree_on_every_drawing() -> None:
    rows = [
        dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
        for line in PAGE.splitlines()
        if re.match(r"\| [a-z0-9_]+ \|", line)
    ][1:]
    data = [{field: row[f"cast/{field}"] for field in ITEMS} for row in CARD["recordSet"][0]["data"]]
    assert [one["key"] for one in data] == [row["key"] for row in rows] == list(cast())
    for one, row in zip(data, rows, strict=True):
        assert (one["name_en"], one["name_zh"], one["licence"]) == (row["English"], row["中文"], row["licence"])
        assert f"{one['package']} {one['version']}" == row["package"]
        assert row["sha256"] == f"`{one['source_sha256'][:12]}`"
        assert re.fullmatch(r"[0-9a-f]{64}", one["source_sha256"])


def test_every_source_has_a_licence_and_every_file_its_digest() -> None:
    names = {source["name"] for source in CARD["isBasedOn"]}
    assert {subject.package for subject in cast().values()} | {"emojibase-data"} == names
    assert all(source["license"].startswith("https://spdx.org/licenses/") for source in CARD["isBasedOn"])
    assert all(name in PAGE for name in names)
    atlas = next(file for file in CARD["distribution"] if file["@id"] == "atlas.zip")
    assert atlas["sha256"] == file_sha256(atlas_path())


def test_it_is_shaped_as_croissant_asks() -> None:
    assert CARD["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    for records in CARD["recordSet"]:
        fields = {field["@id"] for field in records["field"]}
        assert all(set(row) == fields for row in records["data"])
    painted = {row["painted/key"] for row in CARD["recordSet"][1]["data"]}
    assert set(SETTINGS) <= painted
