"""Calendar arithmetic as the rule book wants it: half-open periods, calendar months, birthdays at 00:00 UTC."""

import calendar
from datetime import UTC, date, datetime, timedelta

LAST_INSTANT = datetime.max.replace(tzinfo=UTC)


def add_months(instant: datetime, months: int) -> datetime:
    """Return the same day and time `months` later; where the day does not exist, the last of the month."""
    count = instant.year * 12 + instant.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if year > LAST_INSTANT.year:
        return LAST_INSTANT
    if instant.day <= 28:
        return instant.replace(year=year, month=month)
    day = min(instant.day, calendar.monthrange(year, month)[1])
    return instant.replace(year=year, month=month, day=day)


def add_years(instant: datetime, years: int) -> datetime:
    """Return the same day and time `years` later; for a 29 February that does not exist, the 28th."""
    return add_months(instant, 12 * years)


def add_days(instant: datetime, days: int) -> datetime:
    """Return the instant `days` times 24 hours later."""
    if LAST_INSTANT - instant <= timedelta(days=days):
        return LAST_INSTANT
    return instant + timedelta(days=days)


def birthday(born: date, years: int) -> datetime:
    """Return the first instant of a birthday; one on 29 February falls on 1 March in other years."""
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return datetime(year, 3, 1, tzinfo=UTC)
    return datetime(year, born.month, born.day, tzinfo=UTC)


def end_of_next_year(instant: datetime) -> datetime:
    """Return the end of the (UTC) year after the one of `instant`."""
    if instant.year + 2 > LAST_INSTANT.year:
        return LAST_INSTANT
    return datetime(instant.year + 2, 1, 1, tzinfo=UTC)


def as_instant(value: object) -> datetime:
    """Read a time: a datetime, a date (its first instant) or ISO 8601 text; what names no zone is UTC.

    Raises `ValueError` or `TypeError` for anything else.
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise TypeError("not a time")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def as_date(value: object) -> date:
    """Read a calendar date: a date, or ISO 8601 text. Raises `ValueError` or `TypeError` for anything else."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError("not a date")
    return value


def to_iso(instant: datetime) -> str:
    """Write an instant as ISO 8601 in UTC with `Z`, to the microsecond where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Horizon:
    """The instant a question asks about, and the next one at which the answer could change by time alone.

    Every test of time during a decision goes through `reached`. As nothing else looks at the time, two
    instants with no tested moment between them get the same answer; the earliest moment that was tested
    and still lies ahead is therefore how long an answer may be relied upon.
    """

    __slots__ = ("next", "now")

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.next: datetime | None = None

    def reached(self, instant: datetime) -> bool:
        """Say whether `instant` has come, and remember it if it has not."""
        if instant <= self.now:
            return True
        if self.next is None or instant < self.next:
            self.next = instant
        return False
