"""The trace of a decision: which step of the rule book was taken for whom, and what came of it."""

from dataclasses import dataclass

from consent.outcome import Outcome
from consent.vocabulary import LawfulBasis, Reason


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step, for the holder and under the rule pack it was taken for (None: for the whole).

    `reason` is that of a denial, `basis` that of an allowance; with neither the step was passed.
    """

    step: int
    holder: str | None = None
    pack: str | None = None
    reason: Reason | None = None
    basis: LawfulBasis | None = None


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
