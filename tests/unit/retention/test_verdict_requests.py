"""Verdicts: what the requests of a data subject do to a datum, beyond what the case files single out."""

import pytest

from retention.identities import SubjectName
from retention.model import Code, Outcome, RequestFact, RequestType, Scope, State
from retention.request_clock import ClockAction, ClockEvent
from tests.unit.retention.builders import NOTE, OVER, POST, datum, everything, facts, instant, judge, request, states


@pytest.mark.parametrize(
    ("dates", "at", "state"),
    [
        pytest.param({}, "2026-09-01", "BLOCKED", id="neither lifted nor told"),
        pytest.param({"lifted_at": "2026-05-01"}, "2026-09-01", "BLOCKED", id="lifted, not told"),
        pytest.param({"notice_at": "2026-05-01"}, "2026-09-01", "BLOCKED", id="told, not lifted"),
        pytest.param({"lifted_at": "2026-05-01", "notice_at": "2026-05-09"}, "2026-05-08", "BLOCKED", id="untold"),
        pytest.param({"lifted_at": "2026-05-01", "notice_at": "2026-05-09"}, "2026-05-09", "ACTIVE", id="told at last"),
        pytest.param({"lifted_at": "2026-05-09", "notice_at": "2026-05-01"}, "2026-05-09", "ACTIVE", id="told before"),
    ],
)
def test_a_restriction_ends_with_lifting_and_notice(dates: dict[str, str], at: str, state: str):
    known = facts(request(RequestType.RESTRICTION, "2026-04-01", **dates))
    assert states(NOTE, known, at) == [state]


@pytest.mark.parametrize("kind", [RequestType.RESTRICTION, RequestType.ACCESS, RequestType.PORTABILITY])
def test_rights_to_what_is_held_do_not_reach_later_data(kind: RequestType):
    known = facts(request(kind, "2026-03-01T10:00:00Z"))
    held = datum("order_note", ("2026-03-01T10:00:00Z", "collected"))
    later = datum("order_note", ("2026-03-01T10:00:01Z", "collected"))
    assert judge(held, known, "2026-03-02").reasons != (Code.PURPOSE,)
    assert judge(later, known, "2026-03-02").reasons == (Code.PURPOSE,)


def test_an_event_that_no_rule_names_has_no_effect():
    known = facts(request(RequestType.ERASURE, "2026-03-01", granted_at="2026-03-02"))
    seen = datum("order_note", ("2026-04-01", "looked_at"))
    assert judge(seen, known, "2026-05-01").state is State.DESTROY_DUE


def test_a_datum_without_known_event_has_always_been_there():
    known = facts(request(RequestType.ERASURE, "2026-03-01", granted_at="2026-03-02"))
    assert judge(datum("order_note"), known, "2026-05-01").state is State.DESTROY_DUE


@pytest.mark.parametrize(
    ("events", "at", "reasons"),
    [
        pytest.param([], "2026-05-01", ["OPEN_REQUEST", "MAX_REACHED"], id="open"),
        pytest.param([], "2026-05-06", ["MAX_REACHED"], id="the deadline is over"),
        pytest.param(
            [ClockEvent(instant("2026-04-03"), ClockAction.PAUSE, "scope")],
            "2027-05-06",
            ["OPEN_REQUEST", "MAX_REACHED"],
            id="a question is open: no end",
        ),
    ],
)
def test_an_access_request_shields_until_its_deadline(events: list[ClockEvent], at: str, reasons: list[str]):
    access = RequestFact("q", RequestType.ACCESS, everything(), instant("2026-04-01"), clock=tuple(events))
    assert [str(code) for code in judge(OVER, facts(access), at).reasons] == reasons


def test_a_closed_request_shields_no_longer_even_with_an_open_question():
    access = RequestFact(
        "q",
        RequestType.ACCESS,
        everything(),
        instant("2026-04-01"),
        closed_at=instant("2026-06-01"),
        clock=(ClockEvent(instant("2026-04-03"), ClockAction.PAUSE, "identity"),),
    )
    found = judge(OVER, facts(access), "2026-06-02")
    assert (found.state, found.destroyable_from) == (State.DESTROY_DUE, instant("2026-06-01"))


@pytest.mark.parametrize(
    ("decided_at", "outcome", "reason"),
    [
        pytest.param(None, None, Code.OBJECTION_PENDING, id="undecided"),
        pytest.param("2026-02-20", None, Code.OBJECTION_PENDING, id="a decision without outcome decides nothing"),
        pytest.param("2026-02-25", Outcome.UPHELD, Code.OBJECTION_PENDING, id="decided tomorrow"),
        pytest.param("2026-02-20", Outcome.UPHELD, Code.OBJECTION_UPHELD, id="upheld"),
        pytest.param("2026-02-20", Outcome.REJECTED, Code.PURPOSE, id="rejected"),
    ],
)
def test_objections(decided_at: str | None, outcome: Outcome | None, reason: Code):
    objection = RequestFact(
        "q",
        RequestType.OBJECTION,
        Scope(subject=SubjectName.of("x:@max")),
        instant("2026-02-05"),
        decided_at=None if decided_at is None else instant(decided_at),
        outcome=outcome,
    )
    assert judge(POST, facts(objection), "2026-02-24").reasons == (reason,)


COOKIE = datum("web_signal", ("2026-07-20", "collected"), purposes={"web_statistics"})


@pytest.mark.parametrize(
    ("consent_at", "purposes", "usable"),
    [
        pytest.param("2026-07-24", {"web_statistics"}, False, id="consent before"),
        pytest.param("2026-07-25", {"web_statistics"}, False, id="in the same second the refusal wins"),
        pytest.param("2026-07-26", {"web_statistics"}, True, id="consent afterwards"),
        pytest.param("2026-07-26", {"newsletter"}, False, id="consent to something else"),
        pytest.param("2026-07-26", None, False, id="a consent must name its purposes"),
        pytest.param("2026-08-02", {"web_statistics"}, False, id="a consent of tomorrow"),
    ],
)
def test_a_later_consent_undoes_a_withdrawal(consent_at: str, purposes: set[str] | None, usable: bool):
    known = facts(
        request(RequestType.CONSENT, consent_at, purposes=purposes), request(RequestType.WITHDRAWAL, "2026-07-25")
    )
    assert (judge(COOKIE, known, "2026-08-01").state is State.ACTIVE) is usable
