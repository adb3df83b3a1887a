"""What happens to the clock of a request: questions that stop it, extensions, the answer (part A.4).

A rejected event has no effect; it is reported by the first code that fits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from retention.calendar import local_day

DAYS_TO_ASK = 7
DEFAULT_EXTENSION_MONTHS = 2


class ClockAction(StrEnum):
    """What an event does to the clock; events of one instant are read in this order."""

    PAUSE = "pause"
    EXTEND = "extend"
    RESUME = "resume"
    STOP = "stop"


class Rejection(StrEnum):
    """Why an event of the clock has no effect, in the order in which the reasons are examined."""

    NOT_AVAILABLE = "NOT_AVAILABLE"
    NO_GROUND = "NO_GROUND"
    ASKED_LATE = "ASKED_LATE"
    REPEATED = "REPEATED"
    NOT_PAUSED = "NOT_PAUSED"
    NOTICE_MISSING = "NOTICE_MISSING"
    NOTICE_LATE = "NOTICE_LATE"


PAUSE_GROUNDS = frozenset({"identity", "scope"})
EXTENSION_GROUNDS = frozenset({"complexity", "number"})


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event of the clock; `notice_at` and `months` belong to an extension."""

    at: datetime
    action: ClockAction
    ground: str | None = None
    notice_at: datetime | None = None
    months: int | None = None

    @property
    def happened_at(self) -> datetime:
        """The instant at which the event counts: an extension happens when its notice leaves."""
        if self.action is ClockAction.EXTEND and self.notice_at is not None:
            return self.notice_at
        return self.at


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What a regime allows: whether questions stop the clock, and by how much the period can grow.

    `extensions` maps the `months` that an event may name to units of the regime; None there stands for a regime
    whose one extension has a fixed length, and an empty mapping for a regime without any.
    """

    pausable: bool
    extensions: Mapping[int | None, int]


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the events known at an instant made of the clock.

    `standstill` is a number of local days, `extension` a number of units of the regime (0 without an accepted
    one), and `question_open` says that the clock stands still at present.
    """

    standstill: int
    question_open: bool
    answered_at: datetime | None
    extension: int
    rejected: tuple[Rejection, ...]


def read_clock(
    events: Iterable[ClockEvent],
    terms: ClockTerms,
    *,
    received_on: date,
    zone: ZoneInfo,
    first_end: Callable[[int], datetime],
) -> ClockReading:
    """Go through the known events in order of time and say what became of the clock.

    `first_end` tells when the first period ends after a given standstill. Whether the notice of an extension was
    in time is judged with all known pauses, so the questions are read first; while one of them is open, no
    period can have ended.
    """
    listed = tuple(events)
    in_order = sorted(listed, key=_order)
    questions = _Questions(terms, received_on + timedelta(days=DAYS_TO_ASK), zone)
    refusals = [(event, questions.read(event)) for event in in_order if event.action is not ClockAction.EXTEND]
    end = None if questions.open else first_end(questions.standstill)
    extension = 0
    for event in in_order:
        if event.action is ClockAction.EXTEND:
            refusal = _refusal_of_extension(event, terms, extended=extension > 0, end=end)
            extension = extension if refusal else terms.extensions[_length_named(event, terms)]
            refusals.append((event, refusal))
    # Codes are told in the order of the events; those of one instant as they were listed.
    refusals.sort(key=lambda refusal: (refusal[0].happened_at, listed.index(refusal[0])))
    return ClockReading(
        standstill=questions.standstill,
        question_open=bool(questions.open),
        answered_at=questions.answered_at,
        extension=extension,
        rejected=tuple(code for _, code in refusals if code is not None),
    )


def _order(event: ClockEvent) -> tuple[datetime, int, int]:
    # Of two extensions at one instant the shorter one comes first: in doubt the earlier deadline.
    months = DEFAULT_EXTENSION_MONTHS if event.months is None else event.months
    return event.happened_at, list(ClockAction).index(event.action), months


def _length_named(event: ClockEvent, terms: ClockTerms) -> int | None:
    if None in terms.extensions:
        return None
    return DEFAULT_EXTENSION_MONTHS if event.months is None else event.months


def _refusal_of_extension(
    event: ClockEvent, terms: ClockTerms, *, extended: bool, end: datetime | None
) -> Rejection | None:
    if _length_named(event, terms) not in terms.extensions:
        return Rejection.NOT_AVAILABLE
    if event.ground not in EXTENSION_GROUNDS:
        return Rejection.NO_GROUND
    if extended:
        return Rejection.REPEATED
    if event.notice_at is None:
        return Rejection.NOTICE_MISSING
    if end is not None and event.notice_at >= end:
        return Rejection.NOTICE_LATE
    return None


@dataclass(slots=True)
class _Questions:
    """The questions put to the data subject, as the events tell of them one after the other."""

    terms: ClockTerms
    last_day_to_ask: date
    zone: ZoneInfo
    open: dict[str, date] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    answered_at: datetime | None = None

    @property
    def standstill(self) -> int:
        """The number of local days on which the clock stood still for a question that was answered."""
        return len(self.days)

    def read(self, event: ClockEvent) -> Rejection | None:
        """Take in a pause, a resume or the stop; return why it was rejected, or None."""
        day = local_day(event.at, self.zone)
        if event.action is ClockAction.PAUSE:
            return self._ask(event.ground, day)
        if event.action is ClockAction.STOP:
            self.answered_at = self.answered_at or event.at
            for ground in tuple(self.open):
                self._answer(ground, day)
            return None
        if event.ground not in self.open:
            return Rejection.NOT_PAUSED
        self._answer(event.ground, day)
        return None

    def _ask(self, ground: str | None, day: date) -> Rejection | None:
        if not self.terms.pausable:
            return Rejection.NOT_AVAILABLE
        if ground is None or ground not in PAUSE_GROUNDS:
            return Rejection.NO_GROUND
        if day > self.last_day_to_ask:
            return Rejection.ASKED_LATE
        if ground in self.asked:
            return Rejection.REPEATED
        self.asked.add(ground)
        self.open[ground] = day
        return None

    def _answer(self, ground: str, day: date) -> None:
        asked = self.open.pop(ground)
        # Days are collected, not counted: a day on which two questions were open counts once.
        self.days |= {asked + timedelta(days=number) for number in range((day - asked).days)}
