"""Days and periods on the local calendar."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.calendar import (
    Period,
    Unit,
    first_instant,
    last_day_before,
    local_day,
    next_full_hour,
    noon,
    parse_period,
    zone_named,
)
from retention.errors import UnknownZone
from tests.unit.retention.builders import instant

ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "Africa/Cairo",
        "America/Havana",
        "America/Santiago",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "UTC",
    ]
).map(ZoneInfo)
DAYS = st.dates(date(2012, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        pytest.param("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", id="midnight before the spring change"),
        pytest.param("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z", id="midnight after the autumn change"),
        pytest.param("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", id="the clock skips midnight"),
        pytest.param("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", id="midnight comes twice: the first"),
        pytest.param("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z", id="midnight twice on the Azores"),
        pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", id="a whole day is skipped"),
    ],
)
def test_first_instant_of_a_day(zone: str, day: str, expected: str):
    assert first_instant(date.fromisoformat(day), ZoneInfo(zone)) == instant(expected)


@given(DAYS, ZONES)
def test_a_day_begins_where_the_day_before_ends(day: date, zone: ZoneInfo):
    begins = first_instant(day, zone)
    assert local_day(begins, zone) == day
    assert local_day(begins - timedelta(seconds=1), zone) == day - timedelta(days=1)
    assert last_day_before(begins, zone) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        pytest.param("2026-01-31", "1m", "2026-02-28", id="no 31 February"),
        pytest.param("2028-01-31", "1m", "2028-02-29", id="29 February in a leap year"),
        pytest.param("2024-02-29", "5y", "2029-02-28", id="29 February and five years"),
        pytest.param("2024-02-29", "4y", "2028-02-29", id="29 February and four years"),
        pytest.param("2025-12-31", "2m", "2026-02-28", id="over the year"),
        pytest.param("2026-01-31", "3m", "2026-04-30", id="months are added in one step"),
        pytest.param("2026-03-01", "0d", "2026-03-01", id="no day at all"),
        pytest.param("2026-12-31", "30d", "2027-01-30", id="thirty days"),
    ],
)
def test_last_day_of_a_period(start: str, period: str, last: str):
    parsed = parse_period(period)
    assert parsed is not None
    assert parsed.last_day(date.fromisoformat(start)) == date.fromisoformat(last)


@pytest.mark.parametrize("text", ["", "d", "30", "30 d", "-1d", "1w", "1.5y", "30D", "1y6m", "1001y", "99999d", "３d"])
def test_a_period_is_a_number_and_a_unit(text: str):
    assert parse_period(text) is None


def test_a_period_is_read():
    assert parse_period("8y") == Period(8, Unit.YEARS)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        pytest.param("Europe/Berlin", "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z", id="on the hour: the next one"),
        pytest.param("Europe/Berlin", "2026-06-01T10:59:59Z", "2026-06-01T11:00:00Z", id="last second of the hour"),
        pytest.param("Asia/Kolkata", "2026-06-01T10:00:00Z", "2026-06-01T10:30:00Z", id="half-hour zone"),
        pytest.param("Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", id="before the gap"),
        pytest.param("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", id="first half past two"),
        pytest.param("Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z", id="second half past two"),
        pytest.param("Australia/Lord_Howe", "2026-10-03T15:20:00Z", "2026-10-03T16:00:00Z", id="gap of half an hour"),
        pytest.param("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z", id="fold of half an hour"),
    ],
)
def test_next_full_hour(zone: str, at: str, expected: str):
    assert next_full_hour(instant(at), ZoneInfo(zone)) == instant(expected)


def test_noon_is_local():
    assert noon(date(2026, 3, 29), ZoneInfo("Europe/Berlin")) == instant("2026-03-29T10:00:00Z")


@pytest.mark.parametrize("name", ["", "Berlin", "../etc/passwd", "Europe", "/etc/localtime"])
def test_an_unknown_zone_is_refused(name: str):
    with pytest.raises(UnknownZone):
        zone_named(name)
