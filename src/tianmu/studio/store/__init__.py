"""Where films are kept: projects, documents and takes in a database, films and pictures in a folder beside it.

    with Store.open() as store:
        project = store.ensure_project("lighthouse")
        project.keep_take(take, {take.film: Path("film.mp4"), ...})

SQLite and a folder by default; PostgreSQL and S3-compatible storage by URL (`config.py`). What leaves the studio is
recorded with `issue`, which needs none of the machinery behind `Store`, so each name is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tianmu.core.errors import Conflict, StoreBusy

if TYPE_CHECKING:
    from tianmu.studio.store.archive import export_project
    from tianmu.studio.store.checkup import Finding, Report, check
    from tianmu.studio.store.issued import Issued, issue
    from tianmu.studio.store.media import Media
    from tianmu.studio.store.project import Project, Stored
    from tianmu.studio.store.restore import import_project
    from tianmu.studio.store.store import ProjectInfo, Store

__all__ = [
    "Conflict",
    "Finding",
    "Issued",
    "Media",
    "Project",
    "ProjectInfo",
    "Report",
    "Store",
    "StoreBusy",
    "Stored",
    "check",
    "export_project",
    "import_project",
    "issue",
]

_ROOMS = {
    "Finding": "checkup",
    "Issued": "issued",
    "Media": "media",
    "Project": "project",
    "ProjectInfo": "store",
    "Report": "checkup",
    "Store": "store",
    "Stored": "project",
    "check": "checkup",
    "export_project": "archive",
    "import_project": "restore",
    "issue": "issued",
}
"""No room has the name of what is in it: the import of a room sets that name to the room."""


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
