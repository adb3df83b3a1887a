"""Who holds anything about a data subject: an erasure asked of one controller leaves what is another's.

Sister companies share the record of a person. Told by one of them, an erasure closes the record for that one;
the data go with the last that holds any.
"""

from collections.abc import Iterable

from sqlalchemy import select

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.tables import decision_table
from consent.vocabulary import EventKind, Verdict


class Holding:
    """The controllers that hold anything about data subjects, in one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork) -> None:
        self._ground = ground
        self._uow = uow

    def erased_for(self, subject_id: str) -> set[str]:
        """Return the controllers for whom a subject was erased."""
        return _named(event for event in self._own(subject_id) if event.kind is EventKind.ERASE)

    def holders(self, subject_id: str) -> set[str]:
        """Return the controllers to whom a subject said anything, or that were allowed to use what is known of it."""
        return _named(self._own(subject_id)) | self._allowed(subject_id)

    def _own(self, subject_id: str) -> list[ConsentEvent]:
        events = EventStore(self._ground, self._uow.session).list_of([subject_id])
        return [event for event in events if event.subject == subject_id]

    def _allowed(self, subject_id: str) -> set[str]:
        query = select(decision_table.c.controller).where(
            decision_table.c.group_id == self._ground.group_id,
            decision_table.c.subject_id == subject_id,
            decision_table.c.verdict == Verdict.ALLOW,
        )
        return set(self._uow.session.scalars(query.distinct()))


def _named(events: Iterable[ConsentEvent]) -> set[str]:
    return {controller for event in events for controller in event.controllers}
