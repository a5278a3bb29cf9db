"""What a director decides about a film once it is planned: changes of shots, and how the cut joins and trims them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Literal

from tianmu.film.shot import Move, Shot, ShotSize


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a note asked of a shot, as far as it was understood; None leaves a thing as it was planned."""

    slate: str
    anchor: str
    """What the shot shows (`anchor_of`), so that a change finds its shot again when slates have moved."""
    note: str = ""
    """The director's words."""
    longer: Fraction = Fraction(1)
    """The shot's length is multiplied by it."""
    slower: Fraction = Fraction(1)
    """Frames recorded for each frame played, multiplied by it."""
    size: ShotSize | None = None
    move: Move | None = None
    time: str | None = None
    weather: str | None = None
    action: str | None = None
    direction: Literal["left", "right", "mirror"] | None = None

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return replace(self, slate="", anchor="", note="") != Change(slate="", anchor="")


@dataclass(frozen=True, kw_only=True)
class Trim:
    """How a shot sits in the cut."""

    slate: str
    anchor: str
    head: int = 0
    """Frames taken off its beginning; negative shows that many of the handle."""
    tail: int = 0
    """Frames taken off its end; negative shows that many of the handle."""
    speed: Fraction = Fraction(1)
    join: Literal["cut", "dissolve", "fade"] | None = None
    """How it begins; None leaves it to the screenplay."""
    join_frames: int = 12
    inset: str | None = None
    """The slate of a shot that is shown in a corner over this one."""
    black: int = 0
    """Frames of black before it; a fade then goes into the black, and comes out of it."""


@dataclass(frozen=True, kw_only=True)
class ShotRef:
    """Which shot is meant."""

    slate: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Everything that was decided about one film, in the order in which it was."""

    SCHEMA: ClassVar[str] = "tianmu.decisions.1"

    changes: tuple[Change, ...] = ()
    trims: tuple[Trim, ...] = ()
    """At most one for a shot."""
    looks: tuple[tuple[str, str], ...] = ()
    """Scene numbers with the digest of a .cube table in the store's media; `*` is every other scene."""
    title: bool = True
    credits: bool = True
    order: tuple[ShotRef, ...] = ()
    """The shots as they follow each other in the cut, where that is not the screenplay's order."""
    omitted: tuple[ShotRef, ...] = ()
    """Shots that the cut leaves out."""

    def change(self, change: Change) -> Decisions:
        """These with one more change."""
        return replace(self, changes=(*self.changes, change))

    def forget(self, slate: str, planned: tuple[Shot, ...]) -> Decisions:
        """These without the changes of a shot; `planned` are the shots before any change."""
        found = ((change, find_shot(change, planned)) for change in self.changes)
        return replace(self, changes=tuple(change for change, shot in found if shot is None or shot.slate != slate))

    def trim(self, trim: Trim) -> Decisions:
        """These with another trim of its shot."""
        others = tuple(old for old in self.trims if (old.slate, old.anchor) != (trim.slate, trim.anchor))
        return replace(self, trims=(*others, trim))

    def look(self, scene: str, digest: str | None) -> Decisions:
        """These with another look of a scene, or with none."""
        others = tuple(pair for pair in self.looks if pair[0] != scene)
        return replace(self, looks=others if digest is None else (*others, (scene, digest)))

    def look_of(self, scene: str) -> str | None:
        """The digest of the look of a scene."""
        looks = dict(self.looks)
        return looks.get(scene, looks.get("*"))


def anchor_of(shot: Shot) -> str:
    """What a shot shows, as one line: its set, its setup, who is in it and which words of the script it covers."""
    who = ",".join(performer.asset for performer in shot.performers)
    words = " / ".join((shot.action, *(line.text for line in shot.lines)))
    return f"{shot.set or ''}|{shot.setup}|{who}|{' '.join(words.split())}"


def find_shot(decided: Change | Trim | ShotRef, shots: tuple[Shot, ...]) -> Shot | None:
    """The shot that something was decided about, though slates may have moved; None when it is gone.

    The shot of that slate which still shows the same; else the only one that does; else that of the slate if at least
    its setup and its performers are the same (a line was changed).
    """
    same = [shot for shot in shots if anchor_of(shot) == decided.anchor]
    here = next((shot for shot in shots if shot.slate == decided.slate), None)
    if here in same:
        return here
    if len(same) == 1:
        return same[0]
    alike = here is not None and anchor_of(here).split("|")[:3] == decided.anchor.split("|")[:3]
    return here if alike else None


def arrange(shots: tuple[Shot, ...], decisions: Decisions) -> tuple[Shot, ...]:
    """The shots of the cut, in its order: those that were left out are gone.

    A shot of which nothing was said (the screenplay has grown) stays behind the one that it follows in `shots`.
    """
    wanted = [shot for ref in decisions.order if (shot := find_shot(ref, shots)) is not None]
    placed = list(dict.fromkeys(shot.slate for shot in wanted))
    if placed:
        for before, shot in zip((None, *shots), shots, strict=False):
            if shot.slate not in placed:
                placed.insert(0 if before is None else placed.index(before.slate) + 1, shot.slate)
    else:
        placed = [shot.slate for shot in shots]
    gone = {shot.slate for ref in decisions.omitted if (shot := find_shot(ref, shots)) is not None}
    by_slate = {shot.slate: shot for shot in shots}
    return tuple(by_slate[slate] for slate in placed if slate not in gone)
