"""Erased data subjects: the dates until which proof is kept stand alone, without the residence they follow from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the dates; subjects erased before have none and go on answering from what they kept."""
    op.add_column("data_subject", sa.Column("proof", sa.JSON, nullable=True))


def downgrade() -> None:
    """Drop the dates."""
    op.drop_column("data_subject", "proof")
