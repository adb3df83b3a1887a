"""Putting questions: who and which contact point are meant, and what has to be loaded to answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.contacts import contact_of
from consent.decision import decide_many
from consent.defaults import default_contact
from consent.errors import InvalidIdentifier
from consent.history_store import HistoryLoader, Loaded
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.identifiers import GivenIdentifier, rule_kind
from consent.in_force import InForce
from consent.kept_proof import proof_key
from consent.model import Decision
from consent.periods import as_instant
from consent.question import Question
from consent.report import ContactRef, SubjectRef
from consent.steps import reclassified
from consent.suppression_store import SuppressionStore
from consent.vocabulary import Reason

NOBODY = "nobody"
"""Stands for a person or contact point that cannot be known: the answer is a denial like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is put: who and what is meant stands beside it, or in it by ids.

    An identifier given for the subject is the contact point that is asked about, unless it is an outside id.
    """

    question: Question
    subject: SubjectRef | None = field(default=None, repr=False)
    identifier: ContactRef | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with everything named by ids, and its answer. `subject_id` is whom it is put down to."""

    question: Question
    decision: Decision
    subject_id: str | None


class Asking:
    """Answers questions within one transaction, however many, with the same few reads."""

    def __init__(self, ground: Ground, session: Session, in_force: InForce) -> None:
        self._ground = ground
        self._session = session
        self._in_force = in_force
        self._identifiers = IdentifierStore(ground, session)

    def load(self, questions: Sequence[Question]) -> Loaded:
        """Load what it takes to answer questions that name people and contact points by ids."""
        subjects = {question.subject for question in questions} - {None, NOBODY}
        contacts = {question.identifier for question in questions} - {None}
        return HistoryLoader(self._ground, self._session).load(
            {name for name in subjects if name}, {name for name in contacts if name and ":" in name}
        )

    def named(self, asked: Iterable[Asked]) -> list[Question]:
        """Return the questions with people and contact points named by ids, and defaults filled in."""
        questions = [self._named(item) for item in asked]
        lacking = {q.subject for q in questions if q.subject is not None and q.identifier is None} - {NOBODY}
        held = self._identifiers.list_of({name for name in lacking if name}) if lacking else []
        by_subject: dict[str | None, list[StoredIdentifier]] = {}
        for row in sorted(held, key=lambda identifier: identifier.place):
            by_subject.setdefault(row.subject_id, []).append(row)
        return [self._with_default(question, by_subject.get(question.subject, [])) for question in questions]

    def answer(self, questions: Sequence[Question]) -> list[Answered]:
        """Answer questions that name people and contact points by ids, in their order."""
        loaded = self.load(questions)
        decisions = decide_many(questions, loaded.history, self._in_force.policy)
        first_holders = _first_holders(loaded)
        return [
            Answered(
                question,
                self._with_kept_proof(question, decision, loaded),
                _put_down_to(question, loaded, first_holders),
            )
            for question, decision in zip(questions, decisions, strict=True)
        ]

    def _named(self, asked: Asked) -> Question:
        subject, contact = asked.subject, asked.identifier
        if subject is None and contact is None:
            return asked.question
        if isinstance(subject, GivenIdentifier):
            if contact is None and rule_kind(subject.kind) is not None:
                subject, contact = None, subject
            else:
                subject = self._holder(subject)
        identifier = None if contact is None else self._contact(contact, subject, asked.question)
        return replace(asked.question, subject=subject, identifier=identifier)

    def _holder(self, given: GivenIdentifier) -> str:
        """Return the one subject that holds an identifier, or nobody."""
        try:
            _, blind_index = self._identifiers.normalise(given, region=None)
        except InvalidIdentifier:
            return NOBODY
        holders = {row.subject_id for row in active(self._identifiers.list_by_hash([blind_index]))}
        return holders.pop() if len(holders) == 1 else NOBODY

    def _contact(self, ref: ContactRef, subject: str | None, question: Question) -> str:
        """Return the name of a contact point; one that is malformed is a contact point that nobody holds."""
        if isinstance(ref, str):
            held = [] if subject is None else self._identifiers.list_of([subject])
            return next((row.contact for row in held if row.id == ref and row.contact), NOBODY)
        region = (question.country_hint or "").partition("-")[0] or None
        try:
            normalised, blind_index = self._identifiers.normalise(ref, region=region)
        except InvalidIdentifier:
            kind = rule_kind(ref.kind)
            return NOBODY if kind is None else f"{kind}:{NOBODY}"
        return contact_of(normalised.kind, blind_index) or NOBODY

    def _with_default(self, question: Question, held: Sequence[StoredIdentifier]) -> Question:
        channel = self._in_force.policy.channels.get(question.channel)
        if question.identifier is not None or channel is None or channel.identifier is None:
            return question
        return replace(question, identifier=default_contact(held, channel.identifier))

    def _with_kept_proof(self, question: Question, decision: Decision, loaded: Loaded) -> Decision:
        """Return the answer with the date of proof that was written down when the person was erased."""
        if decision.reason is not Reason.ERASED:
            return decision
        if question.subject in loaded.proof:
            kept = [loaded.proof[question.subject]]
        elif question.identifier is not None and decision.keep_proof_until is None:
            entries = SuppressionStore(self._ground, self._session).list_on([question.identifier])
            kept = [entry.proof for entry in entries]
        else:
            return decision
        purpose = reclassified(question, self._in_force.policy).purpose
        key = proof_key(question.controller, purpose, question.channel)
        dates = [as_instant(proof[key]) for proof in kept if key in proof]
        return replace(decision, keep_proof_until=max(dates, default=None))


def _first_holders(loaded: Loaded) -> dict[str, str]:
    """Return who holds each contact point, by its name: the first of those who hold it now."""
    held = (row for rows in loaded.identifiers.values() for row in active(rows) if row.contact is not None)
    first: dict[str, str] = {}
    for row in sorted(held, key=lambda row: (row.valid_from, row.place)):
        first.setdefault(row.contact or "", row.subject_id)
    return first


def _put_down_to(question: Question, loaded: Loaded, first_holders: dict[str, str]) -> str | None:
    """Return the subject that a question is about: the one it names, else the first holder of the contact point."""
    if question.subject is not None:
        return question.subject if question.subject in loaded.identifiers else None
    return first_holders.get(question.identifier or "")
