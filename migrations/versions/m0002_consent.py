"""Consent: data subjects and their identifiers, policies, events, permissions, evidence and what hangs on them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
ACTIVE = sa.text("valid_to IS NULL")
SUBJECT = ["data_subject.group_id", "data_subject.id"]
EVENT = ["consent_event.group_id", "consent_event.id"]


def upgrade() -> None:
    """Create the tables of consent."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE consent_event_place")
    _create_subjects()
    _create_policies()
    _create_events()
    _create_permissions()
    _create_suppressions()
    _create_links()
    _create_uses()


def downgrade() -> None:
    """Drop everything this version created."""
    for table in (
        "decision_log",
        "consent_use",
        "link_token",
        "confirmation",
        "suppression",
        "evidence",
        "permission",
        "consent_event",
        "recipient",
        "notice_version",
        "policy_version",
        "identifier",
        "data_subject",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE consent_event_place")


def _create_subjects() -> None:
    op.create_table(
        "data_subject",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("first_country", sa.String(2), nullable=True),
        sa.Column("first_region", sa.String(8), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("region", sa.String(8), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("birth_date", sa.Date, nullable=True),
        sa.Column("time_zone", sa.String(64), nullable=True),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("form_of_address", sa.String(8), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_data_subject"),
    )
    op.create_table(
        "identifier",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(120), nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=True),
        sa.Column("key_id", sa.String(64), nullable=True),
        sa.Column("box", sa.LargeBinary, nullable=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("verified_how", sa.String(40), nullable=True),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_identifier"),
        sa.ForeignKeyConstraint(
            ["group_id", "subject_id"], SUBJECT, name="fk_identifier_group_id_subject_id_data_subject"
        ),
    )
    op.create_index("ix_identifier_blind_index", "identifier", ["group_id", "blind_index"])
    op.create_index("ix_identifier_subject", "identifier", ["group_id", "subject_id"])
    op.create_index(
        "uq_identifier_active",
        "identifier",
        ["group_id", "blind_index", "subject_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def _create_policies() -> None:
    op.create_table(
        "policy_version",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "version", name="pk_policy_version"),
    )
    op.create_table(
        "notice_version",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("notice", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "notice", "number", name="pk_notice_version"),
    )
    op.create_table(
        "recipient",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("domain", sa.String(120), nullable=False),
        sa.Column("purposes", sa.JSON, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "name", name="pk_recipient"),
    )


def _create_events() -> None:
    op.create_table(
        "consent_event",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("other_id", sa.String(36), nullable=True),
        sa.Column("contact", sa.String(80), nullable=True),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("digest", sa.LargeBinary, nullable=True),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_consent_event"),
        sa.UniqueConstraint(
            "group_id", "controller", "idempotency_key", name="uq_consent_event_group_id_controller_idempotency_key"
        ),
        sa.UniqueConstraint("group_id", "entry_id", name="uq_consent_event_group_id_entry_id"),
        sa.UniqueConstraint("group_id", "place", name="uq_consent_event_group_id_place"),
    )
    op.create_index("ix_consent_event_contact", "consent_event", ["group_id", "contact"])
    op.create_index("ix_consent_event_other", "consent_event", ["group_id", "other_id"])
    op.create_index("ix_consent_event_subject", "consent_event", ["group_id", "subject_id", "place"])
    op.create_table(
        "evidence",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["group_id", "event_id"], EVENT, name="fk_evidence_group_id_event_id_consent_event"),
    )
    op.create_index("ix_evidence_event", "evidence", ["group_id", "event_id"])
    op.create_index("ix_evidence_subject", "evidence", ["group_id", "subject_id"])


def _create_permissions() -> None:
    op.create_table(
        "permission",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("carried_by", sa.String(36), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "group_id", "subject_id", "controller", "purpose", "topic", "channel", "contact", name="pk_permission"
        ),
        sa.ForeignKeyConstraint(
            ["group_id", "subject_id"], SUBJECT, name="fk_permission_group_id_subject_id_data_subject"
        ),
    )
    op.create_index("ix_permission_purpose", "permission", ["group_id", "purpose", "channel", "state", "subject_id"])


def _create_suppressions() -> None:
    op.create_table(
        "suppression",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("holder", sa.String(36), nullable=True),
        sa.Column("proof", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_suppression"),
    )
    op.create_index("ix_suppression_blind_index", "suppression", ["group_id", "blind_index"])
    op.create_index("ix_suppression_subject", "suppression", ["group_id", "subject_id"])


def _create_links() -> None:
    op.create_table(
        "confirmation",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("contact", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_confirmation"),
        sa.ForeignKeyConstraint(
            ["group_id", "event_id"], EVENT, name="fk_confirmation_group_id_event_id_consent_event"
        ),
        sa.UniqueConstraint("group_id", "token_hash", name="uq_confirmation_group_id_token_hash"),
    )
    op.create_index("ix_confirmation_expires", "confirmation", ["group_id", "expires_at"])
    op.create_index("ix_confirmation_subject", "confirmation", ["group_id", "subject_id"])
    op.create_table(
        "link_token",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "token_hash", name="pk_link_token"),
        sa.ForeignKeyConstraint(
            ["group_id", "subject_id"], SUBJECT, name="fk_link_token_group_id_subject_id_data_subject"
        ),
    )
    op.create_index("ix_link_token_subject", "link_token", ["group_id", "subject_id"])


def _create_uses() -> None:
    op.create_table(
        "consent_use",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(120), nullable=False),
        sa.Column("decision_id", sa.String(36), nullable=True),
        sa.Column("carried_by", sa.String(36), nullable=True),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.Column("key_id", sa.String(64), nullable=True),
        sa.Column("box", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_consent_use"),
        sa.ForeignKeyConstraint(["group_id", "event_id"], EVENT, name="fk_consent_use_group_id_event_id_consent_event"),
    )
    op.create_index("ix_consent_use_subject", "consent_use", ["group_id", "subject_id"])
    op.create_table(
        "decision_log",
        sa.Column("group_id", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("asker", sa.String(80), nullable=True),
        sa.Column("subject_id", sa.String(36), nullable=True),
        sa.Column("controller", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("judged_as", sa.String(120), nullable=False),
        sa.Column("topic", sa.String(120), nullable=True),
        sa.Column("channel", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(80), nullable=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("basis", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("carried_by", sa.String(36), nullable=True),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "id", name="pk_decision_log"),
    )
    op.create_index("ix_decision_log_at", "decision_log", ["group_id", "at"])
    op.create_index("ix_decision_log_subject", "decision_log", ["group_id", "subject_id"])
