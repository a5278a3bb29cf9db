"""The data card says of every subject what the atlas says, and the notice that its licence asks for is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tianmu.world.card import COLUMNS, data_card
from tianmu.world.scene import ACTIONS, SETTINGS, cast
from tianmu.world.sprites import atlas_index

ROOT = Path(__file__).parents[3]
CARD = (ROOT / "docs" / "data-card.md").read_text("utf-8")
NOTICE = (ROOT / "THIRD_PARTY.md").read_text("utf-8")


def test_the_page_is_what_the_data_say() -> None:
    assert data_card() == CARD, "run: python -m tianmu.world.card docs/data-card.md"


def test_the_table_lists_exactly_the_cast_with_all_that_the_atlas_knows() -> None:
    rows = [
        dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
        for line in CARD.splitlines()
        if re.match(r"\| [a-z0-9_]+ \|", line)
    ][1:]
    assert [row["key"] for row in rows] == list(cast()) == list(atlas_index()["subjects"])
    for row in rows:
        entry = atlas_index()["subjects"][row["key"]]
        assert (row["English"], row["中文"], row["group"]) == (entry["en"], entry["zh"], entry["group"])
        assert (row["package"], row["file"]) == (f"{entry['package']} {entry['version']}", entry["file"])
        assert (row["licence"], row["source"]) == (entry["license"], entry["source"])
        assert row["sha256"] == f"`{entry['source_sha256'][:12]}`"


def test_it_names_every_set_and_action() -> None:
    assert all(word in CARD for word in (*SETTINGS, *ACTIONS))


def test_every_licence_has_its_notice() -> None:
    assert {subject.license for subject in cast().values()} == {"MIT"}
    words = " ".join(NOTICE.split())
    assert "Copyright (c) Microsoft Corporation" in words
    assert "Permission is hereby granted, free of charge" in words
    assert "shall be included in all copies or substantial portions of the Software" in words
    assert 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND' in words
    for package in {subject.package for subject in cast().values()}:
        assert package.rsplit("-", 1)[0] in NOTICE


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "card.md"
    subprocess.run([sys.executable, "-m", "tianmu.world.card", str(page)], check=True)
    assert page.read_text("utf-8") == CARD
