"""Making answers ready beforehand, and giving them: `decide` is asked once, its answer as often as it is needed."""

import threading
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.answer_form import answer_text
from consent.asking import Answered, Asked, Asking
from consent.contacts import hash_of_contact
from consent.eras import Eras
from consent.identifier_store import IdentifierStore, lock_contacts
from consent.in_force import InForce, PolicySource
from consent.question import Question
from consent.ready_answers import ReadyAnswer, ReadyAnswers, ReadyKey, is_contact
from consent.recorder import Recorder
from consent.way_out import way_out_of
from consent.withdrawal_links import LinkStore, StoredLink

AT_ONCE: Final = 100
"""How many answers are made ready in one transaction: writers wait for it."""
MOST_WANTED: Final = 10_000


class ReadyAnswerService:
    """Makes answers to plain questions ready, in transactions that wait for whoever writes about the same people."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies
        self._guard = threading.Lock()
        self._wanted: dict[ReadyKey, None] = {}

    def want(self, key: ReadyKey) -> None:
        """Note that an answer was asked for that was not ready; too many at once are let go."""
        with self._guard:
            if len(self._wanted) < MOST_WANTED:
                self._wanted[key] = None

    def make_wanted(self) -> int:
        """Make ready what was asked for since the last time, and return how many answers there are now."""
        with self._guard:
            wanted, self._wanted = self._wanted, {}
        return self.make(wanted)

    def make(self, keys: Iterable[ReadyKey]) -> int:
        """Make the answers to some questions ready and return how many there are.

        A question about nobody on record leaves no trace: its answer is decided each time.
        """
        made, waiting = 0, iter(keys)
        while batch := list(islice(waiting, AT_ONCE)):
            with self._ground.unit_of_work() as uow:
                answers = self._answers(uow, batch)
                ReadyAnswers(self._ground.group_id, uow.session).keep(answers)
                uow.commit(nothing_to_record="a copy of answers, taken away whenever something could change them")
            made += len(answers)
        return made

    def _answers(self, uow: UnitOfWork, keys: list[ReadyKey]) -> list[ReadyAnswer]:
        # The era comes first: what begins another one meanwhile makes these answers count for nothing.
        era = Eras(self._ground.group_id, uow.session).of_answers()
        if era is None:
            return []
        in_force = self._policies.current(uow.session)
        asking = Asking(self._ground, uow.session, in_force)
        questions = self._questions(asking, keys)
        self._lock(uow, questions, in_force)
        answered = asking.answer(questions)
        self._keep_links(uow, answered, in_force)
        return [
            _ready(key, item, item.subject_id, in_force, era)
            for key, item in zip(keys, answered, strict=True)
            if item.subject_id is not None
        ]

    def _questions(self, asking: Asking, keys: list[ReadyKey]) -> list[Question]:
        """Return the questions; one that names a subject is about the contact point that its channel would use."""
        now = self._ground.now()
        return asking.named(Asked(question=_question(key, now)) for key in keys)

    def _lock(self, uow: UnitOfWork, questions: list[Question], in_force: InForce) -> None:
        """Let nobody write about the people and contact points meant until the answers are stored."""
        contacts = {question.identifier for question in questions if question.identifier is not None}
        hashes = [digest for digest in map(hash_of_contact, contacts) if digest is not None]
        lock_contacts(uow.session, hashes)
        holders = IdentifierStore(self._ground, uow.session).list_by_hash(hashes)
        subjects = {question.subject for question in questions if question.subject is not None}
        Recorder(self._ground, uow, in_force).lock(subjects | {row.subject_id for row in holders})

    def _keep_links(self, uow: UnitOfWork, answered: Iterable[Answered], in_force: InForce) -> None:
        """Store the links that the messages will carry, so that giving an answer writes nothing."""
        links = (
            StoredLink(item.subject_id, item.question.controller, scope)
            for item in answered
            if item.subject_id is not None
            and (scope := way_out_of(item.question, item.decision, in_force.policy)) is not None
        )
        LinkStore(self._ground, uow.session).add_missing(links, now=self._ground.now())


def _question(key: ReadyKey, now: datetime) -> Question:
    return Question(
        controller=key.controller,
        purpose=key.purpose,
        channel=key.channel,
        as_of=now,
        as_known=now,
        subject=None if is_contact(key.asked) else key.asked,
        identifier=key.asked if is_contact(key.asked) else None,
    )


def _ready(key: ReadyKey, answered: Answered, subject_id: str, in_force: InForce, era: int) -> ReadyAnswer:
    decision = answered.decision
    return ReadyAnswer(
        key=key,
        subject_id=subject_id,
        contact=answered.question.identifier,
        verdict=decision.decision,
        basis=decision.basis,
        reason=decision.reason,
        carried_by=decision.carried_by,
        has_way_out=way_out_of(answered.question, decision, in_force.policy) is not None,
        document=answer_text(decision, in_force.version),
        policy_version=in_force.version,
        era=era,
        since=answered.question.as_of,
        until=decision.valid_until,
    )
