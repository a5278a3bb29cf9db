"""What an entry of the ledger says, in one line of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.governance.ledger import KINDS, Entry
from tianmu.governance.people.roles import ROLES

_CHOICES: Final = {
    "circled": ("circled", "选定"),
    "rejected": ("rejected", "弃用"),
    "cleared": ("neither circled nor rejected any more", "取消选定或弃用"),
    "noted": ("noted", "批注"),
}
_EDITS: Final = {
    "shot": ("", ""),
    "look": ("grade of scene", "调色，场次"),
    "title": ("title", "片头字幕"),
    "credits": ("credits", "片尾字幕"),
    "order": ("order of the shots", "镜头顺序"),
    "omitted": ("left out", "删去的镜头"),
}


def kind_words(kind: str, *, language: Language | None = None) -> str:
    """What kind of thing happened."""
    return say(*KINDS.get(kind, (kind, kind)), language=language)


def who(entry: Entry, *, language: Language | None = None) -> str:
    """Who acted, with the role that they acted in."""
    role = entry.actor.role
    if role is None:
        return entry.actor.name
    words = say(*ROLES.get(role, (role, role)), language=language)
    return say(f"{entry.actor.name} ({words})", f"{entry.actor.name}（{words}）", language=language)


def details(entry: Entry, *, language: Language | None = None) -> str:
    """What is particular to an entry; what other rooms write is shown by its subject and its plain facts."""
    facts = entry.facts

    def told(en: str, zh: str) -> str:
        return say(en, zh, language=language)

    def short(name: str) -> str:
        return str(facts.get(name) or "")[:12]

    because = facts.get("because")
    why = told(f", because: “{because}”", f"，理由：“{because}”") if because else ""
    match entry.kind:
        case "script":
            new, gone = len(facts.get("added", ())), len(facts.get("removed", ()))
            title = f"“{facts.get('title')}”: " if facts.get("title") else ""
            return title + told(f"{new} lines new, {gone} gone", f"新增 {new} 行，删去 {gone} 行")
        case "plan":
            return told(
                f"{facts.get('shots')} shots, by {facts.get('planner')}",
                f"{facts.get('shots')} 个镜头，由 {facts.get('planner')} 规划",
            )
        case "take":
            return told(
                f"{_name(facts)} by {facts.get('engine')}, seed {facts.get('seed')}: {facts.get('prompt')}",
                f"{_name(facts)}，引擎 {facts.get('engine')}，种子 {facts.get('seed')}：{facts.get('prompt')}",
            )
        case "choice":
            choice = str(facts.get("choice"))
            words = f" “{facts['words']}”" if facts.get("words") else ""
            return f"{_name(facts)} {told(*_CHOICES.get(choice, (choice, choice)))}{words}{why}"
        case "note":
            if taken := facts.get("taken_back"):
                quoted = " ".join(f"“{note}”" for note in taken)
                return f"{entry.subject}: " + told(f"taken back: {quoted}", f"收回：{quoted}")
            return f"{entry.subject}: “{facts.get('words')}”"
        case "edit":
            what = told(*_EDITS.get(str(facts.get("what")), ("", "")))
            begin = " ".join(part for part in (what, entry.subject or "") if part)
            before, after = _state(facts.get("from"), language), _state(facts.get("to"), language)
            return f"{begin}: {before} → {after}{why}"
        case "asset":
            number = facts.get("to")
            words = str((facts.get("version") or {}).get("words", ""))
            if facts.get("change") == "use":
                return told(
                    f"{facts.get('name')}: version {number} again ({words})",
                    f"{facts.get('name')}：改用版本 {number}（{words}）",
                )
            return told(
                f"{facts.get('name')}: version {number}, {words}", f"{facts.get('name')}：版本 {number}，{words}"
            )
        case "print":
            return f"{entry.subject or ''} {short('film')}".strip()
        case "leave":
            to = (
                told(
                    f" to {facts['recipient']} ({facts.get('reason', '')})",
                    f"，交给 {facts['recipient']}（{facts.get('reason', '')}）",
                )
                if facts.get("recipient")
                else ""
            )
            return told(
                f"“{facts.get('title')}” ({short('file')}) for {facts.get('audience')}{to}",
                f"“{facts.get('title')}”（{short('file')}），受众 {facts.get('audience')}{to}",
            )
        case "key":
            return f"{facts.get('producer', '')} {short('fingerprint')}".strip()
        case _:
            plain = (f"{name}: {value}" for name, value in facts.items() if isinstance(value, str) and len(value) <= 60)
            return "; ".join(part for part in (entry.subject or "", *plain) if part)[:200]


def _name(facts: Mapping[str, Any]) -> str:
    return f"{facts.get('slate')}/{facts.get('number')}"


def _state(value: object, language: Language | None) -> str:
    """A state of a decision about the cut, as words."""
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {each}" for name, each in value.items()) or say(
            "as planned", "按规划", language=language
        )
    if isinstance(value, bool):
        return say("yes", "有", language=language) if value else say("no", "无", language=language)
    if isinstance(value, list):
        return " ".join(map(str, value)) or say("as in the script", "按剧本", language=language)
    return str(value)[:12] if value else say("none", "无", language=language)
