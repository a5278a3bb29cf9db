"""Where films are kept: projects, documents and takes in a database, films and pictures in a folder beside it.

    with Store.open() as store:
        project = store.ensure_project("lighthouse")
        project.keep_take(take, {take.film: Path("film.mp4"), ...})

SQLite and a folder by default; PostgreSQL and S3-compatible storage by URL (`config.py`).
"""

from tianmu.core.errors import Conflict, StoreBusy
from tianmu.studio.store.archive import export_project
from tianmu.studio.store.check import Finding, Report, check
from tianmu.studio.store.media import Media
from tianmu.studio.store.project import Project, Stored
from tianmu.studio.store.restore import import_project
from tianmu.studio.store.store import ProjectInfo, Store

__all__ = [
    "Conflict",
    "Finding",
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
]
