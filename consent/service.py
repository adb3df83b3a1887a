"""Consent: recording what people said and what happened, confirming it, and taking it back."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final, Protocol

from sqlalchemy.exc import IntegrityError, OperationalError

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.closing import Closing
from consent.confirmation_store import ConfirmationStore
from consent.double_opt_in import DoubleOptIn
from consent.errors import IdempotencyConflict, SubjectGone
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.holding import Holding
from consent.in_force import PolicySource
from consent.merging import ABOUT_TWO, Merged
from consent.permission_store import PermissionStore
from consent.recorder import Act, Recorder
from consent.registry import Registry
from consent.report import Recorded, Report
from consent.report_reading import Read, ReportReader
from consent.shared_mailbox import reports_for_each
from consent.vocabulary import ConsentState, EventKind

OTHERS_AT_MOST: Final = 5
"""How often others may come between a report and its record before that is an error."""
DEADLOCK: Final = "40P01"
"""What PostgreSQL says to one of those who wait for each other."""


class Erasures(Protocol):
    """Whoever carries erasures out: consent only closes the record."""

    def holders(self, uow: UnitOfWork, subject_id: str) -> Collection[str]:
        """Return the controllers that hold data about a subject outside of consent."""

    def begin(self, uow: UnitOfWork, subject_id: str, *, request: str, actor: str) -> None:
        """Begin to erase a subject whose record is shut; `request` is the reference of the event that asks for it."""


class ConsentService:
    """Records events of the rule book; each is one transaction with its audit entry."""

    def __init__(self, ground: Ground, policies: PolicySource, *, erasures: Erasures | None, asks: bool = True) -> None:
        """Take the collaborators; `asks` says whether a request of consent makes the mail that asks to confirm it.

        A replay of what happened elsewhere asks nobody, and so it takes requests too that nobody could confirm;
        nor does it tell anybody of what changed. Without `erasures` an erasure closes the record and removes
        nothing, so that questions about the time before it keep their answers.
        """
        self._ground = ground
        self._policies = policies
        self._erasures = erasures
        self._asks = asks

    def record(self, report: Report, *, controller: str, actor: str) -> Recorded:
        """Record one event in the name of a controller, and begin a double opt-in where it asks for one.

        The same idempotency key with the same content gives the event recorded before; with other content
        it raises IdempotencyConflict. Declarations that do not suffice are recorded and permit nothing; a
        request whose text covers nothing of what it asks for raises NoticeCoversNothing before anybody is asked.
        A no from a mailbox that several people share is recorded for each of them (`shared_mailbox`).
        An erasure begins to be carried out when no other controller holds anything about the person; asked for
        again by the id of the subject, it is the first one.
        Raises the EventError that names the field, InvalidIdentifier, UnknownSubject, UnknownIdentifier,
        IdentifiersConflict, SubjectGone, AlreadyMerged, NotMerged or NoPolicy.
        """
        for _ in range(OTHERS_AT_MOST):
            try:
                return self._record(report, controller=controller, actor=actor)
            except (IntegrityError, OperationalError) as error:
                # Somebody recorded the same key, or the same new person, between our reading and our writing;
                # or we waited for each other in a circle. Read again, the report finds what is there now.
                if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") != DEADLOCK:
                    raise
        return self._record(report, controller=controller, actor=actor)

    def _record(self, report: Report, *, controller: str, actor: str) -> Recorded:
        act = Act(actor=actor, controller=controller, capture=report.capture, evidence=report.evidence)
        with self._ground.unit_of_work() as uow:
            recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
            report, *others = reports_for_each(report, Registry(self._ground, uow, recorder), recorder)
            try:
                read = ReportReader(self._ground, uow, recorder, asks=self._asks).read(report, act)
            except SubjectGone:
                return self._erased_before(uow, report, controller)
            before = self._recorded_before(uow, report, read, controller)
            if before is not None:
                return before
            if read.event.kind in ABOUT_TWO:
                Merged(self._ground, uow.session).check(read.event)
            event = recorder.append(read.event, replace(act, digest=read.digest), read.extras)
            sent = self._ask_for_confirmation(uow, recorder, event)
            recorder.project([*read.begun, event, *self._follow_up(uow, recorder, event, actor)])
            if self._asks:
                recorder.tell(event)
            also = [self._record_too(uow, recorder, other, act) for other in others]
            state = self._state(uow, event)
            uow.commit()
        return Recorded(
            event_id=event.id,
            subject_id=event.subject,
            other_id=event.other,
            also=tuple(also),
            state=state,
            confirmation_sent=sent,
        )

    def _record_too(self, uow: UnitOfWork, recorder: Recorder, report: Report, act: Act) -> str:
        """Record a no from a shared mailbox for a further holder, and return who that is."""
        read = ReportReader(self._ground, uow, recorder, asks=self._asks).read(report, act)
        event = recorder.append(read.event, replace(act, digest=read.digest), read.extras)
        recorder.project([event])
        if self._asks:
            recorder.tell(event)
        return event.subject or ""

    def _recorded_before(self, uow: UnitOfWork, report: Report, read: Read, controller: str) -> Recorded | None:
        """Return what became of the report when it came before, under the same idempotency key."""
        if report.idempotency_key is None:
            return None
        stored = EventStore(self._ground, uow.session).find_by_key(controller, report.idempotency_key)
        if stored is None:
            return None
        if stored.digest != read.digest:
            raise IdempotencyConflict("the idempotency key was used for an event with other content")
        event = stored.event
        sent = ConfirmationStore(self._ground, uow.session).find_of_request(event.id) is not None
        return Recorded(
            event_id=event.id,
            subject_id=event.subject,
            other_id=event.other,
            state=self._state(uow, event),
            confirmation_sent=sent,
            replayed=True,
        )

    def _erased_before(self, uow: UnitOfWork, report: Report, controller: str) -> Recorded:
        """Return the erasure that a report asks for again; raise SubjectGone for whatever else it says."""
        if report.fields.get("event") == EventKind.ERASE and isinstance(report.subject, str):
            events = EventStore(self._ground, uow.session).list_of([report.subject])
            erasures = [e for e in events if e.kind is EventKind.ERASE and controller in e.controllers]
            if erasures:
                first = min(erasures, key=lambda event: event.place)
                return Recorded(event_id=first.id, subject_id=first.subject, replayed=True)
        raise SubjectGone("the data subject was erased")

    def _ask_for_confirmation(self, uow: UnitOfWork, recorder: Recorder, event: ConsentEvent) -> bool:
        if event.kind is not EventKind.GRANT_REQUESTED or not self._asks:
            return False
        return DoubleOptIn(self._ground, uow.session, recorder.in_force).begin(event)

    def _follow_up(self, uow: UnitOfWork, recorder: Recorder, event: ConsentEvent, actor: str) -> list[ConsentEvent]:
        """Do what an event brings besides being recorded; return the events that follow from it."""
        if event.kind is EventKind.DOI_CONFIRMED:
            DoubleOptIn(self._ground, uow.session, recorder.in_force).settle(event)
        if event.kind is EventKind.ERASE:
            return self._erase(uow, recorder, event, actor)
        return []

    def _erase(self, uow: UnitOfWork, recorder: Recorder, event: ConsentEvent, actor: str) -> list[ConsentEvent]:
        closing, subject = Closing(self._ground, uow, recorder), event.subject or ""
        entries = closing.list_contact_points(event)
        if self._erasures is not None:
            holding = Holding(self._ground, uow)
            holders = holding.holders(subject) | set(self._erasures.holders(uow, subject))
            if holders <= holding.erased_for(subject):
                closing.shut(event)
                self._erasures.begin(uow, subject, request=event.id, actor=actor)
        return entries

    def _state(self, uow: UnitOfWork, event: ConsentEvent) -> ConsentState | None:
        """Return the state of the consent that an event names first, or None where it names none in full."""
        if event.subject is None or not event.purposes or not event.channels:
            return None
        for permission in PermissionStore(self._ground, uow.session).list_of(event.subject):
            named = permission.controller in event.controllers and permission.topic == (event.topic or "")
            here = permission.contact in ("", *event.identifiers) or not event.identifiers
            if (permission.purpose, permission.channel) == (event.purposes[0], event.channels[0]) and named and here:
                return permission.state
        return ConsentState.NONE
