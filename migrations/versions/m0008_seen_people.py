"""Data subjects of whom nobody told us and who were only seen somewhere, so that they can end with where they were."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the mark; whoever is known already counts as told of."""
    op.add_column("data_subject", sa.Column("observed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_data_subject_observed",
        "data_subject",
        ["group_id", "created_at", "id"],
        sqlite_where=sa.text("observed = 1"),
        postgresql_where=sa.text("observed"),
    )


def downgrade() -> None:
    """Drop the mark."""
    op.drop_index("ix_data_subject_observed", "data_subject")
    op.drop_column("data_subject", "observed")
