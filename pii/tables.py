"""The tables of social data: what came in, what is sealed, what platforms ordered, and what went out.

No platform's id and no name stands here in clear: ids and names are keyed hashes (`hashing`), texts and fields
are pseudonymised, originals lie sealed in `vault`. `group_id` comes first in every key.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from audit.database import Base, UtcDateTime

metadata = Base.metadata

source_table = Table(
    "source",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("controller", String(63), nullable=False),
    Column("platform", String(32), nullable=False),
    # The brand's own accounts: ids and handles of the controller, never of a person.
    Column("accounts", JSON, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("connected_at", UtcDateTime, nullable=False),
    Column("disconnected_at", UtcDateTime, nullable=True),
)
post_table = Table(
    "post",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("controller", String(63), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("source_id", String(36), nullable=True),
    Column("item_hash", LargeBinary, nullable=False),
    Column("account_hash", LargeBinary, nullable=True),
    Column("kind", String(40), nullable=False),
    Column("lang", String(35), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("status_reason", String(40), nullable=True),
    # Causes that close the post, sorted and joined by commas; empty while it is open.
    Column("closed_by", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("author_id", String(36), nullable=True),
    Column("text", Text, nullable=True),
    Column("fields", JSON, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("special_categories", JSON, nullable=False),
    Column("minor", Boolean, nullable=False),
    Column("has_geo", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=True),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("refreshed_at", UtcDateTime, nullable=False),
    UniqueConstraint("group_id", "controller", "item_hash"),
    Index("ix_post_item_hash", "group_id", "item_hash"),
    Index("ix_post_account_hash", "group_id", "account_hash"),
    Index("ix_post_author_id", "group_id", "author_id"),
    Index("ix_post_status", "group_id", "status", "id"),
    Index("ix_post_collected_at", "group_id", "collected_at", "id"),
)


def _of_a_post() -> ForeignKeyConstraint:
    """Return the key by which a row ends with its post."""
    return ForeignKeyConstraint(["group_id", "post_id"], ["post.group_id", "post.id"], ondelete="CASCADE")


post_link_table = Table(
    "post_link",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("post_id", String(36), primary_key=True),
    Column("relation", String(16), primary_key=True),
    Column("item_hash", LargeBinary, primary_key=True),
    _of_a_post(),
    Index("ix_post_link_item_hash", "group_id", "item_hash"),
)
post_person_table = Table(
    "post_person",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("post_id", String(36), primary_key=True),
    Column("subject_id", String(36), primary_key=True),
    Column("role", String(16), primary_key=True),
    _of_a_post(),
    Index("ix_post_person_subject_id", "group_id", "subject_id"),
)
vault_table = Table(
    "vault",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("post_id", String(36), primary_key=True),
    # The subject under whose key the box lies, or `vault.NOBODY`.
    Column("subject_id", String(36), primary_key=True),
    Column("key_id", String(64), nullable=False),
    Column("box", LargeBinary, nullable=False),
    _of_a_post(),
    Index("ix_vault_subject_id", "group_id", "subject_id"),
)
known_name_table = Table(
    "known_name",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("network", String(32), primary_key=True),
    Column("name_hash", LargeBinary, primary_key=True),
    Column("subject_id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),
    Index("ix_known_name_subject_id", "group_id", "subject_id"),
)
seen_item_table = Table(
    "seen_item",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("controller", String(63), primary_key=True),
    Column("dedup_hash", LargeBinary, primary_key=True),
    Column("item_hash", LargeBinary, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Index("ix_seen_item_item_hash", "group_id", "item_hash"),
)
tombstone_table = Table(
    "tombstone",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("target_hash", LargeBinary, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
# What closes an item or an account whether or not its posts have arrived: orders come late and out of order.
closure_table = Table(
    "closure",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("target_hash", LargeBinary, primary_key=True),
    Column("cause", String(24), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
platform_order_table = Table(
    "platform_order",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("signal", String(64), nullable=False),
    Column("dedup_hash", LargeBinary, nullable=False),
    Column("subject_id", String(36), nullable=True),
    Column("status", String(8), nullable=False),
    Column("posts", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=True),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("group_id", "dedup_hash"),
    Index("ix_platform_order_status", "group_id", "status", "id"),
    Index("ix_platform_order_subject_id", "group_id", "subject_id"),
)
release_table = Table(
    "release",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("recipient", String(63), nullable=False),
    # No foreign key: that something went out must be known after the post has ended.
    Column("post_id", String(36), nullable=False),
    Column("post_version", Integer, nullable=False),
    Column("shown_id", String(64), nullable=False),
    Column("subject_id", String(36), nullable=True),
    Column("state", String(10), nullable=False),
    Column("reason", String(64), nullable=True),
    Column("purpose", String(63), nullable=True),
    Column("decision", JSON, nullable=False),
    Column("content", JSON, nullable=True),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime, nullable=True),
    Column("revoked_at", UtcDateTime, nullable=True),
    UniqueConstraint("group_id", "recipient", "post_id", "post_version"),
    Index("ix_release_state", "group_id", "recipient", "state", "asked_at", "id"),
    Index("ix_release_post_id", "group_id", "post_id"),
    Index("ix_release_subject_id", "group_id", "subject_id"),
)
feed_entry_table = Table(
    "feed_entry",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("recipient", String(63), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("release_id", String(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["group_id", "release_id"], ["release.group_id", "release.id"]),
    Index("ix_feed_entry_release_id", "group_id", "release_id"),
)
feed_head_table = Table(
    "feed_head",
    metadata,
    Column("group_id", String(63), primary_key=True),
    Column("recipient", String(63), primary_key=True),
    Column("position", Integer, nullable=False),
)
PII_TABLES = frozenset(
    table.name
    for table in (
        source_table,
        post_table,
        post_link_table,
        post_person_table,
        vault_table,
        known_name_table,
        seen_item_table,
        tombstone_table,
        closure_table,
        platform_order_table,
        release_table,
        feed_entry_table,
        feed_head_table,
    )
)
