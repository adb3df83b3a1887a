"""The tables of consent: who is known, what was promised, what was said, and what follows from it.

`blind_index` is a keyed hash of a normalised identifier and `contact` the same with its kind in front
(`contacts.py`); no column holds an identifier in clear.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from audit.database import Base, UtcDateTime

metadata = Base.metadata
GROUP = 63
ID = 36
# The kind of a contact point and an HMAC-SHA-256 as hexadecimal text.
CONTACT = 80
NAME = 120

subject_table = Table(
    "data_subject",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("status", String(12), nullable=False),
    # Where the person lived when the record began: decisions start from it and apply the moves since.
    Column("first_country", String(2), nullable=True),
    Column("first_region", String(8), nullable=True),
    Column("country", String(2), nullable=True),
    Column("region", String(8), nullable=True),
    Column("kind", String(12), nullable=False),
    Column("birth_date", Date, nullable=True),
    Column("time_zone", String(64), nullable=True),
    Column("language", String(35), nullable=True),
    Column("form_of_address", String(8), nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    # Made because the person was seen somewhere, or kept for nothing else; nobody told us of the person.
    Column("observed", Boolean, nullable=False, server_default=false()),
    # Of an erased person: the dates until which the law wants proof kept, by controller, purpose and channel.
    Column("proof", JSON(none_as_null=True), nullable=True),
    Index(
        "ix_data_subject_observed",
        "group_id",
        "created_at",
        "id",
        sqlite_where=text("observed = 1"),
        postgresql_where=text("observed"),
    ),
)
identifier_table = Table(
    "identifier",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("subject_id", String(ID), nullable=False),
    Column("kind", String(NAME), nullable=False),
    # Hash and box are empty on the trace that an erased person leaves: a kind and a random id.
    Column("blind_index", LargeBinary, nullable=True),
    Column("key_id", String(64), nullable=True),
    Column("box", LargeBinary, nullable=True),
    Column("place", Integer, nullable=False),
    Column("verified_at", UtcDateTime, nullable=True),
    Column("verified_how", String(40), nullable=True),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_to", UtcDateTime, nullable=True),
    ForeignKeyConstraint(["group_id", "subject_id"], ["data_subject.group_id", "data_subject.id"]),
    Index("ix_identifier_subject", "group_id", "subject_id"),
    Index(
        "uq_identifier_active",
        "group_id",
        "blind_index",
        "subject_id",
        unique=True,
        sqlite_where=text("valid_to IS NULL"),
        postgresql_where=text("valid_to IS NULL"),
    ),
    Index("ix_identifier_blind_index", "group_id", "blind_index"),
)
policy_table = Table(
    "policy_version",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("edition", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
)
notice_table = Table(
    "notice_version",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("notice", String(NAME), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", UtcDateTime, nullable=True),
    Column("content", JSON, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("policy_version", Integer, nullable=False),
)
recipient_table = Table(
    "recipient",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("name", String(NAME), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("domain", String(NAME), nullable=False),
    Column("purposes", JSON, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime, nullable=True),
)
# The order of recording. SQLite has one writer at a time and counts; PostgreSQL has many and draws numbers.
place_sequence = Sequence("consent_event_place")
event_table = Table(
    "consent_event",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("subject_id", String(ID), nullable=True),
    Column("other_id", String(ID), nullable=True),
    # Set where an event is about a contact point, whoever holds it.
    Column("contact", String(CONTACT), nullable=True),
    # Whom the event addresses first; all of them stand in the body. Empty for facts towards everybody.
    Column("controller", String(NAME), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("body", JSON, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("idempotency_key", String(200), nullable=True),
    Column("digest", LargeBinary, nullable=True),
    Column("entry_id", String(ID), nullable=False),
    UniqueConstraint("group_id", "place"),
    UniqueConstraint("group_id", "entry_id"),
    UniqueConstraint("group_id", "controller", "idempotency_key"),
    Index("ix_consent_event_subject", "group_id", "subject_id", "place"),
    Index("ix_consent_event_other", "group_id", "other_id"),
    Index("ix_consent_event_contact", "group_id", "contact"),
)
permission_table = Table(
    "permission",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("subject_id", String(ID), primary_key=True),
    Column("controller", String(NAME), primary_key=True),
    Column("purpose", String(NAME), primary_key=True),
    # Empty where the consent names no topic, or the channel needs no contact point.
    Column("topic", String(NAME), primary_key=True),
    Column("channel", String(NAME), primary_key=True),
    Column("contact", String(CONTACT), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("carried_by", String(ID), nullable=True),
    Column("since", UtcDateTime, nullable=False),
    Column("policy_version", Integer, nullable=False),
    ForeignKeyConstraint(["group_id", "subject_id"], ["data_subject.group_id", "data_subject.id"]),
    Index("ix_permission_purpose", "group_id", "purpose", "channel", "state", "subject_id"),
)
evidence_table = Table(
    "evidence",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("event_id", String(ID), nullable=False),
    Column("subject_id", String(ID), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["group_id", "event_id"], ["consent_event.group_id", "consent_event.id"]),
    Index("ix_evidence_event", "group_id", "event_id"),
    Index("ix_evidence_subject", "group_id", "subject_id"),
)
suppression_table = Table(
    "suppression",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("blind_index", LargeBinary, nullable=False),
    Column("kind", String(NAME), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("controller", String(NAME), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("lifted_at", UtcDateTime, nullable=True),
    # Emptied when the person's data are removed: from then on nothing leads from the hash to a record.
    Column("subject_id", String(ID), nullable=True),
    # The entry stems from the erasure of a holder, who goes on counting as one, under this name and with
    # no record, until somebody else takes the contact point over.
    Column("holder", String(ID), nullable=True),
    # The dates until which the law wants proof kept, by purpose and channel.
    Column("proof", JSON, nullable=False),
    Index("ix_suppression_blind_index", "group_id", "blind_index"),
    Index("ix_suppression_subject", "group_id", "subject_id"),
)
confirmation_table = Table(
    "confirmation",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("event_id", String(ID), nullable=False),
    Column("subject_id", String(ID), nullable=False),
    Column("contact", String(CONTACT), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("spent_at", UtcDateTime, nullable=True),
    UniqueConstraint("group_id", "token_hash"),
    ForeignKeyConstraint(["group_id", "event_id"], ["consent_event.group_id", "consent_event.id"]),
    Index("ix_confirmation_expires", "group_id", "expires_at"),
    Index("ix_confirmation_subject", "group_id", "subject_id"),
)
link_table = Table(
    "link_token",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("token_hash", LargeBinary, primary_key=True),
    Column("subject_id", String(ID), nullable=False),
    Column("controller", String(NAME), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["group_id", "subject_id"], ["data_subject.group_id", "data_subject.id"]),
    Index("ix_link_token_subject", "group_id", "subject_id"),
)
use_table = Table(
    "consent_use",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("event_id", String(ID), nullable=False),
    Column("subject_id", String(ID), nullable=False),
    Column("controller", String(NAME), nullable=False),
    Column("purpose", String(NAME), nullable=False),
    Column("channel", String(NAME), nullable=False),
    Column("decision_id", String(ID), nullable=True),
    Column("carried_by", String(ID), nullable=True),
    Column("used_at", UtcDateTime, nullable=False),
    # The reference of the message is the sender's own text; it may name anybody, so it is sealed.
    Column("key_id", String(64), nullable=True),
    Column("box", LargeBinary, nullable=True),
    ForeignKeyConstraint(["group_id", "event_id"], ["consent_event.group_id", "consent_event.id"]),
    Index("ix_consent_use_subject", "group_id", "subject_id"),
)
decision_table = Table(
    "decision_log",
    metadata,
    Column("group_id", String(GROUP), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("asker", String(80), nullable=True),
    Column("subject_id", String(ID), nullable=True),
    Column("controller", String(NAME), nullable=False),
    Column("purpose", String(NAME), nullable=False),
    Column("judged_as", String(NAME), nullable=False),
    Column("topic", String(NAME), nullable=True),
    Column("channel", String(NAME), nullable=False),
    Column("contact", String(CONTACT), nullable=True),
    Column("verdict", String(8), nullable=False),
    Column("basis", String(40), nullable=True),
    Column("reason", String(60), nullable=True),
    Column("carried_by", String(ID), nullable=True),
    Column("policy_version", Integer, nullable=False),
    Index("ix_decision_log_subject", "group_id", "subject_id"),
    Index("ix_decision_log_at", "group_id", "at"),
)
