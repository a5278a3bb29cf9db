"""How the tables came to be as they are. A store is brought up to date when it is opened; a newer one is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision in order; the last is what `tables.py` says. A test holds this against the scripts."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "tianmu_schema"


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the tables up to `revision` within the transaction that `connection` is in."""
    from alembic import command  # a quarter of a second, so only where there is something to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
