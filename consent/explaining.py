"""Explaining an answer: the steps that led to it, and what would turn it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.asking import Asked, Asking
from consent.check import Answer, CheckService
from consent.decision import all_of, decide_traced
from consent.history_store import HistoryLoader, Loaded
from consent.identifier_store import StoredIdentifier, active
from consent.in_force import PolicySource
from consent.model import Decision
from consent.question import Question
from consent.trace import TraceStep, every_step
from consent.would_allow import Ways, would_allow


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with all that led to it: `decision` is that of the whole, `answers` those to its questions.

    `traces` has every step of the rule book for each question. `held` are the identifiers, held now, of everybody
    whom the answer rests on: by them the contact points in `ways` are told.
    """

    decision: Decision
    answers: tuple[Answer, ...]
    traces: tuple[tuple[TraceStep, ...], ...]
    ways: Ways
    held: tuple[StoredIdentifier, ...] = field(repr=False)

    def identifier_of(self, contact: str, subject_id: str | None) -> StoredIdentifier | None:
        """Return the identifier behind the name of a contact point, that of a subject before that of others."""
        here = [row for row in self.held if row.contact == contact]
        return min(here, key=lambda row: row.subject_id != subject_id, default=None)


class ExplainService:
    """Explains answers; like a check, it changes nothing but the log of answers."""

    def __init__(self, ground: Ground, policies: PolicySource, check: CheckService) -> None:
        self._ground = ground
        self._policies = policies
        self._check = check

    def explain(self, asked: Sequence[Asked], *, asker: str) -> Explanation:
        """Answer one question, or a list as one, and tell how that came about and what would turn it.

        Raises NoPolicy when no policy was applied.
        """
        with self._ground.reading() as session:
            in_force = self._policies.current(session)
            asking = Asking(self._ground, session, in_force)
            questions = asking.named(asked)
            answered = asking.answer(questions)
            loaded = self._load(session, asking, questions)
        history, policy = loaded.history, in_force.policy
        traces = [decide_traced(question, history, policy)[1] for question in questions]
        decisions = [item.decision for item in answered]
        return Explanation(
            decision=all_of(decisions, policy) if len(asked) > 1 else decisions[0],
            answers=tuple(self._check.note(item, in_force, asker) for item in answered),
            traces=tuple(tuple(every_step(trace)) for trace in traces),
            ways=would_allow(questions, history, policy),
            held=tuple(row for rows in loaded.identifiers.values() for row in active(rows)),
        )

    def _load(self, session: Session, asking: Asking, questions: Sequence[Question]) -> Loaded:
        """Load what the answers rest on, and what there is about every other contact point of the people meant.

        Whoever shares one of those has a say about it too.
        """
        near = asking.load(questions)
        held = {row.contact for rows in near.identifiers.values() for row in active(rows) if row.contact}
        asked = {question.identifier for question in questions if question.identifier and ":" in question.identifier}
        return HistoryLoader(self._ground, session).load(set(near.identifiers), held | asked)
