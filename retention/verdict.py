"""May a datum still be used, must it be kept, must it go? The verdict (part B.1, B.2, B.8).

A keeper beats every ender, an ender beats every use, and to keep is not to use.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType

from retention.calendar import last_day_before
from retention.enders import Ender, Suspender, enders_of, suspenders_of
from retention.history import History, history_of
from retention.keepers import Keeper, keepers_of
from retention.model import PLATFORM_ATTRIBUTE, RESTORED_EVENT, Code, Datum, Facts, RequestFact, State, Verdict
from retention.schedule import Schedule

LEGAL_SOURCES: Mapping[Code, str] = MappingProxyType(
    {
        Code.HOLD: "GDPR Art. 17(3)(e)",
        Code.IDENTITY_UNAVAILABLE: "GDPR Art. 17(3)(e)",
        Code.RESTRICTION: "GDPR Art. 18(1)",
        Code.OPEN_REQUEST: "GDPR Art. 12(2)",
        Code.RESTORED: "GDPR Art. 5(1)(e)",
        Code.ERASURE: "GDPR Art. 17(1)",
        Code.WITHDRAWAL: "GDPR Art. 7(3)",
        Code.MARKETING_OBJECTION: "GDPR Art. 21(3)",
        Code.OBJECTION_UPHELD: "GDPR Art. 21(1)",
        Code.MAX_REACHED: "GDPR Art. 5(1)(e)",
        Code.OBJECTION_PENDING: "GDPR Art. 18(1)(d)",
        Code.PURPOSE: "GDPR Art. 6(1)",
    }
)
"""The sources of the reasons that need neither an obligation nor a platform to know them."""

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Standing:
    """All that acts on a datum at one instant; `purposes` are those it serves."""

    history: History
    purposes: frozenset[str]
    keepers: tuple[Keeper, ...]
    enders: tuple[Ender, ...]
    suspenders: tuple[Suspender, ...]

    def end_of(self, purpose: str) -> datetime | None:
        """Return the earliest end of a purpose, None if none is known."""
        ends = [ender.at for ender in self.enders if ender.purpose == purpose and ender.at is not None]
        return min(ends, default=None)

    def has_ended(self, purpose: str) -> bool:
        """Say whether a purpose has ended by now."""
        end = self.end_of(purpose)
        return end is not None and end <= self.history.at

    @property
    def usable(self) -> frozenset[str]:
        """The purposes for which the datum may be used: neither ended nor suspended."""
        resting = {suspender.purpose for suspender in self.suspenders}
        return frozenset(name for name in self.purposes - resting if not self.has_ended(name))

    @property
    def keepers_in_force(self) -> tuple[Keeper, ...]:
        """The keepers that hold the datum now."""
        return tuple(keeper for keeper in self.keepers if keeper.in_force(self.history.at))

    @property
    def state(self) -> State:
        """Whether the datum may be used, must go, or is only kept."""
        if self.usable:
            return State.ACTIVE
        if all(self.has_ended(name) for name in self.purposes) and not self.keepers_in_force:
            return State.DESTROY_DUE
        return State.BLOCKED

    @property
    def destroyable_from(self) -> datetime | None:
        """Return the latest of all ends, None if one of them is not known."""
        ends = [
            *(self.end_of(name) for name in self.purposes),
            *(keeper.end for keeper in self.keepers),
            *self.history.occurrences.get(RESTORED_EVENT, ())[-1:],
        ]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def reasons(self) -> tuple[Code, ...]:
        """Return every code that is true, each judged alone, in order of precedence."""
        at = self.history.at
        codes = {keeper.code for keeper in self.keepers_in_force}
        codes |= {ender.code for ender in self.enders if ender.at is not None and ender.at <= at}
        codes |= {suspender.code for suspender in self.suspenders}
        if self.usable:
            codes.add(Code.PURPOSE)
        return tuple(code for code in Code if code in codes)


def verdict(datum: Datum, schedule: Schedule, facts: Facts, at: datetime) -> Verdict:
    """Say how `datum` stands at `at` under `schedule`, as far as the facts are known then.

    Raises Unclassified for a datum on which the schedule cannot decide (part B.4).
    """
    standing = _standing(datum, schedule, facts, at)
    offered = schedule.categories[datum.category].limits.keys()
    if standing.history.is_destroyed:
        return Verdict(State.DESTROYED, None, None, (Code.DESTROYED,), None, tuple(sorted(offered)))
    state, destroyable_from, reasons = standing.state, standing.destroyable_from, standing.reasons
    blocked_until = None
    if state is State.BLOCKED and destroyable_from is not None:
        blocked_until = last_day_before(destroyable_from, facts.place.zone)
    return Verdict(
        state=state,
        destroyable_from=destroyable_from,
        blocked_until=blocked_until,
        reasons=reasons,
        legal_source=_legal_source(reasons[0], standing, schedule),
        unusable_for=tuple(sorted(offered - standing.usable)),
    )


def next_check(datum: Datum, schedule: Schedule, facts: Facts, at: datetime) -> datetime | None:
    """Return the earliest instant after `at` at which the verdict can change by time alone, None if it cannot.

    Until then the verdict stays as it is, unless facts are added. Besides the ends that are known these are the
    instants of facts that are dated later. Raises Unclassified as `verdict` does.
    """
    standing = _standing(datum, schedule, facts, at)
    instants: Iterable[datetime] = (event.at for event in datum.events)
    if not standing.history.is_destroyed:
        instants = chain(instants, _dated(datum, facts), _ends(standing))
    return min((instant for instant in instants if instant > at), default=None)


def _standing(datum: Datum, schedule: Schedule, facts: Facts, at: datetime) -> _Standing:
    purposes = schedule.purposes_of(datum)
    history = history_of(datum, schedule.events, at)
    return _Standing(
        history=history,
        purposes=frozenset(purpose.name for purpose in purposes),
        keepers=tuple(keepers_of(history, schedule, facts)),
        enders=tuple(enders_of(history, purposes, schedule, facts)),
        suspenders=tuple(suspenders_of(history, purposes, schedule, facts)),
    )


def _legal_source(code: Code, standing: _Standing, schedule: Schedule) -> str:
    if code is Code.OBLIGATION:
        by_law = [keeper for keeper in standing.keepers_in_force if keeper.obligation is not None]
        by_name = sorted(by_law, key=lambda keeper: keeper.obligation.name if keeper.obligation else "")
        last = max(by_name, key=lambda keeper: keeper.end or NEVER)
        return last.obligation.source if last.obligation else ""
    if code in {Code.PLATFORM_DELETE, Code.PLATFORM_BLOCK}:
        return schedule.platforms[str(standing.history.datum.attributes[PLATFORM_ATTRIBUTE])].source
    return LEGAL_SOURCES[code]


def _ends(standing: _Standing) -> Iterator[datetime]:
    ends = chain((keeper.end for keeper in standing.keepers), (ender.at for ender in standing.enders))
    yield from (end for end in ends if end is not None)


def _dated(datum: Datum, facts: Facts) -> Iterator[datetime]:
    """Yield the instants of all holds, requests and orders that may concern the datum."""
    for hold in facts.holds:
        if hold.scope.covers(datum, facts.identities):
            yield hold.placed_at
            if hold.released_at is not None:
                yield hold.released_at
    for request in facts.requests:
        if request.scope.covers(datum, facts.identities):
            yield from _dates_of(request)
    yield from (order.at for order in facts.platform_orders if order.reaches(datum))


def _dates_of(request: RequestFact) -> Iterator[datetime]:
    dates = (
        request.received_at,
        request.granted_at,
        request.closed_at,
        request.lifted_at,
        request.notice_at,
        request.decided_at,
        *(event.happened_at for event in request.clock),
    )
    yield from (instant for instant in dates if instant is not None)
