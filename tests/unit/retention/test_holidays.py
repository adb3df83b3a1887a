"""Public holidays of Germany, 2019 to 2036."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.holidays import (
    GermanHolidays,
    Land,
    ListedHolidays,
    LocalHoliday,
    easter_sunday,
    is_working_day,
    working_day_from,
    working_day_until,
    working_days_after,
)

YEARS = range(2019, 2037)


def lands(text: str) -> set[Land]:
    return {Land(name) for name in text.split()}


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2019, 4, 21),
        (2020, 4, 12),
        (2021, 4, 4),
        (2022, 4, 17),
        (2023, 4, 9),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2028, 4, 16),
        (2029, 4, 1),
        (2030, 4, 21),
        (2035, 3, 25),
        (2038, 4, 25),
        (1981, 4, 19),
    ],
)
def test_easter_sunday(year: int, month: int, day: int):
    assert easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-25",
        "2026-10-03",
        "2026-12-25",
        "2026-12-26",
    ],
)
def test_nationwide_holidays_hold_with_and_without_land(text: str):
    day = date.fromisoformat(text)
    assert GermanHolidays().is_holiday(day)
    assert all(GermanHolidays(land).is_holiday(day) for land in Land)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("2026-01-06", "BW BY ST", id="Epiphany"),
        pytest.param("2022-03-08", "BE", id="Women's Day before 2023"),
        pytest.param("2023-03-08", "BE MV", id="Women's Day since 2023"),
        pytest.param("2026-04-05", "BB", id="Easter Sunday"),
        pytest.param("2026-05-24", "BB", id="Whit Sunday"),
        pytest.param("2026-06-04", "BW BY HE NW RP SL", id="Corpus Christi"),
        pytest.param("2026-08-08", "", id="Peace Festival is for Augsburg"),
        pytest.param("2026-08-15", "SL", id="Assumption"),
        pytest.param("2019-09-20", "TH", id="World Children's Day"),
        pytest.param("2026-10-31", "BB HB HH MV NI SH SN ST TH", id="Reformation Day"),
        pytest.param("2026-11-01", "BW BY NW RP SL", id="All Saints"),
        pytest.param("2026-11-18", "SN", id="Repentance Day"),
        pytest.param("2022-11-16", "SN", id="Repentance Day at its earliest"),
        pytest.param("2023-11-22", "SN", id="Repentance Day at its latest"),
        pytest.param("2020-05-08", "BE", id="8 May 2020"),
        pytest.param("2021-05-08", "", id="8 May of another year"),
        pytest.param("2025-05-08", "BE", id="8 May 2025"),
        pytest.param("2028-06-17", "BE", id="17 June 2028"),
        pytest.param("2027-06-17", "", id="17 June of another year"),
        pytest.param("2026-12-24", "", id="24 December is a working day"),
        pytest.param("2026-12-31", "", id="31 December is a working day"),
    ],
)
def test_holidays_of_the_laender(text: str, where: str):
    day = date.fromisoformat(text)
    assert {land for land in Land if GermanHolidays(land).is_holiday(day)} == lands(where)
    assert not GermanHolidays().is_holiday(day)


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        pytest.param(LocalHoliday.CORPUS_CHRISTI, "2027-05-27", "SN TH BW BY HE NW RP SL", id="Corpus Christi"),
        pytest.param(LocalHoliday.PEACE_FESTIVAL, "2029-08-08", "BY", id="Peace Festival"),
        pytest.param(LocalHoliday.ASSUMPTION, "2028-08-15", "BY SL", id="Assumption"),
    ],
)
def test_a_local_holiday_counts_only_in_a_land_that_knows_it(name: LocalHoliday, text: str, where: str):
    day = date.fromisoformat(text)
    local = frozenset({name})
    assert {land for land in Land if GermanHolidays(land, local).is_holiday(day)} == lands(where)
    assert not GermanHolidays(None, local).is_holiday(day)


def test_repentance_day_is_the_wednesday_before_23_november_in_every_year():
    for year in YEARS:
        days = [date(year, 11, number) for number in range(16, 23)]
        found = [day for day in days if GermanHolidays(Land.SN).is_holiday(day)]
        assert [day.weekday() for day in found] == [2]


def test_listed_holidays_are_exactly_those_listed():
    listed = ListedHolidays(frozenset({date(2026, 1, 19)}))
    assert listed.is_holiday(date(2026, 1, 19))
    assert not listed.is_holiday(date(2026, 1, 1))


def test_every_calendar_names_its_source():
    assert GermanHolidays().version
    assert ListedHolidays(frozenset()).version != GermanHolidays().version


@given(st.dates(date(2019, 1, 1), date(2036, 12, 31)), st.sampled_from([None, *Land]))
def test_working_days_around_a_day(day: date, land: Land | None):
    holidays = GermanHolidays(land)
    before, after = working_day_until(day, holidays), working_day_from(day, holidays)
    assert is_working_day(before, holidays)
    assert is_working_day(after, holidays)
    between = [before + timedelta(days=number) for number in range(1, (after - before).days)]
    assert not any(is_working_day(each, holidays) for each in between if each != day)
    assert before <= day <= after
    assert (before == after == day) is is_working_day(day, holidays)


def test_working_days_are_counted_after_the_day():
    assert working_days_after(date(2026, 4, 2), 1, GermanHolidays()) == date(2026, 4, 7)
