"""Consents and licences: what a real person, or who owns a work, has allowed; and whether that covers a film.

The fields follow what digital-replica rules ask for: who, which kind of replica, a specific description, scope, term,
territory, compensation, and the signed document by its hash. The document itself stays in the studio home.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal, get_args

from tianmu.core.errors import InputError
from tianmu.core.text import say

ConsentKind = Literal["likeness", "voice", "music", "text", "picture", "own"]
KINDS: tuple[ConsentKind, ...] = get_args(ConsentKind)
"""`own` says that something shows nobody and was made here."""
Replica = Literal["employment", "independent", "background", "synthetic"]
REPLICAS: tuple[Replica, ...] = get_args(Replica)
WORLD: Final = "*"
FILM: Final = "film"
"""The subject of what holds for the whole film: a book that it adapts, its music."""
LONGEST: Final = 2000
_TERRITORY = re.compile(r"\*|[A-Z]{2}(-[A-Z0-9]{1,3})?")
_TERRITORIES: Final = {"cn": "CN", "eu": "EU", "us-ca": "US-CA"}


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What was allowed, by whom, for what."""

    SCHEMA: ClassVar[str] = "tianmu.consent.1"

    id: str
    subject: str
    """The id of an asset, the SHA-256 of a file, or `film`."""
    kind: ConsentKind
    person: str
    """Who allows it; of `own`, who made it."""
    replica: Replica | None = None
    """Of a likeness or a voice."""
    description: str
    """What exactly is allowed, in words."""
    scope: str = ""
    projects: tuple[str, ...]
    """Names of projects; `*` is any."""
    starts: date | None = None
    ends: date | None = None
    """The last day; None is without end."""
    territory: tuple[str, ...] = (WORLD,)
    """ISO 3166 codes such as `CN` or `US-CA`, `EU`, or `*`."""
    compensation: str = ""
    """A reference to what was agreed, such as the number of a contract."""
    document: str | None = None
    """SHA-256 of the signed document."""
    revoked: str | None = None
    """Why it was revoked; None where it was not."""

    def __post_init__(self) -> None:
        for name, words in (("person", self.person), ("description", self.description)):
            if not words.strip() or len(words) > LONGEST:
                raise InputError(
                    say(
                        f"A consent needs a {name} of 1 to {LONGEST} letters; give it with --{name}.",
                        f"同意记录需要 1 到 {LONGEST} 字的 {name}；请用 --{name} 给出。",
                    )
                )
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise InputError(
                say(
                    f"A consent cannot end on {self.ends} before it starts on {self.starts}; change --from or --to.",
                    f"同意不能在 {self.starts} 开始之前于 {self.ends} 结束；请修改 --from 或 --to。",
                )
            )
        for each in self.territory:
            if not _TERRITORY.fullmatch(each):
                raise InputError(
                    say(
                        f"A territory is a code such as CN, EU, US or US-CA, or * for all; {each[:20]!r} is none.",
                        f"地域应为 CN、EU、US、US-CA 等代码，或 * 表示全球；{each[:20]!r} 不是。",
                    )
                )


def territory_of(audience: str) -> str:
    """Where a film for an audience goes; one for everybody, or for nobody in particular, goes everywhere."""
    return _TERRITORIES.get(audience, WORLD)


def covers(territory: tuple[str, ...], wanted: str) -> bool:
    """Whether what is allowed in some territories is allowed in another: the world holds all, a country its parts."""
    return bool({WORLD, wanted, wanted.partition("-")[0]} & set(territory))


def shortfall(consent: Consent, *, project: str, at: date, territory: str, documented: bool) -> str | None:
    """Why a consent does not cover a film of a project on a day in a territory, in a few words; None where it does.

    `documented` says whether the signed document is there, unchanged.
    """
    if consent.revoked is not None:
        return say(f"it was revoked ({consent.revoked})", f"已被撤回（{consent.revoked}）")
    if consent.starts is not None and at < consent.starts:
        return say(f"it starts only on {consent.starts}", f"自 {consent.starts} 才开始")
    if consent.ends is not None and at > consent.ends:
        return say(f"it ended on {consent.ends}", f"已于 {consent.ends} 到期")
    if WORLD not in consent.projects and project not in consent.projects:
        return say(f"it is not for the project {project}", f"不适用于项目 {project}")
    if not covers(consent.territory, territory):
        where = say("the whole world", "全球") if territory == WORLD else territory
        there = ", ".join(consent.territory)
        return say(f"it holds in {there}, and the film is for {where}", f"仅适用于 {there}，而影片面向{where}")
    if consent.kind != "own" and not documented:
        return say("its signed document is missing or was changed", "签署的文件缺失或已改动")
    return None
