"""The outcome of steps 4 to 9 for one holder under one rule pack, and how outcomes are put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from consent.model import RestsOn
from consent.vocabulary import LawfulBasis, Note, Obligation, Reason

Item = TypeVar("Item")

FIRST_BASIS_STEP = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One basis (allowed) or one reason (denied), with the step that gave it and what it rests on."""

    step: int
    basis: LawfulBasis | None = None
    reason: Reason | None = None
    rests_on: tuple[RestsOn, ...] = ()
    notes: tuple[Note, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    carried_by: str | None = None
    retry_after: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Say whether nothing denied."""
        return self.reason is None


def under_all_packs(outcomes: Iterable[Outcome]) -> Outcome:
    """Put together the outcomes of one holder under several rule packs: all must allow.

    The reason is that of the first that denies (the rest is not looked at); basis and notes are those of
    the first, obligations add up.
    """
    allowed: list[Outcome] = []
    for outcome in outcomes:
        if not outcome.allowed:
            return outcome
        allowed.append(outcome)
    return added_up(allowed)


def of_all_holders(outcomes: Sequence[Outcome], *, is_service: bool) -> Outcome:
    """Put together the outcomes of several holders of one contact point.

    For a service one that is allowed suffices, and if none is the first tells why. For direct marketing all
    must be: a denial of steps 4 to 8 gives the reason, else disagreement is ambiguous, else the first tells why.
    """
    allowed = [outcome for outcome in outcomes if outcome.allowed]
    if allowed and (is_service or len(allowed) == len(outcomes)):
        return added_up(allowed)
    if is_service:
        return outcomes[0]
    for outcome in outcomes:
        if not outcome.allowed and outcome.step < FIRST_BASIS_STEP:
            return outcome
    if allowed:
        return Outcome(
            step=FIRST_BASIS_STEP,
            reason=Reason.IDENTITY_AMBIGUOUS,
            rests_on=next(outcome.rests_on for outcome in outcomes if not outcome.allowed),
        )
    return outcomes[0]


def added_up(allowed: Sequence[Outcome]) -> Outcome:
    """Return the first of several allowances, with the obligations of all and all that they rest on."""
    first = allowed[0]
    if len(allowed) == 1:
        return first
    return replace(
        first,
        rests_on=once(item for outcome in allowed for item in outcome.rests_on),
        obligations=once(item for outcome in allowed for item in outcome.obligations),
    )


def once(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items in order, each once."""
    return tuple(dict.fromkeys(items))
