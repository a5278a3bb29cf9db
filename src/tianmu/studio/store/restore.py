"""Reading an archive of a project, from whoever sent it: nothing in it is believed before it is checked."""

from __future__ import annotations

import json
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.text import say
from tianmu.film.schema import canonical, from_row, to_row
from tianmu.film.take import Take
from tianmu.studio.store.archive import DOCUMENTS, MANIFEST, TAKES, Manifest
from tianmu.studio.store.project import Project, family, take_values
from tianmu.studio.store.references import mentioned, needed
from tianmu.studio.store.shelves import shelved
from tianmu.studio.store.store import Store, checked_name
from tianmu.studio.store.tables import documents, projects, takes

LARGEST_TEXT = 256 << 20
"""Bytes that each of the three JSON files may have."""
LARGEST_TOTAL = 1 << 40
"""Bytes that all files may have together."""
MOST_FILES = 200_000
STEEPEST = 50
"""Times that a file may be larger than its packed form. Films and pictures shrink by a tenth, text by ten times."""
_CHUNK = 1 << 20
_NAME = re.compile(r"tianmu\.json|documents\.json|takes\.json|media/([0-9a-f]{2})/(\1[0-9a-f]{62})")


def import_project(store: Store, path: Path, name: str | None = None, *, largest: int = LARGEST_TOTAL) -> Project:
    """Restore a project, to the byte, under its own name or another; on any failure nothing of it is kept.

    1. The list of files is checked: names, kinds, sizes and how far they are packed, before a byte is unpacked.
    2. The texts are read, within limits, and each take is read as a take.
    3. What the texts need and what the archive has must be the same media.
    4. Each medium streams into the store, where its digest must be its name.
    5. One transaction makes the project.

    Raises:
        MediaError: it is no archive of a project, is damaged, or was made to do harm.
        InputError: there is a project of that name.
        OutputError: the disk is, or would be, full.
    """
    with _opened(path) as archive:
        entries = _checked_entries(archive, path, largest)  # 1
        manifest = _manifest(archive, entries)  # 2
        document_rows, kept = _read_documents(archive, entries), _read_takes(archive, entries)
        wanted = checked_name(manifest.name if name is None else name)
        _refuse_taken(store, wanted)
        _check_media(manifest, entries, document_rows, kept)  # 3
        _require_space(store, sum(size for _, size in manifest.media))
        brought: list[str] = []
        try:
            for digest, _ in manifest.media:  # 4
                if not store.media.has(digest) or not store.media.intact(digest):
                    brought.append(digest)
                    chunks = _chunks(archive, entries[f"media/{shelved(digest)}"])
                    store.media.put_chunks(chunks, expected=digest)
            return _make(store, wanted, document_rows, kept)  # 5
        except BaseException:
            store.sweep(brought)
            raise


def _make(store: Store, name: str, document_rows: list[dict[str, Any]], kept: list[Take]) -> Project:
    with store.database.writing(exclusive=True) as connection:
        project = store.project_in(connection, name)
        project.require_media(connection, needed(document_rows))
        for version, row in enumerate(document_rows, start=1):
            connection.execute(
                insert(documents).values(
                    project=project.id,
                    kind=row["kind"],
                    key=row["key"],
                    version=version,
                    schema=row["body"]["schema"],
                    body=canonical(row["body"]),
                )
            )
        for position, take in enumerate(kept, start=len(document_rows) + 1):
            project.require_media(connection, (take.film, take.recipe, take.thumbnail))
            connection.execute(insert(takes).values(**take_values(project.id, take, position)))
        connection.execute(
            update(projects).where(projects.c.id == project.id).values(clock=len(document_rows) + len(kept))
        )
    return project


@contextmanager
def _opened(path: Path) -> Generator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it as a zip, now or while it is read, becomes a sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise _refused(path, f"it is no whole zip file: {error}", f"不是完整的 zip 文件：{error}") from error
    except FileNotFoundError:
        raise MediaError(say(f"There is no file {path}.", f"没有文件 {path}。")) from None
    except (IsADirectoryError, PermissionError) as error:
        raise MediaError(
            say(f"{path} cannot be read ({error.strerror}).", f"无法读取 {path}（{error.strerror}）。")
        ) from error


def _checked_entries(archive: zipfile.ZipFile, path: Path, largest: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise _refused(path, f"it has more than {MOST_FILES} files", f"文件数超过 {MOST_FILES}")
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        fault = _name_fault(info) or _kind_fault(info) or _size_fault(info)
        if fault is None and info.filename in entries:
            fault = ("is there twice", "出现了两次")
        if fault is not None:
            shown = repr(info.orig_filename[:80])
            raise _refused(path, f"its file {shown} {fault[0]}", f"其中的文件 {shown} {fault[1]}")
        entries[info.filename] = info
    if sum(info.compress_size for info in infos) > path.stat().st_size:
        raise _refused(path, "its files lie over each other", "其中的文件相互重叠")
    total = sum(info.file_size for info in infos)
    if total > largest:
        raise _refused(
            path,
            f"it would unpack to {total} bytes, and at most {largest} are allowed",
            f"展开后有 {total} 字节，最多允许 {largest}",
        )
    for name in (MANIFEST, DOCUMENTS, TAKES):
        if name not in entries:
            raise _refused(path, f"{name} is missing", f"缺少 {name}")
    return entries


def _name_fault(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What is wrong with a name. Only names that an export writes are right; the rest is said as clearly as can be."""
    name = info.orig_filename
    if name == info.filename and _NAME.fullmatch(name):
        return None
    if "\\" in name:
        return "has a backslash in its name", "名称中有反斜杠"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "has an absolute path", "使用了绝对路径"
    if ".." in name.split("/"):
        return "leads out of its folder with ..", "用 .. 指向文件夹之外"
    return "belongs to no project", "不属于项目"


def _kind_fault(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "is a link", "是链接"
    if info.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        return "is no plain file", "不是普通文件"
    if info.flag_bits & 0x1:
        return "is encrypted", "已加密"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unusual way", "使用了不常见的压缩方式"
    return None


def _size_fault(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    if info.file_size > STEEPEST * info.compress_size:
        return (
            f"would unpack from {info.compress_size} to {info.file_size} bytes, as a bomb does",
            f"会从 {info.compress_size} 字节展开到 {info.file_size} 字节，如同压缩炸弹",
        )
    if not info.filename.startswith("media/") and info.file_size > LARGEST_TEXT:
        return f"has more than {LARGEST_TEXT} bytes", f"超过 {LARGEST_TEXT} 字节"
    return None


def _manifest(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> Manifest:
    return from_row(Manifest, _read_json(archive, entries[MANIFEST]))


def _read_documents(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> list[dict[str, Any]]:
    rows = _read_json(archive, entries[DOCUMENTS])
    seen: set[tuple[str, str]] = set()
    for row in rows if isinstance(rows, list) else [None]:
        match row:
            case {"kind": str(kind), "key": str(key), "body": {"schema": str(schema)}} if len(row) == 3:
                if family(schema) != kind or not kind or (kind, key) in seen:
                    raise _refused(archive.filename, f"{DOCUMENTS} is not as it should be", f"{DOCUMENTS} 不符合要求")
                seen.add((kind, key))
            case _:
                raise _refused(archive.filename, f"{DOCUMENTS} is not as it should be", f"{DOCUMENTS} 不符合要求")
    return rows


def _read_takes(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> list[Take]:
    rows = _read_json(archive, entries[TAKES])
    kept = [from_row(Take, row) for row in rows] if isinstance(rows, list) else None
    unique = kept is not None and all(
        len({name(take) for take in kept}) == len(kept)
        for name in (lambda take: take.id, lambda take: (take.key, take.number))
    )
    if kept is None or not unique or not all(0 < take.number < MOST_FILES for take in kept):
        raise _refused(archive.filename, f"{TAKES} is not as it should be", f"{TAKES} 不符合要求")
    return kept


def _check_media(
    manifest: Manifest, entries: dict[str, zipfile.ZipInfo], document_rows: list[dict[str, Any]], kept: list[Take]
) -> None:
    """The manifest, the files and what documents and takes mention must tell of the same media."""
    sizes = dict(manifest.media)
    there = {name.rpartition("/")[2]: info.file_size for name, info in entries.items() if name.startswith("media/")}
    media_of_takes = {digest for take in kept for digest in (take.film, take.recipe, take.thumbnail)}
    wanted = needed(document_rows) | media_of_takes
    allowed = wanted | mentioned(canonical([document_rows, [to_row(take) for take in kept]]))
    if sizes != there or len(sizes) != len(manifest.media) or not wanted <= sizes.keys() <= allowed:
        raise MediaError(
            say(
                "The archive does not hold exactly the media that its project needs; it was changed or damaged. "
                "Export the project again.",
                "归档中的媒体与项目所需不一致；它已被改动或损坏。请重新导出项目。",
            )
        )


def _read_json(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    try:
        value = json.loads(b"".join(_chunks(archive, info)))
        canonical(value).encode()  # half of a surrogate pair is no text that could be kept
        return value
    except (ValueError, RecursionError) as error:
        raise _refused(archive.filename, f"{info.filename} is no JSON", f"{info.filename} 不是 JSON") from error


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a file, never more than its entry says; their checksum is tested at the end."""
    num_bytes = 0
    with archive.open(info) as entry:
        while chunk := entry.read(_CHUNK):
            num_bytes += len(chunk)
            yield chunk
    if num_bytes != info.file_size:
        raise _refused(archive.filename, f"{info.filename} ends too early", f"{info.filename} 不完整")


def _refuse_taken(store: Store, name: str) -> None:
    if any(info.name == name for info in store.projects()):
        raise InputError(
            say(
                f"There is a project called {name!r} already; import it under another name with --name.",
                f"已有名为 {name!r} 的项目；请用 --name 以其他名称导入。",
            )
        )


def _require_space(store: Store, size: int) -> None:
    free = shutil.disk_usage(store.media.staging).free
    if size > free:
        raise OutputError(
            say(
                f"The project needs {size} bytes on the disk, and {free} are free at {store.media.staging}; "
                "free some space.",
                f"该项目需要 {size} 字节磁盘空间，而 {store.media.staging} 仅剩 {free}；请清理空间。",
            )
        )


def _refused(path: Path | str | None, en: str, zh: str) -> MediaError:
    return MediaError(
        say(
            f"{path} was not imported: {en}. Nothing of it was kept; use a file that `tianmu project export` wrote.",
            f"未导入 {path}：{zh}。未保留任何内容；请使用 `tianmu project export` 写出的文件。",
        )
    )
