"""Two people sign, a shot changes, the release is refused; they sign again, it is released, and proven elsewhere."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.settings import settings
from tianmu.film.schema import from_row, to_row
from tianmu.governance.identity import anchors
from tianmu.governance.people import Person, find_person
from tianmu.governance.people.release import Release, verify_release
from tianmu.governance.people.statement import Signature
from tianmu.studio.film import make_film
from tianmu.studio.importers import parse_fountain
from tianmu.studio.marking import store_of
from tianmu.studio.people import add_person, remove_person, use_person, use_preset
from tianmu.studio.plan import plan_film, read_plan, read_settings
from tianmu.studio.release import check_release, release_film
from tianmu.studio.retake import retake
from tianmu.studio.signing import read_register, sentence, sign_film, standings, state_film
from tianmu.studio.store import Project, Store
from tianmu.studio.store.ledger import read_ledger
from tianmu.studio.takes import FilmSettings

ICE = """Title: Two on the Ice

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks across the snow.
"""
SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=4, sound=False)


@pytest.fixture(scope="module")
def filmed() -> Iterator[tuple[Path, str]]:
    """A studio home with a film in it, made once, and the slate of its first shot; each test works on a copy."""
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("TIANMU_HOME", f"{folder}/home")
        settings.cache_clear()
        with Store.open(Path(folder) / "home") as store:
            project = store.create_project("ice")
            plan = plan_film(parse_fountain(ICE), project, SETTINGS)
            film = make_film(plan, project, SETTINGS, Path(folder) / "ice.mp4")
        yield Path(folder), film.filmed[0].shot.slate
    settings.cache_clear()


@pytest.fixture
def home(tmp_path: Path, filmed: tuple[Path, str]) -> Path:
    """The copy, as `_own_settings` has it."""
    shutil.copytree(filmed[0], tmp_path, dirs_exist_ok=True)
    settings.cache_clear()
    return settings().home


@pytest.fixture
def project(home: Path) -> Iterator[Project]:
    with Store.open(home) as store:
        yield store.project("ice")


@pytest.fixture
def people(home: Path) -> tuple[Person, Person]:
    return add_person(home, "Li Wei", ("director",)), add_person(home, "Mo", ("writer", "ethics-reviewer"))


def said(project: Project) -> list[str]:
    return [sentence(each) for each in standings(project, state_film(project), read_register(project))]


def test_a_life(
    filmed: tuple[Path, str], home: Path, project: Project, people: tuple[Person, Person], tmp_path: Path
) -> None:
    output = tmp_path / "ice.release.json"
    use_preset(home, "studio")
    sign_film(project, home, name="Li Wei")
    sign_film(project, home, name="Mo", role="ethics-reviewer", note="nobody is harmed")
    assert said(project) == ["Li Wei (director): holds", "Mo (ethics reviewer): holds"]
    with pytest.raises(InputError, match="needs the signature of writer, technical lead and cultural adviser"):
        release_film(project, home, output)
    slate = filmed[1]
    retake(project, slate, "closer")
    assert said(project)[0].endswith(f"void, because shot {slate} was changed")
    with pytest.raises(InputError, match="not as it is now planned; run tianmu film again"):
        sign_film(project, home, name="Li Wei")
    make_film(read_plan(project), project, SETTINGS, tmp_path / "ice.mp4", overwrite=True)
    reason = f"Li Wei \\(director\\): void, because shot {slate} was changed"
    with pytest.raises(InputError, match=reason):
        release_film(project, home, output, preset="solo")
    assert not output.exists()
    sign_film(project, home, name="Li Wei")
    released = release_film(project, home, output, preset="solo")
    assert [each.name for each in released.release.signatures] == ["Li Wei"]
    with pytest.raises(OutputError):
        release_film(project, home, output, preset="solo")

    elsewhere = tmp_path / "elsewhere"
    root = tmp_path / "root.pem"
    root.write_bytes(anchors(home)[0])
    _, unknown = check_release(output, elsewhere, tmp_path / "ice.mp4")
    assert (unknown.faults, unknown.known) == ((), False)
    _, known = check_release(output, elsewhere, tmp_path / "ice.mp4", (root,))
    assert (known.faults, known.known) == ((), True)
    _, other = check_release(output, elsewhere, root, (root,))
    assert [fault.endswith("is not the file that was signed.") for fault in other.faults] == [True]

    entries = [row.entry for row in read_ledger(store_of(project)) if row.entry.kind in {"person", "sign", "release"}]
    assert [entry.kind for entry in entries] == [
        *["person"] * 3,
        "sign",
        "sign",
        "release",
        "release",
        "sign",
        "release",
    ]
    assert [entry.facts["released"] for entry in entries if entry.kind == "release"] == [False, False, True]


def test_any_change_to_a_release_is_found(
    home: Path, project: Project, people: tuple[Person, Person], tmp_path: Path
) -> None:
    sign_film(project, home, name="Mo", note="well done")
    release = release_film(project, home, tmp_path / "ice.release.json").release
    trusted = anchors(home)
    assert verify_release(from_row(Release, to_row(release)), trusted).faults == ()
    row = json.dumps(to_row(release))
    leaves = [
        ("well done", "done well"),
        (release.statement.printed, "0" * 64),
        (release.statement.shots[0].words, "0" * 64),
        (release.signatures[0].signature, "0" * 128),
        (people[1].public_key, people[0].public_key),
        ('"solo"', '"studio"'),
        ("Mo", "Li Wei"),
        (release.head["root"], "0" * 64),
        (release.entries[0].path[0], "0" * 64),
        ('"role": "writer"', '"role": "director"'),
    ]
    for old, new in leaves:
        assert old in row, old
        forged = from_row(Release, json.loads(row.replace(old, new)))
        assert verify_release(forged, trusted).faults, (old, new)
    assert verify_release(replace(release, signatures=()), trusted).faults
    for index in range(len(release.entries)):
        less = (*release.entries[:index], *release.entries[index + 1 :])
        assert verify_release(replace(release, entries=less), trusted).faults


def test_whoever_was_removed_has_signed_and_signs_no_more(
    home: Path, project: Project, people: tuple[Person, Person], tmp_path: Path
) -> None:
    sign_film(project, home, name="Mo", role="writer")
    remove_person(home, "Mo")
    assert said(project) == ["Mo (writer): holds"]
    with pytest.raises(InputError, match="Nobody here is called 'Mo'"):
        sign_film(project, home, name="Mo")
    assert release_film(project, home, tmp_path / "ice.release.json").release.preset == "solo"


def test_a_signature_that_the_ledger_does_not_have_is_void(
    home: Path, project: Project, people: tuple[Person, Person]
) -> None:
    signature = sign_film(project, home, name="Mo", role="writer")
    key = project.keys(Signature)[0]
    stored = project.read(Signature, key)
    assert stored is not None
    again = replace(signature, note="later", signature="")
    from tianmu.governance.people import sign_as

    signed = replace(again, signature=sign_as(home, find_person(home, "Mo"), again.signed_bytes))
    project.write(signed, key, expected=stored.version)
    assert said(project) == ["Mo (writer): void, because the ledger does not have it"]


def command(*words: str) -> int:
    """One of the verbs of this room, as the command line runs it."""
    from tianmu.cli import person, release, sign
    from tianmu.cli.parser import Parser

    parser = Parser(prog="tianmu")
    verbs = parser.add_subparsers(required=True)
    for verb in (person, sign, release):
        verb.add_parser(verbs)
    arguments = parser.parse_args(words)
    return arguments.run(arguments)


def test_the_command_line(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "ice.release.json")
    assert command("person", "list") == 0
    assert command("sign", "--list") == 0
    assert command("person", "add", "Li Wei", "--role", "director", "--role", "writer") == 0
    assert command("person", "use", "Li Wei", "--role", "writer") == 0
    said = capsys.readouterr().out
    assert said.startswith("Nobody yet")
    assert "Nobody has signed yet." in said
    assert command("sign", "--note", "as it should be") == 0
    assert capsys.readouterr().out == "Li Wei (writer): holds\n"
    with pytest.raises(InputError, match="technical lead"):
        command("release", "--preset", "studio", "-o", file)
    with pytest.raises(InputError, match="neither"):
        command("release", "--preset", "none", "-o", file)
    assert command("release", "-o", file, "--json") == 0
    assert json.loads(capsys.readouterr().out)["signed"] == [{"name": "Li Wei", "role": "writer"}]
    assert command("release", "verify", file, "--film", str(tmp_path / "ice.mp4")) == 0
    assert "Everything in it is proven." in capsys.readouterr().out
    assert command("release", "verify", file, "--film", file) == 1
    assert command("release", "verify", file, "--json") == 0
    capsys.readouterr()
    assert command("person", "remove", "Li Wei") == 0
    assert command("person", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"people": [], "preset": "solo"}


def test_who_cannot_sign(home: Path, project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nobody acts here yet"):
        sign_film(project, home)
    add_person(home, "Li Wei", ("director",))
    with pytest.raises(InputError, match="Li Wei is not writer here but director"):
        sign_film(project, home, role="writer")
    with pytest.raises(InputError, match="has a role"):
        add_person(home, "Mo", ())
    use_person(home, "Li Wei", "director")
    assert sign_film(project, home).role == "director", "who acts, signs"
    path = tmp_path / "other.json"
    for text in ("", "[]", "{}", '{"schema": "tianmu.release.1"}', '{"schema": "tianmu.release.2"}', "[" * 100_000):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(MediaError):
            check_release(path, home)
    with pytest.raises(MediaError, match="no release"):
        check_release(tmp_path / "nowhere.json", home)
    assert read_settings(project).engine == "fake"


def test_a_film_that_the_rules_in_force_refuse_is_not_released_and_that_is_written_down(
    project: Project, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tianmu.core.errors import Refused
    from tianmu.film.cut import Print
    from tianmu.governance.policy import use_policies

    add_person(home, "Ada Lin", ("director",))
    sign_film(project, home, name="Ada Lin", role="director")
    stored = project.read(Print)
    assert stored is not None
    flash = {"category": "frames/flash", "score": 1.0, "by": "a test", "first_frame": 3, "detail": "9 flashes"}
    verdict = {**stored.value.verdict, "findings": [flash]}
    project.write(replace(stored.value, verdict=verdict), expected=stored.version)
    use_policies(["broadcast"], home)
    path = tmp_path / "out.release.json"
    with pytest.raises(Refused, match=r"as it is cut: The rule flash \(broadcast 2\) refuses 9 flashes"):
        release_film(project, home, path)
    assert not path.exists()
    *_, last = [row.entry for row in read_ledger(store_of(project)) if row.entry.kind == "release"]
    assert last.facts["released"] is False
    assert "9 flashes" in last.facts["review"]
    use_policies(["general"], home)
    assert release_film(project, home, path).path == path
