"""A consent holds on its days, in its territory, for its projects, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.governance.consent import Consent, covers, shortfall, territory_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
PLACES = st.sampled_from(["*", "CN", "EU", "US", "US-CA", "US-NY"])


def consent(**changes: object) -> Consent:
    row: dict[str, object] = {
        "id": "a1",
        "subject": "character-mara",
        "kind": "likeness",
        "person": "Li Wei",
        "description": "her face, as a captain",
        "projects": ("ice",),
        "document": "0" * 64,
    }
    return Consent(**{**row, **changes})  # type: ignore[arg-type]


def holds(found: Consent, at: date, territory: str = "CN", project: str = "ice") -> bool:
    return shortfall(found, project=project, at=at, territory=territory, documented=True) is None


@given(first=DAYS, length=st.integers(0, 4000), at=DAYS, places=st.sets(PLACES, min_size=1), wanted=PLACES)
def test_it_holds_on_its_days_in_its_places(first: date, length: int, at: date, places: set[str], wanted: str) -> None:
    last = first + timedelta(days=length)
    found = consent(starts=first, ends=last, territory=tuple(places))
    there = "*" in places or wanted in places or (wanted.startswith("US-") and "US" in places)
    assert holds(found, at, wanted) == (first <= at <= last and there)
    assert holds(found, first, wanted) == holds(found, last, wanted) == there
    assert not holds(found, first - timedelta(days=1), wanted)
    assert not holds(found, last + timedelta(days=1), wanted)


@given(places=st.sets(PLACES, min_size=1), more=st.sets(PLACES), wanted=PLACES)
def test_more_territory_never_takes_away(places: set[str], more: set[str], wanted: str) -> None:
    assert covers(tuple(places | more), wanted) or not covers(tuple(places), wanted)


@pytest.mark.parametrize(
    ("changes", "project", "documented", "words"),
    [
        ({"revoked": "he asked"}, "ice", True, "revoked (he asked)"),
        ({}, "fire", True, "not for the project fire"),
        ({}, "ice", False, "document is missing or was changed"),
        ({"territory": ("EU",)}, "ice", True, "it holds in EU, and the film is for CN"),
    ],
)
def test_why_it_does_not(changes: dict[str, object], project: str, documented: bool, words: str) -> None:
    found = shortfall(consent(**changes), project=project, at=date(2026, 5, 1), territory="CN", documented=documented)
    assert found is not None
    assert words in found


def test_what_was_made_here_needs_no_document() -> None:
    own = consent(kind="own", document=None, projects=("*",))
    assert shortfall(own, project="any", at=date(2026, 5, 1), territory="*", documented=False) is None


def test_where_a_film_goes() -> None:
    assert [territory_of(audience) for audience in ("all", "cn", "eu", "us-ca", "none")] == [
        "*",
        "CN",
        "EU",
        "US-CA",
        "*",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"person": " "},
        {"description": "x" * 2001},
        {"territory": ("china",)},
        {"starts": date(2027, 1, 2), "ends": date(2027, 1, 1)},
    ],
)
def test_what_no_consent_says(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        consent(**changes)
