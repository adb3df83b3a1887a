"""Deadlines: rules that the case files do not single out."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from retention.deadlines import DeadlineFacts, Duty, Regime, deadline
from retention.errors import UnknownDuty
from retention.holidays import Land
from retention.place import Place
from retention.request_clock import ClockAction, ClockEvent, Rejection
from tests.unit.retention.builders import BERLIN, HERE, instant, land

RECEIVED = "2026-06-10T10:00:00Z"


def pause(at: str, ground: str | None = "identity") -> ClockEvent:
    return ClockEvent(instant(at), ClockAction.PAUSE, ground)


def resume(at: str, ground: str | None = "identity") -> ClockEvent:
    return ClockEvent(instant(at), ClockAction.RESUME, ground)


def extend(
    at: str, notice: str | None = None, months: int | None = None, ground: str | None = "complexity"
) -> ClockEvent:
    return ClockEvent(
        instant(at), ClockAction.EXTEND, ground, notice_at=None if notice is None else instant(notice), months=months
    )


def stop(at: str) -> ClockEvent:
    return ClockEvent(instant(at), ClockAction.STOP)


def facts(
    *events: ClockEvent,
    regime: Regime = Regime.GDPR_ART12,
    at: str = "2026-12-01",
    received: str = RECEIVED,
    place: Place = HERE,
) -> DeadlineFacts:
    return DeadlineFacts(regime=regime, received_at=(instant(received),), place=place, at=instant(at), events=events)


@pytest.mark.parametrize(
    ("events", "rejected"),
    [
        pytest.param([extend("2026-06-20", "2026-06-20", 3)], ["NOT_AVAILABLE"], id="three months"),
        pytest.param([extend("2026-06-20", "2026-06-20", 0)], ["NOT_AVAILABLE"], id="no month"),
        pytest.param([extend("2026-06-20", None, 3, None)], ["NOT_AVAILABLE"], id="length before ground"),
        pytest.param([extend("2026-06-20", None, 2, None)], ["NO_GROUND"], id="ground before notice"),
        pytest.param([extend("2026-06-20", "2026-06-20", ground="identity")], ["NO_GROUND"], id="ground of a pause"),
        pytest.param([pause("2026-06-25", None)], ["NO_GROUND"], id="ground before delay"),
        pytest.param([pause("2026-06-11", "number")], ["NO_GROUND"], id="ground of an extension"),
        pytest.param([pause("2026-06-17T21:59:59Z")], [], id="last second of the seventh day"),
        pytest.param([pause("2026-06-17T22:00:00Z")], ["ASKED_LATE"], id="first second of the eighth day"),
        pytest.param(
            [pause("2026-06-11"), pause("2026-06-12"), resume("2026-06-13")], ["REPEATED"], id="asked while it is open"
        ),
        pytest.param([pause("2026-06-11"), resume("2026-06-12", "scope")], ["NOT_PAUSED"], id="another question"),
        pytest.param([pause("2026-06-11"), resume("2026-06-12", None)], ["NOT_PAUSED"], id="no question named"),
        pytest.param(
            [pause("2026-06-11"), resume("2026-06-12"), resume("2026-06-13")], ["NOT_PAUSED"], id="answered twice"
        ),
        pytest.param(
            [pause("2026-06-11"), stop("2026-06-12"), resume("2026-06-13")],
            ["NOT_PAUSED"],
            id="the answer closed the question",
        ),
        pytest.param(
            [extend("2026-06-20"), extend("2026-06-21", "2026-06-21")],
            ["NOTICE_MISSING"],
            id="a rejected attempt does not use the extension up",
        ),
        pytest.param(
            [extend("2026-06-20", "2026-06-30", 1), extend("2026-06-25", "2026-06-26", 2)],
            ["REPEATED"],
            id="an extension happens when its notice leaves",
        ),
        pytest.param(
            [pause("2026-06-11"), extend("2026-07-20", "2026-07-20"), resume("2026-07-25")],
            [],
            id="the notice left while a question was open",
        ),
        pytest.param(
            [pause("2026-06-11"), extend("2026-09-20", "2026-09-20")], [], id="a question is still open at the end"
        ),
        pytest.param(
            [pause("2026-06-11"), resume("2026-06-21"), extend("2026-07-20", "2026-07-20T21:59:59Z")],
            [],
            id="the pause moved the end of the first period",
        ),
        pytest.param(
            [pause("2026-06-11"), resume("2026-06-21"), extend("2026-07-20", "2026-07-20T22:00:00Z")],
            ["NOTICE_LATE"],
            id="too late even with the pause",
        ),
        pytest.param(
            [extend("2026-06-20"), pause("2026-06-20")],
            ["NOTICE_MISSING", "ASKED_LATE"],
            id="two events of one instant are told as listed",
        ),
    ],
)
def test_events_that_are_rejected(events: list[ClockEvent], rejected: list[str]):
    assert [str(code) for code in deadline(facts(*events)).rejected] == rejected


@pytest.mark.parametrize("regime", [Regime.GDPR_ART33, Regime.LGPD, Regime.PLATFORM_X])
def test_other_regimes_know_neither_pause_nor_extension(regime: Regime):
    events = [pause("2026-06-11", None), extend("2026-06-20", None), resume("2026-06-21"), stop("2026-06-22")]
    found = deadline(facts(*events, regime=regime))
    assert found.rejected == (Rejection.NOT_AVAILABLE, Rejection.NOT_AVAILABLE, Rejection.NOT_PAUSED)


def test_the_answer_closes_the_question_and_fixes_the_standstill():
    found = deadline(facts(pause("2026-06-12"), stop("2026-06-22")))
    assert (found.due, found.state) == (date(2026, 7, 20), "MET")


@pytest.mark.parametrize(
    ("events", "at", "state"),
    [
        pytest.param([], "2026-07-10T21:59:59Z", "RUNNING", id="last second"),
        pytest.param([], "2026-07-10T22:00:00Z", "BREACHED", id="one second later"),
        pytest.param([pause("2026-06-11")], "2027-01-01", "PAUSED", id="an open question has no deadline to miss"),
        pytest.param([extend("2026-06-20", "2026-06-20")], "2026-06-20", "EXTENDED", id="extended"),
        pytest.param([extend("2026-06-20", "2026-06-20")], "2026-06-19", "RUNNING", id="the notice has not left yet"),
        pytest.param(
            [extend("2026-06-20", "2026-06-20"), stop("2026-08-01")], "2026-08-01", "MET", id="met after extension"
        ),
        pytest.param([stop("2026-07-11")], "2026-07-11", "BREACHED", id="answered late"),
        pytest.param([stop("2026-07-11")], "2026-07-10", "RUNNING", id="the answer is not known yet"),
        pytest.param(
            [stop("2026-07-01"), stop("2026-07-30")], "2026-08-01", "MET", id="the first answer is the answer"
        ),
    ],
)
def test_states(events: list[ClockEvent], at: str, state: str):
    assert deadline(facts(*events, at=at)).state == state


def test_while_a_question_is_open_no_date_is_promised():
    found = deadline(facts(pause("2026-06-11"), extend("2026-06-20", "2026-06-20")))
    assert (found.due, found.due_extended, found.plan_by, found.ends_at) == (None, None, None, None)
    assert found.accepted


def test_a_duty_that_the_regime_does_not_know_is_refused():
    with pytest.raises(UnknownDuty):
        deadline(DeadlineFacts(Regime.LGPD, (instant(RECEIVED),), HERE, instant(RECEIVED), duty=Duty.CONFIRM))


@pytest.mark.parametrize(
    ("place", "due"),
    [
        pytest.param(land("BY"), date(2027, 1, 7), id="the Land counts"),
        pytest.param(
            Place(BERLIN, Land.BY, listed=frozenset()), date(2027, 1, 6), id="an own list replaces all of Germany"
        ),
        pytest.param(
            Place(BERLIN, listed=frozenset({date(2027, 1, 6), date(2027, 1, 7)})),
            date(2027, 1, 8),
            id="an own list counts as it stands",
        ),
    ],
)
def test_which_holidays_count(place: Place, due: date):
    assert deadline(facts(received="2026-12-06", at="2026-12-06", place=place)).due == due


def test_german_holidays_never_leak_into_other_regimes():
    found = deadline(facts(regime=Regime.LGPD, received="2026-04-16", at="2026-04-16", place=land("BY")))
    assert (found.due, found.plan_by) == (date(2026, 5, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("regime", "received", "due", "plan_by"),
    [
        pytest.param(
            Regime.GDPR_ART33,
            "2026-10-25T00:30:00Z",
            "2026-10-28T02:00:00+01:00",
            "2026-10-28T02:00:00+01:00",
            id="first half past two",
        ),
        pytest.param(
            Regime.GDPR_ART33,
            "2026-10-25T01:30:00Z",
            "2026-10-28T03:00:00+01:00",
            "2026-10-28T03:00:00+01:00",
            id="second half past two",
        ),
        pytest.param(
            Regime.PLATFORM_X,
            "2026-03-28T01:30:00Z",
            "2026-03-29T03:30:00+02:00",
            "2026-03-29T03:30:00+02:00",
            id="the wall-clock end is skipped",
        ),
        pytest.param(
            Regime.PLATFORM_X,
            "2026-10-24T00:30:00Z",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:30:00+02:00",
            id="the wall-clock end comes twice",
        ),
        pytest.param(
            Regime.PLATFORM_X,
            "2026-03-29T00:59:59Z",
            "2026-03-30T02:59:59+02:00",
            "2026-03-30T01:59:59+02:00",
            id="the clock springs forward in the first second after",
        ),
    ],
)
def test_periods_in_hours(regime: Regime, received: str, due: str, plan_by: str):
    found = deadline(facts(regime=regime, received=received, at=received, place=Place(ZoneInfo("Europe/Berlin"))))
    shown = [str(found.due), str(found.plan_by)]
    assert [text.replace(" ", "T") for text in shown] == [due, plan_by]
