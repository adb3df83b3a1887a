"""Periods and days on the local calendar of a zone (part 0 of the rule book; Regulation 1182/71 Art. 3).

Days, months and years are counted on the calendar, never in seconds. Whatever lasts, lasts from one instant up
to, but not including, another; so a period with the last day L is over at the first instant of L + 1.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from retention.errors import UnknownZone

ONE_DAY = timedelta(days=1)
LONGEST_PERIOD = 1000
PERIOD = re.compile(r"([0-9]{1,4})([dmy])")


class Unit(StrEnum):
    """The units in which a standard period is written."""

    DAYS = "d"
    MONTHS = "m"
    YEARS = "y"


@dataclass(frozen=True, slots=True)
class Period:
    """A number of days, months or years."""

    number: int
    unit: Unit

    def last_day(self, start: date) -> date:
        """Return the last day of the period that starts on `start`, which is itself not counted."""
        if self.unit is Unit.DAYS:
            return start + timedelta(days=self.number)
        return add_months(start, self.number * (12 if self.unit is Unit.YEARS else 1))


def parse_period(text: str) -> Period | None:
    """Return the period that a text such as `0d`, `6m` or `8y` means, or None if it means none.

    More than a thousand units are refused, since the end would leave the calendar.
    """
    match = PERIOD.fullmatch(text)
    if match is None or int(match[1]) > LONGEST_PERIOD:
        return None
    return Period(int(match[1]), Unit(match[2]))


def add_months(day: date, months: int) -> date:
    """Return the day with the same number `months` later, or the last day of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def year_end(day: date) -> date:
    """Return 31 December of the day's year."""
    return date(day.year, 12, 31)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of the IANA database with this name; raise UnknownZone if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise UnknownZone(f"no time zone is called {name!r}") from error


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date that `instant` has in `zone`."""
    return instant.astimezone(zone).date()


def wall_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the clocks of `zone` show `wall` (without zone).

    A time that comes twice means the first; one that is skipped is read with the offset before the gap
    (PEP 495: both are what fold 0 means).
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def noon(day: date, zone: ZoneInfo) -> datetime:
    """Return 12:00 of `day` in `zone`: what a bare date means where an instant is expected."""
    return wall_instant(datetime.combine(day, time(12)), zone)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which `day` begins in `zone`.

    It is the local midnight, the first of two if midnight comes twice, and the first instant after the gap if
    the clock skips midnight.
    """
    midnight = datetime.combine(day, time())
    instant = wall_instant(midnight, zone)
    if _wall(instant, zone) == midnight:
        return instant
    # With the offset after the gap the same reading lies before the change of the clock, with the offset before
    # the gap at or after it; between the two there is one change, found to the second.
    early = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while instant - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(instant - early) // timedelta(seconds=2))
        if _wall(middle, zone) < midnight:
            early = middle
        else:
            instant = middle
    return instant


def first_instant_after(last_day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a period with this last day is over."""
    return first_instant(last_day + ONE_DAY, zone)


def last_day_before(instant: datetime, zone: ZoneInfo) -> date:
    """Return the last local day that has passed, or is passing, just before `instant`."""
    return local_day(instant - timedelta(microseconds=1), zone)


def next_full_hour(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant after `instant` at which the clocks of `zone` show a full hour.

    An instant on the full hour leads to the next one, for the hour of an event is not counted (Regulation
    1182/71 Art. 3(1)).
    """
    hour = timedelta(hours=1)
    passed = _into_hour(instant, zone)
    following = instant.astimezone(UTC) + hour - passed
    # Where the clock moves by less than an hour, as on Lord Howe Island, the elapsed hour may end beside the
    # full one; the rest is waited for.
    while passed := _into_hour(following, zone):
        following += hour - passed
    return following


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _into_hour(instant: datetime, zone: ZoneInfo) -> timedelta:
    wall = _wall(instant, zone)
    return wall - wall.replace(minute=0, second=0, microsecond=0)
