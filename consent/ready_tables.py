"""The tables of answers made ready beforehand, and of the counter that says whether they still count."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from audit.database import Base, UtcDateTime
from consent.tables import CONTACT, GROUP, ID, NAME

ready_answer_table = Table(
    "ready_answer",
    Base.metadata,
    Column("group_id", String(GROUP), primary_key=True),
    # Whom the question names: a contact point by its keyed hash, or a data subject by its id.
    Column("asked", String(CONTACT), primary_key=True),
    Column("controller", String(NAME), primary_key=True),
    Column("purpose", String(NAME), primary_key=True),
    Column("channel", String(NAME), primary_key=True),
    Column("subject_id", String(ID), nullable=False),
    Column("contact", String(CONTACT), nullable=True),
    Column("verdict", String(8), nullable=False),
    Column("basis", String(40), nullable=True),
    Column("reason", String(60), nullable=True),
    Column("carried_by", String(ID), nullable=True),
    Column("has_way_out", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("era", BigInteger, nullable=False),
    # The answer holds from `since` on and before `until` (empty: for as long as nothing happens).
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=True),
    sqlite_with_rowid=False,
)
era_table = Table(
    "era",
    Base.metadata,
    Column("group_id", String(GROUP), primary_key=True),
    # Grows with everything that may change the answers about anybody, and with every change of a client.
    Column("answers", BigInteger, nullable=False),
    Column("clients", BigInteger, nullable=False),
)
