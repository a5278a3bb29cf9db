"""What is written into the ledger while a film is made: one small function an event.

The thing itself is kept first, then its entry. If the entry cannot be written, the command says so and stops before it
claims success; the take, the decision or the print stays, since it may have cost hours. Nothing is entered afterwards:
a record that was made up later is worth nothing before a court, so whoever reads it (`studio/authorship.py`) shows the
gap instead. A note of a director is entered before the takes that it asks for, because that is the order of things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from tianmu.core.settings import settings
from tianmu.film.cut import Clip, Cut, Print
from tianmu.film.decision import Decisions, Trim, anchor_of
from tianmu.film.schema import digest
from tianmu.governance.ledger import Entry
from tianmu.governance.people import acting

if TYPE_CHECKING:
    from tianmu.film.asset import Asset
    from tianmu.film.screenplay import Element, Screenplay
    from tianmu.film.shot import Shot, ShotList
    from tianmu.film.take import Take
    from tianmu.studio.changes import ReadNote
    from tianmu.studio.recipe import Recipe
    from tianmu.studio.store import Issued, Project

Choice = Literal["circled", "rejected", "cleared", "noted"]


def record_script(project: Project, before: Screenplay | None, after: Screenplay) -> None:
    """A screenplay was read: the lines that are new, and those that are gone, against the one that was kept."""
    was, now = [] if before is None else script_lines(before), script_lines(after)
    added: list[str] = []
    removed: list[str] = []
    for _, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if was[i:j] != now[k:m]:
            removed += was[i:j]
            added += now[k:m]
    facts = {"title": after.title, "author": after.author, "digest": digest(after), "added": added, "removed": removed}
    _record(project, _entry(project, "script", after.title or None, **facts))


def record_plan(project: Project, shots: ShotList, assets: Iterable[Asset]) -> None:
    """Shots were planned, and parts cast: by rules, or by the language model that is named."""
    facts = {
        "planner": shots.planner,
        "shots": len(shots.shots),
        "digest": digest(shots),
        "cast": {asset.id: asset.now.words for asset in assets},
    }
    _record(project, _entry(project, "plan", None, **facts))


def record_take(project: Project, take: Take, shot: Shot, recipe: Recipe) -> None:
    """A take was made and kept: what was asked, what made it, and the digests of what came of it."""
    from tianmu.studio.recipe import request_row

    request = recipe.request
    facts = {
        "slate": take.slate,
        "number": take.number,
        "anchor": anchor_of(shot),
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "engine": take.engine,
        "model": recipe.model_digest,
        "seed": take.seed,
        "request": digest(request_row(request)),
        "recipe": take.recipe,
        "film": take.film,
    }
    _record(project, _entry(project, "take", take.id, **facts))


def record_choice(project: Project, take: Take, choice: Choice, *, because: str = "", words: str = "") -> None:
    """A person circled, rejected, cleared or annotated a take, and may have said why."""
    facts = {"slate": take.slate, "number": take.number, "choice": choice, "film": take.film}
    _record(project, _entry(project, "choice", take.id, **facts, **_said(because=because, words=words)))


def record_note(project: Project, shot: Shot, read: ReadNote) -> None:
    """A director said what should be otherwise, in their words, and it was understood so."""
    facts = {
        "anchor": anchor_of(shot),
        "words": read.change.note,
        "understood": list(read.understood),
        "not_understood": read.rest,
        "prompt": shot.prompt,
    }
    _record(project, _entry(project, "note", shot.slate, **facts))


def record_forgotten(project: Project, shot: Shot, before: Decisions, after: Decisions) -> None:
    """Notes about a shot were taken back; nothing where there was none."""
    gone = [change.note for change in before.changes if change not in after.changes]
    if gone:
        _record(project, _entry(project, "note", shot.slate, anchor=anchor_of(shot), taken_back=gone))


def record_edit(project: Project, before: Decisions, after: Decisions, *, because: str = "") -> None:
    """The cut was decided otherwise: one entry for each shot, scene or other thing that changed."""
    entries = [
        _entry(project, "edit", subject, **facts, **_said(because=because)) for subject, facts in _edits(before, after)
    ]
    if entries:
        _record(project, *entries)


def record_asset(project: Project, before: Asset, after: Asset) -> None:
    """A person gave an asset a new version, or went back to another one."""
    change = "version" if len(after.versions) > len(before.versions) else "use"
    facts = {
        "name": after.name,
        "is": after.kind,
        "change": change,
        "from": before.current,
        "to": after.current,
        "version": _plain(after.now),
    }
    _record(project, _entry(project, "asset", after.id, **facts))


def record_print(project: Project, cut: Cut, printed: Print, version: str = "") -> None:
    """A cut became a file: which takes are in it, in their order."""
    from tianmu.studio.print_screening import brief

    clips = [item for track in cut.tracks[:1] for item in track.items if isinstance(item, Clip)]
    facts = {
        "version": version,
        "cut": printed.cut,
        "film": printed.film,
        "encoded": printed.encoded,
        "takes": [{"slate": clip.slate, "take": clip.take} for clip in clips],
        "review": brief(printed.verdict) if printed.verdict else None,
    }
    _record(project, _entry(project, "print", cut.name or None, **facts))


def record_leave(project: Project | None, work: Issued) -> None:
    """A work left the studio: which file, for whom, and why it goes without a label where it does."""
    facts = {
        "title": work.title,
        "is": work.kind,
        "file": work.file_sha256,
        "mark": f"{work.mark:016x}",
        "audience": work.audience,
        **_said(recipient=work.recipient or "", reason=work.reason or "", take=work.take or ""),
    }
    if project is not None:
        _record(project, _entry(project, "leave", work.file_sha256, **facts))
        return
    from tianmu.studio.store.ledger import record

    entry = Entry(kind="leave", actor=acting(settings().home), subject=work.file_sha256, facts=facts)
    record(entry)


def script_lines(screenplay: Screenplay) -> list[str]:
    """A screenplay as lines that a person would compare: whatever form it came in."""
    lines = [f"{key}: {' '.join(value.split())}" for key, value in screenplay.title_page]
    lines += [line for element in screenplay.opening for line in _lines(element)]
    for scene in screenplay.scenes:
        lines += [scene.heading.text, *(line for element in scene.elements for line in _lines(element))]
    return lines


def _lines(element: Element) -> Iterator[str]:
    match element.kind:
        case "speech":
            yield from (f"{element.character}: {line.text}" for line in element.lines)
        case "page_break":
            pass
        case _:
            yield from (line for line in element.text.splitlines() if line.strip())


def _edits(before: Decisions, after: Decisions) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """What differs between two states of the cut's decisions: what it is about, and how it was and is."""
    was = {(trim.slate, trim.anchor): trim for trim in before.trims}
    now = {(trim.slate, trim.anchor): trim for trim in after.trims}
    for slate, anchor in dict.fromkeys((*was, *now)):
        old, new = was.get((slate, anchor)), now.get((slate, anchor))
        if old != new:
            yield slate, {"what": "shot", "anchor": anchor, "from": _trim(old), "to": _trim(new)}
    looked, looks = dict(before.looks), dict(after.looks)
    for scene in dict.fromkeys((*looked, *looks)):
        if looked.get(scene) != looks.get(scene):
            yield scene, {"what": "look", "from": looked.get(scene), "to": looks.get(scene)}
    for name in ("title", "credits"):
        if getattr(before, name) != getattr(after, name):
            yield None, {"what": name, "from": getattr(before, name), "to": getattr(after, name)}
    for name in ("order", "omitted"):
        old, new = ([ref.slate for ref in getattr(each, name)] for each in (before, after))
        if old != new:
            yield None, {"what": name, "from": old, "to": new}


def _trim(trim: Trim | None) -> dict[str, Any]:
    """What a trim decides; a shot without one lies as the screenplay has it."""
    blank = _plain(Trim(slate="", anchor=""))
    row = blank if trim is None else _plain(trim)
    return {name: value for name, value in row.items() if name not in ("slate", "anchor") and value != blank[name]}


def _plain(value: Any) -> dict[str, Any]:
    """The fields of a dataclass as JSON values."""
    from pydantic import TypeAdapter

    return TypeAdapter(type(value)).dump_python(value, mode="json")


def _said(**words: str) -> dict[str, str]:
    """Those that are there."""
    return {name: text for name, text in words.items() if text}


def _entry(project: Project, kind: str, subject: str | None, **facts: Any) -> Entry:
    return Entry(kind=kind, actor=acting(settings().home), project=project.name, subject=subject, facts=facts)


def _record(project: Project, *entries: Entry) -> None:
    from tianmu.studio.marking import store_of
    from tianmu.studio.store.ledger import record_in

    record_in(store_of(project), *entries)
