"""Changing which identifiers a data subject holds, within one transaction: given, replaced, verified, given up."""

from collections.abc import Sequence

from audit.events import EventType
from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.effects import REPORTED, Extras
from consent.errors import IdentifierHeld, InvalidIdentifier, UnknownIdentifier
from consent.event import ConsentEvent
from consent.events import OUTSIDE_ID_RETIRED, OUTSIDE_ID_VERIFIED
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.identifiers import GivenIdentifier, rule_kind
from consent.in_force import InForce
from consent.recorder import Act, Recorder
from consent.registry import Indexed, Registry
from consent.subject_store import SubjectStore
from consent.vocabulary import EventKind


class IdentifierChanges:
    """The changes of one actor to the identifiers of one data subject, in one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork, in_force: InForce, subject_id: str, *, actor: str) -> None:
        self._uow = uow
        self._recorder = Recorder(ground, uow, in_force)
        self._registry = Registry(ground, uow, self._recorder)
        self._store = IdentifierStore(ground, uow.session)
        self._subjects = SubjectStore(ground, uow.session)
        self._subject_id = subject_id
        self._actor = actor
        self._act = Act(actor=actor)
        self._now = ground.now()

    def index(self, given: GivenIdentifier) -> Indexed:
        """Return an identifier in its one spelling, with others who want it waiting.

        Raises UnknownSubject, SubjectGone or InvalidIdentifier.
        """
        subject = self._subjects.get(self._subject_id)
        self._registry.demand_alive(subject)
        indexed = self._registry.index(given, region=subject.country)
        self._registry.lock([indexed])
        return indexed

    def begin(self, indexed: Indexed | None = None) -> None:
        """Lock the subject, and whoever else holds an identifier; raise UnknownSubject or SubjectGone."""
        self._recorder.lock([self._subject_id, *(self._registry.holders(indexed) if indexed else ())])
        self._registry.demand_alive(self._subjects.get(self._subject_id))

    def held(self, identifier_id: str) -> StoredIdentifier:
        """Return an identifier that the subject holds now; raise UnknownIdentifier."""
        row = self._store.get(self._subject_id, identifier_id)
        if not row.is_active:
            raise UnknownIdentifier("the data subject holds this identifier no longer")
        return row

    def find(self, indexed: Indexed) -> StoredIdentifier | None:
        """Return an identifier if the subject holds it now."""
        rows = active(self._store.list_of([self._subject_id]))
        return next((row for row in rows if row.blind_index == indexed.blind_index), None)

    def give(self, indexed: Indexed, *, verified_how: str | None, shared: bool, recycled: bool) -> None:
        """Give the subject an identifier that it does not hold; raise IdentifierHeld (`IdentifierService`)."""
        others = self._others(indexed)
        if others and not (shared or recycled):
            raise IdentifierHeld("another data subject holds this identifier")
        if indexed.contact is None and not shared:
            self._take_outside_id(others)
        if not others or indexed.contact is None:
            self._attach(indexed, verified_how)
            return
        kind = EventKind.IDENTIFIER_SHARED if shared else EventKind.IDENTIFIER_RECYCLED
        event = self._event(kind, indexed.contact, verified=None if shared else verified_how is not None)
        given = {indexed.contact: indexed.identifier}
        self._record(event, Extras(given=given, verified_how=verified_how or REPORTED))

    def replace(self, row: StoredIdentifier, indexed: Indexed, *, verified_how: str | None, recycled: bool) -> None:
        """Put another identifier of its kind in the place of one; raise InvalidIdentifier or IdentifierHeld."""
        if row.kind != indexed.identifier.kind:
            raise InvalidIdentifier("kind: not that of the identifier that it replaces")
        others = self._others(indexed)
        if others and not recycled:
            raise IdentifierHeld("another data subject holds this identifier")
        if row.contact is None or indexed.contact is None:
            self.retire(row)
            self._take_outside_id(others)
            if self.find(indexed) is None:
                self._attach(indexed, verified_how)
            return
        change = self._event(EventKind.IDENTIFIER_CHANGED, row.contact, to=indexed.contact)
        self._record(change, Extras(given={indexed.contact: indexed.identifier}))
        if verified_how is not None:
            self.verify(indexed.contact, how=verified_how)

    def verify(self, contact: str, *, how: str) -> None:
        """Note that control over a contact point was proved."""
        self._record(self._event(EventKind.IDENTIFIER_VERIFIED, contact), Extras(given={}, verified_how=how))

    def verify_outside_id(self, row: StoredIdentifier, *, how: str) -> None:
        """Note that an outside id was proved to be the subject's."""
        self._store.verify([row.id], at=self._now, how=how)
        self._enter(OUTSIDE_ID_VERIFIED, row)

    def retire(self, row: StoredIdentifier) -> None:
        """Note that the subject gave an identifier up."""
        if row.contact is None:
            self._store.end([row.id], at=self._now)
            self._enter(OUTSIDE_ID_RETIRED, row)
            return
        # Given up for none: a contact point that nobody can ever be reached at.
        nowhere = f"{rule_kind(row.kind)}:{new_id()}"
        self._record(self._event(EventKind.IDENTIFIER_CHANGED, row.contact, to=nowhere), Extras(given={}))

    def _others(self, indexed: Indexed) -> list[StoredIdentifier]:
        rows = active(self._store.list_by_hash([indexed.blind_index]))
        return [row for row in rows if row.subject_id != self._subject_id]

    def _take_outside_id(self, others: Sequence[StoredIdentifier]) -> None:
        for row in others:
            self.retire(row)

    def _attach(self, indexed: Indexed, verified_how: str | None) -> None:
        added = self._registry.attach(self._subject_id, indexed, self._act, now=self._now, verified_how=verified_how)
        self._recorder.project([] if added is None else [added])

    def _enter(self, kind: EventType, row: StoredIdentifier) -> None:
        fields = {"subject": row.subject_id, "actor": self._actor, "identifier": row.id}
        self._uow.record(kind.event(fields=fields, subject=row.subject_id))

    def _event(
        self, kind: EventKind, contact: str, *, to: str | None = None, verified: bool | None = None
    ) -> ConsentEvent:
        return ConsentEvent(
            id=new_id(),
            kind=kind,
            at=self._now,
            recorded_at=self._now,
            subject=self._subject_id,
            identifiers=(contact,),
            to=to,
            verified=verified,
        )

    def _record(self, event: ConsentEvent, extras: Extras) -> None:
        self._recorder.project([self._recorder.append(event, self._act, extras)])
