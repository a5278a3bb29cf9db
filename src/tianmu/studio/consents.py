"""The consents of a project: recorded, revoked, and asked for before a film is made.

A record is a document of its project; the signed papers lie in the studio home under their SHA-256, closed to others,
and never leave with a project. What needs a record: an asset with reference pictures, and whatever ever had one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import writing
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.cut import Cut, Print
from tianmu.film.schema import digest, to_row
from tianmu.film.shot import Shot, ShotList
from tianmu.governance.consent import FILM, Consent, shortfall, territory_of
from tianmu.governance.keys import write_private
from tianmu.governance.ledger import Entry
from tianmu.governance.people import acting
from tianmu.media.digest import file_sha256
from tianmu.studio.marking import store_of
from tianmu.studio.plan import Plan, assets_of
from tianmu.studio.store import Project
from tianmu.studio.store.ledger import record_in
from tianmu.studio.twins import find_asset

_LARGEST: Final = 100 * 2**20
SHOWN: Final = {"likeness", "picture", "own"}
"""Kinds that answer for a picture."""


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What was made with something that a consent is for."""

    project: str
    films: tuple[str, ...]
    """Digests of printed films."""
    slates: tuple[str, ...]
    takes: tuple[str, ...]
    """Ids of all takes of those shots, rejected ones too."""


def find_subject(project: Project, name: str) -> str:
    """What a consent is for: `film`, the SHA-256 of a file, or the id of an asset.

    Raises:
        InputError: it is neither.
    """
    if name == FILM:
        return FILM
    path = Path(name)
    if path.is_file():
        return file_sha256(path)
    return find_asset(assets_of(project), name).id


def add_consent(project: Project, home: Path, consent: Consent, document: Path | None = None) -> Consent:
    """Keep a consent with its signed document; its id is given here. Without one it covers nothing, unless it is `own`.

    Raises:
        InputError: the document is empty or too large.
        MediaError: the document cannot be read.
        OutputError: it cannot be kept.
    """
    kept = replace(consent, id="", document=None if document is None else _keep_document(home, document))
    kept = replace(kept, id=digest(kept)[:12])
    stored = project.read(Consent, kept.id)
    if stored is None:
        project.write(kept, kept.id, expected=None)
        _enter(project, home, "consent", kept)
    return kept if stored is None else stored.value


def consents_of(project: Project) -> tuple[Consent, ...]:
    """All of a project, revoked ones too."""
    return tuple(stored.value for key in project.keys(Consent) if (stored := project.read(Consent, key)))


def find_consent(project: Project, id: str) -> Consent:
    """One of them, by its number in the list or by four or more letters of its id.

    Raises:
        InputError: there is none such, or several.
    """
    found = [
        each
        for number, each in enumerate(consents_of(project), 1)
        if id == str(number) or (len(id) >= 4 and each.id.startswith(id))
    ]
    if len(found) == 1:
        return found[0]
    en, zh = ("more than one", "有多条") if found else ("no", "没有")
    raise InputError(
        say(
            f"{project.name} has {en} consent {id[:20]!r}; see tianmu consent list.",
            f"{project.name} 中{zh}同意记录 {id[:20]!r}；请看 tianmu consent list。",
        )
    )


def revoke_consent(project: Project, home: Path, id: str, because: str) -> tuple[Consent, tuple[Touched, ...]]:
    """Revoke a consent; what was made with it is listed, and stays until somebody decides about it.

    Raises:
        InputError: there is none such, it is revoked already, or no reason was given.
    """
    consent = find_consent(project, id)
    if not because.strip() or consent.revoked is not None:
        raise InputError(
            say(
                f"The consent {consent.id} is revoked already." if consent.revoked else "Say why, with --because TEXT.",
                f"同意记录 {consent.id} 已被撤回。" if consent.revoked else "请用 --because 说明原因。",
            )
        )
    stored = project.read(Consent, consent.id)
    revoked = replace(consent, revoked=because.strip())
    project.write(revoked, consent.id, expected=stored.version if stored else None)
    found = touched(project, consent)
    facts = [{"project": each.project, "films": each.films, "takes": each.takes} for each in found]
    _enter(project, home, "revocation", revoked, {"because": revoked.revoked, "touches": facts})
    return revoked, found


def touched(project: Project, consent: Consent) -> tuple[Touched, ...]:
    """What was made with the subject of a consent: in its project, and of a file in every project of the store."""
    store = store_of(project)
    found = (_touched_in(store.project(info.name), consent, own=info.name == project.name) for info in store.projects())
    return tuple(each for each in found if each is not None)


def require_consents(
    project: Project, plan: Plan, at: date, audience: str | None = "all", *, home: Path | None = None
) -> None:
    """Refuse to film what a consent is needed for and none covers.

    Raises:
        InputError: the sentence names what, and why each record falls short.
    """
    records, home = consents_of(project), home or settings().home
    used = _used(plan.shots.shots, plan.assets)
    if not records and not any(asset.now.pictures for asset in used):
        return
    place = territory_of(audience or "all")
    gaps = {
        each.id: shortfall(each, project=project.name, at=at, territory=place, documented=documented(home, each))
        for each in records
    }
    for subject, name in [(FILM, say("the film", "影片")), *((asset.id, asset.name) for asset in used)]:
        of_subject = [each for each in records if each.subject == subject]
        for kind in sorted({each.kind for each in of_subject}):
            _require(name, [each for each in of_subject if each.kind == kind], gaps)
    for asset in used:
        for picture in asset.now.pictures:
            of_picture = [each for each in records if each.subject in {asset.id, picture} and each.kind in SHOWN]
            _require(asset.name, of_picture, gaps)


def _require(name: str, records: Iterable[Consent], gaps: Mapping[str, str | None]) -> None:
    reasons: list[str] = []
    for each in records:
        gap = gaps[each.id]
        if gap is None:
            return
        reasons.append(f"{each.id}: {gap}")
    why = "; ".join(reasons) or say("none is recorded", "尚无记录")
    raise InputError(
        say(
            f"Nothing allows the use of {name} here ({why}). Record a consent with: tianmu consent add --for NAME "
            "--person WHO --kind likeness --document FILE; what shows nobody and was made here: --kind own.",
            f"没有有效的同意允许使用 {name}（{why}）。请登记：tianmu consent add --for 名称 --person 姓名 "
            "--kind likeness --document 文件；若为自制且无真人：--kind own。",
        )
    )


def _used(shots: Iterable[Shot], assets: Mapping[str, Asset]) -> tuple[Asset, ...]:
    ids = {id for shot in shots for id, _ in shot.assets}
    return tuple(asset for id, asset in sorted(assets.items()) if id in ids)


def _touched_in(project: Project, consent: Consent, *, own: bool) -> Touched | None:
    keys = project.keys(ShotList)
    stored = project.read(ShotList, keys[0]) if keys else None
    shots = stored.value.shots if stored else ()
    used = {
        asset.id
        for asset in assets_of(project).values()
        if (own and asset.id == consent.subject) or any(consent.subject in each.pictures for each in asset.versions)
    }
    every = own and consent.subject == FILM
    slates = tuple(shot.slate for shot in shots if every or used & {id for id, _ in shot.assets})
    if not slates:
        return None
    prints = [printed.value.film for key in project.keys(Cut) if (printed := project.read(Print, key))]
    takes = tuple(take.id for take in project.takes() if take.slate in slates)
    return Touched(project=project.name, films=tuple(prints), slates=slates, takes=takes)


def _enter(project: Project, home: Path, kind: str, consent: Consent, more: Mapping[str, object] | None = None) -> None:
    facts = {**to_row(consent), **(more or {})}
    entry = Entry(kind=kind, actor=acting(home), project=project.name, subject=consent.id, facts=facts)
    record_in(store_of(project), entry)


def documented(home: Path, consent: Consent) -> bool:
    """Whether the signed document of a consent lies in the studio home, unchanged."""
    path = home / "consents" / (consent.document or "-")
    return path.is_file() and file_sha256(path) == consent.document


def _keep_document(home: Path, document: Path) -> str:
    try:
        content = document.read_bytes() if document.stat().st_size <= _LARGEST else b""
    except OSError as error:
        raise MediaError(
            say(
                f"The document {document} cannot be read ({error.strerror}); name the signed file.",
                f"无法读取文件 {document}（{error.strerror}）；请给出签署的文件。",
            )
        ) from error
    if not content:
        raise InputError(
            say(
                f"The document {document} is empty or larger than 100 MB; give the signed file itself.",
                f"文件 {document} 为空或超过 100 MB；请给出签署的文件本身。",
            )
        )
    name = file_sha256(document)
    folder = home / "consents"
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / name).exists():
        write_private(folder / name, content)
    return name
