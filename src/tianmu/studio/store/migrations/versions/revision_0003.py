"""Works that have left, kept for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_REASON = "what was issued is kept for good"


def upgrade() -> None:
    """Add the table, and have the database refuse whatever would change or remove a row."""
    op.create_table(
        "issued",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_issued_mark", "issued", ["mark"])
    op.create_index("ix_issued_file_sha256", "issued", ["file_sha256"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER issued_is_kept_from_{verb.lower()} BEFORE {verb} ON issued "
                f"BEGIN SELECT RAISE(ABORT, '{_REASON}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION issued_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REASON}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER issued_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON issued "
        "FOR EACH STATEMENT EXECUTE FUNCTION issued_is_kept()"
    )
