"""Documents are written when they differ, and only then."""

from __future__ import annotations

import pytest

from tianmu.film.decision import Decisions
from tianmu.film.shot import Shot, ShotList
from tianmu.studio.documents import keep, keep_only
from tianmu.studio.store import Conflict, Project

FIRST, SECOND = ShotList(shots=(Shot(prompt="fox"),)), ShotList(planner="other")


def test_what_is_the_same_is_not_written_again(project: Project) -> None:
    keep(project, Decisions())
    before = project.read(Decisions)
    keep(project, Decisions())
    assert project.read(Decisions) == before
    keep(project, Decisions(title=False))
    after = project.read(Decisions)
    assert before
    assert after
    assert after.version > before.version
    assert not after.value.title


def test_only_the_last_of_a_kind_stays(project: Project) -> None:
    keep(project, Decisions())
    keep_only(project, FIRST, "a")
    keep_only(project, SECOND, "b")
    assert project.keys(ShotList) == ("b",)
    keep_only(project, SECOND, "b")
    stored = project.read(ShotList, "b")
    assert stored
    assert stored.value == SECOND
    assert project.keys(Decisions) == ("",)  # of other kinds nothing is removed


def test_what_somebody_else_wrote_meanwhile_is_not_lost(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Project.read

    def late(self: Project, kind: type[Decisions], key: str = "") -> object:
        found = read(self, kind, key)
        monkeypatch.setattr(Project, "read", read)
        self.write(Decisions(credits=False), expected=found.version if found else None)
        return found

    monkeypatch.setattr(Project, "read", late)
    with pytest.raises(Conflict):
        keep(project, Decisions(title=False))
    stored = project.read(Decisions)
    assert stored
    assert stored.value == Decisions(credits=False)
