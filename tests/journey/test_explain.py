"""A CRM that was told no asks why, does what the explanation names, and is told yes."""

from typing import Any

import pytest

from api.scopes import Scope
from tests.fakes import FakeClock
from tests.journey.conftest import Crm, MakeCrm

ERIKA = {"identifier": {"kind": "email", "value": "erika@example.org"}}
NEWSLETTER = {"subject": ERIKA, "purpose": "newsletter", "channel": "email"}
VOICE = {"purpose": "customer_voice", "channel": "data_use", "recipient": "service_crm"}


def explain(crm: Crm, **changes: Any) -> dict[str, Any]:
    answer = crm.post("/v1/explain", json={**NEWSLETTER, **changes})
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def register(crm: Crm, *, verified: bool = True) -> str:
    body = {"identifiers": [ERIKA["identifier"]], "facts": {"country": "DE"}}
    answer = crm.post("/v1/subjects", json={**body, "verified_how": "signed_in"} if verified else body)
    subject_id: str = answer.json["id"]
    return subject_id


def test_what_an_explanation_names_can_be_sent_as_it_stands_and_turns_the_answer(crm: Crm, clock: FakeClock) -> None:
    subject_id = register(crm)
    found = explain(crm)
    assert (found["decision"], found["reason"], found["final"]) == ("deny", "no_consent", False)
    (way,) = found["would_allow_if"]
    (change,) = way["changes"]
    assert (change["by"], change["question"], change["part"], change["wait_until"]) == ("person", None, None, None)
    event = change["event"]
    assert event["subject"] == {"id": subject_id}
    assert event["notice"] == {"id": "welcome", "version": 1}
    assert (event["event"], event["purpose"], event["channel"]) == ("grant", ["newsletter"], ["email"])
    clock.move(minutes=1)
    assert crm.post("/v1/consents", json=event).status_code == 201
    assert explain(crm)["decision"] == "allow"


def test_the_answer_is_that_of_the_check_with_every_step_beside_it(crm: Crm) -> None:
    subject_id = register(crm)
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "object"})
    found, checked = explain(crm), crm.post("/v1/check", json=NEWSLETTER).json
    assert {**checked, "decision_id": found["decision_id"]} == {name: found[name] for name in checked}
    assert [step["step"] for step in found["trace"]] == list(range(1, 11))
    denied = {"part": None, "step": 6, "name": "objection", "subject_id": subject_id, "pack": "DE"}
    assert found["trace"][5] == {**denied, "outcome": "denied", "reason": "objection", "basis": None}
    assert {step["outcome"] for step in found["trace"][6:]} == {"not_taken"}


def test_a_yes_comes_with_its_way_out_and_needs_no_change(crm: Crm) -> None:
    register(crm)
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "grant", "purpose": "newsletter", "channel": "email"})
    found = explain(crm)
    assert found["unsubscribe"] == crm.post("/v1/check", json=NEWSLETTER).json["unsubscribe"]
    assert (found["would_allow_if"], found["final"]) == ([], False)
    assert [step["outcome"] for step in found["trace"][-2:]] == ["allowed", "passed"]


def test_another_question_is_told_in_the_fields_of_the_question(crm: Crm) -> None:
    subject_id = register(crm)
    phone = crm.post(f"/v1/subjects/{subject_id}/identifiers", json={"kind": "phone", "value": "+494131123456"})
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "grant", "purpose": "newsletter", "channel": "email"})
    asked = {"subject": {"id": subject_id}, "purpose": "newsletter", "channel": "sms"}
    found = crm.post("/v1/explain", json=asked).json
    other = [change["question"] for way in found["would_allow_if"] for change in way["changes"] if change["question"]]
    assert [fields["channel"] for fields in other] == ["email"]
    assert other[0]["identifier"]["id"] != phone.json["id"]
    assert crm.post("/v1/check", json={**asked, **other[0]}).json["decision"] == "allow"
    advertising = {"purpose": "order_confirmation", "content": {"contains_advertising": True}}
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "withdraw"})
    told = explain(crm, **advertising)["would_allow_if"]
    assert {"content": {"contains_advertising": False}} in [way["changes"][0]["question"] for way in told]


def test_a_wait_names_the_moment(crm: Crm) -> None:
    register(crm)
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "grant", "purpose": "newsletter", "channel": "email"})
    pause = {"subject": ERIKA, "event": "pause", "until": "2027-01-15T00:00:00Z"}
    assert crm.post("/v1/consents", json=pause).status_code == 201
    found = explain(crm)
    waits = [(way["at"], way["changes"][0]["by"]) for way in found["would_allow_if"] if way["changes"][0]["wait_until"]]
    assert (found["reason"], waits) == ("policy.paused", [("2027-01-15T00:00:00Z", "time")])


def test_a_list_is_explained_question_by_question(crm: Crm) -> None:
    register(crm)
    parts = [{"purpose": "newsletter", "channel": "email"}, VOICE]
    found = crm.post("/v1/explain", json={"subject": ERIKA, "all": parts}).json
    assert (found["decision"], found["denied"], len(found["decision_ids"])) == ("deny", [0, 1], 2)
    assert {step["part"] for step in found["trace"]} == {0, 1}
    for way in found["would_allow_if"]:
        assert len(way["changes"]) == 2
    for change in found["would_allow_if"][0]["changes"]:
        assert crm.post("/v1/consents", json=change["event"]).status_code == 201
    assert crm.post("/v1/check", json={"subject": ERIKA, "all": parts}).json["decision"] == "allow"


def test_where_nobody_can_turn_it_that_is_said(crm: Crm) -> None:
    found = explain(crm, purpose="telepathy")
    assert (found["reason"], found["would_allow_if"], found["final"]) == ("unknown_purpose", [], True)


def test_no_address_stands_in_an_explanation(crm: Crm) -> None:
    register(crm, verified=False)
    told = str(explain(crm))
    assert "erika" not in told.lower()
    assert "email:" not in told


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({**NEWSLETTER, "record_use": True}, "/record_use", id="a use"),
        pytest.param({**NEWSLETTER, "colour": 1}, "/colour", id="an unknown field"),
        pytest.param({"subject": ERIKA, "channel": "email"}, "/purpose", id="no purpose"),
    ],
)
def test_a_malformed_question_is_refused_naming_the_field(crm: Crm, body: dict[str, Any], pointer: str) -> None:
    answer = crm.post("/v1/explain", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_explaining_needs_the_scope_of_a_check_and_asks_for_its_own_controller(make_crm: MakeCrm, crm: Crm) -> None:
    assert make_crm(Scope.CONSENTS_WRITE).post("/v1/explain", json=NEWSLETTER).status_code == 403
    assert crm.post("/v1/explain", json={**NEWSLETTER, "controller": "sister"}).status_code == 403
