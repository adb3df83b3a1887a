"""Public holidays: those of Germany by Land and municipality, and those that a controller lists itself.

The rules are those of part A.6 of the rule book, which vouches for the years 2019 to 2036. Other years follow the
same rules, since a deadline must be computed for them too. Everything that knows German law on holidays stands
in this module, behind the protocol `HolidayCalendar`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

GERMAN_RULES_VERSION = "DE 2019-2036, edition 2026-07"
SATURDAY = 5


class Land(StrEnum):
    """The German Länder, by the suffix of ISO 3166-2:DE."""

    BB = "BB"
    BE = "BE"
    BW = "BW"
    BY = "BY"
    HB = "HB"
    HE = "HE"
    HH = "HH"
    MV = "MV"
    NI = "NI"
    NW = "NW"
    RP = "RP"
    SH = "SH"
    SL = "SL"
    SN = "SN"
    ST = "ST"
    TH = "TH"


class LocalHoliday(StrEnum):
    """Holidays that only some municipalities of a Land have; each controller states its own."""

    CORPUS_CHRISTI = "corpus_christi"
    PEACE_FESTIVAL = "peace_festival"
    ASSUMPTION = "assumption"


class HolidayCalendar(Protocol):
    """Says which days are public holidays, and from which edition of the law or list it knows."""

    @property
    def version(self) -> str:
        """Name the source and its edition."""

    def is_holiday(self, day: date) -> bool:
        """Say whether `day` is a public holiday."""


@dataclass(frozen=True, slots=True)
class ListedHolidays:
    """Exactly the days listed, for controllers outside Germany and regimes without German holidays."""

    days: frozenset[date]

    @property
    def version(self) -> str:
        """Name the source: the controller's own list."""
        return "listed by the controller"

    def is_holiday(self, day: date) -> bool:
        """Say whether `day` is listed."""
        return day in self.days


@dataclass(frozen=True, slots=True)
class GermanHolidays:
    """The holidays of Germany, of one Land if given, and of the municipality as far as that Land knows them.

    Without a Land there are the nationwide holidays only; a holiday of a municipality that its Land does not
    know has no effect, which leads to the earlier deadline.
    """

    land: Land | None = None
    local: frozenset[LocalHoliday] = frozenset()

    @property
    def version(self) -> str:
        """Name the years and the edition of the rules."""
        return GERMAN_RULES_VERSION

    def is_holiday(self, day: date) -> bool:
        """Say whether `day` is a public holiday here."""
        return day in _german_days(day.year, self.land, self.local)


def is_working_day(day: date, holidays: HolidayCalendar) -> bool:
    """Say whether `day` is Monday to Friday and no public holiday (Regulation 1182/71 Art. 2)."""
    return day.weekday() < SATURDAY and not holidays.is_holiday(day)


def working_day_from(day: date, holidays: HolidayCalendar) -> date:
    """Return the first working day on or after `day`."""
    return _first_working_day(day, timedelta(days=1), holidays)


def working_day_until(day: date, holidays: HolidayCalendar) -> date:
    """Return the last working day on or before `day`."""
    return _first_working_day(day, timedelta(days=-1), holidays)


def working_days_after(day: date, number: int, holidays: HolidayCalendar) -> date:
    """Return the working day that is the `number`-th after `day`."""
    for _ in range(number):
        day = working_day_from(day + timedelta(days=1), holidays)
    return day


def _first_working_day(day: date, step: timedelta, holidays: HolidayCalendar) -> date:
    while not is_working_day(day, holidays):
        day += step
    return day


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the lunar tables of 1582, as Gauss and Lichtenberg count)."""
    century, golden = year // 100, year % 19
    moon_shift = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun_shift = 2 - (3 * century + 3) // 4
    epact = (19 * golden + moon_shift) % 30
    # Two dates are pulled back, so that the full moon is never later than 18 April nor twice on it in one cycle.
    full_moon = 21 + epact - (epact // 29 + (epact // 28 - epact // 29) * (golden // 11))
    first_sunday = 7 - (year + year // 4 + sun_shift) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)


def _repentance_day(year: int) -> date:
    eve = date(year, 11, 22)
    return eve - timedelta(days=(eve.weekday() - 2) % 7)


_NATIONWIDE: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
# Good Friday, Easter Monday, Ascension and Whit Monday, in days after Easter Sunday.
_NATIONWIDE_BY_EASTER: tuple[int, ...] = (-2, 1, 39, 50)
_CORPUS_CHRISTI_AFTER_EASTER = 60
_ASSUMPTION = (8, 15)
_PEACE_FESTIVAL = (8, 8)
_WOMENS_DAY_IN_MV_SINCE = 2023

_BY_LAND: Mapping[tuple[int, int], frozenset[Land]] = {
    (1, 6): frozenset({Land.BW, Land.BY, Land.ST}),
    (3, 8): frozenset({Land.BE, Land.MV}),
    _ASSUMPTION: frozenset({Land.SL}),
    (9, 20): frozenset({Land.TH}),
    (10, 31): frozenset({Land.BB, Land.HB, Land.HH, Land.MV, Land.NI, Land.SH, Land.SN, Land.ST, Land.TH}),
    (11, 1): frozenset({Land.BW, Land.BY, Land.NW, Land.RP, Land.SL}),
}
_BY_LAND_AND_EASTER: Mapping[int, frozenset[Land]] = {
    0: frozenset({Land.BB}),
    49: frozenset({Land.BB}),
    _CORPUS_CHRISTI_AFTER_EASTER: frozenset({Land.BW, Land.BY, Land.HE, Land.NW, Land.RP, Land.SL}),
}
_ONCE: Mapping[Land, frozenset[date]] = {Land.BE: frozenset({date(2020, 5, 8), date(2025, 5, 8), date(2028, 6, 17)})}
_LOCAL: Mapping[LocalHoliday, tuple[frozenset[Land], Callable[[int], date]]] = {
    LocalHoliday.CORPUS_CHRISTI: (
        frozenset({Land.SN, Land.TH}),
        lambda year: easter_sunday(year) + timedelta(days=_CORPUS_CHRISTI_AFTER_EASTER),
    ),
    LocalHoliday.PEACE_FESTIVAL: (frozenset({Land.BY}), lambda year: date(year, *_PEACE_FESTIVAL)),
    LocalHoliday.ASSUMPTION: (frozenset({Land.BY}), lambda year: date(year, *_ASSUMPTION)),
}


@lru_cache(maxsize=1024)
def _german_days(year: int, land: Land | None, local: frozenset[LocalHoliday]) -> frozenset[date]:
    easter = easter_sunday(year)
    days = {date(year, *day) for day in _NATIONWIDE}
    days |= {easter + timedelta(days=offset) for offset in _NATIONWIDE_BY_EASTER}
    if land is None:
        return frozenset(days)
    days |= {date(year, *day) for day, lands in _BY_LAND.items() if land in lands}
    days |= {easter + timedelta(days=offset) for offset, lands in _BY_LAND_AND_EASTER.items() if land in lands}
    days |= {make(year) for name, (lands, make) in _LOCAL.items() if name in local and land in lands}
    days |= _ONCE.get(land, frozenset())
    if land is Land.SN:
        days.add(_repentance_day(year))
    if land is Land.MV and year < _WOMENS_DAY_IN_MV_SINCE:
        days.discard(date(year, 3, 8))
    return frozenset(days)
