"""Bare records: of the person there is an account or a contact point, and perhaps a request nobody confirmed.

Nothing that was ever said or done keeps such a record. It goes when what brought it here goes: the sign-up, or the
posts in which the person was seen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from audit.erasure import erasure_events, forget_openings
from audit.ground import Ground
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork
from consent.contacts import HOLDING
from consent.evidence_store import EvidenceStore
from consent.identifiers import OUTSIDE, SOCIAL
from consent.ready_answers import ReadyAnswers
from consent.subject_store import SubjectStatus, SubjectStore
from consent.tables import (
    confirmation_table,
    decision_table,
    event_table,
    identifier_table,
    link_table,
    permission_table,
)
from consent.tables import subject_table as table
from consent.vocabulary import EventKind, SubjectKind

BASIS: Final = "Art.5(1)(e)"
SEEN: Final = "seen"
_BARE: Final = HOLDING | {
    EventKind.GRANT_REQUESTED,
    EventKind.DOI_LINK_OPENED,
    EventKind.NOTICE_SHOWN,
    EventKind.UNSUBSCRIBE_LINK_OPENED,
    # Where somebody lives is no reason to keep it.
    EventKind.MOVED,
}
"""What is on record of somebody who was seen, who signed up, or was signed up by somebody else, and no more."""

_FACTS: Final = ("country", "region", "birth_date", "time_zone", "language", "form_of_address")

# In this order: what refers to another table goes before it.
_TABLES: Final = (
    permission_table,
    link_table,
    decision_table,
    outbox_table,
    event_table,
    identifier_table,
)


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """The record of somebody who was only ever seen, and since when there is one."""

    subject_id: str
    created_at: datetime


class BareRecords:
    """Finds and removes bare records, inside the caller's transactions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def list_seen(
        self,
        session: Session,
        instant: datetime,
        after: tuple[datetime, str] | None,
        limit: int,
        *,
        unless: ColumnElement[bool],
    ) -> list[SeenRecord]:
        """Return up to `limit` records made before `instant` of people who were only ever seen, the oldest first.

        `unless` is a condition on `data_subject` that says who is still seen; `after` are the instant and the id of
        the last record listed. Somebody of whom anybody told us is not among them, but for a sign-up in vain.
        """
        query = self._seen(unless).where(table.c.created_at < instant).limit(limit)
        if after is not None:
            query = query.where(tuple_(table.c.created_at, table.c.id) > after)
        return [SeenRecord(row.id, row.created_at) for row in session.execute(query)]

    def remove_seen(self, uow: UnitOfWork, subject_ids: Collection[str], *, unless: ColumnElement[bool]) -> list[str]:
        """Delete those of some records that are still as `list_seen` lists them, and return which they were."""
        SubjectStore(self._ground, uow.session).lock(subject_ids)
        gone = list(uow.session.scalars(self._seen(unless).where(table.c.id.in_(subject_ids))))
        self.remove(uow, gone, request=SEEN)
        return gone

    def is_bare(self, uow: UnitOfWork, subject_id: str) -> bool:
        """Say whether nothing keeps a record, and let nobody write about the person before this transaction ends."""
        SubjectStore(self._ground, uow.session).lock([subject_id])
        query = select(table.c.id).where(table.c.group_id == self._ground.group_id, table.c.id == subject_id, _bare())
        return uow.session.scalar(query) is not None

    def mark_seen(self, uow: UnitOfWork, subject_id: str) -> None:
        """Note that from now on nothing keeps a bare record but where the person is seen."""
        SubjectStore(self._ground, uow.session).set(subject_id, {"observed": True})

    def remove(self, uow: UnitOfWork, subject_ids: Collection[str], *, request: str) -> None:
        """Delete records with all that hangs on them and destroy their keys; `request` says in the log for what."""
        for subject_id in subject_ids:
            self._remove(uow, subject_id, request)

    def _remove(self, uow: UnitOfWork, subject_id: str, request: str) -> None:
        EvidenceStore(self._ground, uow.session).remove_of_subject(subject_id)
        ReadyAnswers(self._ground.group_id, uow.session).forget([subject_id])
        for other in _TABLES:
            condition = (other.c.group_id == self._ground.group_id) & (other.c.subject_id == subject_id)
            uow.session.execute(delete(other).where(condition))
        own = (table.c.group_id == self._ground.group_id) & (table.c.id == subject_id)
        uow.session.execute(delete(table).where(own))
        key_ids = self._ground.subject_keys.list_key_ids(uow.connection, subject_id)
        for event in erasure_events(forget_openings(uow.connection, subject_id, key_ids), basis=BASIS, request=request):
            uow.record(event)
        # Where keys lie in a file of their own, a crash now leaves rows that nobody can read; the next sweep
        # deletes them. The other way round it would leave keys that no sweep would find.
        self._ground.subject_keys.destroy(uow.connection, subject_id)

    def _seen(self, unless: ColumnElement[bool]) -> Select[Any]:
        asked_in_vain = _has(event_table, event_table.c.kind == EventKind.GRANT_REQUESTED)
        return (
            select(table.c.id, table.c.created_at)
            .where(table.c.group_id == self._ground.group_id, table.c.observed, table.c.status == SubjectStatus.ACTIVE)
            .where(_bare(), or_(asked_in_vain, _is_nothing_but_seen()), ~unless)
            .order_by(table.c.created_at, table.c.id)
        )


def _has(other: Table, condition: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Say whether the subject has a row in another table, one that meets a condition if there is one."""
    same = and_(other.c.group_id == table.c.group_id, other.c.subject_id == table.c.id)
    return exists().where(same if condition is None else same & condition)


def _bare() -> ColumnElement[bool]:
    """Say whether nothing keeps the subject's record."""
    kinds, merged = identifier_table.c.kind, event_table.alias()
    return and_(
        ~_has(confirmation_table),
        ~_has(event_table, event_table.c.kind.not_in(_BARE)),
        ~_has(identifier_table, kinds.startswith(OUTSIDE, autoescape=True)),
        ~exists().where(merged.c.group_id == table.c.group_id, merged.c.other_id == table.c.id),
    )


def _is_nothing_but_seen() -> ColumnElement[bool]:
    """Say whether nobody ever told us anything of the subject: accounts are all there is, and no fact."""
    other = ~identifier_table.c.kind.startswith(SOCIAL, autoescape=True)
    return and_(
        ~_has(identifier_table, other),
        table.c.kind == SubjectKind.CONSUMER,
        *(table.c[name].is_(None) for name in _FACTS),
    )
