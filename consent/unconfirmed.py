"""Sign-ups that nobody confirmed: they are kept as long as the schedule says, then go with all that came with them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from audit.erasure import erasure_events, forget_openings
from audit.ground import Ground
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork
from consent.confirmation_store import ConfirmationStore, StoredConfirmation
from consent.contacts import HOLDING
from consent.event_store import EventStore
from consent.events import SIGN_UPS_REMOVED
from consent.evidence_store import EvidenceStore
from consent.identifier_store import IdentifierStore
from consent.identifiers import rule_kind
from consent.ready_answers import ReadyAnswers
from consent.subject_store import SubjectStore
from consent.tables import (
    confirmation_table,
    decision_table,
    event_table,
    identifier_table,
    link_table,
    permission_table,
    subject_table,
)
from consent.vocabulary import EventKind

BASIS: Final = "Art.5(1)(e)"
REQUEST: Final = "unconfirmed"
_SIGN_UP_ONLY: Final = HOLDING | {
    EventKind.GRANT_REQUESTED,
    EventKind.DOI_LINK_OPENED,
    EventKind.NOTICE_SHOWN,
    EventKind.UNSUBSCRIBE_LINK_OPENED,
}
"""What is on record of somebody who signed up, or was signed up by somebody else, and no more."""

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
class RemovedSignUps:
    """How many sign-ups went, and how many data subjects of whom nothing else was known."""

    sign_ups: int
    subjects: int


class UnconfirmedSignUps:
    """Lists and deletes unconfirmed sign-ups, inside the caller's transactions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def list_created_before(
        self, session: Session, instant: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[StoredConfirmation]:
        """Return up to `limit` sign-ups begun before `instant` and never confirmed, the oldest first.

        `after` is the instant and the id of the last one seen.
        """
        return ConfirmationStore(self._ground, session).list_unconfirmed(instant, after, limit)

    def remove(
        self, uow: UnitOfWork, ids: Collection[str], *, known_elsewhere: Callable[[Session, str], bool]
    ) -> RemovedSignUps:
        """Delete sign-ups with their evidence, and subjects of whom nothing else is known; record how many.

        `known_elsewhere` says whether another package holds data about a subject; then it stays. Of a subject
        that stays the bare request stays too, so that `doi_expired` goes on being the answer. Sign-ups
        confirmed meanwhile are left alone.
        """
        removed = ConfirmationStore(self._ground, uow.session).remove(ids)
        EvidenceStore(self._ground, uow.session).remove_of_events([item.event_id for item in removed])
        gone = [
            subject_id
            for subject_id in sorted({item.subject_id for item in removed})
            if self._is_nothing_but_sign_up(uow, subject_id) and not known_elsewhere(uow.session, subject_id)
        ]
        for subject_id in gone:
            self._remove_subject(uow, subject_id)
        if removed:
            uow.record(SIGN_UPS_REMOVED.event(pub={"count": len(removed), "subjects": len(gone)}))
        return RemovedSignUps(len(removed), len(gone))

    def _is_nothing_but_sign_up(self, uow: UnitOfWork, subject_id: str) -> bool:
        SubjectStore(self._ground, uow.session).lock([subject_id])
        events = EventStore(self._ground, uow.session).list_of([subject_id])
        outside = IdentifierStore(self._ground, uow.session).list_of([subject_id])
        return (
            all(event.kind in _SIGN_UP_ONLY for event in events)
            and all(rule_kind(identifier.kind) is not None for identifier in outside)
            and not self._count(uow, confirmation_table, subject_id)
        )

    def _remove_subject(self, uow: UnitOfWork, subject_id: str) -> None:
        EvidenceStore(self._ground, uow.session).remove_of_subject(subject_id)
        ReadyAnswers(self._ground.group_id, uow.session).forget([subject_id])
        for table in _TABLES:
            condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
            uow.session.execute(delete(table).where(condition))
        own = (subject_table.c.group_id == self._ground.group_id) & (subject_table.c.id == subject_id)
        uow.session.execute(delete(subject_table).where(own))
        key_ids = self._ground.subject_keys.list_key_ids(uow.connection, subject_id)
        for event in erasure_events(forget_openings(uow.connection, subject_id, key_ids), basis=BASIS, request=REQUEST):
            uow.record(event)
        # Where keys lie in a file of their own, a crash now leaves rows that nobody can read; the next sweep
        # deletes them. The other way round it would leave keys that no sweep would find.
        self._ground.subject_keys.destroy(uow.connection, subject_id)

    def _count(self, uow: UnitOfWork, table: Table, subject_id: str) -> int:
        query = select(func.count()).where(table.c.group_id == self._ground.group_id, table.c.subject_id == subject_id)
        return uow.session.scalar(query) or 0
