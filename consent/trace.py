"""The trace of a decision: which step of the rule book was taken for whom, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from consent.outcome import Outcome
from consent.vocabulary import LawfulBasis, Reason

STEPS: Final = {
    1: "validate",
    2: "reclassify",
    3: "resolve",
    4: "lifecycle",
    5: "suppression",
    6: "objection",
    7: "signal",
    8: "own_word",
    9: "bases",
    10: "house_rules",
}
"""The names of the steps of the rule book, by their numbers."""

LAST_OF_A_HOLDER: Final = 9


class StepOutcome(StrEnum):
    """What came of a step; one that was not taken came too late, or is not for this question."""

    PASSED = "passed"
    DENIED = "denied"
    ALLOWED = "allowed"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step, for the holder and under the rule pack it was taken for (None: for the whole).

    `reason` is that of a denial, `basis` that of an allowance; with neither the step was passed, or not taken.
    """

    step: int
    holder: str | None = None
    pack: str | None = None
    reason: Reason | None = None
    basis: LawfulBasis | None = None
    is_taken: bool = True

    @property
    def name(self) -> str:
        """Return what the rule book calls the step."""
        return STEPS[self.step]

    @property
    def outcome(self) -> StepOutcome:
        """Return what came of the step."""
        if not self.is_taken:
            return StepOutcome.NOT_TAKEN
        if self.reason is not None:
            return StepOutcome.DENIED
        return StepOutcome.PASSED if self.basis is None else StepOutcome.ALLOWED


class Trace:
    """Collects the steps of one decision, in the order in which they are taken; a silent one none."""

    __slots__ = ("_is_silent", "steps")

    def __init__(self, *, is_silent: bool = False) -> None:
        self.steps: list[TraceStep] = []
        self._is_silent = is_silent

    def whole(self, step: int, reason: Reason | None) -> None:
        """Record a step taken for the whole question."""
        if self._is_silent:
            return
        self.steps.append(TraceStep(step, reason=reason))

    def one(self, step: int, holder: str, pack: str, outcome: Outcome | None) -> None:
        """Record a step taken for one holder under one pack; no outcome: it was passed."""
        if self._is_silent:
            return
        reason, basis = (outcome.reason, outcome.basis) if outcome else (None, None)
        self.steps.append(TraceStep(step, holder, pack, reason, basis))


SILENT = Trace(is_silent=True)
"""For decisions whose steps nobody wants to see."""


def every_step(taken: Sequence[TraceStep]) -> Iterator[TraceStep]:
    """Give every step of the rule book, with those that were not taken in their places."""
    last = 0
    for (holder, pack), steps in groupby(taken, key=lambda step: (step.holder, step.pack)):
        for step in steps:
            yield step
            last = step.step
        if holder is not None:
            yield from (TraceStep(left, holder, pack, is_taken=False) for left in range(last + 1, LAST_OF_A_HOLDER + 1))
            last = LAST_OF_A_HOLDER
    yield from (TraceStep(left, is_taken=False) for left in range(last + 1, max(STEPS) + 1))
