"""Release: a film that those have signed who must, written down so that a second party can check it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tianmu.core.errors import InputError, MediaError, Refused
from tianmu.core.files import whole_file, writing
from tianmu.core.text import listed, say
from tianmu.film.schema import digest, from_row, to_row
from tianmu.governance.identity import anchors, read_house
from tianmu.governance.ledger import Entry, inclusion_proof
from tianmu.governance.people import acting, check_preset, read_preset
from tianmu.governance.people.release import Checked, Proven, Release, lacking, not_released, verify_release
from tianmu.governance.people.statement import Statement
from tianmu.media.digest import file_sha256
from tianmu.studio.consents import require_consents
from tianmu.studio.edition import read_edition
from tianmu.studio.marking import store_of
from tianmu.studio.output import refuse_existing
from tianmu.studio.print_screening import PrintScreening
from tianmu.studio.signing import Register, Standing, read_register, sentence, standings, state_film
from tianmu.studio.standing import require_standing
from tianmu.studio.store import Project
from tianmu.studio.store.ledger import read_ledger, record_in


@dataclass(frozen=True, kw_only=True)
class Released:
    """A film that was released."""

    path: Path
    release: Release


def release_film(
    project: Project,
    home: Path,
    output: Path | None = None,
    *,
    preset: str | None = None,
    version: str = "",
    overwrite: bool = False,
) -> Released:
    """Release the film of a project, if those have signed it, as it stands, who must; either way it is written down.

    Raises:
        InputError: a signature is missing or void, or a consent is, which the sentence names; or there is no film.
        Refused: a rule that is in force now refuses a take, or the film as it is cut.
        OutputError: the file is there already, or cannot be written.
    """
    preset = check_preset(preset or read_preset(home))
    statement = state_film(project, version)
    path = output or Path(f"{project.name}.release.json")
    refuse_existing(path, overwrite=overwrite)
    there = standings(project, statement, read_register(project))
    valid = tuple(each for each in there if not each.void)
    void = tuple(each for each in there if each.void)
    missing = lacking(preset, [each.signature for each in valid])
    barred = None if missing else _barred(project, statement, home)
    facts = {
        "released": not missing and barred is None,
        "preset": preset,
        "version": statement.version,
        "statement": digest(statement),
        "printed": statement.printed,
        "signed": [{"name": each.signature.name, "role": each.signature.role} for each in valid],
        "missing": list(missing),
        "void": [sentence(each) for each in void],
        **({"review" if isinstance(barred, Refused) else "consents": str(barred)} if barred else {}),
    }
    entry = Entry(kind="release", actor=acting(home), project=project.name, subject=statement.title, facts=facts)
    if missing or barred:
        record_in(store_of(project), entry)
        raise barred or _refused(statement.title, preset, missing, void)
    with whole_file(path) as part, writing(path):  # a folder that cannot be written is known before it is recorded
        part.touch()
        record_in(store_of(project), entry)
        release = _proven_release(project, preset, statement, valid)
        row = json.dumps(to_row(release), ensure_ascii=False, indent=2)
        part.write_text(f"{row}\n", encoding="utf-8", newline="\n")
    return Released(path=path, release=release)


def _barred(project: Project, statement: Statement, home: Path) -> InputError | Refused | None:
    """Why a film may not be released to those that its print left for.

    There is an asset in it that nothing allows, or a rule in force refuses a take of it, or the film as it is cut.
    """
    edition = read_edition(project, version=statement.version)
    left_for = {row.audience for row in store_of(project).find_file(statement.printed)}
    try:
        for audience in sorted(left_for) or [read_house(home).audience]:
            require_consents(project, edition.plan, date.today(), audience, home=home)
            require_standing(project, edition.takes.values(), audience, home)
            PrintScreening(project, edition.cut, audience).settle()
    except (InputError, Refused) as error:
        return error
    return None


def read_release(path: Path) -> Release:
    """The release in a file.

    Raises:
        MediaError: it is none.
    """
    try:
        return from_row(Release, json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise not_released(str(error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise not_released("JSON") from error


def check_release(
    path: Path, home: Path, film: Path | None = None, roots: tuple[Path, ...] = ()
) -> tuple[Release, Checked]:
    """Check a release offline, and that `film` is the file that was signed.

    Raises:
        MediaError: the file is no release, or a root or the film cannot be read.
    """
    release = read_release(path)
    try:
        checked = verify_release(release, [*anchors(home), *(root.read_bytes() for root in roots)])
        other = film is not None and file_sha256(film) != release.statement.printed
    except OSError as error:
        raise MediaError(
            say(
                f"{error.filename} cannot be read ({error.strerror}).",
                f"无法读取 {error.filename}（{error.strerror}）。",
            )
        ) from error
    if other:
        fault = say(f"{film} is not the file that was signed.", f"{film} 不是所签署的文件。")
        checked = Checked(faults=(*checked.faults, fault), known=checked.known)
    return release, checked


def _proven_release(project: Project, preset: str, statement: Statement, valid: tuple[Standing, ...]) -> Release:
    register, stated = read_register(project), digest(statement)
    released = max(
        index
        for index, body in register.bodies.items()
        if (entry := Entry.decode(body)).kind == "release" and entry.facts.get("statement") == stated
    )
    wanted = {index for each in valid for index in (each.index, each.office) if index is not None} | {released}
    return Release(
        preset=preset,
        statement=statement,
        signatures=tuple(each.signature for each in valid),
        entries=_proven(register, wanted),
        head=_head(project, len(register.leaves)),
        chain=register.chain,
    )


def _proven(register: Register, wanted: set[int]) -> tuple[Proven, ...]:
    return tuple(
        Proven(
            index=index,
            body=register.bodies[index],
            path=tuple(each.hex() for each in inclusion_proof(register.leaves, index)),
        )
        for index in sorted(wanted)
    )


def _head(project: Project, size: int) -> dict[str, Any]:
    """The signed head over so many entries, though more may have come since."""
    for row in read_ledger(store_of(project)):
        if row.head.head.size == size:
            return row.head.as_row()
    raise AssertionError("a ledger only grows")


def _refused(title: str, preset: str, missing: tuple[str, ...], void: tuple[Standing, ...]) -> InputError:
    en = f"{title} is not released: the preset {preset} still needs the signature of {listed(missing, language='en')}"
    zh = f"《{title}》未发布：预设 {preset} 仍缺以下签名：{listed(missing, language='zh')}"
    if void:
        words = "; ".join(sentence(each) for each in void)
        en, zh = f"{en} ({words})", f"{zh}（{words}）"
    return InputError(
        say(
            f"{en}. Sign with: tianmu sign --as NAME --role ROLE.",
            f"{zh}。请用 tianmu sign --as 姓名 --role 职责 签署。",
        )
    )
