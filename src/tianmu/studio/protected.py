"""The registry of protected works of a studio: `home/protected/`, one file a work, without the works themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import write_text, writing
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.schema import digest, from_row, to_row
from tianmu.governance.ledger import Entry
from tianmu.governance.passages import COPIED, Passages, passages
from tianmu.governance.people import acting
from tianmu.governance.registry import Match, Work, WorkKind, near, same_file
from tianmu.governance.review import Finding
from tianmu.governance.similarity import Fingerprint, Fingerprinter, fingerprint
from tianmu.media.digest import file_sha256
from tianmu.media.image import Frame, read_image
from tianmu.media.video import read_video
from tianmu.studio.importers import read_screenplay
from tianmu.studio.importers.file import SUFFIXES
from tianmu.studio.importers.fountain_writing import write_fountain
from tianmu.studio.importers.source import decode
from tianmu.studio.store.ledger import record

PIECE: Final = 4
"""Seconds of a film that one fingerprint is of."""
_PICTURES: Final = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"}
_LARGEST_TEXT: Final = 64 << 20


def add_work(home: Path, path: Path, *, title: str, owner: str, because: str) -> Work:
    """Register a picture, a film or a text; one that is there already is given back as it is.

    Raises:
        InputError: a title, an owner or a reason is missing, or the work has nothing to be known again by.
        MediaError: it cannot be read.
    """
    for name, words in (("title", title), ("owner", owner), ("because", because)):
        if not words.strip() or len(words) > 2000:
            raise InputError(say(f"Say the {name} of the work, with --{name}.", f"请用 --{name} 给出作品的相应信息。"))
    kind, seen = read_pieces(path)
    pieces = tuple(dict.fromkeys(each.to_text() for each in seen if not _empty(each)))
    if not pieces:
        raise InputError(
            say(
                f"{path} has nothing to be known again by: no detail in its pictures, or fewer than some "
                f"{3 * COPIED} words.",
                f"{path} 没有可供识别的内容：画面没有细节，或文字太少。",
            )
        )
    facts = {"title": title.strip(), "owner": owner.strip(), "because": because.strip()}
    work = Work(id="", **facts, kind=kind, file=file_sha256(path), pieces=pieces)
    work = replace(work, id=digest([work.file, work.title, work.owner])[:12])
    known = next((each for each in read_works(home) if each.id == work.id), None)
    if known is not None:
        return known
    with writing(home / "protected"):
        (home / "protected").mkdir(parents=True, exist_ok=True)
    write_text(home / "protected" / f"{work.id}.json", json.dumps(to_row(work), ensure_ascii=False) + "\n")
    _enter(home, work, {"change": "added", **facts, "kind": kind, "file": work.file})
    return work


def remove_work(home: Path, id: str) -> Work:
    """Take a work out of the registry, by its number in the list or by four or more letters of its id.

    Raises:
        InputError: there is none such, or several.
    """
    found = [
        each
        for number, each in enumerate(read_works(home), 1)
        if id == str(number) or (len(id) >= 4 and each.id.startswith(id))
    ]
    if len(found) != 1:
        raise InputError(
            say(
                f"There is no protected work {id[:20]!r}, or more than one; see tianmu protect list.",
                f"没有受保护作品 {id[:20]!r}，或不止一件；请看 tianmu protect list。",
            )
        )
    with writing(home / "protected"):
        (home / "protected" / f"{found[0].id}.json").unlink(missing_ok=True)
    _enter(home, found[0], {"change": "removed", "title": found[0].title})
    return found[0]


def read_works(home: Path) -> tuple[Work, ...]:
    """The registry.

    Raises:
        MediaError: a file of it is damaged.
    """
    found: list[Work] = []
    for path in sorted((home / "protected").glob("*.json")):
        try:
            row = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise MediaError(
                say(f"{path} cannot be read; restore it from a backup.", f"无法读取 {path}；请从备份恢复。")
            ) from error
        found.append(from_row(Work, row))
    return tuple(found)


def near_protected(seen: Fingerprint | Passages | str, home: Path | None = None) -> tuple[Match, ...]:
    """The protected works that pictures (by their fingerprint) or words are near, the nearest first.

    A string is words: a prompt, a screenplay. Nothing registered costs nothing.
    """
    works = read_works(home or settings().home)
    if not works:
        return ()
    return near(works, passages(seen) if isinstance(seen, str) else seen)


class Lookout:
    """Compares the frames of a take with the registry as they stream by; nothing registered costs nothing."""

    def __init__(self, home: Path, fps: Fraction) -> None:
        """Raises MediaError where a file of the registry is damaged."""
        self._works = tuple(work for work in read_works(home) if work.kind != "text")
        self._length = max(1, round(fps * PIECE))
        self._looking, self._first, self._seen = Fingerprinter(), 0, 0
        self._findings: list[Finding] = []

    def add(self, index: int, frame: Frame) -> None:
        """Take in the next frame `[h w 3]` uint8."""
        if not self._works:
            return
        self._looking.add(frame)
        self._seen = index + 1
        if self._seen - self._first == self._length:
            self._compare()

    def findings(self) -> tuple[Finding, ...]:
        """What is near, with the frames in which it is."""
        if self._seen > self._first:
            self._compare()
        return tuple(self._findings)

    def _compare(self) -> None:
        for match in near(self._works, self._looking.fingerprint()):
            self._findings.append(replace(match.finding, first_frame=self._first, last_frame=self._seen - 1))
        self._looking, self._first = Fingerprinter(), self._seen


def check_file(home: Path, path: Path) -> tuple[Match, ...]:
    """The protected works that a picture, a film or a text is near; each once, by its nearest piece.

    Raises:
        MediaError: it cannot be read.
    """
    works = read_works(home)
    best = {match.work: match for match in same_file(works, file_sha256(path))}
    for seen in read_pieces(path)[1]:
        for match in near(works, seen):
            if match.work not in best or match.score > best[match.work].score:
                best[match.work] = match
    return tuple(sorted(best.values(), key=lambda match: (-match.score, match.work)))


def read_pieces(path: Path) -> tuple[WorkKind, Iterator[Fingerprint] | Iterator[Passages]]:
    """What a file is, and what it is known by; a film is read a few seconds at a time.

    Raises:
        MediaError: the file is missing, or is none of a picture, a film and a text.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return "text", iter((passages(_words(path)),))
    if suffix in _PICTURES:
        return "picture", iter((fingerprint([read_image(path)]),))
    return "film", _film(path)


def _film(path: Path) -> Iterator[Fingerprint]:
    info, frames = read_video(path)
    length = max(1, round(info.fps * PIECE))
    looking, held = Fingerprinter(), 0
    for frame in frames:
        looking.add(frame)
        held += 1
        if held == length:
            yield looking.fingerprint()
            looking, held = Fingerprinter(), 0
    if held:
        yield looking.fingerprint()


def _words(path: Path) -> str:
    """The words of a text; of an FDX, without its markup."""
    if path.suffix.lower() == ".fdx":
        return write_fountain(read_screenplay(path))
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_TEXT + 1)
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); name a text.",
                f"无法读取 {path}（{error.strerror}）；请给出文本文件。",
            )
        ) from error
    if len(data) > _LARGEST_TEXT:
        raise MediaError(
            say(f"{path} is larger than any text, 64 MB; split it.", f"{path} 超过文本上限 64 MB；请分开。")
        )
    return decode(data, path.name)


def _empty(seen: Fingerprint | Passages) -> bool:
    return len(seen.hashes) < COPIED if isinstance(seen, Passages) else seen.says_nothing


def _enter(home: Path, work: Work, facts: dict[str, str]) -> None:
    record(Entry(kind="protect", actor=acting(home), subject=work.id, facts=facts), home=home)
