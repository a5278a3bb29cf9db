"""Who did what in a film, human and machine, as the ledger has it: every entry once, at the shot that it is about.

Nothing is weighed and nothing is added: no share of anybody is computed, and what was not written down when it
happened is shown as a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Print
from tianmu.film.decision import ShotRef, find_shot
from tianmu.film.schema import to_row
from tianmu.film.shot import Shot
from tianmu.governance.ledger import Entry
from tianmu.governance.ledger.proof import Proof
from tianmu.governance.people import read_people
from tianmu.studio.events import details, kind_words, who
from tianmu.studio.marking import store_of
from tianmu.studio.plan import Plan, read_plan
from tianmu.studio.proofs import prove
from tianmu.studio.store import Project

SCHEMA: Final = "tianmu.credits.1"
MACHINE: Final = frozenset({"take", "plan", "print"})
"""What the studio's programs do when a person asks for it; all else is what people decided."""
ABOUT: Final = (
    "This is a record of what was decided and made, entered when it happened, in a ledger whose entries cannot be "
    "changed, removed or put in another order without that being found, once a signed head of it is with somebody "
    "else. It is evidence of which choices a person of this studio made, in which words, and what the machine made of "
    "them. It is not evidence that the person named was at the keyboard, of what was done outside this program, or "
    "that the film is protected: that is for an office or a court to say. The US Copyright Office (Copyright and "
    "Artificial Intelligence, Part 2, January 2025) looks for human selection, arrangement and modification, and holds "
    "prompts alone to be too little. The Beijing Internet Court, as secondary sources report of 16 September 2025, "
    "wants the creative process on record as it happened, not simulated afterwards; the judgment itself was not read "
    "for this sentence. No share of authorship is stated, because none can be measured. This is no legal advice.",
    "本页记录影片的决定与制作过程，均在发生时写入账本；只要某个签名树头已由他方保存，"
    "对账本条目的任何改动、删除或换序都会被发现。它可以证明：本工作室的人员作出了哪些选择、用了什么话，"
    "机器又据此做出了什么。它不能证明：署名者当时确在操作、本程序之外做了什么，或影片受到保护——"
    "这由主管机关或法院认定。美国版权局（《版权与人工智能》第二部分，2025 年 1 月）"
    "看重人的选择、编排与修改，认为仅有提示词并不足够。据二手来源，北京互联网法院于 2025 年 9 月 16 日"
    "要求创作过程在发生时留痕，而非事后模拟；撰写本句时未查阅裁判原文。"
    "本页不给出任何“创作比例”，因为它无法测量。本页不是法律意见。",
)
"""What the record is evidence of and what it is not, in both languages."""
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An entry, as credits tell it."""

    number: int
    entry: Entry
    prompt_diff: tuple[tuple[str, str], ...] = ()
    """Of a take, against the take of the shot before it: `=`, `+` or `-`, and the words."""

    @property
    def human(self) -> bool:
        """Whether a person decided something, or a program did what it was asked for."""
        return self.entry.kind not in MACHINE


@dataclass(frozen=True, kw_only=True)
class ShotDeeds:
    """A shot of the cut and all that was done about it, in the order of time."""

    slate: str
    take: str
    made: int | None
    """The number of the entry of the take that is seen; None where it was not written down when it was made."""
    words: tuple[tuple[str, int | None], ...]
    """What it shows and says, with the entry of the screenplay in which the line came."""
    assets: tuple[tuple[str, int, int | None], ...]
    """Id and version of what it shows, with the entry in which a person decided on it."""
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, kw_only=True)
class Authorship:
    """All of it."""

    title: str
    project: str
    film: str
    """SHA-256 of the last print."""
    people: tuple[Mapping[str, Any], ...]
    shots: tuple[ShotDeeds, ...]
    whole: tuple[Deed, ...]
    """About the film as a whole."""
    elsewhere: tuple[Deed, ...]
    """About shots that are not in the cut."""
    proof: Proof

    def as_row(self) -> dict[str, Any]:
        """JSON values: deeds by number, with the proof of each."""
        return {
            "schema": SCHEMA,
            "title": self.title,
            "project": self.project,
            "film_sha256": self.film,
            "about": {"en": ABOUT[0], "zh": ABOUT[1]},
            "people": [dict(person) for person in self.people],
            "shots": [
                {
                    "slate": shot.slate,
                    "take": shot.take,
                    "take_entry": shot.made,
                    "script": [{"words": words, "entry": number} for words, number in shot.words],
                    "assets": [{"id": id, "version": version, "entry": n} for id, version, n in shot.assets],
                    "deeds": [deed_row(deed) for deed in shot.deeds],
                }
                for shot in self.shots
            ],
            "film": [deed_row(deed) for deed in self.whole],
            "not_in_the_cut": [deed_row(deed) for deed in self.elsewhere],
            "proof": to_row(self.proof),
        }


def read_authorship(project: Project, home: Path) -> Authorship:
    """Who did what in the film of a project, from its cut and the ledger.

    Raises:
        InputError: there is no film yet.
        MediaError: the ledger is damaged.
    """
    cut, printed = project.read(Cut), project.read(Print)
    if cut is None or printed is None:
        raise InputError(
            say(
                f"The project {project.name} has no film yet; make it first: tianmu film SCREENPLAY.",
                f"项目 {project.name} 还没有影片；请先运行：tianmu film 剧本文件。",
            )
        )
    plan = read_plan(project)
    proof = prove(
        store_of(project),
        lambda number, entry: entry.project == project.name or (entry.project is None and entry.kind in _STUDIO),
    )
    entries = {shown.number: Entry.decode(shown.body) for shown in proof.entries}
    clips = [item for track in cut.value.tracks[:1] for item in track.items if isinstance(item, Clip)]
    used = {clip.slate: clip.take for clip in clips}
    about = _about(entries, plan.shots.shots)
    return Authorship(
        title=plan.screenplay.title or project.name,
        project=project.name,
        film=printed.value.film,
        people=_people(home, entries.values()),
        shots=tuple(_shot(plan, slate, take, entries, about) for slate, take in used.items()),
        whole=_deeds(entries, (number for number, slate in about.items() if slate == "")),
        elsewhere=_deeds(entries, (number for number, slate in about.items() if slate and slate not in used)),
        proof=proof,
    )


def deed_row(deed: Deed) -> dict[str, Any]:
    """A deed as JSON values; its facts stand in the proof, word for word."""
    entry = deed.entry
    row: dict[str, Any] = {
        "entry": deed.number,
        "at": entry.at,
        "who": {"name": entry.actor.name, "role": entry.actor.role, "key": entry.actor.key},
        "by": "person" if deed.human else "machine",
        "kind": entry.kind,
        "en": f"{kind_words(entry.kind, language='en')}: {details(entry, language='en')}",
        "zh": f"{kind_words(entry.kind, language='zh')}：{details(entry, language='zh')}",
        "facts": dict(entry.facts),
    }
    if deed.prompt_diff:
        row["prompt_diff"] = [list(part) for part in deed.prompt_diff]
    return row


def compare_prompts(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What changed from one prompt to the next, word by word, Chinese letter by letter: `=`, `-` and `+`."""
    was, now = _WORDS.findall(before), _WORDS.findall(after)
    parts: list[tuple[str, str]] = []
    for same, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if same == "equal":
            parts.append(("=", "".join(was[i:j])))
            continue
        parts += [(sign, "".join(words)) for sign, words in (("-", was[i:j]), ("+", now[k:m])) if words]
    return tuple(parts)


_STUDIO: Final = frozenset({"key", "person", "head", "policy"})
"""Kinds of entries that are about the studio, and so about each of its films."""


def _about(entries: Mapping[int, Entry], shots: tuple[Shot, ...]) -> dict[int, str]:
    """The slate of the shot that each entry is about, as it is called now; nothing for the film as a whole."""
    made = {entry.subject: entry for entry in entries.values() if entry.kind == "take"}
    about: dict[int, str] = {}
    for number, entry in entries.items():
        facts = entry.facts
        slate, anchor = str(facts.get("slate") or entry.subject or ""), facts.get("anchor")
        if entry.kind == "choice":
            anchor = made[entry.subject].facts.get("anchor") if entry.subject in made else None
        if anchor is None and entry.kind != "choice":
            about[number] = ""
            continue
        found = find_shot(ShotRef(slate=slate, anchor=str(anchor)), shots) if anchor is not None else None
        if found is None:  # its shot is gone from the script: under its old name, apart from those that are there
            free = anchor is None or all(shot.slate != slate for shot in shots)
            about[number] = slate if free else f"{slate} †"
        else:
            about[number] = found.slate
    return about


def _shot(plan: Plan, slate: str, take: str, entries: Mapping[int, Entry], about: Mapping[int, str]) -> ShotDeeds:
    shot = next((each for each in plan.shots.shots if each.slate == slate), None)
    made = next((n for n, entry in entries.items() if entry.kind == "take" and entry.subject == take), None)
    said = [] if shot is None else [shot.action, *(line.text for line in shot.lines)]
    return ShotDeeds(
        slate=slate,
        take=take,
        made=made,
        words=tuple((words, _written(words, entries)) for words in said if words.strip()),
        assets=() if shot is None else tuple((id, number, _decided(id, number, entries)) for id, number in shot.assets),
        deeds=_deeds(entries, (number for number, each in about.items() if each == slate)),
    )


def _written(words: str, entries: Mapping[int, Entry]) -> int | None:
    """The last entry of a screenplay that brought words."""
    plain = "".join(words.split())
    found = None
    for number, entry in entries.items():
        if entry.kind == "script" and plain in "".join("".join(map(str, entry.facts.get("added", ()))).split()):
            found = number
    return found


def _decided(id: str, version: int, entries: Mapping[int, Entry]) -> int | None:
    found = None
    for number, entry in entries.items():
        if entry.kind == "asset" and entry.subject == id and entry.facts.get("to") == version:
            found = number
    return found


def _deeds(entries: Mapping[int, Entry], numbers: Iterable[int]) -> tuple[Deed, ...]:
    """Entries as deeds, in the order of the ledger, with what changed from one take's prompt to the next's."""
    deeds: list[Deed] = []
    prompts: dict[str, str] = {}
    for number in sorted(numbers):
        entry = entries[number]
        diff: tuple[tuple[str, str], ...] = ()
        if entry.kind == "take":
            slate, prompt = str(entry.facts.get("slate")), str(entry.facts.get("prompt"))
            if slate in prompts:
                diff = compare_prompts(prompts[slate], prompt)
            prompts[slate] = prompt
        deeds.append(Deed(number=number, entry=entry, prompt_diff=diff))
    return tuple(deeds)


def _people(home: Path, entries: Iterable[Entry]) -> tuple[Mapping[str, Any], ...]:
    """Everybody who acted in this film: with roles and key, where they have one."""
    acted = {(entry.actor.name, entry.actor.key): who(entry) for entry in entries}
    known = {each.fingerprint: each for each in (*read_people(home, retired=True), *read_people(home))}
    rows: list[Mapping[str, Any]] = []
    for name, key in acted:
        person = known.get(key or "")
        public = {} if person is None else {"roles": list(person.roles), "public_key": person.public_key}
        rows.append({"name": name, "key_sha256": key, "roles": [], "public_key": None, **public})
    return tuple(rows)
