"""Letters that wait are found without looking at those that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
WAITS = sa.text("sent_at IS NULL")


def upgrade() -> None:
    """Index the waiting letters in place of all of them."""
    op.drop_index("ix_outbox_due_at", "outbox")
    op.create_index("ix_outbox_waiting", "outbox", ["group_id", "due_at"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    """Index all letters again."""
    op.drop_index("ix_outbox_waiting", "outbox")
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
