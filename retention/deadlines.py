"""When must a request be answered? The regimes, their dates and the state of the clock (part A)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from retention.calendar import (
    add_months,
    first_instant_after,
    local_day,
    next_full_hour,
    wall_instant,
)
from retention.errors import UnknownDuty
from retention.holidays import HolidayCalendar, working_day_from, working_day_until, working_days_after
from retention.place import Place
from retention.request_clock import ClockEvent, ClockReading, ClockTerms, Rejection, read_clock


class Regime(StrEnum):
    """The laws and terms that set a deadline."""

    GDPR_ART12 = "gdpr_art12"
    GDPR_ART33 = "gdpr_art33"
    CCPA = "ccpa"
    LGPD = "lgpd"
    PLATFORM_X = "platform_x"


class Duty(StrEnum):
    """What is to be done before the deadline; `confirm` and `opt_out` exist under the CCPA only."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    OPT_OUT = "opt_out"


class ClockState(StrEnum):
    """How it stands, the first that fits."""

    BREACHED = "BREACHED"
    MET = "MET"
    PAUSED = "PAUSED"
    EXTENDED = "EXTENDED"
    RUNNING = "RUNNING"


class Count(StrEnum):
    """What a period is counted in."""

    MONTHS = "months"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Term:
    """The period of one duty under one regime; `from_full_hour` leaves the hour of the event uncounted."""

    count: Count
    length: int
    clock: ClockTerms
    german_holidays: bool = False
    from_full_hour: bool = False


_FIXED = ClockTerms(pausable=False, extensions=MappingProxyType({}))
_MONTHS = ClockTerms(pausable=True, extensions=MappingProxyType({1: 1, 2: 2}))
_45_DAYS = ClockTerms(pausable=False, extensions=MappingProxyType({None: 45}))

TERMS: Mapping[tuple[Regime, Duty], Term] = MappingProxyType(
    {
        (Regime.GDPR_ART12, Duty.ANSWER): Term(Count.MONTHS, 1, _MONTHS, german_holidays=True),
        (Regime.GDPR_ART33, Duty.ANSWER): Term(Count.HOURS, 72, _FIXED, from_full_hour=True),
        (Regime.CCPA, Duty.ANSWER): Term(Count.DAYS, 45, _45_DAYS),
        (Regime.CCPA, Duty.CONFIRM): Term(Count.WORKING_DAYS, 10, _FIXED),
        (Regime.CCPA, Duty.OPT_OUT): Term(Count.WORKING_DAYS, 15, _FIXED),
        (Regime.LGPD, Duty.ANSWER): Term(Count.DAYS, 15, _FIXED),
        (Regime.PLATFORM_X, Duty.ANSWER): Term(Count.HOURS, 24, _FIXED),
    }
)


@dataclass(frozen=True, slots=True)
class DeadlineFacts:
    """All that is known about the clock of one request.

    `received_at` holds the receipts of all duplicates that were merged, of which the earliest counts. Events
    later than `at` may be among `events`; they are not known yet and have no effect.
    """

    regime: Regime
    received_at: tuple[datetime, ...]
    place: Place
    at: datetime
    duty: Duty = Duty.ANSWER
    events: tuple[ClockEvent, ...] = ()


Due = date | datetime


@dataclass(frozen=True, slots=True)
class DeadlineAnswer:
    """The dates of a request and the state of its clock.

    `due`, `due_extended` and `plan_by` are local days, or local times for periods in hours; `ends_at` is the
    first instant, in UTC, at which an answer is late. All four are None while a question is open.
    """

    due: Due | None
    due_extended: Due | None
    plan_by: Due | None
    ends_at: datetime | None
    state: ClockState
    rejected: tuple[Rejection, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether no event of the clock was rejected."""
        return not self.rejected


@dataclass(frozen=True, slots=True)
class _Dates:
    due: Due
    due_extended: Due | None
    plan_by: Due
    ends_at: datetime


def deadline(facts: DeadlineFacts) -> DeadlineAnswer:
    """Say when the request must be answered and how its clock stands at `facts.at`.

    Raises UnknownDuty if the regime knows no such duty.
    """
    term = TERMS.get((facts.regime, facts.duty))
    if term is None:
        raise UnknownDuty(f"{facts.regime} knows no duty {facts.duty}")
    received_at, zone = min(facts.received_at), facts.place.zone
    holidays = facts.place.holidays(german=term.german_holidays)

    def dates(standstill: int, extension: int) -> _Dates:
        """Return the dates after so many days of standstill and so many units of extension."""
        if term.count is Count.HOURS:
            return _hours(term, received_at, zone)
        due, extended, plan_by = _days(
            term, local_day(received_at, zone), holidays, standstill=standstill, extension=extension
        )
        return _Dates(due, extended, plan_by, first_instant_after(extended or due, zone))

    reading = read_clock(
        (event for event in facts.events if event.happened_at <= facts.at),
        term.clock,
        received_on=local_day(received_at, zone),
        zone=zone,
        first_end=lambda standstill: dates(standstill, 0).ends_at,
    )
    if reading.question_open:
        state = _state(reading, None, facts.at)
        return DeadlineAnswer(None, None, None, None, state=state, rejected=reading.rejected)
    found = dates(reading.standstill, reading.extension)
    return DeadlineAnswer(
        due=found.due,
        due_extended=found.due_extended,
        plan_by=found.plan_by,
        ends_at=found.ends_at,
        state=_state(reading, found.ends_at, facts.at),
        rejected=reading.rejected,
    )


def _state(reading: ClockReading, ends_at: datetime | None, at: datetime) -> ClockState:
    if ends_at is not None and (reading.answered_at or at) >= ends_at:
        return ClockState.BREACHED
    if reading.answered_at is not None:
        return ClockState.MET
    if reading.question_open:
        return ClockState.PAUSED
    return ClockState.EXTENDED if reading.extension else ClockState.RUNNING


def _days(
    term: Term, received_on: date, holidays: HolidayCalendar, *, standstill: int, extension: int
) -> tuple[date, date | None, date]:
    """Return `due`, `due_extended` and `plan_by` of a period that is not counted in hours."""
    if term.count is Count.WORKING_DAYS:
        due = working_days_after(received_on, term.length, holidays)
        return due, None, due
    if term.count is Count.MONTHS:
        rest = timedelta(days=standstill)
        due = working_day_from(add_months(received_on, term.length) + rest, holidays)
        # The months are added in one step: 31 January and three months are 30 April, not 28.
        extended = working_day_from(add_months(received_on, term.length + extension) + rest, holidays)
        # The strict reading adds the extension to a first month that may have been clipped.
        strict = add_months(add_months(received_on, term.length), extension) + rest
    else:
        due = received_on + timedelta(days=term.length)
        extended = strict = due + timedelta(days=extension)
    return due, extended if extension else None, working_day_until(strict, holidays)


def _hours(term: Term, received_at: datetime, zone: ZoneInfo) -> _Dates:
    start = next_full_hour(received_at, zone) if term.from_full_hour else received_at.astimezone(UTC)
    hours = timedelta(hours=term.length)
    due = start + hours
    by_the_wall = wall_instant(start.astimezone(zone).replace(tzinfo=None) + hours, zone)
    return _Dates(due.astimezone(zone), None, min(due, by_the_wall).astimezone(zone), due)
