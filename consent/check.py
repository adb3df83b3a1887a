"""The check: whether a controller may use a contact point of a person for a purpose, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.asking import Answered, Asked, Asking
from consent.decision import all_of
from consent.decision_log import DecisionLog, LoggedDecision
from consent.effects import Extras
from consent.errors import UnknownDecision
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.in_force import InForce, PolicySource
from consent.model import Decision
from consent.question import Question
from consent.recorder import Act, Recorder
from consent.report import Recorded
from consent.steps import reclassified
from consent.vocabulary import EventKind, Verdict

AT_ONCE: Final = 500
"""How many questions are answered with one load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with what the one who asked may need later. `use_event` is the use that was recorded with it."""

    decision: Decision
    decision_id: str
    policy_version: int
    decided_at: datetime
    subject_id: str | None
    use_event: str | None = None


class CheckService:
    """Answers questions. Asking changes nothing but the log of answers; `record_use` records a use with it."""

    def __init__(self, ground: Ground, policies: PolicySource, log: DecisionLog) -> None:
        self._ground = ground
        self._policies = policies
        self._log = log

    def check(self, asked: Asked, *, asker: str) -> Answer:
        """Answer one question; a no is an answer. Raises NoPolicy when no policy was applied."""
        return self.check_many([asked], asker=asker)[0]

    def check_many(self, asked: Iterable[Asked], *, asker: str) -> list[Answer]:
        """Answer many questions, each as `check` does, in their order."""
        answers: list[Answer] = []
        waiting = iter(asked)
        while batch := list(islice(waiting, AT_ONCE)):
            with self._ground.reading() as session:
                in_force = self._policies.current(session)
                asking = Asking(self._ground, session, in_force)
                answered = asking.answer(asking.named(batch))
            answers += [self.note(item, in_force, asker) for item in answered]
        return answers

    def check_all(self, asked: Iterable[Asked], *, asker: str) -> tuple[Decision, list[Answer]]:
        """Answer a list of questions, and put the answers together: yes if all are, else the first denial."""
        answers = self.check_many(asked, asker=asker)
        policy = self._policies.current().policy
        return all_of([answer.decision for answer in answers], policy), answers

    def check_and_use(self, asked: Asked, *, asker: str, message_ref: str | None = None) -> Answer:
        """Answer one question and, if the answer is yes, record the use: both in one transaction.

        No withdrawal comes between the answer and the use: writers about the person wait for each other.
        """
        with self._ground.unit_of_work() as uow:
            in_force = self._policies.current(uow.session)
            recorder = Recorder(self._ground, uow, in_force)
            asking = Asking(self._ground, uow.session, in_force)
            questions = asking.named([asked])
            recorder.lock(asking.load(questions).identifiers)
            answered = asking.answer(questions)[0]
            logged = self._decision(answered, in_force, asker)
            self._log.write(uow.session, [logged])
            use: ConsentEvent | None = None
            if answered.decision.allowed:
                use = self._use(uow, recorder, logged, asker, used_at=self._ground.now(), message_ref=message_ref)
            uow.commit(nothing_to_record=None if use else "a denial changes nothing but the log of answers")
        return replace(self._answer(answered, logged), use_event=None if use is None else use.id)

    def record_use(
        self, decision_id: str, *, actor: str, used_at: datetime | None = None, message_ref: str | None = None
    ) -> Recorded:
        """Record that a message was sent on the strength of an earlier answer.

        Raises UnknownDecision for an answer that nobody gave, or that was no.
        """
        with self._ground.unit_of_work() as uow:
            logged = self._log.find(uow.session, decision_id)
            if logged is None or logged.verdict != Verdict.ALLOW:
                raise UnknownDecision("no allowance has this id")
            recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
            recorder.lock([] if logged.subject_id is None else [logged.subject_id])
            used_at = min(used_at or self._ground.now(), self._ground.now())
            use = self._use(uow, recorder, logged, actor, used_at=used_at, message_ref=message_ref)
            uow.commit()
        return Recorded(event_id=use.id, subject_id=use.subject)

    def decide_many(self, question: Question, subject_ids: Sequence[str]) -> list[Decision]:
        """Answer one question about many subjects without noting the answers: for lists that nobody acts on yet."""
        with self._ground.reading() as session:
            asking = Asking(self._ground, session, self._policies.current(session))
            asked = (Asked(question=question, subject=name) for name in subject_ids)
            return [item.decision for item in asking.answer(asking.named(asked))]

    def note(self, answered: Answered, in_force: InForce, asker: str) -> Answer:
        """Note an answer in the log of answers, and return it with its id."""
        logged = self._decision(answered, in_force, asker)
        self._log.note(logged)
        return self._answer(answered, logged)

    def _decision(self, answered: Answered, in_force: InForce, asker: str) -> LoggedDecision:
        known = answered.question.purpose in in_force.policy.purposes
        judged = reclassified(answered.question, in_force.policy) if known else answered.question
        return LoggedDecision.of(
            answered.question,
            answered.decision,
            judged_as=judged.purpose,
            decision_id=new_id(),
            at=self._ground.now(),
            asker=asker,
            subject_id=answered.subject_id,
            policy_version=in_force.version,
        )

    def _answer(self, answered: Answered, logged: LoggedDecision) -> Answer:
        return Answer(
            decision=answered.decision,
            decision_id=logged.id,
            policy_version=logged.policy_version,
            decided_at=logged.at,
            subject_id=answered.subject_id,
        )

    def _use(
        self,
        uow: UnitOfWork,
        recorder: Recorder,
        logged: LoggedDecision,
        actor: str,
        *,
        used_at: datetime,
        message_ref: str | None,
    ) -> ConsentEvent:
        """Record the use of a permission, on the record of the person whose word carried it."""
        use = ConsentEvent(
            id=new_id(),
            kind=EventKind.USE,
            at=used_at,
            recorded_at=self._ground.now(),
            subject=self._carrier(uow, logged) or logged.subject_id,
            controllers=(logged.controller,),
            purposes=(logged.judged_as,),
            topic=logged.topic,
            channels=(logged.channel,),
            identifiers=() if logged.contact is None else (logged.contact,),
        )
        extras = Extras(given={}, message_ref=message_ref, decision_id=logged.id, carried_by=logged.carried_by)
        placed = recorder.append(use, Act(actor=actor, controller=logged.controller), extras)
        recorder.project([placed])
        return placed

    def _carrier(self, uow: UnitOfWork, logged: LoggedDecision) -> str | None:
        """Return whose event carried an allowance; None where it was nobody's in particular."""
        if logged.carried_by is None:
            return None
        return EventStore(self._ground, uow.session).get(logged.carried_by).event.subject
