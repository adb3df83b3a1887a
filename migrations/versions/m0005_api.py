"""The edge: clients with hashed keys, and the answers kept for Idempotency-Keys."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of the edge."""
    op.create_table(
        "api_client",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("scopes", sa.String(400), nullable=False),
        sa.Column("controller", sa.String(63), nullable=False),
        sa.Column("recipient", sa.String(120), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_api_client"),
        sa.UniqueConstraint("group_id", "key_id", name="uq_api_client_group_id_key_id"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("box", sa.LargeBinary, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "client_id", "key_hash", name="pk_idempotency_key"),
    )
    op.create_index("ix_idempotency_key_expires_at", "idempotency_key", ["expires_at"])


def downgrade() -> None:
    """Drop everything this version created."""
    op.drop_table("idempotency_key")
    op.drop_table("api_client")
