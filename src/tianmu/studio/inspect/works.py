"""What the store knows of a file: the work that it is, the work that its mark names, and works that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tianmu.core.errors import InputError
from tianmu.governance.similarity import MATCH, Fingerprint, distance, looks_unlike
from tianmu.studio.inspect.shown import shown

if TYPE_CHECKING:
    from tianmu.studio.store import Store
    from tianmu.studio.store.issued import Issued

Looks = Literal["same", "perhaps", "unlike", "unknown"]

MOST_COMPARED = 20_000
"""The newest works of a store that a picture is compared with."""
_MOST_ALIKE = 5


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the store knows."""

    work: Issued | None
    """The work that the file is, or that its mark names; of several, the one that looks most like it."""
    exact: bool
    """The file is this work byte for byte."""
    looks: Looks
    """How the file's picture stands to that of the work."""
    similar: tuple[tuple[Issued, float], ...]
    """Other works that look like it, the nearest first, with the distance."""


def known(store: Store, sha256: str | None, mark: int | None, seen: Fingerprint | None) -> Known:
    """Ask the store.

    Raises:
        TianmuError: it cannot be read.
    """
    exact = store.find_file(sha256) if sha256 else ()
    marked = store.find_mark(mark) if mark is not None and not exact else ()
    work = min(exact or marked, key=lambda each: _apart(seen, each), default=None)
    alike: list[tuple[Issued, float]] = []
    if seen is not None and not seen.says_nothing:
        for each in store.issued()[:MOST_COMPARED]:
            if work is None or each.mark != work.mark:
                apart = _apart(seen, each)
                if apart <= MATCH:
                    alike.append((each, apart))
    alike.sort(key=lambda pair: pair[1])
    return Known(
        work=work,
        exact=bool(exact),
        looks=_looks(seen, work) if work is not None else "unknown",
        similar=tuple(alike[:_MOST_ALIKE]),
    )


def as_row(work: Issued) -> dict[str, str | None]:
    """What a report shows of a work."""
    return {
        "mark": f"{work.mark:016x}",
        "kind": work.kind,
        "title": shown(work.title),
        "at": work.at,
        "audience": work.audience,
        "recipient": None if work.recipient is None else shown(work.recipient),
        "project": None if work.project is None else shown(work.project),
        "take": work.take,
        "file_sha256": work.file_sha256,
        "manifest": work.manifest,
    }


def _looks(seen: Fingerprint | None, work: Issued) -> Looks:
    was = _print_of(work)
    if seen is None or was is None or seen.says_nothing or was.says_nothing:
        return "unknown"
    if distance(seen, was) <= MATCH:
        return "same"
    return "unlike" if looks_unlike(seen, was) else "perhaps"


def _apart(seen: Fingerprint | None, work: Issued) -> float:
    was = _print_of(work)
    return 1.0 if seen is None or was is None else distance(seen, was)


def _print_of(work: Issued) -> Fingerprint | None:
    try:
        return Fingerprint.from_text(work.fingerprint) if work.fingerprint else None
    except InputError:  # written by another version, or not by us
        return None
