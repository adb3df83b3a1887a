"""Cutting the events of an erased person down to what still has to be answered, and to nothing that identifies.

What stays under the record's random id: that and for whom it was erased, and what consents it had and when
they were used, for as long as they have to be proved. What concerns other people stays with them: noes that
bind a record it was merged with, and the history of a contact point that somebody else still holds.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, delete, update

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.closing import SYSTEM
from consent.contacts import HOLDING, contacts_in, hash_of_contact, kind_of_contact
from consent.event import ConsentEvent
from consent.event_store import EventStore, body_of
from consent.history_store import HistoryLoader
from consent.identifier_store import IdentifierStore, active
from consent.in_force import InForce
from consent.recorder import Act, Recorder
from consent.suppression_store import SuppressionStore
from consent.tables import event_table as table
from consent.view import View
from consent.vocabulary import EventKind

_ANSWERS: Final = HOLDING | frozenset(
    {
        EventKind.USE,
        EventKind.ERASE,
        EventKind.DECEASE,
        EventKind.MERGE,
        EventKind.UNMERGE,
    }
)
"""What it takes, besides the yeses, to answer that somebody was erased, and until when proof is kept."""

_BINDS_OTHERS: Final = frozenset(
    {
        EventKind.REFUSE,
        EventKind.WITHDRAW,
        EventKind.OBJECT,
        EventKind.SIGNAL,
        EventKind.IMPORT_ROW,
        EventKind.RESTRICT,
        EventKind.LIFT_RESTRICTION,
        EventKind.SUPPRESS,
        EventKind.LIFT_SUPPRESSION,
    }
)
"""What binds a record that was ever merged with the erased one."""

_ON_CONTACT_POINT: Final = frozenset({EventKind.SUPPRESS, EventKind.LIFT_SUPPRESSION})
_OF_CONTACT_POINT: Final = frozenset({EventKind.BOUNCE, EventKind.IDENTIFIER_VERIFIED})


class Pruning:
    """Cuts the events of one erased subject down, in the transaction of the erasure."""

    def __init__(self, ground: Ground, uow: UnitOfWork, in_force: InForce) -> None:
        self._ground = ground
        self._uow = uow
        self._in_force = in_force
        self._events = EventStore(ground, uow.session)

    def prune(self, subject_id: str) -> int:
        """Cut down the events about a subject and return how many were deleted."""
        own = [event for event in self._events.list_of([subject_id]) if event.subject == subject_id]
        traces = self._traces(subject_id)
        shared = self._held_by_others(subject_id, own)
        holders = SuppressionStore(self._ground, self._uow.session).holders_of(subject_id)
        wanted = _ANSWERS if len(self._events.family([subject_id])) == 1 else _ANSWERS | _BINDS_OTHERS
        view = self._view(subject_id, shared)
        yeses = {e.id for yes in view.records.said(subject_id).declarations for e in (yes.event, yes.said)}
        self._keep_proved(subject_id, shared, view)
        deleted = 0
        for event in own:
            kept = _on_contact_point(event, shared, holders)
            if kept is None and (event.kind in wanted or event.id in yeses):
                kept = _in_record(event, traces, shared)
            if kept is None:
                self._uow.session.execute(delete(table).where(self._is(event.id)))
                deleted += 1
            else:
                self._rewrite(kept)
        return deleted

    def _traces(self, subject_id: str) -> dict[str, str]:
        """Return the name that will stand for each contact point the subject ever held."""
        rows = IdentifierStore(self._ground, self._uow.session).list_of([subject_id])
        return {row.contact: f"{kind_of_contact(row.contact)}:{row.id}" for row in rows if row.contact is not None}

    def _held_by_others(self, subject_id: str, own: list[ConsentEvent]) -> set[str]:
        """Return the contact points in events that somebody else holds now."""
        named = {name for event in own for name in contacts_in(event)}
        hashes = {digest: name for name in named if (digest := hash_of_contact(name)) is not None}
        rows = active(IdentifierStore(self._ground, self._uow.session).list_by_hash(list(hashes)))
        return {hashes[row.blind_index] for row in rows if row.subject_id != subject_id and row.blind_index}

    def _view(self, subject_id: str, shared: set[str]) -> View:
        history = HistoryLoader(self._ground, self._uow.session).load([subject_id], shared).history
        now = self._ground.now()
        return View(history, self._in_force.policy, now, now)

    def _keep_proved(self, subject_id: str, shared: set[str], view: View) -> None:
        """Say again that control over shared contact points is proved, where the proof goes with the erased."""
        now = view.timeline.as_of
        for name in sorted(shared):
            point = view.contact_point(name)
            if point is not None and point.verified and subject_id in point.holders:
                event = ConsentEvent(
                    id=new_id(), kind=EventKind.IDENTIFIER_VERIFIED, at=now, recorded_at=now, identifiers=(name,)
                )
                recorder = Recorder(self._ground, self._uow, self._in_force)
                recorder.project([recorder.append(event, Act(actor=SYSTEM))])

    def _rewrite(self, event: ConsentEvent) -> None:
        keeps_contact = event.subject is None or event.kind in HOLDING
        contact = next(iter(event.identifiers), None) if keeps_contact else None
        self._uow.session.execute(
            update(table)
            .where(self._is(event.id))
            .values(
                subject_id=event.subject,
                contact=contact,
                body=body_of(event),
                idempotency_key=None,
                digest=None,
            )
        )

    def _is(self, event_id: str) -> ColumnElement[bool]:
        return (table.c.group_id == self._ground.group_id) & (table.c.id == event_id)


def _on_contact_point(event: ConsentEvent, shared: set[str], holders: Mapping[str, str]) -> ConsentEvent | None:
    """Return what stays of an event because it is the history of a contact point, or None."""
    about = event.identifiers[:1]
    if not about:
        return None
    if event.kind in _ON_CONTACT_POINT or (event.kind in _OF_CONTACT_POINT and about[0] in shared):
        # An entry sticks to the contact point, whoever held it, and is meant to outlive the record.
        return replace(event, subject=None)
    if event.kind in HOLDING and about[0] in shared and about[0] in holders:
        # The other holders' history needs somebody in this one's place: who stands for an erased holder.
        return replace(event, subject=holders[about[0]])
    return None


def _in_record(event: ConsentEvent, traces: Mapping[str, str], shared: set[str]) -> ConsentEvent:
    """Return an event as it stays in the record: with traces for contact points, and no word of anybody's own.

    A no of a record that was merged goes on naming the contact point that the other one still holds.
    """

    def trace(name: str) -> str:
        """Return the name that stands for a contact point, one that nobody knows if there is none."""
        return traces.get(name) or f"{kind_of_contact(name)}:{new_id()}"

    binds = event.kind in _BINDS_OTHERS
    names = tuple(name if binds and name in shared else trace(name) for name in event.identifiers)
    to = None if event.to is None else trace(event.to)
    return replace(event, identifiers=names, to=to, goods=None, rationale=None)
