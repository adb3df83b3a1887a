"""The laws of part C for deadlines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retention.deadlines import ClockState, DeadlineFacts, Duty, Regime, deadline
from retention.place import Place
from retention.request_clock import ClockEvent
from tests.unit.retention.builders import BERLIN
from tests.unit.retention.worlds import INSTANTS, PLACES, clocks

NEVER = datetime.max.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1)
LAW = settings(max_examples=100, deadline=None)
DUTIES = st.sampled_from(
    [
        (Regime.GDPR_ART12, Duty.ANSWER),
        (Regime.GDPR_ART33, Duty.ANSWER),
        (Regime.CCPA, Duty.ANSWER),
        (Regime.CCPA, Duty.CONFIRM),
        (Regime.CCPA, Duty.OPT_OUT),
        (Regime.LGPD, Duty.ANSWER),
        (Regime.PLATFORM_X, Duty.ANSWER),
    ]
)
ZONES = st.sampled_from(["Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"]).map(ZoneInfo)


@st.composite
def facts(draw: st.DrawFn) -> DeadlineFacts:
    received_at = draw(INSTANTS)
    regime, duty = draw(DUTIES)
    at = received_at + timedelta(hours=draw(st.integers(0, 24 * 200)))
    place = draw(PLACES | ZONES.map(Place))
    return DeadlineFacts(regime, (received_at,), place, at, duty, draw(clocks(received_at)))


def ends(case: DeadlineFacts) -> datetime:
    return deadline(case).ends_at or NEVER


@LAW
@given(facts(), st.integers(0, 3600 * 24 * 40))
def test_a_later_receipt_is_never_due_earlier(case: DeadlineFacts, seconds: int):
    later = case.received_at[0] + timedelta(seconds=seconds)
    assume(all(event.happened_at >= later for event in case.events))
    assert ends(replace(case, received_at=(later,))) >= ends(case)


@LAW
@given(facts(), st.integers(0, 100), st.booleans())
def test_one_more_holiday_helps_nobody_to_be_late(case: DeadlineFacts, days: int, weekends: bool):
    # Whoever was in time stays in time, and whoever plans ahead does not plan for a later day.
    listed = frozenset({case.received_at[0].date() + timedelta(days=30 + int(weekends))})
    more = listed | {case.received_at[0].date() + timedelta(days=days)}
    few, many = (
        replace(case, events=(), place=Place(BERLIN, listed=holidays)) for holidays in (listed, frozenset(more))
    )
    assert ends(many) >= ends(few)
    if case.duty is Duty.ANSWER:
        planned, before = deadline(many).plan_by, deadline(few).plan_by
        assert planned is not None
        assert before is not None
        assert planned <= before


@LAW
@given(facts())
def test_an_answer_at_the_end_is_late_and_one_second_before_it_is_in_time(case: DeadlineFacts):
    end = deadline(case).ends_at
    assume(end is not None and end > case.at and not any(event.happened_at > case.at for event in case.events))
    assume(deadline(case).state is not ClockState.MET)
    assert end is not None
    assert deadline(replace(case, at=end)).state is ClockState.BREACHED
    assert deadline(replace(case, at=end - SECOND)).state in {ClockState.RUNNING, ClockState.EXTENDED}


@LAW
@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_no_date(case: DeadlineFacts, random: Any):
    events: tuple[ClockEvent, ...] = tuple(random.sample(case.events, len(case.events)))
    receipts = (*case.received_at, case.received_at[0] + timedelta(days=3))
    one, other = deadline(case), deadline(replace(case, events=events, received_at=receipts[::-1]))
    assert replace(one, rejected=()) == replace(other, rejected=())
    # Events of one instant are told as listed; all others in the order of time.
    assert sorted(one.rejected) == sorted(other.rejected)
    instants = [event.happened_at for event in events]
    if len(set(instants)) == len(instants):
        assert one == other


@LAW
@given(facts())
def test_what_happens_later_is_not_known(case: DeadlineFacts):
    known = tuple(event for event in case.events if event.happened_at <= case.at)
    assert deadline(replace(case, events=known)) == deadline(case)


@LAW
@given(facts())
def test_whoever_plans_ahead_is_in_time(case: DeadlineFacts):
    found = deadline(case)
    assume(found.plan_by is not None and found.due is not None)
    last = found.due_extended or found.due
    assert found.plan_by is not None
    assert last is not None
    if isinstance(found.plan_by, datetime):
        assert isinstance(last, datetime)
        assert found.plan_by.astimezone(UTC) <= last.astimezone(UTC)
    else:
        assert isinstance(last, date)
        assert found.plan_by <= last
        assert found.plan_by.weekday() < 5
