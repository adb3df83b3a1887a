"""What retention remembers: schedules, runs of the sweep, and how far each erasure has come."""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from audit.database import Base, UtcDateTime

metadata = Base.metadata

schedule_table = Table(
    "schedule_version",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("edition", String(40), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
)
sweep_table = Table(
    "sweep_run",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=True),
    Column("schedule_version", Integer, nullable=False),
    Column("destroyed", JSON, nullable=False),
    Column("kept", Integer, nullable=False),
)
# One row an erasure. `subject_id` is emptied when the erasure is done; the ledger keeps a keyed hash.
erasure_table = Table(
    "erasure_unit",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("subject_id", String(36), nullable=True),
    Column("state", String(20), nullable=False),
    Column("basis", String(40), nullable=False),
    Column("request", String(80), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=True),
    UniqueConstraint("group_id", "subject_id"),
    Index("ix_erasure_unit_state", "group_id", "state"),
)
ledger_table = Table(
    "erasure_ledger",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("subject_hash", LargeBinary, primary_key=True),
    Column("erasure_id", String(36), nullable=False),
    Column("erased_at", UtcDateTime, nullable=False),
)
