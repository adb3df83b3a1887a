"""A CRM reports what people said: recorded once, confirmed where it must be, and refused whole where it is unsound."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from api.bootstrap import Services
from api.scopes import Scope
from audit.ground import Ground
from consent.tables import event_table
from tests.fakes import FakeClock
from tests.journey.conftest import Crm, MakeCrm

CountRows = Callable[[], dict[str, int]]
KNOWN = {"identifier": {"kind": "email", "value": "erika@example.org"}}
STRANGER = {"identifier": {"kind": "email", "value": "nobody.yet@example.org"}}


def sign_up(**changes: Any) -> dict[str, Any]:
    return {
        "subject": KNOWN,
        "event": "grant_requested",
        "purpose": ["newsletter", "customer_voice"],
        "channel": ["email", "data_use"],
        "notice": {"id": "welcome", "version": 1},
        **changes,
    }


def withdrawal(**changes: Any) -> dict[str, Any]:
    return {"subject": KNOWN, "event": "withdraw", "purpose": "newsletter", **changes}


def test_a_sign_up_waits_for_its_confirmation(crm: Crm) -> None:
    answer = crm.post("/v1/consents", json=sign_up())
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json.keys() == {"event_id", "state", "confirmation"}
    assert (answer.json["state"], answer.json["confirmation"]) == ("pending", "sent")


def test_a_complete_declaration_is_recorded_at_once(crm: Crm) -> None:
    answer = crm.post("/v1/consents", json=sign_up(event="grant", purpose="customer_voice", channel="data_use"))
    assert (answer.status_code, answer.json["state"], answer.json["confirmation"]) == (201, "granted", None)


def test_a_withdrawal_holds_in_the_next_read(crm: Crm) -> None:
    crm.post("/v1/consents", json=sign_up(event="grant", purpose="customer_voice", channel="data_use"))
    answer = crm.post("/v1/consents", json=withdrawal(purpose="customer_voice", channel="data_use"))
    assert (answer.status_code, answer.json["state"]) == (201, "withdrawn")


def test_a_scope_in_one_object_is_the_same_as_four_fields(crm: Crm) -> None:
    crm.post("/v1/consents", json=sign_up(event="grant", purpose="customer_voice", channel="data_use"))
    scope = {"purpose": "customer_voice", "channel": "data_use"}
    answer = crm.post("/v1/consents", json={"subject": KNOWN, "event": "withdraw", "scope": scope})
    assert (answer.status_code, answer.json["state"]) == (201, "withdrawn")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        pytest.param("sale", {"kind": "purchase", "goods": "laundry", "objection_notice": True}, id="sale"),
        pytest.param("sale", {}, id="sale with defaults"),
        pytest.param("assessment", {"subject": None, "purpose": "newsletter"}, id="assessment, about nobody"),
        pytest.param("object", {}, id="objection to everything"),
        pytest.param("signal", {"name": "gpc"}, id="signal"),
        pytest.param("signal", {"name": "never_heard_of"}, id="signal that the policy does not know"),
        pytest.param("refuse", {"purpose": "newsletter", "topic": "laundry"}, id="refusal of a topic"),
        pytest.param(
            "import_row", {"status": "unsubscribed"} | {"purpose": "newsletter", "channel": "email"}, id="row"
        ),
        pytest.param("notice_shown", {"notice": {"id": "welcome", "version": 1}}, id="notice shown"),
        pytest.param("bounce", {"kind": "hard"}, id="bounce"),
        pytest.param("suppress", {"reason": "robinson"}, id="block list"),
        pytest.param("inquiry", {"channel": "email"}, id="inquiry"),
        pytest.param("invalidate", {"subject": None, "notice": "none"}, id="consents without text struck down"),
    ],
)
def test_every_kind_of_event_is_taken_with_its_fields(crm: Crm, kind: str, fields: dict[str, Any]) -> None:
    answer = crm.post("/v1/consents", json={"subject": KNOWN, "event": kind, **fields})
    assert answer.status_code == 201, answer.json


@pytest.mark.parametrize(
    "event", [pytest.param(sign_up(), id="sign-up"), pytest.param(withdrawal(channel="email"), id="withdrawal")]
)
def test_an_answer_does_not_tell_who_was_known(crm: Crm, event: dict[str, Any]) -> None:
    crm.post(
        "/v1/consents", json={"subject": KNOWN, "event": "notice_shown", "notice": {"id": "welcome", "version": 1}}
    )
    known = crm.post("/v1/consents", json=event)
    stranger = crm.post("/v1/consents", json={**event, "subject": STRANGER})
    assert known.status_code == stranger.status_code
    assert {**known.json, "event_id": ""} == {**stranger.json, "event_id": ""}


def test_only_a_network_and_no_device_is_kept_of_an_address(crm: Crm, services: Services) -> None:
    capture = {"source": "footer form", "ip": "192.0.2.77", "user_agent": "Browser"}
    answer = crm.post(
        "/v1/consents", json=withdrawal(capture=capture, evidence=[{"kind": "form", "content": {"b": 1}}])
    )
    kept = {item.kind: dict(item.content) for item in services.overview.event(answer.json["event_id"]).evidence}
    assert kept == {"form": {"b": 1}, "capture": {**capture, "ip": "192.0.2.0/24"}}


def test_the_same_key_and_body_give_the_same_answer_again(crm: Crm, count_rows: CountRows) -> None:
    headers = {"Idempotency-Key": "one"}
    first = crm.post("/v1/consents", json=sign_up(), headers=headers)
    before = count_rows()
    again = crm.post("/v1/consents", json=sign_up(), headers=headers)
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count_rows() == before


def test_a_key_stays_with_its_event_when_the_kept_answer_is_gone(crm: Crm, clock: FakeClock) -> None:
    headers = {"Idempotency-Key": "one"}
    first = crm.post("/v1/consents", json=withdrawal(), headers=headers)
    clock.move(days=2)
    assert crm.post("/v1/consents", json=withdrawal(), headers=headers).json == first.json
    assert crm.post("/v1/consents", json=withdrawal(topic="laundry"), headers={**headers}).status_code == 409


def test_the_same_key_with_another_body_is_refused(crm: Crm, count_rows: CountRows) -> None:
    headers = {"Idempotency-Key": "one"}
    crm.post("/v1/consents", json=withdrawal(), headers=headers)
    before = count_rows()
    assert crm.post("/v1/consents", json=withdrawal(topic="laundry"), headers=headers).status_code == 409
    assert count_rows() == before


@pytest.mark.parametrize(
    ("event", "pointer", "code"),
    [
        pytest.param(withdrawal(purpose="none_such"), "/purpose", "unknown_purpose", id="unknown purpose"),
        pytest.param(withdrawal(channel=["email", "pigeon"]), "/channel", "unknown_channel", id="unknown channel"),
        pytest.param(withdrawal(topic="bicycles"), "/topic", "unknown_topic", id="unknown topic"),
        pytest.param(sign_up(notice={"id": "welcome", "version": 9}), "/notice", "unknown_notice", id="unknown notice"),
        pytest.param(
            sign_up(purpose="email_tracking", channel="tracking_pixel"),
            "/notice",
            "notice_covers_nothing",
            id="a text about something else",
        ),
        pytest.param(withdrawal(purpose=["newsletter", 7]), "/purpose/1", "type", id="a number for a name"),
        pytest.param(withdrawal(purpose=[]), "/purpose", "invalid", id="an empty list, which would mean all"),
        pytest.param(withdrawal(event="grand"), "/event", "invalid", id="unknown event"),
        pytest.param(withdrawal(until="2027-01-01T00:00:00Z"), "/until", "bad_event", id="a field of another event"),
        pytest.param(withdrawal(colour="red"), "/colour", "unknown_field", id="unknown field"),
        pytest.param({"subject": KNOWN, "event": "moved", "country": "XX"}, "/country", "type", id="no such country"),
        pytest.param(withdrawal(occurred_at="tomorrow"), "/occurred_at", "type", id="no time"),
        pytest.param(withdrawal(occurred_at="2030-01-01T00:00:00Z"), "/occurred_at", "in_future", id="later than now"),
        pytest.param({"event": "withdraw"}, "/subject", "bad_event", id="about nobody"),
        pytest.param(withdrawal(subject={}), "/subject", "invalid", id="a subject without a name"),
        pytest.param(withdrawal(subject={"id": "x", **KNOWN}), "/subject", "invalid", id="a subject with two names"),
        pytest.param(
            withdrawal(subject={"identifier": {"kind": "email", "value": "no mail"}}),
            "/subject/identifier/value",
            "invalid",
            id="a malformed address",
        ),
        pytest.param(
            withdrawal(identifier={"kind": "pigeon", "value": "x"}), "/identifier/kind", "invalid", id="unknown kind"
        ),
        pytest.param(withdrawal(capture={"ip": "here"}), "/capture/ip", "type", id="no network address"),
        pytest.param(withdrawal(scope={"purpose": "newsletter"}), "/purpose", "invalid", id="a scope given twice"),
        pytest.param(sign_up(event="grant", explicit="yes"), "/explicit", "type", id="a word for true"),
    ],
)
def test_an_unsound_event_is_refused_naming_the_field(
    crm: Crm, count_rows: CountRows, event: dict[str, Any], pointer: str, code: str
) -> None:
    before = count_rows()
    answer = crm.post("/v1/consents", json=event, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 422, answer.json
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json["errors"]]
    assert count_rows() == before


BODIES = {
    "cut off": (b'{"subject": ', 400),
    "no JSON number": (b'{"event": NaN}', 400),
    "a name twice": (b'{"event": "withdraw", "event": "grant"}', 400),
    "a list": (b"[]", 422),
    "U+0000": (b'{"event": "withdraw", "purpose": "a\\u0000b"}', 422),
    "half a surrogate pair": (b'{"event": "withdraw", "purpose": "\\ud83d"}', 422),
    "not UTF-8": (b'{"event": "\xff"}', 400),
    "over the limit": (b'{"event": "' + b"x" * 1024 * 1024 + b'"}', 413),
    "nothing": (b"", 422),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_malformed_body_stores_nothing(crm: Crm, count_rows: CountRows, body: bytes, status: int) -> None:
    before = count_rows()
    answer = crm.post("/v1/consents", data=body, content_type="application/json")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert count_rows() == before


def test_another_media_type_is_refused(crm: Crm) -> None:
    assert crm.post("/v1/consents", data=b"event=withdraw", content_type="text/plain").status_code == 415


def test_a_key_speaks_for_its_own_controller_only(crm: Crm, count_rows: CountRows) -> None:
    before = count_rows()
    assert crm.post("/v1/consents", json=withdrawal(controller="sister")).status_code == 403
    assert count_rows() == before


def test_with_scope_group_an_unknown_controller_is_named(make_crm: MakeCrm) -> None:
    answer = make_crm(Scope.CONSENTS_WRITE, Scope.GROUP).post("/v1/consents", json=withdrawal(controller="sister"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/controller")


def test_reporting_needs_its_scope(make_crm: MakeCrm) -> None:
    assert make_crm(Scope.CHECK).post("/v1/consents", json=withdrawal()).status_code == 403


def test_no_personal_value_stands_in_clear_in_the_events(crm: Crm, ground: Ground) -> None:
    crm.post("/v1/consents", json=sign_up())
    with ground.engine.connect() as connection:
        bodies = str(connection.scalars(select(event_table.c.body)).all())
    assert "erika" not in bodies


def test_the_mail_goes_to_the_holder_of_the_challenge(crm: Crm, services: Services) -> None:
    crm.post("/v1/consents", json=sign_up())
    assert services.delivery.deliver_due().sent == 1
