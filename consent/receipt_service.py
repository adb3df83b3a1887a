"""Receipts: gathering from events, policy, notices, evidence and the audit log what a receipt tells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from audit.errors import NotInLog
from audit.ground import Ground
from audit.reader import LogReader
from audit.receipt import Receipt
from consent.controllers import Controller
from consent.errors import NoReceipt, SubjectGone
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.evidence_store import EvidenceStore
from consent.history_store import HistoryLoader
from consent.identifier_store import IdentifierStore
from consent.in_force import InForce
from consent.links import masked_contact
from consent.notice_store import digest_of
from consent.policy_model import Policy
from consent.receipt_facts import RECEIPTED, LogProof, ReceiptFacts, Step
from consent.receipt_life import Life
from consent.receipt_scope import scope_of
from consent.receipt_standing import covered_by
from consent.report import Evidence
from consent.subject_store import StoredSubject, SubjectStatus, SubjectStore
from consent.tokens import receipt_token, receipted_event
from consent.view import View

CAPTURE = "capture"
"""The kind of evidence that holds how an event was captured."""


class PolicyHistory(Protocol):
    """Whoever knows the policy in force and those before it."""

    def current(self, session: Session | None = None) -> InForce:
        """Return the policy in force; raise NoPolicy when none was applied."""

    def get(self, version: int) -> Policy:
        """Return a policy by its version; raise NoPolicy for one that was never applied."""


class ReceiptService:
    """Gathers the facts of receipts; changes nothing."""

    def __init__(self, ground: Ground, policies: PolicyHistory) -> None:
        self._ground = ground
        self._policies = policies
        self._log = LogReader(ground.engine)

    def gather(self, event_id: str, *, in_clear: bool) -> ReceiptFacts:
        """Return what the receipt for an event tells; where it was said, only to whoever may see it (`in_clear`).

        Raises UnknownEvent, NoReceipt for an event that says nothing about consent, and SubjectGone.
        """
        with self._ground.reading() as session:
            stored = EventStore(self._ground, session).get(event_id)
            if stored.event.subject is None or stored.event.kind not in RECEIPTED:
                raise NoReceipt("this event has no receipt")
        # Each looks at the database by itself; none of them waits for a second connection while it holds one.
        then = self._policies.get(stored.policy_version)
        proof = self._prove(stored.entry_id)
        with self._ground.reading() as session:
            subject = SubjectStore(self._ground, session).get(stored.event.subject)
            if subject.status is SubjectStatus.ERASED:
                raise SubjectGone("the data subject was erased")
            return self._facts(session, stored.event, subject, then, proof, in_clear=in_clear)

    def token_for(self, event_id: str) -> str:
        """Return the token of the page that shows the receipt of an event; it is the same each time."""
        return receipt_token(self._ground.secrets, self._ground.group_id, event_id)

    def event_behind(self, token: str) -> str | None:
        """Return the event whose receipt a token shows, or None for a token that was never given out."""
        return receipted_event(self._ground.secrets, self._ground.group_id, token)

    def _facts(
        self,
        session: Session,
        event: ConsentEvent,
        subject: StoredSubject,
        then: Policy,
        proof: LogProof | None,
        *,
        in_clear: bool,
    ) -> ReceiptFacts:
        now = self._ground.now()
        history = HistoryLoader(self._ground, session).load_person(subject.id).history
        current = self._policies.current(session).policy
        view = View(history, then, now, now)
        scope = scope_of(event, view)
        if not scope.keys:
            raise NoReceipt("this event names nothing that there is a receipt for")
        life = Life(subject.id, scope, view)
        evidence = EvidenceStore(self._ground, session).list_of([item.id for item in life.events])
        steps = self._steps(session, life, evidence)
        rows = IdentifierStore(self._ground, session).list_of([subject.id])
        versions = [then.notice_versions[name] for name in scope.notices if name in then.notice_versions]
        controllers = [_controller(name, current, then) for name in dict.fromkeys(key.controller for key in scope.keys)]
        return ReceiptFacts(
            step=next(step for step in steps if step.event.id == event.id),
            issued_at=now,
            group_id=self._ground.group_id,
            subject_id=subject.id,
            subject_kind=subject.kind,
            masked_contact=masked_contact(IdentifierStore(self._ground, session), scope.keys[0].contact_point, subject),
            language=subject.language,
            source=_source(evidence[event.id]) if in_clear else None,
            said=scope.said,
            is_no=scope.is_no,
            covers_everything=scope.covers_everything,
            controllers=tuple(controllers),
            recipients={**then.recipients, **current.recipients},
            notices=tuple(versions),
            digests={version.ref: digest_of(version).hex() for version in versions},
            covered=covered_by(
                scope,
                subject.id,
                then=then,
                now=View(history, current, now, now),
                identifier_ids={row.contact: row.id for row in rows if row.contact is not None},
            ),
            jurisdictions=_jurisdictions(controllers, subject),
            history=steps,
            log_proof=proof,
        )

    def _steps(self, session: Session, life: Life, evidence: Mapping[str, Sequence[Evidence]]) -> tuple[Step, ...]:
        stored = EventStore(self._ground, session).list_stored([event.id for event in life.events])
        return tuple(
            life.step(event, entry_id=stored[event.id].entry_id, evidence=[proof.kind for proof in evidence[event.id]])
            for event in life.events
        )

    def _prove(self, entry_id: str) -> LogProof | None:
        """Return the proof that the newest signed head covers an entry; None until one does."""
        try:
            proof = self._log.prove_inclusion(entry_id)
        except NotInLog:
            return None
        receipt = Receipt(proof.entry.index, proof.path, proof.head.note.encode())
        checkpoint = proof.head.checkpoint
        return LogProof(
            checkpoint.origin, receipt.index, checkpoint.size, proof.entry.leaf, receipt.to_bytes().decode()
        )


def _controller(name: str, current: Policy, then: Policy) -> Controller:
    """Return a controller as it is reached now; one that the policy dropped, as it was reached then."""
    return current.controllers.get(name) or then.controllers[name]


def _source(evidence: Iterable[Evidence]) -> str | None:
    """Return the form or system in which an event was captured."""
    captured = [proof.content for proof in evidence if proof.kind == CAPTURE]
    return next((str(content["source"]) for content in captured if "source" in content), None)


def _jurisdictions(controllers: Iterable[Controller], subject: StoredSubject) -> tuple[str, ...]:
    """Return the countries whose law applies: of the controllers, and of the person's residence (ISO 3166)."""
    residence = subject.country if subject.region is None else f"{subject.country}-{subject.region}"
    named = [*(controller.country for controller in controllers), residence]
    return tuple(dict.fromkeys(name for name in named if name is not None))
