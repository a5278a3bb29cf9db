"""Documents of a project that have one writer at a time: written when they differ from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tianmu.film.schema import Noun, to_row

if TYPE_CHECKING:
    from tianmu.studio.store import Project

N = TypeVar("N", bound=Noun)


def keep(project: Project, noun: Noun, key: str = "") -> None:
    """Write a noun if the project has none such, or another.

    Raises:
        Conflict: somebody else wrote it between our reading and our writing.
    """
    before = project.read(type(noun), key)
    if before is None or to_row(before.value) != to_row(noun):
        project.write(noun, key, expected=before.version if before else None)


def keep_only(project: Project, noun: Noun, key: str) -> None:
    """Write a noun, and remove every other one of its kind."""
    keep(project, noun, key)
    for other in project.keys(type(noun)):
        if other != key and (stored := project.read(type(noun), other)):
            project.remove(type(noun), other, expected=stored.version)
