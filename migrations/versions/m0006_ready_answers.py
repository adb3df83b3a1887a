"""Answers made ready beforehand, and the counter that says whether they still count."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; they fill by themselves."""
    op.create_table(
        "ready_answer",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("asked", sa.String(80), nullable=False),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(120), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("contact", sa.String(80), nullable=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("basis", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("carried_by", sa.String(36), nullable=True),
        sa.Column("has_way_out", sa.Boolean, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("era", sa.BigInteger, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "asked", "controller", "purpose", "channel", name="pk_ready_answer"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "era",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("answers", sa.BigInteger, nullable=False),
        sa.Column("clients", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_era"),
    )


def downgrade() -> None:
    """Drop everything this version created; answers can be made ready again."""
    op.drop_table("era")
    op.drop_table("ready_answer")
