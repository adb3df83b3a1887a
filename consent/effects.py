"""What an event changes in the rows that stand beside the events: identifiers, block list, status, uses.

These rows repeat what the events say in a form that is found quickly. No decision rests on them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from audit.sealing import row_aad, seal
from consent.contacts import hash_of_contact
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.identifiers import NormalisedIdentifier
from consent.subject_store import SubjectStatus, SubjectStore
from consent.suppression_store import Erased, SuppressionStore
from consent.tables import use_table
from consent.vocabulary import EventKind

REPORTED = "reported"
"""How control over an identifier was proved when whoever reports it only says that it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a report says besides its event: identifiers in clear by contact point, and details of a use."""

    given: Mapping[str, NormalisedIdentifier]
    verified_how: str = REPORTED
    message_ref: str | None = None
    decision_id: str | None = None
    carried_by: str | None = None
    erased: Erased | None = None


class Effects:
    """Carries out what events change, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session
        self._identifiers = IdentifierStore(ground, session)
        self._subjects = SubjectStore(ground, session)
        self._suppressions = SuppressionStore(ground, session)

    def apply(self, event: ConsentEvent, extras: Extras) -> None:
        """Change what follows from an event."""
        apply = _APPLY.get(event.kind)
        if apply is not None:
            apply(self, event, extras)

    def _take_over(self, event: ConsentEvent, extras: Extras) -> None:
        """Give a contact point to the subject alone."""
        for contact in event.identifiers:
            self._end(contact, event, all_but=event.subject)
            self._hold(contact, event, extras, verified=bool(event.verified))

    def _share(self, event: ConsentEvent, extras: Extras) -> None:
        for contact in event.identifiers:
            self._hold(contact, event, extras, verified=False)

    def _change(self, event: ConsentEvent, extras: Extras) -> None:
        own = [
            row.id
            for contact in event.identifiers
            for row in active(self._rows(contact))
            if row.subject_id == event.subject
        ]
        self._identifiers.end(own, at=event.at)
        if event.to is not None and event.to in extras.given:
            self._end(event.to, event, all_but=event.subject)
            self._hold(event.to, event, extras, verified=False)

    def _verify(self, event: ConsentEvent, extras: Extras) -> None:
        rows = [row.id for contact in event.identifiers for row in active(self._rows(contact))]
        self._identifiers.verify(rows, at=event.at, how=extras.verified_how)

    def _suppress(self, event: ConsentEvent, extras: Extras) -> None:
        for contact in event.identifiers:
            self._suppressions.add(event, contact, erased=extras.erased)

    def _lift_suppression(self, event: ConsentEvent, _extras: Extras) -> None:
        if event.identifiers:
            self._suppressions.lift(event)

    def _move(self, event: ConsentEvent, _extras: Extras) -> None:
        if event.subject is None:
            return
        events = EventStore(self._ground, self._session).list_of([event.subject])
        moves = [move for move in events if move.kind is EventKind.MOVED and move.subject == event.subject]
        last = max(moves, key=lambda move: move.position)
        self._subjects.set(event.subject, {"country": last.country, "region": last.region})

    def _restrict(self, event: ConsentEvent, _extras: Extras) -> None:
        self._set_status(event, SubjectStatus.ACTIVE, SubjectStatus.RESTRICTED)

    def _lift_restriction(self, event: ConsentEvent, _extras: Extras) -> None:
        self._set_status(event, SubjectStatus.RESTRICTED, SubjectStatus.ACTIVE)

    def _decease(self, event: ConsentEvent, _extras: Extras) -> None:
        self._set_status(event, None, SubjectStatus.DECEASED)

    def _set_status(self, event: ConsentEvent, before: SubjectStatus | None, after: SubjectStatus) -> None:
        if event.subject is None:
            return
        status = self._subjects.get(event.subject).status
        if status is not SubjectStatus.ERASED and before in (None, status):
            self._subjects.set(event.subject, {"status": after})

    def _use(self, event: ConsentEvent, extras: Extras) -> None:
        if event.subject is None:
            return
        keys = self._ground.subject_keys.get_first(self._session.connection(), event.subject)
        for purpose in event.purposes:
            for channel in event.channels:
                row_id = new_id()
                row: dict[str, object] = {
                    "group_id": self._ground.group_id,
                    "id": row_id,
                    "event_id": event.id,
                    "subject_id": event.subject,
                    "controller": event.controllers[0],
                    "purpose": purpose,
                    "channel": channel,
                    "decision_id": extras.decision_id,
                    "carried_by": extras.carried_by,
                    "used_at": event.at,
                }
                if extras.message_ref:
                    aad = row_aad(self._ground.group_id, "consent_use", "box", row_id, keys.key_id)
                    box = seal(keys.for_table("consent_use"), extras.message_ref.encode(), aad)
                    row |= {"key_id": keys.key_id, "box": box}
                self._session.execute(insert(use_table).values(row))

    def _rows(self, contact: str) -> list[StoredIdentifier]:
        blind_index = hash_of_contact(contact)
        return [] if blind_index is None else self._identifiers.list_by_hash([blind_index])

    def _end(self, contact: str, event: ConsentEvent, *, all_but: str | None) -> None:
        ended = [row.id for row in active(self._rows(contact)) if row.subject_id != all_but]
        self._identifiers.end(ended, at=event.at)

    def _hold(self, contact: str, event: ConsentEvent, extras: Extras, *, verified: bool) -> None:
        how = extras.verified_how if verified else None
        own = [row for row in active(self._rows(contact)) if row.subject_id == event.subject]
        blind_index = hash_of_contact(contact)
        if own and how:
            self._identifiers.verify([own[0].id], at=event.at, how=how)
        elif not own and event.subject is not None and blind_index is not None and contact in extras.given:
            self._identifiers.add(event.subject, extras.given[contact], blind_index, at=event.at, verified_how=how)


_APPLY: dict[EventKind, Callable[[Effects, ConsentEvent, Extras], None]] = {
    EventKind.IDENTIFIER_ADDED: Effects._take_over,
    EventKind.IDENTIFIER_RECYCLED: Effects._take_over,
    EventKind.IDENTIFIER_SHARED: Effects._share,
    EventKind.IDENTIFIER_CHANGED: Effects._change,
    EventKind.IDENTIFIER_VERIFIED: Effects._verify,
    EventKind.SUPPRESS: Effects._suppress,
    EventKind.LIFT_SUPPRESSION: Effects._lift_suppression,
    EventKind.MOVED: Effects._move,
    EventKind.RESTRICT: Effects._restrict,
    EventKind.LIFT_RESTRICTION: Effects._lift_restriction,
    EventKind.DECEASE: Effects._decease,
    EventKind.USE: Effects._use,
}
