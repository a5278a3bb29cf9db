"""Laws that every shipped entry keeps: two languages, sources, commands that parse, prompts that are understood."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tianmu.cli import diversity, library, pace
from tianmu.cli.parser import Parser, build_parser
from tianmu.core.errors import InputError
from tianmu.studio.importers import parse_fountain
from tianmu.studio.traditions import KINDS, Entry, as_row, read_library
from tianmu.studio.traditions.entry import in_words
from tianmu.world.expand import expand

SHIPPED = read_library(Path("/nowhere"))
WITH_COMMANDS = [(entry, command) for entry in SHIPPED for command in entry.commands]
FORMS = [entry for entry in SHIPPED if entry.kind == "form"]


def by_id(entry: object) -> str:
    return entry.id if isinstance(entry, Entry) else ""


def parser_of(command: list[str]) -> Parser:
    """The whole command line; verbs that it may not have yet have a parser of their own."""
    own = {"pace": pace, "library": library, "diversity": diversity}
    if command[0] not in own:
        return build_parser()
    parser = Parser(prog="tianmu")
    own[command[0]].add_parser(parser.add_subparsers(required=True))
    return parser


def test_there_are_looks_and_forms_from_many_places() -> None:
    assert sum(entry.kind == "look" for entry in SHIPPED) >= 24
    assert len(FORMS) >= 16
    assert len({entry.id for entry in SHIPPED}) == len(SHIPPED)
    assert {entry.kind for entry in SHIPPED} == set(KINDS)


@pytest.mark.parametrize("entry", SHIPPED, ids=by_id)
def test_an_entry_says_everything_in_both_languages_and_where_it_has_it_from(entry: Entry) -> None:
    for english, chinese in (entry.name, entry.origin, entry.about, entry.here, entry.care):
        assert english.isascii() or any(letter.isascii() for letter in english)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), chinese
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in english), english
    assert entry.sources
    assert all(any(letter.isdigit() for letter in source) or "dynasty" in source for source in entry.sources)
    assert entry.commands or entry.skeleton


@pytest.mark.parametrize(
    ("entry", "command"), WITH_COMMANDS, ids=[f"{e.id}-{n}" for n, (e, _) in enumerate(WITH_COMMANDS)]
)
def test_every_command_parses_and_every_prompt_is_understood(entry: Entry, command: str) -> None:
    arguments = shlex.split(command)[1:]
    parsed = parser_of(arguments).parse_args(arguments)
    if arguments[0] == "shot":
        expansion = expand(parsed.prompt)
        assert not expansion.reading.unknown, entry.id
        assert not expansion.replaced, entry.id


@pytest.mark.parametrize("entry", FORMS, ids=by_id)
def test_every_form_has_a_screenplay_that_reads(entry: Entry) -> None:
    screenplay = parse_fountain(entry.skeleton)
    assert screenplay.title
    assert screenplay.scenes
    assert all(scene.heading.place for scene in screenplay.scenes)


@pytest.mark.parametrize("entry", SHIPPED, ids=by_id)
def test_an_entry_is_told_whole(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    told = in_words(entry)
    assert all(source in told for source in entry.sources)
    assert as_row(entry)["name"] == {"en": entry.name[0], "zh": entry.name[1]}


def test_no_two_entries_say_the_same() -> None:
    texts = [entry.about[0] for entry in SHIPPED]
    assert len(set(texts)) == len(texts)


def test_an_unknown_id_is_answered_with_near_ones() -> None:
    from tianmu.studio.traditions import find_entry

    with pytest.raises(InputError, match="ink-wash"):
        find_entry("ink-blot", Path("/nowhere"))
    assert find_entry(" Ink-Wash ", Path("/nowhere")).id == "ink-wash"
