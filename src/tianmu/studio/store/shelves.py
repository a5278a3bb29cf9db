"""Where media lie: a local folder, or a place that fsspec reaches. Both keep `ab/abcdef...`, named by SHA-256."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.text import say

_DIGEST = re.compile(r"[0-9a-f]{64}")
_WHOLE_AT_ONCE = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"}
"""Protocols that show a file only when all of it is there; on others it is moved to its place in the end."""


class Shelf(Protocol):
    """A place for files that are named by their digests."""

    place: str
    """As a person reads it."""

    def take_in(self, part: Path, digest: str) -> None:
        """Move a complete local file to its place, durably; what was there before is replaced."""
        ...

    def size(self, digest: str) -> int | None:
        """In bytes; None where there is no such file."""
        ...

    def local(self, digest: str) -> Path | None:
        """Its path, on a shelf of which files can be read where they lie."""
        ...

    def fetch(self, digest: str, part: Path) -> None:
        """Copy it to a local file."""
        ...

    def remove(self, digest: str) -> None:
        """Take it away, if it is there."""
        ...

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file, as `ab/abcdef...` or whatever strange name it has, with its size in bytes."""
        ...


def open_shelf(media_url: str | None, folder: Path) -> Shelf:
    """The shelf at a URL, or else in `folder`.

    Raises:
        InputError: nothing that is installed can reach such a URL.
    """
    if media_url is None:
        return LocalShelf(folder)
    parts = urlsplit(media_url)
    if parts.scheme in ("", "file") or len(parts.scheme) == 1:  # a single letter is a drive, not a protocol
        return LocalShelf(Path(_file_path(media_url) if parts.scheme == "file" else media_url).expanduser().absolute())
    return RemoteShelf(media_url)


def _file_path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    return path.lstrip("/") if os.name == "nt" else path  # there it is file:///C:/folder


def is_digest(text: object) -> bool:
    """Whether it is a SHA-256 in hexadecimal, in small letters."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def shelved(digest: str) -> str:
    """`ab/abcdef...`: no folder grows too large."""
    return f"{digest[:2]}/{digest}"


def sync_folder(folder: Path) -> None:
    """Make what was moved into a folder last through a loss of power, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class LocalShelf:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = str(folder)

    def take_in(self, part: Path, digest: str) -> None:
        """See Shelf. `part` lies on the same file system and is on the disk already."""
        path = self.folder / shelved(digest)
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
        part.replace(path)
        sync_folder(path.parent)

    def size(self, digest: str) -> int | None:
        """See Shelf."""
        try:
            return (self.folder / shelved(digest)).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def local(self, digest: str) -> Path | None:
        """See Shelf."""
        return self.folder / shelved(digest)

    def fetch(self, digest: str, part: Path) -> None:
        """See Shelf."""
        shutil.copyfile(self.folder / shelved(digest), part)

    def remove(self, digest: str) -> None:
        """See Shelf."""
        (self.folder / shelved(digest)).unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, int]]:
        """See Shelf."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if name.parts[0].startswith("."):
                continue  # the partial files lie there
            if path.is_file():
                yield name.as_posix(), path.stat().st_size


class RemoteShelf:
    """A place that fsspec reaches: S3-compatible storage and its like."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.place = url
        scheme = urlsplit(url).scheme
        try:
            self._system, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            hint = "pip install 'tianmu[s3]'" if scheme.startswith("s3") else f"fsspec: {error}"
            raise InputError(
                say(
                    f"Media at {scheme}:// cannot be reached with what is installed ({hint}); install it, or correct "
                    "TIANMU_MEDIA.",
                    f"当前安装的组件无法访问 {scheme}:// 上的媒体（{hint}）；请安装，或改正 TIANMU_MEDIA。",
                )
            ) from error
        self._root = str(root).rstrip("/")
        self._whole_at_once = scheme in _WHOLE_AT_ONCE

    def take_in(self, part: Path, digest: str) -> None:
        """See Shelf."""
        target = f"{self._root}/{shelved(digest)}"
        with _Reached(self.place):
            if self._whole_at_once:
                self._system.put_file(str(part), target)
            else:
                self._system.makedirs(target.rpartition("/")[0], exist_ok=True)
                self._system.put_file(str(part), f"{self._root}/.partial/{part.name}")
                self._system.mv(f"{self._root}/.partial/{part.name}", target)
        if self.size(digest) != part.stat().st_size:
            raise OutputError(
                say(
                    f"A file did not arrive whole at {self.place}; try again.",
                    f"文件未能完整写入 {self.place}；请重试。",
                )
            )
        part.unlink()

    def size(self, digest: str) -> int | None:
        """See Shelf."""
        with _Reached(self.place):
            try:
                facts: dict[str, Any] = self._system.info(f"{self._root}/{shelved(digest)}")
            except FileNotFoundError:
                return None
            return int(facts["size"])

    def local(self, digest: str) -> Path | None:
        """See Shelf."""
        return None

    def fetch(self, digest: str, part: Path) -> None:
        """See Shelf."""
        with _Reached(self.place):
            self._system.get_file(f"{self._root}/{shelved(digest)}", str(part))

    def remove(self, digest: str) -> None:
        """See Shelf."""
        with _Reached(self.place):
            try:
                self._system.rm_file(f"{self._root}/{shelved(digest)}")
            except FileNotFoundError:
                return

    def files(self) -> Iterator[tuple[str, int]]:
        """See Shelf."""
        with _Reached(self.place):
            found: dict[str, dict[str, Any]] = self._system.find(self._root, detail=True)
        for name, facts in sorted(found.items()):
            inside = PurePosixPath(name.lstrip("/")).relative_to(self._root.lstrip("/"))
            if not inside.parts[0].startswith("."):
                yield inside.as_posix(), int(facts["size"])


class _Reached:
    """Turns whatever a remote file system raises into a sentence; `FileNotFoundError` within is for the caller."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, MediaError | OutputError):
            return
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise MediaError(
            say(
                f"The media at {self._place} cannot be reached ({reason}); check the network, the credentials and "
                "TIANMU_MEDIA.",
                f"无法访问 {self._place} 上的媒体（{reason}）；请检查网络、凭据和 TIANMU_MEDIA。",
            )
        ) from error
