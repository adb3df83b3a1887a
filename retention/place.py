"""Where a controller sits: the zone in which its days are counted, and its public holidays."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from retention.holidays import GermanHolidays, HolidayCalendar, Land, ListedHolidays, LocalHoliday


@dataclass(frozen=True, slots=True)
class Place:
    """The zone and the holidays of a controller.

    `listed`, if it is not None, replaces the German calendar; the empty set means a place without holidays.
    """

    zone: ZoneInfo
    land: Land | None = None
    local: frozenset[LocalHoliday] = frozenset()
    listed: frozenset[date] | None = None

    def holidays(self, *, german: bool) -> HolidayCalendar:
        """Return the holidays listed, or else those of Germany where the regime takes them (`german`)."""
        if self.listed is not None:
            return ListedHolidays(self.listed)
        if german:
            return GermanHolidays(self.land, self.local)
        return ListedHolidays(frozenset())
