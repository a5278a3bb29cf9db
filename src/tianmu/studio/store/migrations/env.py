"""What Alembic runs: the migrations, in the transaction that the store has begun, so that they happen whole or not."""

from __future__ import annotations

from alembic import context

from tianmu.studio.store.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], version_table=VERSION_TABLE, transactional_ddl=True
)
context.run_migrations()
