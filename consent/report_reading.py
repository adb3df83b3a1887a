"""Reading a report: who and which contact points are meant, what is settled by default, whether it can be true."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.defaults import settled
from consent.effects import REPORTED, Extras
from consent.errors import (
    EventError,
    EventInFuture,
    IdentifiersConflict,
    UnknownEvent,
    UnknownIdentifier,
    UnknownRequest,
    UnknownSubject,
)
from consent.event import ConsentEvent
from consent.event_form import kind_of
from consent.event_store import EventStore, body_of
from consent.identifier_store import IdentifierStore, StoredIdentifier
from consent.identifiers import GivenIdentifier, NormalisedIdentifier
from consent.in_force import InForce
from consent.merging import ABOUT_TWO, Merged
from consent.naming import check_names, check_text
from consent.notice_store import canonical
from consent.recorder import Act, Recorder
from consent.registry import Indexed, Registry, SubjectFacts
from consent.report import ContactRef, Report, SubjectRef
from consent.subject_store import SubjectStore
from consent.vocabulary import EventKind

CLOCK_SKEW: Final = timedelta(minutes=2)
"""How far a caller's clock may be ahead; what is said to happen within it happens now."""

NEW: Final = "new"
"""Stands for a subject that is not made yet."""

RESERVED: Final = ("id", "at", "recorded_at", "place", "subject", "identifier", "to", "other", "idempotency_key")
"""What a report says apart from the fields of its event."""

_OF_EVERYBODY: Final = frozenset({EventKind.ASSESSMENT, EventKind.NOTICE_PUBLISHED})
"""What is about nobody in particular, whoever is named: kept with one person, it would not be found for others."""

_ABOUT_NOBODY: Final = _OF_EVERYBODY | {EventKind.INVALIDATE}
_ABOUT_ADDRESSES: Final = frozenset({EventKind.BOUNCE, EventKind.IDENTIFIER_VERIFIED})
_BLOCK_LIST: Final = frozenset({EventKind.SUPPRESS, EventKind.LIFT_SUPPRESSION})
_YES: Final = frozenset({EventKind.GRANT, EventKind.GRANT_REQUESTED, EventKind.IMPORT_ROW})
# Whoever says one of these need not be known before: the record begins with it. A no above all must not
# be turned away because nobody knows who says it.
_BEGINS_RECORD: Final = _YES | {
    EventKind.REFUSE,
    EventKind.WITHDRAW,
    EventKind.OBJECT,
    EventKind.SIGNAL,
    EventKind.SALE,
    EventKind.INQUIRY,
    EventKind.NOTICE_SHOWN,
}


@dataclass(frozen=True, slots=True)
class Read:
    """A report as it was read: the event to be recorded, what goes with it, and what makes it the same again.

    `begun` are events that came before it because the record began with it.
    """

    event: ConsentEvent
    extras: Extras
    digest: bytes
    begun: tuple[ConsentEvent, ...] = ()


class ReportReader:
    """Reads reports within one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork, recorder: Recorder, *, asks: bool = True) -> None:
        """Take the collaborators; `asks` says whether people are asked to confirm what is read (`ConsentService`)."""
        self._ground = ground
        self._asks = asks
        self._recorder = recorder
        self._registry = Registry(ground, uow, recorder)
        self._subjects = SubjectStore(ground, uow.session)
        self._identifiers = IdentifierStore(ground, uow.session)
        self._events = EventStore(ground, uow.session)
        self._merged = Merged(ground, uow.session)
        self._given: dict[str, NormalisedIdentifier] = {}
        self._begun: list[ConsentEvent] = []

    @property
    def _in_force(self) -> InForce:
        return self._recorder.in_force

    def read(self, report: Report, act: Act) -> Read:
        """Return what a report comes to.

        Raises an EventError that names the field, InvalidIdentifier, UnknownSubject, IdentifiersConflict
        or SubjectGone. A person who is not known yet gets a record where the event can begin one.
        """
        now = self._ground.now()
        kind = kind_of(report.fields)
        if reserved := sorted(set(report.fields) & set(RESERVED)):
            raise EventError(f"{reserved[0]}: stands apart from the fields of the event")
        contact_refs = report.identifiers
        if kind in _ABOUT_ADDRESSES and not contact_refs and isinstance(report.subject, GivenIdentifier):
            contact_refs = (report.subject,)
        if kind in ABOUT_TWO:
            self._lock_both(report)
        subject = self._subject(report, kind, act, now)
        if subject is None and kind in _BLOCK_LIST and not contact_refs and isinstance(report.subject, GivenIdentifier):
            contact_refs = (report.subject,)
        if subject is None and report.evidence:
            raise EventError("evidence: kept only for events about a data subject")
        event = self._event(report, act, subject, contact_refs, now)
        check_names(event, self._in_force.policy)
        self._check_known(event)
        digest = hashlib.sha256(canonical({**body_of(event), "subject": event.subject})).digest()
        event = self._settled(event, [] if subject is None else self._held(subject))
        extras = Extras(
            given=dict(self._given),
            verified_how=report.capture.source or REPORTED,
            message_ref=report.message_ref,
            decision_id=report.decision_id,
        )
        return Read(event, extras, digest, tuple(self._begun))

    def _settled(self, event: ConsentEvent, held: list[StoredIdentifier]) -> ConsentEvent:
        published = [e for e in self._events.list_of_nobody() if e.kind is EventKind.NOTICE_PUBLISHED]
        event = settled(event, held, self._in_force.policy, published)
        if self._asks:
            check_text(event, self._in_force.policy)
        return event

    def _event(
        self,
        report: Report,
        act: Act,
        subject: str | None,
        contacts: tuple[ContactRef, ...],
        now: datetime,
        *,
        stand_in: str | None = None,
    ) -> ConsentEvent:
        region = None if subject is None else self._subjects.get(subject).country
        fields = {
            "controller": act.controller or None,
            **report.fields,
            "id": new_id(),
            "at": self._at(report.at, now),
            "recorded_at": now,
            "subject": subject or stand_in,
            "identifier": [self._contact(ref, subject, region) for ref in contacts] or None,
            "idempotency_key": report.idempotency_key,
        }
        if report.to is not None:
            fields["to"] = self._contact(report.to, subject, region, place="to.")
        if report.other is not None:
            fields["other"] = self._known_subject(report.other)
        return ConsentEvent.from_mapping(fields)

    def _at(self, at: datetime | None, now: datetime) -> datetime:
        if at is None:
            return now
        if at > now + CLOCK_SKEW:
            raise EventInFuture("occurred_at: later than now")
        return min(at, now)

    def _subject(self, report: Report, kind: EventKind, act: Act, now: datetime) -> str | None:
        """Return the subject that is meant, locked for this transaction; None for an event about nobody."""
        ref = None if kind in _OF_EVERYBODY else report.subject
        if ref is None:
            if kind in _ABOUT_NOBODY | _ABOUT_ADDRESSES | _BLOCK_LIST:
                return None
            raise EventError(f"subject: missing in {kind}")
        if isinstance(ref, str):
            return self._locked(ref)
        identifier = self._registry.index(ref, place="subject.identifier.")
        self._registry.lock([identifier])
        holders = self._registry.holders(identifier)
        if holders and self._merged.same_person(holders):
            return self._locked(holders[0])
        if kind in _ABOUT_ADDRESSES or kind is EventKind.SUPPRESS or (not holders and kind in _BLOCK_LIST):
            return None
        if holders:
            raise IdentifiersConflict("subject: several data subjects share this identifier; name one by its id")
        if kind not in _BEGINS_RECORD:
            raise UnknownSubject("subject: nobody holds this identifier")
        return self._begin(report, identifier, act, now)

    def _begin(self, report: Report, identifier: Indexed, act: Act, now: datetime) -> str:
        # Where keys lie in a file of their own they stay when the transaction is undone: what is going to be
        # refused must be refused before a new subject gets any.
        event = self._event(report, act, None, report.identifiers, now, stand_in=NEW)
        check_names(event, self._in_force.policy)
        self._settled(event, [])
        subject_id = self._registry.create(SubjectFacts(), act, now=now)
        added = self._registry.attach(subject_id, identifier, Act(actor=act.actor), now=now)
        self._begun += [] if added is None else [added]
        return subject_id

    def _locked(self, subject_id: str) -> str:
        self._recorder.lock([subject_id])
        self._registry.demand_alive(self._subjects.get(subject_id))
        return subject_id

    def _lock_both(self, report: Report) -> None:
        """Lock both records at once: one after the other, two reports about the same two could wait in a circle."""
        refs = {"subject": report.subject, "other": report.other}
        indexed = [
            self._registry.index(ref, place=f"{name}.identifier.")
            for name, ref in refs.items()
            if isinstance(ref, GivenIdentifier)
        ]
        self._registry.lock(indexed)
        held = {name for identifier in indexed for name in self._registry.holders(identifier)}
        self._recorder.lock(held | {ref for ref in refs.values() if isinstance(ref, str)})

    def _known_subject(self, ref: SubjectRef) -> str:
        if isinstance(ref, str):
            return self._locked(ref)
        holders = self._registry.holders(self._registry.index(ref, place="other.identifier."))
        if len(holders) != 1:
            raise UnknownSubject("other: not exactly one data subject holds this identifier")
        return self._locked(holders[0])

    def _held(self, subject_id: str) -> list[StoredIdentifier]:
        return sorted(self._identifiers.list_of([subject_id]), key=lambda identifier: identifier.place)

    def _contact(self, ref: ContactRef, subject: str | None, region: str | None, *, place: str = "identifier.") -> str:
        """Return the name of the contact point that is meant, and remember it in clear where it was given so."""
        if isinstance(ref, str):
            if subject is None:
                raise UnknownIdentifier("identifier: an id means nothing without its data subject")
            stored = self._identifiers.get(subject, ref)
            ref = GivenIdentifier(stored.kind, self._identifiers.open(stored))
        indexed = self._registry.index(ref, region=region, place=place)
        if indexed.contact is None:
            raise EventError("identifier: not a contact point")
        self._given[indexed.contact] = indexed.identifier
        return indexed.contact

    def _check_known(self, event: ConsentEvent) -> None:
        """Raise the error of what the event refers to and nobody knows."""
        if event.kind in _YES and not all(map(self._registry.was_ever_held, event.identifiers)):
            raise UnknownIdentifier("identifier: nobody holds it; add it to the data subject first")
        if event.kind is EventKind.DOI_CONFIRMED and event.request is not None:
            self._check_request(event)

    def _check_request(self, event: ConsentEvent) -> None:
        try:
            request = self._events.get(event.request or "").event
        except UnknownEvent:
            request = None
        if request is None or request.kind is not EventKind.GRANT_REQUESTED or request.subject != event.subject:
            raise UnknownRequest("request: this data subject made no such request")
