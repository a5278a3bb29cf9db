"""What has left the studio: each work with its mark, its file, its manifest and whom it left for, kept for good.

A mark that is found in a copy leads back here, and from here to the manifest. There is no way to change or remove what
was recorded, and the database refuses it too (`migrations/versions/revision_0003.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.film.schema import canonical
from tianmu.governance.footprint import Footprint
from tianmu.studio.store.config import CACHE, DATABASE, MEDIA, PATIENCE, StoreConfig, read_config
from tianmu.studio.store.media import Media
from tianmu.studio.store.migrations import HEAD, VERSION_TABLE
from tianmu.studio.store.shelves import is_digest, open_shelf

_MARK = re.compile(r"[0-9a-f]{16}")
_MAY_BE_NONE = {"recipient", "reason", "project", "take"}
KINDS = ("shot", "film", "copy", "picture", "document", "sound")
INSERT = "INSERT INTO issued (mark, file_sha256, manifest, body) VALUES (:mark, :file_sha256, :manifest, :body)"
NOTE_SIZE = (
    "INSERT INTO media (digest, bytes) VALUES (:digest, :bytes) "
    "ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes"
)
"""Both statements as every database of a store understands them."""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A work that left."""

    SCHEMA: ClassVar[str] = "tianmu.issued.1"

    mark: int
    """Its number of 64 bits, in its watermark, its metadata and its manifest."""
    kind: str
    """One of KINDS."""
    title: str
    file_sha256: str
    """Of the file as it left, signature and all."""
    manifest: str = ""
    """Digest of its signed manifest in the store's media; `issue` puts it there and fills this in."""
    fingerprint: str = ""
    """What it looks like, as `governance.similarity` writes it; empty where there is no picture."""
    audience: str
    """Whose rules its visible label follows; `none` is no label, for a recipient and a reason."""
    recipient: str | None = None
    reason: str | None = None
    project: str | None = None
    """By name; it may be gone."""
    take: str | None = None
    """By id; it may be gone."""
    footprint: Footprint | None = None
    at: str
    """When, as ISO 8601 in UTC."""

    def as_row(self) -> dict[str, Any]:
        """JSON values, the schema first and the mark in 16 hexadecimal digits."""
        return {"schema": self.SCHEMA, **asdict(self), "mark": hexadecimal(self.mark)}

    @staticmethod
    def from_row(row: object) -> Issued:
        """What `as_row` gave.

        Raises:
            MediaError: it is of a newer Tianmu, or is damaged.
        """
        if not isinstance(row, dict) or row.get("schema") != Issued.SCHEMA:
            raise _unreadable(f"schema {Issued.SCHEMA}")
        values = {str(name): value for name, value in row.items() if name != "schema"}
        if values.keys() != {entry.name for entry in fields(Issued)}:
            raise _unreadable(", ".join(sorted(values)))
        for name, value in values.items():
            if name != "footprint" and not isinstance(value, str) and not (value is None and name in _MAY_BE_NONE):
                raise _unreadable(name)
        if _MARK.fullmatch(values["mark"]) is None:
            raise _unreadable("mark")
        footprint = None if values["footprint"] is None else Footprint.from_row(values["footprint"])
        read: dict[str, Any] = {**values, "mark": int(values["mark"], 16), "footprint": footprint}
        return Issued(**read)


def hexadecimal(mark: int) -> str:
    """A mark as it is written: 16 hexadecimal digits.

    Raises:
        InputError: it is no number of 64 bits.
    """
    if not 0 <= mark < 1 << 64:
        raise InputError(
            say(f"A mark is a number of 64 bits, and {mark} is none.", f"标记是 64 位的数，而 {mark} 不是。")
        )
    return f"{mark:016x}"


def issue(issued: Issued, manifest: bytes, home: Path | None = None) -> Issued:
    """Record a work that leaves in the store of a studio home, and give the record as it is kept.

    It is `Store.issue` for who has no store open, and takes the short way where it can: a local store that is up to
    date needs three statements, and none of the tenth of a second that the rest of a store takes to load.

    Raises:
        TianmuError: as `Store.open` and `Store.issue`.
    """
    kept = _issue_shortly(read_config(home), issued, manifest)
    if kept is not None:
        return kept
    from tianmu.studio.store.store import Store

    with Store.open(home) as store:
        return store.issue(issued, manifest)


def checked(issued: Issued, manifest: bytes) -> Issued:
    """A record with its manifest named, ready to be kept.

    Raises:
        InputError: a field is none that could be, or it leaves without a label and nobody says to whom and why.
    """
    named = replace(issued, manifest=hashlib.sha256(manifest).hexdigest())
    hexadecimal(issued.mark)
    if issued.manifest not in ("", named.manifest) or not is_digest(issued.file_sha256) or issued.kind not in KINDS:
        raise InputError(
            say(
                f"What leaves is recorded with its kind ({', '.join(KINDS)}), the SHA-256 of its file and its own "
                f"manifest, and {issued.title[:80]!r} is not so.",
                f"离开的作品须记录其类型（{'、'.join(KINDS)}）、文件的 SHA-256 和自己的清单，"
                f"而 {issued.title[:80]!r} 不符。",
            )
        )
    if issued.audience == "none" and not ((issued.recipient or "").strip() and (issued.reason or "").strip()):
        raise InputError(
            say(
                "What leaves without a visible label needs a recipient and a reason, which are kept for good; "
                "say both, or choose another audience.",
                "不带可见标识的作品须写明接收人和理由，并将永久保存；请补充，或选择其他受众。",
            )
        )
    return named


def columns(issued: Issued) -> dict[str, str]:
    """What INSERT wants."""
    return {
        "mark": hexadecimal(issued.mark),
        "file_sha256": issued.file_sha256,
        "manifest": issued.manifest,
        "body": canonical(issued.as_row()),
    }


def read_body(body: str) -> Issued:
    """A record out of its column.

    Raises:
        MediaError: see `Issued.from_row`.
    """
    try:
        return Issued.from_row(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from error


def _issue_shortly(config: StoreConfig, issued: Issued, manifest: bytes) -> Issued | None:
    """The record as it is kept; None where a whole store is needed, to make, to migrate, to reach or to complain."""
    path = config.home / DATABASE
    if config.url is not None or config.media_url is not None or not path.is_file():
        return None
    kept = checked(issued, manifest)
    media = Media(open_shelf(None, config.home / MEDIA), config.home / CACHE)
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() != [(HEAD,)]:
                return None
            media.put_bytes(manifest)  # no sweep is at work between this and the commit
            connection.execute(NOTE_SIZE, {"digest": kept.manifest, "bytes": len(manifest)})
            connection.execute(INSERT, columns(kept))
            connection.execute("COMMIT")
    except (sqlite3.Error, UnicodeEncodeError):
        return None  # nothing was kept; the long way meets the same, and has a sentence for it
    return kept


def _unreadable(where: str) -> MediaError:
    return MediaError(
        say(
            f"The record of a work that was issued cannot be read ({where[:80]}); use the version of Tianmu that wrote "
            "it, or restore the store from a backup.",
            f"无法读取一条已发出作品的记录（{where[:80]}）；请使用写出它的那个版本，或从备份恢复存储。",
        )
    )
