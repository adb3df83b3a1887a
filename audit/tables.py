"""The tables of the audit log (LOG.md section 13) and of what else lies on the ground.

The log's tables are the same for every subject of a controller group; `pid` is a subject id.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from audit.database import NAMING, Base, BigSerial, UtcDateTime

metadata = Base.metadata
# Keys of subjects stand apart: a schema of their own on PostgreSQL, a file of their own beside SQLite.
KEYS_SCHEMA = "audit_keys"
keys_metadata = MetaData(naming_convention=NAMING)

event_table = Table(
    "audit_event",
    metadata,
    Column("n", BigSerial, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("type", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("ix_audit_event_type_at", "type", "at_us"),
    sqlite_autoincrement=True,
)
pending_table = Table(
    "audit_pending",
    metadata,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("leaf_hash", LargeBinary, nullable=False),
)
leaf_table = Table(
    "audit_leaf",
    metadata,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False, unique=True),
)
tile_table = Table(
    "audit_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("k", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
head_table = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("tails", LargeBinary, nullable=False),
)
checkpoint_table = Table(
    "audit_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
cosignature_table = Table(
    "audit_cosignature",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", String, primary_key=True),
    Column("line", String, nullable=False),
)
retention_table = Table(
    "audit_retention",
    metadata,
    Column("before", BigInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, nullable=False, unique=True),
)
opening_table = Table(
    "audit_opening",
    metadata,
    Column("event", String(36), primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("key_id", String(64), nullable=False, index=True),
    Column("box", LargeBinary, nullable=False),
)
subject_event_table = Table(
    "audit_subject_event",
    metadata,
    Column("pid", String(36), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
)
subject_table = Table(
    "audit_subject",
    keys_metadata,
    Column("key_id", String(64), primary_key=True),
    Column("pid", String(36), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    UniqueConstraint("pid", "epoch"),
    schema=KEYS_SCHEMA,
)

secret_table = Table(
    "secret",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
_WAITS = text("sent_at IS NULL")
outbox_table = Table(
    "outbox",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", String(36), nullable=True, index=True),
    Column("key_id", String(64), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime, nullable=True),
    # Looked at every second, while letters that were sent stay for as long as their people do.
    Index("ix_outbox_waiting", "group_id", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
)
LOG_TABLES = frozenset(
    table.name
    for table in (
        event_table,
        pending_table,
        leaf_table,
        tile_table,
        head_table,
        checkpoint_table,
        cosignature_table,
        retention_table,
        opening_table,
        subject_event_table,
        subject_table,
    )
)
