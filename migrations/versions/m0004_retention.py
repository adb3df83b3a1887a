"""Retention: schedules, runs of the sweep, erasures and their ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "schedule_version",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "version", name="pk_schedule_version"),
    )
    op.create_table(
        "sweep_run",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("schedule_version", sa.Integer, nullable=False),
        sa.Column("destroyed", sa.JSON, nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_sweep_run"),
    )
    op.create_table(
        "erasure_unit",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("request", sa.String(80), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_erasure_unit"),
        sa.UniqueConstraint("group_id", "subject_id", name="uq_erasure_unit_group_id_subject_id"),
    )
    op.create_index("ix_erasure_unit_state", "erasure_unit", ["group_id", "state"])
    op.create_table(
        "erasure_ledger",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary, nullable=False),
        sa.Column("erasure_id", sa.String(36), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "subject_hash", name="pk_erasure_ledger"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("erasure_ledger", "erasure_unit", "sweep_run", "schedule_version"):
        op.drop_table(table)
