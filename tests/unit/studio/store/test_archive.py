"""A project travels in one file and comes back to the byte; whatever else is in such a file is refused."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError, OutputError, TianmuError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.shot import Shot, ShotList
from tianmu.film.take import Take
from tianmu.studio.store import Project, Store, check, export_project, import_project, restore

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]
Entries = list[tuple[zipfile.ZipInfo, bytes]]


@pytest.fixture
def project(store: Store, make_take: MakeTake) -> Project:
    """Two documents, three takes of which one is circled, a picture."""
    project = store.create_project("灯塔")
    picture = store.media.put_bytes(b"picture" * 100)
    version = AssetVersion(number=1, words="a robot", zh="机器人", pictures=(picture,))
    project.write(Asset(id="mara", kind="character", name="MARA", versions=(version,)), "mara", expected=None)
    first = project.write(ShotList(), expected=None)
    project.write(ShotList(shots=(Shot(prompt="a red fox", slate="3B"),)), expected=first)
    for seed in (3, 1, 2):
        project.keep_take(*make_take(seed))
    project.mark_take("3B/2", circled=True, note="慢一点")
    return project


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """The store of another machine."""
    with Store.open(tmp_path / "elsewhere", url=f"sqlite:///{tmp_path}/elsewhere/other.db") as opened:
        yield opened


@pytest.fixture
def sent(local: Store, make_take: MakeTake, tmp_path: Path) -> Path:
    """A small archive that is as it should be."""
    local.create_project("film").keep_take(*make_take())
    export_project(local.project("film"), tmp_path / "film.tianmu")
    return tmp_path / "film.tianmu"


def entries_of(path: Path) -> Entries:
    with zipfile.ZipFile(path) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def write_entries(path: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in entries:
            archive.writestr(info, data, compress_type=info.compress_type)
    return path


def replace_text(entries: Entries, name: str, change: Callable[[Any], Any]) -> Entries:
    return [
        (info, json.dumps(change(json.loads(data))).encode() if info.filename == name else data)
        for info, data in entries
    ]


def refused(store: Store, path: Path, match: str) -> None:
    """It is refused with such a sentence, and nothing of it is kept."""
    with pytest.raises(MediaError, match=match):
        import_project(store, path)
    assert store.projects() == ()
    assert list(store.media.files()) == []
    assert check(store).findings == ()


def test_it_comes_back_to_the_byte(project: Project, elsewhere: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "first.tianmu", tmp_path / "second.tianmu"
    export_project(project, first)
    restored = import_project(elsewhere, first)
    assert restored.name == project.name
    assert restored.takes() == project.takes()
    asset, again = project.read(Asset, "mara"), restored.read(Asset, "mara")
    assert asset is not None
    assert again is not None
    assert again.value == asset.value
    assert check(elsewhere).findings == ()
    export_project(restored, second)
    assert first.read_bytes() == second.read_bytes()


def test_the_history_of_edits_does_not_change_the_bytes(project: Project, tmp_path: Path) -> None:
    export_project(project, tmp_path / "before.tianmu")
    project.mark_take("3B/2", circled=False)
    project.mark_take("3B/2", circled=True)
    export_project(project, tmp_path / "after.tianmu")
    assert (tmp_path / "before.tianmu").read_bytes() == (tmp_path / "after.tianmu").read_bytes()


def test_a_restored_project_can_be_worked_on(
    project: Project, elsewhere: Store, tmp_path: Path, make_take: MakeTake
) -> None:
    export_project(project, tmp_path / "film.tianmu")
    restored = import_project(elsewhere, tmp_path / "film.tianmu", "a copy")
    stored = restored.read(ShotList)
    assert stored is not None
    restored.write(ShotList(), expected=stored.version)
    assert restored.keep_take(*make_take(9)).number == 4
    assert [take.seed for take in restored.takes()] == [3, 1, 2, 9]


def test_a_name_that_is_taken_is_refused_and_another_can_be_given(
    project: Project, store: Store, tmp_path: Path
) -> None:
    export_project(project, tmp_path / "film.tianmu")
    with pytest.raises(InputError, match="--name"):
        import_project(store, tmp_path / "film.tianmu")
    copy = import_project(store, tmp_path / "film.tianmu", "copy")
    assert copy.takes() == project.takes()
    store.delete_project("copy")
    assert check(store).findings == ()
    with pytest.raises(InputError, match="visible characters"):
        import_project(store, tmp_path / "film.tianmu", "../copy")


def test_a_file_that_is_there_is_not_replaced(local: Store, tmp_path: Path) -> None:
    project = local.create_project("film")
    path = tmp_path / "film.tianmu"
    path.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="--overwrite"):
        export_project(project, path)
    assert path.read_text("utf-8") == "mine"
    export_project(project, path, overwrite=True)
    assert zipfile.is_zipfile(path)
    with pytest.raises(OutputError, match="does not exist"):
        export_project(project, tmp_path / "nowhere" / "film.tianmu")


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_project_that_is_not_whole_is_not_exported(
    local: Store, make_take: MakeTake, tmp_path: Path, harm: str
) -> None:
    take = local.create_project("film").keep_take(*make_take())
    film = local.media.path(take.film)
    film.unlink() if harm == "missing" else film.write_bytes(b"x" * take.bytes)
    with pytest.raises(MediaError, match="tianmu store check"):
        export_project(local.project("film"), tmp_path / "film.tianmu")
    assert not (tmp_path / "film.tianmu").exists()


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("../evil", r"leads out of its folder with \.\."),
        ("media/../../evil", r"leads out of its folder with \.\."),
        ("/etc/passwd", "absolute path"),
        ("C:/evil", "absolute path"),
        ("media\\..\\evil", "backslash"),
        ("media/ab/", "belongs to no project"),
        ("notes.txt", "belongs to no project"),
        ("media/AB/" + "AB" * 32, "belongs to no project"),
        ("media/ab/" + "cd" * 32, "belongs to no project"),
        ("tianmu.json/", "belongs to no project"),
        ("tianmu.json\x00.txt", "belongs to no project"),
        ("TIANMU.JSON", "belongs to no project"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(
    sent: Path, elsewhere: Store, tmp_path: Path, name: str, match: str
) -> None:
    info = zipfile.ZipInfo("x" * len(name))
    data = write_entries(tmp_path / "evil.tianmu", [*entries_of(sent), (info, b"evil")]).read_bytes()
    (tmp_path / "evil.tianmu").write_bytes(data.replace(b"x" * len(name), name.encode()))
    refused(elsewhere, tmp_path / "evil.tianmu", match)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFCHR])
def test_only_plain_files_are_let_in(sent: Path, elsewhere: Store, tmp_path: Path, kind: int) -> None:
    entries = entries_of(sent)
    entries[-1][0].external_attr = (kind | 0o777) << 16
    refused(
        elsewhere, write_entries(tmp_path / "evil.tianmu", entries), "is a link" if kind == stat.S_IFLNK else "plain"
    )


def test_a_name_twice_is_refused(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    entries = entries_of(sent)
    with pytest.warns(UserWarning, match="Duplicate name"):
        write_entries(tmp_path / "evil.tianmu", [*entries, entries[-1]])
    refused(elsewhere, tmp_path / "evil.tianmu", "is there twice")


def test_a_bomb_is_refused_before_it_is_unpacked(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    entries = entries_of(sent)
    info = entries[-1][0]
    info.compress_type = zipfile.ZIP_DEFLATED
    entries[-1] = (info, bytes(20_000_000))
    refused(elsewhere, write_entries(tmp_path / "bomb.tianmu", entries), "as a bomb does")


def test_a_bomb_that_lies_about_its_size_does_not_go_off(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    entries = entries_of(sent)
    info, data = entries[-1]
    info.compress_type = zipfile.ZIP_DEFLATED
    path = write_entries(tmp_path / "bomb.tianmu", [*entries[:-1], (info, bytes(20_000_000))])
    packed = path.read_bytes().replace(struct.pack("<L", 20_000_000), struct.pack("<L", len(data)))
    path.write_bytes(packed)
    refused(elsewhere, path, "no whole zip file|ends too early|damaged")


def test_files_that_lie_over_each_other_are_refused(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    data = bytearray(sent.read_bytes())
    with zipfile.ZipFile(sent) as archive:
        last = archive.infolist()[-1]
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<LL", data, place + 20, 10_000_000, 10_000_000)
    (tmp_path / "evil.tianmu").write_bytes(data)
    assert last.file_size < 10_000_000
    refused(elsewhere, tmp_path / "evil.tianmu", "lie over each other")


def test_too_much_is_refused(sent: Path, elsewhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MediaError, match="at most 100 are allowed"):
        import_project(elsewhere, sent, largest=100)
    monkeypatch.setattr(restore, "LARGEST_TEXT", 10)
    refused(elsewhere, sent, "more than 10 bytes")
    monkeypatch.setattr(restore, "MOST_FILES", 2)
    refused(elsewhere, sent, "more than 2 files")


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(
    sent: Path, elsewhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=3))
    with pytest.raises(OutputError, match="free some space"):
        import_project(elsewhere, sent)
    assert list(elsewhere.media.files()) == []


def test_other_bytes_than_their_name_says_are_refused(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    entries = entries_of(sent)
    info, data = entries[-1]
    entries[-1] = (info, b"X" + data[1:])
    refused(elsewhere, write_entries(tmp_path / "evil.tianmu", entries), "damaged")


@pytest.mark.parametrize("name", ["tianmu.json", "documents.json", "takes.json"])
def test_an_archive_without_one_of_its_texts_is_refused(
    sent: Path, elsewhere: Store, tmp_path: Path, name: str
) -> None:
    entries = [entry for entry in entries_of(sent) if entry[0].filename != name]
    refused(elsewhere, write_entries(tmp_path / "evil.tianmu", entries), f"{name} is missing")


CHANGES: list[tuple[str, Callable[[Any], Any], str]] = [
    ("tianmu.json", lambda row: {**row, "schema": "tianmu.archive.2"}, "tianmu.archive.2"),
    ("tianmu.json", lambda row: {**row, "media": row["media"][:-1]}, "exactly the media"),
    ("tianmu.json", lambda row: {**row, "media": [row["media"][0], *row["media"]]}, "exactly the media"),
    ("tianmu.json", lambda row: {**row, "media": [[digest, 1] for digest, _ in row["media"]]}, "exactly the media"),
    ("tianmu.json", lambda row: [], "expected"),
    ("takes.json", lambda rows: [], "exactly the media"),
    ("takes.json", lambda rows: rows * 2, "not as it should be"),
    ("takes.json", lambda rows: {"x": rows}, "not as it should be"),
    ("takes.json", lambda rows: [{**rows[0], "film": "0" * 64}], "exactly the media"),
    ("takes.json", lambda rows: [{**rows[0], "fps": "fast"}], "not as it should be at fps"),
    ("takes.json", lambda rows: [{**rows[0], "film": "../../x"}], "exactly the media"),
    ("takes.json", lambda rows: [{**rows[0], "number": 10**30}], "not as it should be"),
    ("takes.json", lambda rows: [{**rows[0], "number": 0}], "not as it should be"),
    ("documents.json", lambda rows: {}, "not as it should be"),
    ("documents.json", lambda rows: [7], "not as it should be"),
    ("documents.json", lambda rows: [{"kind": "a", "key": "", "body": {}}], "not as it should be"),
    ("documents.json", lambda rows: [{"kind": "a", "key": "", "body": {"schema": "b.1"}}], "not as it should be"),
    ("documents.json", lambda rows: [{"kind": "a", "key": "", "body": {"schema": "a.1"}}] * 2, "not as it should be"),
    (
        "documents.json",
        lambda rows: [{"kind": "a", "key": "", "body": {"schema": "a.1", "look": "0" * 64}}],
        "exactly the media",
    ),
]


@pytest.mark.parametrize(("name", "change", "match"), CHANGES)
def test_texts_that_do_not_fit_are_refused(
    sent: Path, elsewhere: Store, tmp_path: Path, name: str, change: Callable[[Any], Any], match: str
) -> None:
    entries = replace_text(entries_of(sent), name, change)
    refused(elsewhere, write_entries(tmp_path / "evil.tianmu", entries), match)


@pytest.mark.parametrize("data", [b"", b"not json", b"[" * 100_000, b"\xff\xfe", b'"\\ud800"'])
def test_texts_that_are_none_are_refused(sent: Path, elsewhere: Store, tmp_path: Path, data: bytes) -> None:
    entries = [(info, data if info.filename == "takes.json" else old) for info, old in entries_of(sent)]
    refused(elsewhere, write_entries(tmp_path / "evil.tianmu", entries), "takes.json is no")


def test_a_failure_in_the_end_leaves_nothing(sent: Path, elsewhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restore, "_make", fail)
    with pytest.raises(KeyboardInterrupt):
        import_project(elsewhere, sent)
    assert list(elsewhere.media.files()) == []
    assert elsewhere.projects() == ()


def test_what_is_no_archive_is_refused(elsewhere: Store, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear aunt", "utf-8")
    refused(elsewhere, tmp_path / "letter", "no whole zip file")
    refused(elsewhere, tmp_path / "missing", "There is no file")
    refused(elsewhere, tmp_path, "cannot be read")


def test_an_archive_packed_again_by_another_program_is_read(sent: Path, elsewhere: Store, tmp_path: Path) -> None:
    entries = entries_of(sent)
    for info, _ in entries:
        info.compress_type = zipfile.ZIP_DEFLATED
    import_project(elsewhere, write_entries(tmp_path / "packed.tianmu", list(reversed(entries))))
    export_project(elsewhere.project("film"), tmp_path / "again.tianmu")
    assert (tmp_path / "again.tianmu").read_bytes() == sent.read_bytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1), flip=st.integers(1, 255), truncate=st.booleans())
def test_a_damaged_archive_is_refused_or_whole(
    sent: Path, elsewhere: Store, tmp_path: Path, cut: float, flip: int, truncate: bool
) -> None:
    data = bytearray(sent.read_bytes())
    place = min(int(cut * len(data)), len(data) - 1)
    data[place] ^= flip
    (tmp_path / "damaged.tianmu").write_bytes(data[:place] if truncate else data)
    try:
        restored = import_project(elsewhere, tmp_path / "damaged.tianmu")
    except TianmuError:
        assert elsewhere.projects() == ()
        assert list(elsewhere.media.files()) == []
        return
    again = tmp_path / "again.tianmu"
    export_project(restored, again, overwrite=True)
    elsewhere.delete_project(restored.name)
    assert again.read_bytes() == sent.read_bytes()  # the flipped byte was one that means nothing, such as a date
