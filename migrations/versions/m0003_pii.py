"""Social data: posts, vault, known names, platform orders, releases and the recipients' feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of social data."""
    _create_posts()
    _create_of_posts()
    _create_memory()
    _create_orders()
    _create_releases()
    _create_feeds()


def downgrade() -> None:
    """Drop everything this version created."""
    for table in (
        "feed_head",
        "feed_entry",
        "release",
        "platform_order",
        "closure",
        "tombstone",
        "seen_item",
        "known_name",
        "vault",
        "post_person",
        "post_link",
        "post",
        "source",
    ):
        op.drop_table(table)


def _group() -> sa.Column[str]:
    return sa.Column("group_id", sa.String(63), nullable=False)


def _of_a_post(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["group_id", "post_id"],
        ["post.group_id", "post.id"],
        name=f"fk_{table}_group_id_post_id_post",
        ondelete="CASCADE",
    )


def _create_posts() -> None:
    op.create_table(
        "source",
        _group(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("controller", sa.String(63), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("accounts", sa.JSON, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("connected_at", INSTANT, nullable=False),
        sa.Column("disconnected_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_source"),
    )
    op.create_table(
        "post",
        _group(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("controller", sa.String(63), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("source_id", sa.String(36), nullable=True),
        sa.Column("item_hash", sa.LargeBinary, nullable=False),
        sa.Column("account_hash", sa.LargeBinary, nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_reason", sa.String(40), nullable=True),
        sa.Column("closed_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("author_id", sa.String(36), nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("special_categories", sa.JSON, nullable=False),
        sa.Column("minor", sa.Boolean, nullable=False),
        sa.Column("has_geo", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=True),
        sa.Column("collected_at", INSTANT, nullable=False),
        sa.Column("refreshed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_post"),
        sa.UniqueConstraint("group_id", "controller", "item_hash", name="uq_post_group_id_controller_item_hash"),
    )
    for columns in (("item_hash",), ("account_hash",), ("author_id",), ("status", "id"), ("collected_at", "id")):
        op.create_index(f"ix_post_{columns[0]}", "post", ["group_id", *columns])


def _create_of_posts() -> None:
    op.create_table(
        "post_link",
        _group(),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("item_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "post_id", "relation", "item_hash", name="pk_post_link"),
        _of_a_post("post_link"),
    )
    op.create_index("ix_post_link_item_hash", "post_link", ["group_id", "item_hash"])
    op.create_table(
        "post_person",
        _group(),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "post_id", "subject_id", "role", name="pk_post_person"),
        _of_a_post("post_person"),
    )
    op.create_index("ix_post_person_subject_id", "post_person", ["group_id", "subject_id"])
    op.create_table(
        "vault",
        _group(),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "post_id", "subject_id", name="pk_vault"),
        _of_a_post("vault"),
    )
    op.create_index("ix_vault_subject_id", "vault", ["group_id", "subject_id"])


def _create_memory() -> None:
    op.create_table(
        "known_name",
        _group(),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("name_hash", sa.LargeBinary, nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "network", "name_hash", "subject_id", name="pk_known_name"),
    )
    op.create_index("ix_known_name_subject_id", "known_name", ["group_id", "subject_id"])
    op.create_table(
        "seen_item",
        _group(),
        sa.Column("controller", sa.String(63), nullable=False),
        sa.Column("dedup_hash", sa.LargeBinary, nullable=False),
        sa.Column("item_hash", sa.LargeBinary, nullable=False),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "controller", "dedup_hash", name="pk_seen_item"),
    )
    op.create_index("ix_seen_item_item_hash", "seen_item", ["group_id", "item_hash"])
    op.create_table(
        "tombstone",
        _group(),
        sa.Column("target_hash", sa.LargeBinary, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "target_hash", name="pk_tombstone"),
    )


def _create_orders() -> None:
    op.create_table(
        "closure",
        _group(),
        sa.Column("target_hash", sa.LargeBinary, nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "target_hash", "cause", name="pk_closure"),
    )
    op.create_table(
        "platform_order",
        _group(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("signal", sa.String(64), nullable=False),
        sa.Column("dedup_hash", sa.LargeBinary, nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_platform_order"),
        sa.UniqueConstraint("group_id", "dedup_hash", name="uq_platform_order_group_id_dedup_hash"),
    )
    op.create_index("ix_platform_order_status", "platform_order", ["group_id", "status", "id"])
    op.create_index("ix_platform_order_subject_id", "platform_order", ["group_id", "subject_id"])


def _create_releases() -> None:
    op.create_table(
        "release",
        _group(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recipient", sa.String(63), nullable=False),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.Column("post_version", sa.Integer, nullable=False),
        sa.Column("shown_id", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("purpose", sa.String(63), nullable=True),
        sa.Column("decision", sa.JSON, nullable=False),
        sa.Column("content", sa.JSON, nullable=True),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_release"),
        sa.UniqueConstraint(
            "group_id",
            "recipient",
            "post_id",
            "post_version",
            name="uq_release_group_id_recipient_post_id_post_version",
        ),
    )
    op.create_index("ix_release_state", "release", ["group_id", "recipient", "state", "asked_at", "id"])
    op.create_index("ix_release_post_id", "release", ["group_id", "post_id"])
    op.create_index("ix_release_subject_id", "release", ["group_id", "subject_id"])


def _create_feeds() -> None:
    op.create_table(
        "feed_entry",
        _group(),
        sa.Column("recipient", sa.String(63), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("release_id", sa.String(36), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "recipient", "position", name="pk_feed_entry"),
        sa.ForeignKeyConstraint(
            ["group_id", "release_id"],
            ["release.group_id", "release.id"],
            name="fk_feed_entry_group_id_release_id_release",
        ),
    )
    op.create_index("ix_feed_entry_release_id", "feed_entry", ["group_id", "release_id"])
    op.create_table(
        "feed_head",
        _group(),
        sa.Column("recipient", sa.String(63), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "recipient", name="pk_feed_head"),
    )
