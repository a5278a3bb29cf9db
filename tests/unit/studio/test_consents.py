"""What shows a real person is not filmed without a consent that covers it; a revoked one says what it touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.film.shot import ShotList
from tianmu.governance.consent import Consent
from tianmu.media.image import write_png
from tianmu.studio.consents import add_consent, consents_of, find_subject, require_consents, revoke_consent
from tianmu.studio.documents import keep
from tianmu.studio.film import make_film
from tianmu.studio.marking import store_of
from tianmu.studio.plan import Plan, read_plan
from tianmu.studio.store import Project
from tianmu.studio.store.ledger import read_ledger
from tianmu.studio.takes import FilmSettings
from tianmu.studio.twins import revise_asset

AT = date(2026, 11, 22)
MOSS = "character-moss"


@pytest.fixture
def pictured(project: Project, ice: Plan, tmp_path: Path) -> Plan:
    """The plan, with a reference picture of Moss."""
    picture = tmp_path / "moss.png"
    write_png(picture, np.full((8, 8, 3), 90, np.uint8))
    keep(project, revise_asset(project, ice.assets[MOSS], pictures=(picture,)), MOSS)
    return read_plan(project)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "contract.pdf"
    path.write_bytes(b"%PDF signed")
    return path


def consent(project: Project, **changes: object) -> Consent:
    row: dict[str, object] = {
        "id": "",
        "subject": MOSS,
        "kind": "likeness",
        "person": "Mo Lan",
        "description": "the face, as Moss",
        "projects": (project.name,),
    }
    return Consent(**{**row, **changes})  # type: ignore[arg-type]


def test_a_film_of_nobody_needs_nothing(project: Project, ice: Plan, tmp_path: Path) -> None:
    require_consents(project, ice, AT, home=tmp_path)


def test_no_film_is_made_without(project: Project, pictured: Plan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?i)nothing allows the use of moss"):
        make_film(pictured, project, FilmSettings(engine="fake", pixels=(64, 36)), tmp_path / "moss.mp4")


def test_a_life(project: Project, pictured: Plan, paper: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?i)nothing allows the use of moss"):
        require_consents(project, pictured, AT, home=tmp_path)
    bare = add_consent(project, tmp_path, consent(project, description="without paper"))
    with pytest.raises(InputError, match=f"{bare.id}: its signed document is missing"):
        require_consents(project, pictured, AT, home=tmp_path)
    short = add_consent(project, tmp_path, consent(project, ends=date(2026, 11, 21)), paper)
    with pytest.raises(InputError, match=f"{short.id}: it ended on 2026-11-21"):
        require_consents(project, pictured, AT, home=tmp_path)
    good = add_consent(project, tmp_path, consent(project, territory=("CN",)), paper)
    require_consents(project, pictured, AT, "cn", home=tmp_path)
    with pytest.raises(InputError, match="it holds in CN, and the film is for the whole world"):
        require_consents(project, pictured, AT, home=tmp_path)

    document = tmp_path / "consents" / str(good.document)
    document.write_bytes(b"another")
    with pytest.raises(InputError, match="document is missing or was changed"):
        require_consents(project, pictured, AT, "cn", home=tmp_path)
    document.write_bytes(paper.read_bytes())

    revoked, touched = revoke_consent(project, tmp_path, good.id[:6], "she asked")
    shots = project.read(ShotList, project.keys(ShotList)[0])
    assert shots is not None
    used = tuple(shot.slate for shot in shots.value.shots if MOSS in dict(shot.assets))
    assert used
    assert [each.slates for each in touched] == [used]
    with pytest.raises(InputError, match="she asked"):
        require_consents(project, pictured, AT, "cn", home=tmp_path)
    with pytest.raises(InputError, match="revoked already"):
        revoke_consent(project, tmp_path, revoked.id, "again")
    kinds = [row.entry.kind for row in read_ledger(store_of(project))]
    assert [kind for kind in kinds if kind in {"consent", "revocation"}] == [
        "consent",
        "consent",
        "consent",
        "revocation",
    ]


def test_what_ever_had_a_consent_needs_one(project: Project, ice: Plan, paper: Path, tmp_path: Path) -> None:
    voice = add_consent(project, tmp_path, consent(project, kind="voice", subject="film"), paper)
    assert add_consent(project, tmp_path, replace(voice, id=""), paper) == voice
    assert consents_of(project) == (voice,)
    require_consents(project, ice, AT, home=tmp_path)
    revoke_consent(project, tmp_path, voice.id, "no")
    with pytest.raises(InputError, match="Nothing allows the use of the film"):
        require_consents(project, ice, AT, home=tmp_path)


def test_what_was_drawn_here_is_said_so_once(project: Project, pictured: Plan, tmp_path: Path) -> None:
    add_consent(project, tmp_path, consent(project, kind="own", description="drawn by us"))
    require_consents(project, pictured, AT, home=tmp_path)


def test_bad_input(project: Project, ice: Plan, tmp_path: Path, paper: Path) -> None:
    assert find_subject(project, "moss") == MOSS
    assert find_subject(project, str(paper)) == find_subject(project, str(paper))
    with pytest.raises(InputError, match="no asset"):
        find_subject(project, "nobody")
    with pytest.raises(MediaError, match="cannot be read"):
        add_consent(project, tmp_path, consent(project), tmp_path / "none.pdf")
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="empty"):
        add_consent(project, tmp_path, consent(project), tmp_path / "empty")
    with pytest.raises(InputError, match="no consent 'ff'"):
        revoke_consent(project, tmp_path, "ff", "why")
