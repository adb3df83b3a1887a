"""Where decision cases are replayed: an installation that is empty but for the policy of the case.

What goes in and out are the values that services and HTTP have in common, so that a case can take either door.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final, NamedTuple, Protocol

from audit.ground import Ground
from consent.asking import Asked
from consent.cases import answer_of
from consent.check import CheckService
from consent.decision import all_of
from consent.decision_log import DecisionLog
from consent.errors import (
    AlreadyMerged,
    ConsentError,
    IdempotencyConflict,
    NotMerged,
    UnknownIdentifier,
    UnknownName,
    UnknownNotice,
    UnknownRequest,
)
from consent.identifiers import GivenIdentifier
from consent.in_force import PolicySource
from consent.registry import SubjectFacts
from consent.report import Report
from consent.service import ConsentService
from consent.subjects import SubjectService

ACTOR: Final = "case"
WITHOUT_EFFECT: Final[tuple[type[ConsentError], ...]] = (
    UnknownName,
    UnknownRequest,
    UnknownIdentifier,
    AlreadyMerged,
    NotMerged,
    IdempotencyConflict,
)
"""What is refused here because by the rule book it is without effect."""

Plain = Mapping[str, object]
"""An answer as plain values, by the names of the expectations."""


class Refusal(Enum):
    """Why an installation did not take an event of a case."""

    WITHOUT_EFFECT = auto()
    NO_SUCH_TEXT = auto()


@dataclass(frozen=True, slots=True)
class Put:
    """A question to be put, or a list of them that is answered as one too."""

    asked: tuple[Asked, ...]
    is_list: bool


class Answered(NamedTuple):
    """The answer to what was put, and to each of its parts."""

    whole: Plain
    parts: tuple[Plain, ...]


class Door(Protocol):
    """A way into an installation."""

    def create(
        self, identifiers: Sequence[GivenIdentifier], facts: SubjectFacts, *, verified: bool, now: datetime
    ) -> str:
        """Create the data subject that holds these identifiers, or give them to it; return its id."""

    def record(self, report: Report, *, controller: str, now: datetime) -> str | Refusal:
        """Record an event and return its id, or why it was refused."""

    def answer(self, questions: Sequence[Put]) -> list[Answered]:
        """Answer questions, in their order."""


class ServiceDoor:
    """The services themselves. `set_clock` sets the clock of `ground`. Nobody is mailed."""

    def __init__(self, ground: Ground, policies: PolicySource, set_clock: Callable[[datetime], None]) -> None:
        self._set_clock = set_clock
        self._policies = policies
        self._subjects = SubjectService(ground, policies)
        self._consents = ConsentService(ground, policies, erasures=None, asks=False)
        self._checks = CheckService(ground, policies, DecisionLog(ground))

    def create(
        self, identifiers: Sequence[GivenIdentifier], facts: SubjectFacts, *, verified: bool, now: datetime
    ) -> str:
        """Create the data subject that holds these identifiers, or give them to it; return its id."""
        self._set_clock(now)
        how = ACTOR if verified else None
        return self._subjects.create_or_find(identifiers, facts, actor=ACTOR, verified_how=how).subject_id

    def record(self, report: Report, *, controller: str, now: datetime) -> str | Refusal:
        """Record an event and return its id, or why it was refused."""
        self._set_clock(now)
        try:
            return self._consents.record(report, controller=controller, actor=ACTOR).event_id
        except UnknownNotice:
            return Refusal.NO_SUCH_TEXT
        except WITHOUT_EFFECT:
            return Refusal.WITHOUT_EFFECT

    def answer(self, questions: Sequence[Put]) -> list[Answered]:
        """Answer questions, in their order, all in one call."""
        asked = [item for put in questions for item in put.asked]
        answers = iter([answer.decision for answer in self._checks.check_many(asked, asker=ACTOR)])
        policy = self._policies.current().policy
        found = []
        for put in questions:
            parts = [next(answers) for _ in put.asked]
            whole = all_of(parts, policy) if put.is_list else parts[0]
            found.append(Answered(answer_of(whole), tuple(map(answer_of, parts))))
        return found
