"""Times and periods as the rule book counts them."""

import calendar
from datetime import UTC, date, datetime, time

Instant = datetime


def instant(value: object) -> Instant:
    """A timestamp of a case; a bare date is its first instant, and UTC is meant where nothing else is said."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value or ":" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    assert isinstance(value, date)
    return datetime.combine(value, time(), UTC)


def months_after(start: Instant, months: int) -> Instant:
    """The same day and time so many calendar months later; where the day does not exist, the last of the month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def birthday(born: date, years: int) -> Instant:
    """The first instant of a birthday; one on 29 February falls on 1 March in other years."""
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return datetime(year, 3, 1, tzinfo=UTC)
    return datetime(year, born.month, born.day, tzinfo=UTC)
