"""The audit log, the secrets of the installation and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and the empty head."""
    _create_log()
    _create_extracts()
    _create_ground()
    op.execute(
        sa.text("INSERT INTO audit_head (one, size, frontier, tails) VALUES (1, 0, :edge, :edge)").bindparams(edge=b"")
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SCHEMA audit_keys")
        op.create_table(
            "audit_subject",
            sa.Column("key_id", sa.String(64), nullable=False),
            sa.Column("pid", sa.String(36), nullable=False),
            sa.Column("epoch", sa.Integer, nullable=False),
            sa.Column("wrapped", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("key_id", name="pk_audit_subject"),
            sa.UniqueConstraint("pid", "epoch", name="uq_audit_subject_pid_epoch"),
            schema="audit_keys",
        )


def downgrade() -> None:
    """Drop everything this version created."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("audit_subject", schema="audit_keys")
        op.execute("DROP SCHEMA audit_keys")
    for table in (
        "outbox",
        "secret",
        "audit_subject_event",
        "audit_opening",
        "audit_retention",
        "audit_cosignature",
        "audit_checkpoint",
        "audit_head",
        "audit_tile",
        "audit_leaf",
        "audit_pending",
        "audit_event",
    ):
        op.drop_table(table)


def _create_log() -> None:
    op.create_table(
        "audit_event",
        sa.Column("n", SERIAL, nullable=False, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit_event"),
        sa.UniqueConstraint("id", name="uq_audit_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_event_type_at", "audit_event", ["type", "at_us"])
    op.create_table(
        "audit_pending",
        sa.Column("n", SERIAL, nullable=False, autoincrement=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit_pending"),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("idx", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("idx", name="pk_audit_leaf"),
        sa.UniqueConstraint("n", name="uq_audit_leaf_n"),
    )
    op.create_table(
        "audit_tile",
        sa.Column("level", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("k", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "k", name="pk_audit_tile"),
    )
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("tails", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_audit_head"),
    )


def _create_extracts() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_checkpoint"),
    )
    op.create_table(
        "audit_cosignature",
        sa.Column("size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("witness", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name="pk_audit_cosignature"),
    )
    op.create_table(
        "audit_retention",
        sa.Column("before", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("idx", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("before", name="pk_audit_retention"),
        sa.UniqueConstraint("idx", name="uq_audit_retention_idx"),
    )
    op.create_table(
        "audit_opening",
        sa.Column("event", sa.String(36), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("event", "field", name="pk_audit_opening"),
    )
    op.create_index("ix_audit_opening_key_id", "audit_opening", ["key_id"])
    op.create_table(
        "audit_subject_event",
        sa.Column("pid", sa.String(36), nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("pid", "n", name="pk_audit_subject_event"),
    )


def _create_ground() -> None:
    op.create_table(
        "secret",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "name", name="pk_secret"),
    )
    op.create_table(
        "outbox",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_subject_id", "outbox", ["subject_id"])
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
