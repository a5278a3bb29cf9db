"""Protected works: what they look like or say, so that a take or a script that comes too near one is noticed.

A match says that two things look alike or share a passage, never that one was made from the other: a person looks.
What the thresholds do, and how often they are wrong, is measured by `benchmarks/protected.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from tianmu.core.text import say
from tianmu.governance.passages import COPIED, Passages, share, shared
from tianmu.governance.review import Finding
from tianmu.governance.similarity import MATCH, Fingerprint, distance, loose_distance

WorkKind = Literal["picture", "film", "text"]
PART: Final = 0.12
"""Up to this `loose_distance` a part of one picture is taken for the other. Every crop to 0.9 that was tried is within
it, and 2 of 780 pairs of different scenes of the animated stage (`benchmarks/protected.py`)."""
CATEGORY: Final = "copying"
BY: Final = "protected-works 1"


@dataclass(frozen=True, kw_only=True)
class Work:
    """A protected work. Its fingerprints are kept, the work itself is not."""

    SCHEMA: ClassVar[str] = "tianmu.protected.1"

    id: str
    title: str
    owner: str
    because: str
    """Why it is protected, and against what."""
    kind: WorkKind
    file: str
    """SHA-256 of the file that it was read from."""
    pieces: tuple[str, ...]
    """Of a picture one fingerprint, of a film one for each few seconds, of a text its passages."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """Something that is near a protected work."""

    work: str
    """Its id."""
    title: str
    owner: str
    score: float
    """From 0 to 1: the same is 1, and at the edge of what counts it is 0.5."""
    exact: bool = False
    """The very same file."""
    detail: str = ""
    """How it is near, for a person."""

    @property
    def finding(self) -> Finding:
        """For a verdict."""
        en, zh = f"something near “{self.title}” of {self.owner}", f"接近 {self.owner} 的《{self.title}》之处"
        detail = say(f"{en}: {self.detail}", f"{zh}：{self.detail}")
        return Finding(category=CATEGORY, score=self.score, by=BY, detail=detail)


def near(works: Iterable[Work], seen: Fingerprint | Passages) -> tuple[Match, ...]:
    """The works that something is near, the nearest first."""
    found = [match for work in works if (match := _near(work, seen)) is not None]
    return tuple(sorted(found, key=lambda match: (-match.score, match.work)))


def same_file(works: Iterable[Work], sha256: str) -> tuple[Match, ...]:
    """The works that a file is."""
    detail = say("the very same file", "同一文件")
    return tuple(_match(work, 1.0, detail, exact=True) for work in works if work.file == sha256)


def _near(work: Work, seen: Fingerprint | Passages) -> Match | None:
    if isinstance(seen, Passages):
        return _near_text(work, seen) if work.kind == "text" else None
    return _near_picture(work, seen) if work.kind != "text" else None


def _near_text(work: Work, seen: Passages) -> Match | None:
    known = Passages.from_text(work.pieces[0])
    count = shared(known, seen)
    if count < min(COPIED, len(known.hashes)) or count == 0:
        return None
    percent = round(100 * share(known, seen))
    detail = say(f"{count} passages, {percent} % of the shorter text", f"{count} 处相同，占较短文本的 {percent}%")
    return _match(work, 0.5 + 0.5 * share(known, seen), detail)


def _near_picture(work: Work, seen: Fingerprint) -> Match | None:
    best: Match | None = None
    for number, piece in enumerate(map(Fingerprint.from_text, work.pieces)):
        whole, part = distance(seen, piece), loose_distance(seen, piece)
        if whole > MATCH and part > PART:
            continue
        score = 1 - 0.5 * min(whole / MATCH, part / PART)
        where = say(f", in its part {number + 1} of {len(work.pieces)}", f"，第 {number + 1}/{len(work.pieces)} 段")
        how = say("it looks the same", "画面相同") if whole <= MATCH else say("a part looks the same", "局部相同")
        detail = f"{how} ({min(whole, part):.3f}){where if len(work.pieces) > 1 else ''}"
        if best is None or score > best.score:
            best = _match(work, score, detail)
    return best


def _match(work: Work, score: float, detail: str, *, exact: bool = False) -> Match:
    return Match(work=work.id, title=work.title, owner=work.owner, score=round(score, 3), exact=exact, detail=detail)
