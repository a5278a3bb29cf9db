"""A film's whole life among five people, by commands alone; then a second party checks every step of it offline.

They get keys, a screenplay is overridden into being, a consent is recorded and revoked and recorded anew, five sign, a
shot changes and voids what they signed, they sign again, it is released. The second party has the release, the film,
a head and a proof of every entry, and never the database; and whatever is edited in that is found.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tianmu.cli import main
from tianmu.core.settings import settings
from tianmu.studio.store.config import DATABASE

SCRIPT = """Title: Letters to Nana
Author: Noor

EXT. MEADOW - DAY

A rabbit sits by a grave and holds a note: she killed herself in spring. It reads, and stays.

INT. ROOM - NIGHT

A fox stands by the door.
"""
SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "1", "--no-sound")
PEOPLE = {
    "Noor": "writer",
    "Li Wei": "director",
    "Ana": "technical-lead",
    "Tashi": "cultural-adviser",
    "Mbali": "ethics-reviewer",
}
OVERRIDE = (
    *("--override", "self-harm-depicted", "--by", "Mbali", "--role", "ethics-reviewer"),
    *("--because", "the act is not shown, and the film is about who stays"),
)


class Studio:
    """A person at a shell."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run `tianmu WORDS`, expect its exit code, and give what it printed."""
        self._capsys.readouterr()
        assert main([*words]) == code, (words, self._capsys.readouterr())
        captured = self._capsys.readouterr()
        return captured.out + captured.err

    def entries(self) -> list[dict[str, Any]]:
        return json.loads(self("ledger", "--json"))


@pytest.fixture
def tianmu(capsys: pytest.CaptureFixture[str]) -> Studio:
    return Studio(capsys)


def test_a_whole_life(tianmu: Studio, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = place / "nana.fountain"
    script.write_text(SCRIPT, encoding="utf-8")
    paper = place / "paper.txt"
    paper.write_text("Nana's family allows the letters until they say otherwise.", encoding="utf-8")

    # 1. Five people with keys of their own; a release of this studio asks for all five.
    for name, role in PEOPLE.items():
        tianmu("person", "add", name, "--role", role)
    tianmu("person", "preset", "studio")

    # 2. The words want a person to look. Without one nothing is made; with one it is, and it is written down.
    said = tianmu("film", str(script), *SMALL, "-o", "nana", code=9)
    assert "self-harm-depicted" in said
    assert not list(place.glob("nana/*"))
    tianmu("film", str(script), *SMALL, "-o", "nana", *OVERRIDE)

    # 3. The letters are somebody's. Their consent is revoked, and lists the film; without another it is not made again.
    allowed = ("--for", "film", "--person", "Nana's family", "--kind", "text", "--description", "her letters, read")
    tianmu("consent", "add", *allowed, "--document", str(paper))
    tianmu("film", str(script), *SMALL, "-o", "nana", *OVERRIDE)
    film = next((place / "nana").glob("*.mp4"))
    said = tianmu("consent", "revoke", "1", "--because", "an aunt was not asked")
    assert "an aunt was not asked" in said
    revoked = tianmu.entries()[-1]
    assert revoked["kind"] == "revocation"
    assert revoked["facts"]["touches"][0]["films"]
    assert revoked["facts"]["touches"][0]["takes"]
    assert "an aunt was not asked" in tianmu("film", str(script), *SMALL, "-o", "nana", *OVERRIDE, code=2)

    copy, export = ("take", "copy", "1A/1", "-o", "out.mp4"), ("export", "--to", "edl", "-o", "out")
    for refused in (("retake", "1A"), copy, export):
        assert "an aunt was not asked" in tianmu(*refused, code=2)
    assert not list(place.glob("out*"))

    # 4. All sign; but what was revoked cannot be released, and the refusal is on record too.
    for name in PEOPLE:
        tianmu("sign", "--as", name)
    assert "an aunt was not asked" in tianmu("release", "-o", "nana.release.json", code=2)
    assert not (place / "nana.release.json").exists()
    paper.write_text("The family and the aunt allow the letters.", encoding="utf-8")
    tianmu("consent", "add", *allowed, "--document", str(paper))

    # 5. A shot changes after the signatures, and they cover it no more.
    slate = "1A"
    tianmu("retake", slate, "--note", "closer", *OVERRIDE)
    tianmu("film", str(script), *SMALL, "-o", "nana", *OVERRIDE)
    said = tianmu("release", "-o", "nana.release.json", code=2)
    assert all(name in said for name in PEOPLE)
    assert slate in said

    # 6. They sign again, and it is released.
    for name in PEOPLE:
        tianmu("sign", "--as", name, "--note", "seen")
    tianmu("release", "-o", "nana.release.json")

    # What happened is there in order, as it happened.
    entries = tianmu.entries()
    kinds = [entry["kind"] for entry in entries]
    assert kinds.count("person") >= 5
    assert kinds.count("sign") == 10
    assert [entry["facts"]["released"] for entry in entries if entry["kind"] == "release"] == [False, False, True]
    overrides = [entry for entry in entries if entry["kind"] == "override"]
    assert overrides
    assert all(entry["actor"]["name"] == "Mbali" for entry in overrides)
    assert all(entry["facts"]["because"].startswith("the act is not shown") for entry in overrides)
    assert {entry["kind"] for entry in entries} >= {"script", "plan", "take", "print", "leave", "consent", "revocation"}
    assert kinds.index("override") < kinds.index("take") < kinds.index("consent") < kinds.index("revocation")

    # 7. The second party gets files, and works in a home of its own; the studio's is out of its reach.
    party = place / "party"
    party.mkdir()
    head = ("--head", str(party / "head.json"))
    tianmu("ledger", "head", "-o", head[1], "--recipient", "the archive")
    entries = tianmu.entries()
    for entry in entries[:-1]:  # the last says that the head was given
        tianmu("ledger", "prove", str(entry["number"]), "-o", str(party / f"{entry['number']}.json"), *head)
    home = settings().home
    root = home / "keys" / "certificate.pem"
    away = place / "away"
    home.rename(away)
    monkeypatch.setenv("TIANMU_HOME", str(party / "home"))
    settings.cache_clear()
    (party / "home" / "trusted").mkdir(parents=True)
    shutil.copy(away / "keys" / root.name, party / "home" / "trusted" / root.name)
    for entry in entries[:-1]:
        proof = party / f"{entry['number']}.json"
        tianmu("ledger", "check", str(proof), *head)
        told = json.loads(proof.read_text("utf-8"))
        assert entry["kind"] in json.dumps(told)
    tianmu("release", "verify", "nana.release.json", "--film", str(film))
    for kind in ("override", "revocation", "sign"):
        number = next(entry["number"] for entry in entries if entry["kind"] == kind)
        true = (party / f"{number}.json").read_text("utf-8")
        (party / "forged.json").write_text(_changed(true), encoding="utf-8")
        tianmu("ledger", "check", str(party / "forged.json"), *head, code=1)

    # 8. Back in the studio: whatever is edited under the ledger is found.
    away.rename(home)
    monkeypatch.setenv("TIANMU_HOME", str(home))
    settings.cache_clear()
    tianmu("ledger", "verify", *head)
    database = home / DATABASE
    clean = place / "clean.db"
    with sqlite3.connect(database) as source, sqlite3.connect(clean) as copy:
        source.backup(copy)
    for number in {entries[kinds.index(kind)]["number"] for kind in set(kinds)}:
        _edit(database, f"UPDATE ledger SET body = replace(body, ',', ', ') WHERE position = {number}")
        tianmu("ledger", "verify", code=1)
        _restore(clean, database)
    last = len(entries) - 1
    for statement in (
        f"DELETE FROM ledger WHERE position = {last // 2}",
        f"DELETE FROM ledger WHERE position > {last - 3}",
    ):
        _edit(database, statement)
        tianmu("ledger", "verify", *head, code=1)
        _restore(clean, database)
    tianmu("ledger", "verify", *head)


def _changed(proof: str) -> str:
    """The proof of an entry with one word of the entry changed."""
    for old, new in (("Mbali", "Mbila"), ("an aunt", "a niece"), ("Noor", "Nora")):
        if old in proof:
            return proof.replace(old, new, 1)
    raise AssertionError(proof)


def _edit(database: Path, statement: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER IF EXISTS ledger_is_kept_from_update")
        connection.execute("DROP TRIGGER IF EXISTS ledger_is_kept_from_delete")
        assert connection.execute(statement).rowcount > 0


def _restore(clean: Path, database: Path) -> None:
    with sqlite3.connect(clean) as source, sqlite3.connect(database) as copy:
        source.backup(copy)
