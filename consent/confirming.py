"""Confirming: what a person who got the mail of a double opt-in may see and do with the link in it."""

from datetime import timedelta
from typing import Final

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.confirmation_store import ConfirmationStore, StoredConfirmation
from consent.dispatch import SENT
from consent.double_opt_in import DoubleOptIn
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.evidence_store import EvidenceStore
from consent.identifier_store import IdentifierStore
from consent.in_force import PolicySource
from consent.links import ConfirmationOutcome, Confirmed, PeekedConfirmation, masked_contact
from consent.periods import to_iso
from consent.recorder import Act, Recorder
from consent.report import Capture, Evidence
from consent.subject_store import SubjectStore
from consent.vocabulary import EventKind

LATELY: Final = timedelta(hours=1)
MOST_LATELY: Final = 5
"""How many mails that ask to confirm a mailbox gets within an hour."""

SUBJECT = "subject"
"""The actor where the data subject in person acts."""

BOTH_LEGS = "double_opt_in"
"""The kind of evidence that holds both legs of a double opt-in."""


class ConfirmationService:
    """Shows and confirms requests that wait for a click. A no is an outcome, never an error."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def peek_confirmation(self, token: str) -> PeekedConfirmation:
        """Return what stands behind a confirmation link. Changes nothing: mail scanners follow links."""
        with self._ground.reading() as session:
            confirmation = ConfirmationStore(self._ground, session).find(token)
            if confirmation is None:
                return PeekedConfirmation(outcome=ConfirmationOutcome.UNKNOWN)
            request = EventStore(self._ground, session).get(confirmation.event_id).event
            subject = SubjectStore(self._ground, session).get(confirmation.subject_id)
            opt_in = DoubleOptIn(self._ground, session, self._policies.current(session))
            return PeekedConfirmation(
                outcome=self._obstacle(confirmation, request, opt_in) or ConfirmationOutcome.WAITING,
                controller=request.controllers[0],
                purposes=opt_in.waiting(request),
                topic=request.topic,
                channels=request.channels,
                notice=request.notice,
                expires_at=confirmation.expires_at,
                masked_address=masked_contact(IdentifierStore(self._ground, session), confirmation.contact, subject),
                language=subject.language,
                form_of_address=subject.form_of_address,
            )

    def is_one_too_many(self, token: str) -> bool:
        """Say whether the mailbox was asked so often lately that a form is misused to flood it.

        The links that it got already work; so nobody who wants to confirm is kept from it.
        """
        with self._ground.reading() as session:
            store = ConfirmationStore(self._ground, session)
            confirmation = store.find(token)
            if confirmation is None:
                return False
            return store.count_before(confirmation, since=confirmation.created_at - LATELY) >= MOST_LATELY

    def confirm(self, token: str, *, capture: Capture) -> Confirmed:
        """Spend a confirmation token and turn its request into a yes, once.

        Both legs of the double opt-in become evidence, and control over the challenge is proved. A token
        that was spent, ran out, was overtaken by a no, or never was, changes nothing; the outcome says which.
        Of somebody whose data are removed the token is gone too: it is one that never was.
        """
        with self._ground.unit_of_work() as uow:
            recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
            opt_in = DoubleOptIn(self._ground, uow.session, recorder.in_force)
            store = ConfirmationStore(self._ground, uow.session)
            known = store.find(token)
            if known is None:
                return Confirmed(outcome=ConfirmationOutcome.UNKNOWN)
            recorder.lock([known.subject_id])
            # What the lock waited for may have spent the token, or removed it with the person.
            known = store.find(token)
            if known is None:
                return Confirmed(outcome=ConfirmationOutcome.UNKNOWN)
            request = EventStore(self._ground, uow.session).get(known.event_id).event
            obstacle = self._obstacle(known, request, opt_in)
            if obstacle is not None:
                return Confirmed(outcome=obstacle, subject_id=known.subject_id)
            # The one statement that decides between two clicks at the same time; the rest hangs on it.
            if store.spend(token, now=self._ground.now()) is None:
                return Confirmed(outcome=ConfirmationOutcome.ALREADY_CONFIRMED, subject_id=known.subject_id)
            event = self._record(uow, recorder, known, request, capture)
            opt_in.settle(event)
            recorder.project([event])
            recorder.tell(event)
            uow.commit()
        return Confirmed(outcome=ConfirmationOutcome.CONFIRMED, event_id=event.id, subject_id=event.subject)

    def _obstacle(
        self, confirmation: StoredConfirmation, request: ConsentEvent, opt_in: DoubleOptIn
    ) -> ConfirmationOutcome | None:
        if confirmation.spent_at is not None:
            return ConfirmationOutcome.ALREADY_CONFIRMED
        if confirmation.expires_at <= self._ground.now():
            return ConfirmationOutcome.EXPIRED
        return None if opt_in.waiting(request) else ConfirmationOutcome.CANCELLED

    def _record(
        self,
        uow: UnitOfWork,
        recorder: Recorder,
        confirmation: StoredConfirmation,
        request: ConsentEvent,
        capture: Capture,
    ) -> ConsentEvent:
        now = self._ground.now()
        event = ConsentEvent(
            id=new_id(),
            kind=EventKind.DOI_CONFIRMED,
            at=now,
            recorded_at=now,
            subject=request.subject,
            controllers=request.controllers,
            request=request.id,
            identifiers=(confirmation.contact,),
            notice=request.notice,
        )
        proofs = EvidenceStore(self._ground, uow.session).list_of([request.id])[request.id]
        said = [proof for proof in proofs if proof.kind != SENT]
        mails = [proof.content for proof in proofs if proof.kind == SENT]
        legs = {
            "request": {
                "event": request.id,
                "at": to_iso(request.at),
                "notice": request.notice,
                "evidence": [{"kind": proof.kind, "content": dict(proof.content)} for proof in said],
            },
            "mail": {
                "sent_to": confirmation.contact,
                "queued_at": to_iso(confirmation.created_at),
                # Its words stay with the request, once.
                "sent": [{name: value for name, value in mail.items() if name != "mail"} for mail in mails],
            },
            "confirmation": {"at": to_iso(now), **capture.known()},
        }
        act = Act(
            actor=SUBJECT,
            controller=request.controllers[0],
            capture=capture,
            evidence=(Evidence(BOTH_LEGS, legs),),
        )
        return recorder.append(event, act)
