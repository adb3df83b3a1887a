"""What forbids the destruction of a datum, and until when (part B.2, B.5, B.6).

A keeper that has ended still counts for the instant since when a datum could have been destroyed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from retention.deadlines import DeadlineFacts, Regime, deadline
from retention.history import History
from retention.model import Code, Facts, RequestFact, RequestType
from retention.rules import end_of
from retention.schedule import Obligation, Schedule, WhileOpen

SHIELDING = frozenset({RequestType.ACCESS, RequestType.PORTABILITY})


@dataclass(frozen=True, slots=True)
class Keeper:
    """One thing that keeps a datum until `end`, without end if that is None; obligations are named."""

    code: Code
    end: datetime | None
    obligation: Obligation | None = None

    def in_force(self, at: datetime) -> bool:
        """Say whether it still keeps at `at`."""
        return self.end is None or self.end > at


def keepers_of(history: History, schedule: Schedule, facts: Facts) -> Iterator[Keeper]:
    """Yield all keepers known at the instant of the history, those that have ended included."""
    datum, at = history.datum, history.at
    for hold in facts.holds:
        if hold.placed_at <= at and hold.scope.covers(datum, facts.identities):
            yield Keeper(Code.HOLD, _if_known(hold.released_at, at))
    if datum.subject is not None and not facts.identities.available:
        yield Keeper(Code.IDENTITY_UNAVAILABLE, None)
    for request in facts.requests:
        if request.type is RequestType.RESTRICTION and history.held_when(request, request.received_at, facts):
            yield Keeper(Code.RESTRICTION, end_of_restriction(request, at))
        if request.type in SHIELDING and history.held_when(request, request.received_at, facts):
            yield Keeper(Code.OPEN_REQUEST, _end_of_shield(request, facts, at))
    for obligation in schedule.obligations_for(datum):
        yield from _keeper_by_law(obligation, history, facts)


def end_of_restriction(request: RequestFact, at: datetime) -> datetime | None:
    """Return when a restriction ended, as known at `at`; None while it goes on.

    It ends with the later of lifting and notice, because the data subject must be told first (GDPR Art. 18(3)).
    """
    lifted, told = _if_known(request.lifted_at, at), _if_known(request.notice_at, at)
    return None if lifted is None or told is None else max(lifted, told)


def _if_known(instant: datetime | None, at: datetime) -> datetime | None:
    return instant if instant is not None and instant <= at else None


def _end_of_shield(request: RequestFact, facts: Facts, at: datetime) -> datetime | None:
    # Longer storage must not reward a slow answer: the shield ends with the deadline at the latest. While a
    # question to the data subject is open there is no deadline.
    answer = deadline(
        DeadlineFacts(
            regime=Regime.GDPR_ART12,
            received_at=(request.received_at,),
            place=facts.place,
            at=at,
            events=request.clock,
        )
    )
    ends = (_if_known(request.closed_at, at), answer.ends_at)
    return min((end for end in ends if end is not None), default=None)


def _keeper_by_law(obligation: Obligation, history: History, facts: Facts) -> Iterator[Keeper]:
    if isinstance(obligation.keep, WhileOpen):
        opened = history.occurrences.get(obligation.keep.opened)
        if opened:
            closed = history.occurrences.get(obligation.keep.closed, ())
            end = min((instant for instant in closed if instant >= max(opened)), default=None)
            yield Keeper(Code.OBLIGATION, end, obligation)
        return
    # An obligation whose period has not started keeps: the end is not known.
    yield Keeper(Code.OBLIGATION, end_of(obligation.keep, history.occurrences, facts.place.zone), obligation)
