"""What ends a purpose for good, and what lets it rest (part B.2, B.6, B.7).

Each yields pairs of a code and a purpose: only what reaches a purpose of the datum counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from retention.history import History
from retention.keepers import end_of_restriction
from retention.model import Code, Facts, Outcome, PlatformOrderFact, RequestFact, RequestType
from retention.rules import end_of
from retention.schedule import Basis, Effect, Purpose, Schedule

REACHES: dict[Code, Callable[[Purpose], bool]] = {
    Code.RESTRICTION: lambda purpose: True,
    Code.RESTORED: lambda purpose: True,
    Code.PLATFORM_BLOCK: lambda purpose: True,
    # Not what a legal obligation demands (GDPR Art. 17(3)(b)).
    Code.ERASURE: lambda purpose: purpose.basis is not Basis.LEGAL_OBLIGATION,
    Code.PLATFORM_DELETE: lambda purpose: purpose.basis is not Basis.LEGAL_OBLIGATION,
    Code.WITHDRAWAL: lambda purpose: purpose.basis is Basis.CONSENT,
    Code.MARKETING_OBJECTION: lambda purpose: purpose.marketing,
    Code.OBJECTION_UPHELD: lambda purpose: purpose.basis is Basis.LEGITIMATE_INTEREST,
    Code.OBJECTION_PENDING: lambda purpose: purpose.basis is Basis.LEGITIMATE_INTEREST,
    Code.IDENTITY_UNAVAILABLE: lambda purpose: purpose.basis is Basis.CONSENT or purpose.marketing,
}

REFUSALS = {
    RequestType.WITHDRAWAL: Code.WITHDRAWAL,
    RequestType.MARKETING_OBJECTION: Code.MARKETING_OBJECTION,
}


@dataclass(frozen=True, slots=True)
class Ender:
    """Ends one purpose at `at`; the end of a limit may lie in the future or be unknown (None)."""

    code: Code
    purpose: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Suspender:
    """Lets one purpose rest at the instant of judgement."""

    code: Code
    purpose: str


def enders_of(history: History, purposes: tuple[Purpose, ...], schedule: Schedule, facts: Facts) -> Iterator[Ender]:
    """Yield what ends each of the purposes: its limit, and all that is known at the instant of the history."""
    limits = schedule.categories[history.datum.category].limits
    for purpose in purposes:
        end = end_of(limits[purpose.name], history.occurrences, facts.place.zone)
        yield Ender(Code.MAX_REACHED, purpose.name, end)
        for code, at in _ended_by(purpose, history, schedule, facts):
            if REACHES[code](purpose):
                yield Ender(code, purpose.name, at)


def _ended_by(purpose: Purpose, history: History, schedule: Schedule, facts: Facts) -> Iterator[tuple[Code, datetime]]:
    for order in _orders(history, facts):
        if _destroys(order, history, schedule) and history.born_by(order.at):
            yield Code.PLATFORM_DELETE, order.at
    for restored_at in history.restored_at:
        yield Code.RESTORED, restored_at
    for request in facts.requests:
        end = _end_by(request, purpose, history, facts)
        if end is not None:
            yield end


def _end_by(request: RequestFact, purpose: Purpose, history: History, facts: Facts) -> tuple[Code, datetime] | None:
    if request.type is RequestType.ERASURE:
        if request.granted_at is None or not history.held_when(request, request.granted_at, facts):
            return None
        return Code.ERASURE, request.granted_at
    if not _declared(request, purpose, history, facts):
        return None
    if request.type in REFUSALS:
        undone = _consented_since(request, purpose, history, facts)
        return None if undone else (REFUSALS[request.type], request.received_at)
    decided_at = _decided_at(request, history.at)
    if request.type is RequestType.OBJECTION and decided_at is not None and request.outcome is Outcome.UPHELD:
        return Code.OBJECTION_UPHELD, decided_at
    return None


def suspenders_of(
    history: History, purposes: tuple[Purpose, ...], schedule: Schedule, facts: Facts
) -> Iterator[Suspender]:
    """Yield what lets each of the purposes rest at the instant of the history."""
    for purpose in purposes:
        for code in _rests_by(purpose, history, schedule, facts):
            if REACHES[code](purpose):
                yield Suspender(code, purpose.name)


def _rests_by(purpose: Purpose, history: History, schedule: Schedule, facts: Facts) -> Iterator[Code]:
    if history.datum.subject is not None and not facts.identities.available:
        yield Code.IDENTITY_UNAVAILABLE
    if _is_hidden(history, schedule, facts):
        yield Code.PLATFORM_BLOCK
    for request in facts.requests:
        if _restricts(request, history, facts):
            yield Code.RESTRICTION
        if (
            request.type is RequestType.OBJECTION
            and _declared(request, purpose, history, facts)
            and _decided_at(request, history.at) is None
        ):
            yield Code.OBJECTION_PENDING


def _restricts(request: RequestFact, history: History, facts: Facts) -> bool:
    return (
        request.type is RequestType.RESTRICTION
        and history.held_when(request, request.received_at, facts)
        and end_of_restriction(request, history.at) is None
    )


def _declared(request: RequestFact, purpose: Purpose, history: History, facts: Facts) -> bool:
    """Say whether a declaration that reaches later data too is known and concerns this datum and purpose."""
    return (
        request.received_at <= history.at
        and (not request.purposes or purpose.name in request.purposes)
        and request.scope.covers(history.datum, facts.identities)
    )


def _consented_since(refusal: RequestFact, purpose: Purpose, history: History, facts: Facts) -> bool:
    # In the same second the refusal wins; and a consent says what it is for, or it is none.
    return any(
        request.type is RequestType.CONSENT
        and request.received_at > refusal.received_at
        and bool(request.purposes)
        and _declared(request, purpose, history, facts)
        for request in facts.requests
    )


def _decided_at(objection: RequestFact, at: datetime) -> datetime | None:
    # A decision without outcome decides nothing: in doubt the data are not used.
    if objection.outcome is None or objection.decided_at is None or objection.decided_at > at:
        return None
    return objection.decided_at


def _orders(history: History, facts: Facts) -> Iterator[PlatformOrderFact]:
    for order in facts.platform_orders:
        if order.at <= history.at and order.reaches(history.datum):
            yield order


def _destroys(order: PlatformOrderFact, history: History, schedule: Schedule) -> bool:
    effect = schedule.effect(order.platform, order.signal)
    geo = schedule.categories[history.datum.category].geo
    return effect is Effect.DESTROY or (effect is Effect.DESTROY_GEO and geo)


def _is_hidden(history: History, schedule: Schedule, facts: Facts) -> bool:
    """Say whether a platform hid the content and has not shown it again; in the same second hiding wins."""
    effects = [(order.at, schedule.effect(order.platform, order.signal)) for order in _orders(history, facts)]
    hidden = [at for at, effect in effects if effect is Effect.BLOCK]
    shown = [at for at, effect in effects if effect is Effect.UNBLOCK]
    return bool(hidden) and (not shown or max(hidden) >= max(shown))
