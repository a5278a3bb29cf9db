"""Films, pictures and recipes, each named by the SHA-256 of its bytes, so that nothing is kept twice.

A file comes in whole or not at all: it is written to a hidden file on the same disk, brought onto the disk, and moved
to its place in one step. What a dead process leaves behind are hidden files only, and `check` finds them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import writing
from tianmu.core.text import say
from tianmu.studio.store.process import Process
from tianmu.studio.store.shelves import Shelf, is_digest, shelved, sync_folder

_PARTIAL = ".partial"
_CHUNK = 1 << 20


def unknown_size(digest: str) -> int | None:
    """For media that no database knows the sizes of."""
    return None


class Media:
    """The media of a store."""

    def __init__(self, shelf: Shelf, cache: Path, sizes: Callable[[str], int | None] = unknown_size) -> None:
        """`cache` is a local folder for copies of what lies elsewhere; `sizes` tells how large a file should be."""
        self._shelf = shelf
        self._cache = cache
        self._sizes = sizes
        local = shelf.local("0" * 64)
        self._partial = (local.parent.parent if local else cache) / _PARTIAL

    @property
    def place(self) -> str:
        """Where they lie, as a person reads it."""
        return self._shelf.place

    @property
    def staging(self) -> Path:
        """A local folder that stands: what comes in is first written on its disk."""
        return next(folder for folder in self._partial.parents if folder.is_dir())

    def put(self, path: Path) -> str:
        """Keep a file, and give its digest. To put the same bytes again changes nothing.

        Raises:
            MediaError: the file cannot be read.
            OutputError: it cannot be kept, such as when the disk is full; nothing half-written stays.
        """
        return self.put_chunks(file_chunks(path))

    def put_bytes(self, data: bytes) -> str:
        """Keep bytes, and give their digest; see `put`."""
        return self.put_chunks((data,))

    def put_chunks(self, chunks: Iterable[bytes], *, expected: str | None = None) -> str:
        """Keep what comes in pieces; see `put`.

        Raises:
            MediaError: they make another digest than `expected`; nothing is kept.
        """
        hashed = hashlib.sha256()
        with self._part() as part:
            with writing(self._partial.parent), part.open("xb") as file:
                for chunk in chunks:
                    hashed.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            digest = hashed.hexdigest()
            if expected is not None and digest != expected:
                raise _wrong(expected)
            with writing(Path(self.place)):
                self._shelf.take_in(part, digest)
        return digest

    def has(self, digest: str) -> bool:
        """Whether it is there."""
        return self.size(digest) is not None

    def size(self, digest: str) -> int | None:
        """In bytes, as it lies there; None where it is missing."""
        return self._shelf.size(_checked(digest))

    def path(self, digest: str, suffix: str = "") -> Path:
        """A local file to read, and only to read; `suffix`, such as `.mp4`, is for readers that go by the name.

        A local store gives the file where it lies, or a second name for it; a remote one is copied once and verified.

        Raises:
            MediaError: it is missing, or damaged as far as its size or its digest on arrival tells.
        """
        path = self._shelf.local(_checked(digest)) or self._fetched(digest)
        self._verify_size(digest, path)
        if not suffix:
            return path
        named = self._cache / shelved(digest)
        named = named.with_name(named.name + suffix)
        if not (named.exists() and named.samefile(path)):
            with writing(named):
                named.parent.mkdir(parents=True, exist_ok=True)
                _name_again(path, named)
        return named

    def verified(self, digest: str) -> Path:
        """The same file, after all its bytes were read and found to be those that were kept.

        Raises:
            MediaError: it is missing, or the bytes are others.
        """
        for _ in self.chunks(digest):
            pass
        return self.path(digest)

    def read(self, digest: str) -> bytes:
        """All bytes of a small one.

        Raises:
            MediaError: it is missing, or the bytes are others.
        """
        data = self.path(digest).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise _wrong(digest)
        return data

    def chunks(self, digest: str) -> Iterator[bytes]:
        """All bytes in pieces, verified when the last has come.

        Raises:
            MediaError: it is missing, or the bytes are others.
        """
        hashed = hashlib.sha256()
        for chunk in file_chunks(self.path(digest)):
            hashed.update(chunk)
            yield chunk
        if hashed.hexdigest() != digest:
            raise _wrong(digest)

    def remove(self, digest: str) -> None:
        """Take it away, with its copies. Only `check` and the store may: somebody else may need it."""
        with writing(Path(self.place)):
            self._shelf.remove(_checked(digest))
            folder = (self._cache / shelved(digest)).parent
            for copy in folder.glob(f"{digest}*") if folder.is_dir() else ():
                copy.unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, int]]:
        """Name and size in bytes of all that lies there: `ab/abcdef...`, and whatever does not belong."""
        return self._shelf.files()

    def partial_files(self) -> Iterator[Path]:
        """Hidden files that no living process is writing."""
        for path in sorted(self._partial.iterdir()) if self._partial.is_dir() else ():
            owner = Process.parse(path.name.rpartition(".")[0])
            with suppress(FileNotFoundError):  # it came to its place while we looked
                if owner is None or owner.is_gone(path.stat().st_mtime):
                    yield path

    def intact(self, digest: str) -> bool:
        """Whether the bytes that lie there are those that were kept; reads them all, past any copy.

        Raises:
            MediaError: it is missing, or cannot be read.
        """
        path = self._shelf.local(_checked(digest))
        if path is not None:
            hashed = hashlib.sha256()
            for chunk in file_chunks(path):
                hashed.update(chunk)
            return hashed.hexdigest() == digest
        with self._part() as part:
            self._shelf.fetch(digest, part)
            return _file_digest(part) == digest

    def bad_copies(self) -> Iterator[Path]:
        """Copies and second names of files that are gone, or that they do not equal any more."""
        for path in sorted(self._cache.glob("??/*")):
            digest = path.name[:64]
            place = self._shelf.local(digest) if is_digest(digest) else None
            if place is not None:
                bad = not (place.exists() and path.exists() and path.samefile(place)) and _file_digest(path) != digest
            else:
                bad = not is_digest(digest) or _file_digest(path) != digest
            if bad or not self.has(digest):
                yield path

    def _fetched(self, digest: str) -> Path:
        """The local copy of a remote file, verified when it arrives."""
        path = self._cache / shelved(digest)
        if path.exists():
            return path
        if self._shelf.size(digest) is None:
            raise self._missing(digest)
        with self._part() as part:
            self._shelf.fetch(digest, part)
            if _file_digest(part) != digest:
                raise _wrong(digest)
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                part.replace(path)
        return path

    def _verify_size(self, digest: str, path: Path) -> None:
        try:
            found = path.stat().st_size
        except OSError:
            raise self._missing(digest) from None
        expected = self._sizes(digest)
        if expected is not None and found != expected:
            raise _wrong(digest)

    @contextmanager
    def workspace(self) -> Generator[Path]:
        """A hidden folder to make files in, on the disk where they will lie; it is gone afterwards."""
        with self._part() as folder:
            with writing(folder):
                folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _part(self) -> Generator[Path]:
        """A name for a hidden file that tells who writes it; the file is gone afterwards, moved or removed."""
        with writing(self._partial):
            if not self._partial.is_dir():
                self._partial.mkdir(parents=True, exist_ok=True)
                sync_folder(self._partial.parent)
        part = self._partial / f"{Process.this()}.{secrets.token_hex(8)}"
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def _missing(self, digest: str) -> MediaError:
        return MediaError(
            say(
                f"The file {digest[:12]} is missing at {self.place}; `tianmu store check` says what needs it.",
                f"{self.place} 缺少文件 {digest[:12]}；`tianmu store check` 会说明谁需要它。",
            )
        )


def _checked(digest: str) -> str:
    if not is_digest(digest):
        raise InputError(
            say(
                f"A file of a store is named by its SHA-256 in 64 small hexadecimal digits, and {digest[:80]!r} is "
                "none.",
                f"存储中的文件以 64 位小写十六进制 SHA-256 命名，而 {digest[:80]!r} 不是。",
            )
        )
    return digest


def file_chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); check that it is there and may be read.",
                f"无法读取 {path}（{error.strerror}）；请检查文件是否存在且可读。",
            )
        ) from error


def _file_digest(path: Path) -> str | None:
    """None where there is nothing to read, such as at the end of a link that leads nowhere."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _name_again(path: Path, named: Path) -> None:
    """Give a file a second name without a copy, where the system can."""
    temporary = named.with_name(f".{secrets.token_hex(8)}")
    try:
        try:
            os.link(path, temporary)
        except OSError:
            try:
                temporary.symlink_to(path)
            except OSError:
                shutil.copyfile(path, temporary)
        temporary.replace(named)
    finally:
        temporary.unlink(missing_ok=True)


def _wrong(digest: str) -> MediaError:
    return MediaError(
        say(
            f"The file {digest[:12]} is damaged: its bytes are not those that were kept; "
            "`tianmu store check` says what needs it.",
            f"文件 {digest[:12]} 已损坏：内容与保存时不符；`tianmu store check` 会说明谁需要它。",
        )
    )
