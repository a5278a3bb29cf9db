"""Words that a container carries beside its pictures and sound: `{"AIGC": "..."}` written, and everybody's read.

    check_metadata(metadata)    before it is written
    read_metadata(path)         every entry of an MP4, MOV, M4A, WebM, MKV, AVI, GIF, WebP, PNG, JPEG, TIFF, WAV, MP3,
                                FLAC, Ogg, PDF or EPUB file; of other files what stands in an XMP packet

One small reader a family of formats. A file may be anybody's, so every size in it is held against the file before a
byte is taken, and what is taken has a limit: a reader ends, whatever the file says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.media.metadata.source import Entry, Malformed, Source

__all__ = ["Entry", "Metadata", "check_metadata", "read_metadata"]

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 16_384
_MOST_ENTRIES = 10_000
_FIRST_PICTURE = "000001.png"


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What was read from a file."""

    format: str | None
    """The family of the container, such as `mp4` or `riff`; None where it is not known, and XMP was searched for."""
    entries: tuple[Entry, ...]
    """In the file's order; a key may come more than once."""
    whole: bool
    """Whether the structure could be followed to its end; where it is False, entries may be missing."""

    def __getitem__(self, key: str) -> str:
        """The first value of a key, whatever the case of its letters."""
        for entry in self.entries:
            if entry.key.casefold() == key.casefold():
                return entry.value
        raise KeyError(key)


def check_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """What every format can hold, in the order in which it is written: sorted by key.

    Raises:
        InputError: a key is no word of letters and digits, or a value is empty, long, or has control characters.
    """
    for key, value in metadata.items():
        if not _KEY.fullmatch(key) or not value or len(value) > _LONGEST or _UNWRITABLE.search(value):
            shown = f"{key[:40]!r}: {value[:40]!r}"
            raise InputError(
                say(
                    "An entry of a file's metadata is a word of up to 32 letters and digits with a text of up to "
                    f"{_LONGEST} characters and no line breaks; {shown} is not.",
                    f"文件元数据的每一项须为至多 32 个字母数字的键，配以至多 {_LONGEST} 个字符且不换行的文本；"
                    f"{shown} 不符合。",
                )
            )
    return dict(sorted(metadata.items()))


def read_metadata(path: Path) -> Metadata:
    """Every entry that a file carries; of a folder, those of a sequence's first picture or a stream's best rendition.

    Raises:
        MediaError: there is no such file, or the system will not let it be read. A malformed file raises nothing.
    """
    path = Path(path)
    if path.is_dir():
        path = _speaker(path)
    try:
        with path.open("rb") as file:
            return _read(Source(file, path.stat().st_size))
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be opened; give the path of a file that is there and may be read.",
                f"无法打开 {path}；请给出一个存在且可读的文件的路径。",
            )
        ) from error


def _speaker(folder: Path) -> Path:
    """The file that says what a folder is."""
    from tianmu.media.playlists import MASTER, best_rendition

    return best_rendition(folder)[0] if (folder / MASTER).is_file() else folder / _FIRST_PICTURE


def _read(source: Source) -> Metadata:
    from tianmu.media.metadata.sniff import reader_for

    format, reader = reader_for(source)
    entries: list[Entry] = []
    whole = True
    try:
        for entry in reader(source):
            entries.append(entry)  # one by one, so that what came before the damage is kept
            if len(entries) == _MOST_ENTRIES:
                raise Malformed
    except (Malformed, RecursionError):
        whole = False
    return Metadata(format=format, entries=tuple(entries), whole=whole)
