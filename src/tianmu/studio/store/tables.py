"""The tables of a store, as they are now; `migrations/` says how they came to be so, and a test holds both together.

projects ─┬─ documents   nouns of the film as JSON, each with the version that guards against lost updates
          ├─ takes       what is asked for often, and the whole take as JSON
          └─ leases      who is at work on what
media                    how large each file is that a document, a take or an issued work names
issued                   every work that has left, with the manifest that it was signed with; kept for good
ledger                   what was done, by whom, in order, with a signed head over all of it; kept for good
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

projects = Table(
    "projects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    # Counts every write. It gives documents their versions and takes their order, so that no number ever comes twice,
    # not even when a document is removed and written again.
    Column("clock", BigInteger, nullable=False),
)


def _project() -> Column[int]:
    return Column("project", Integer, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False)


documents = Table(
    "documents",
    metadata,
    _project(),
    Column("kind", Text, nullable=False),  # the schema without its number: tianmu.cut
    Column("key", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("schema", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("project", "kind", "key"),
)

takes = Table(
    "takes",
    metadata,
    _project(),
    Column("id", Text, nullable=False),
    Column("position", BigInteger, nullable=False),  # the order in which they were kept
    Column("slate", Text, nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("project", "id"),
    UniqueConstraint("project", "slate", "number"),
)

media = Table(
    "media",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    _project(),
    Column("purpose", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("born", Text, nullable=False),  # when the process began, as its system counts; tells a reused pid
    Column("started", Double, nullable=False),  # seconds since 1970, by the database's clock
    Column("heartbeat", Double, nullable=False),
    PrimaryKeyConstraint("project", "purpose"),
)

# The database itself refuses to change or remove a row (migrations/versions/revision_0003.py), and no row names its
# project by number: what has left stays known when its project is deleted.
issued = Table(
    "issued",
    metadata,
    Column("position", Integer, primary_key=True),  # the order in which they left
    Column("mark", Text, nullable=False, index=True),  # 16 hexadecimal digits
    Column("file_sha256", Text, nullable=False, index=True),
    Column("manifest", Text, nullable=False),  # its digest in the media
    Column("body", Text, nullable=False),
)

# As with `issued`, the database refuses to change a row. A position is given by us, one after the other, so that a gap
# shows; two writers at once cannot both take the same one.
ledger = Table(
    "ledger",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),  # from 0: the index of the leaf
    Column("body", Text, nullable=False),
    Column("peaks", Text, nullable=False),  # hexadecimal, the largest subtree first
    Column("head", Text, nullable=False),  # signed
)
