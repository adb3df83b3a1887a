"""A CRM keeps its people: found by what they hold, shown in clear only to whoever may see it, remembered in full."""

from collections.abc import Callable
from typing import Any

import pytest

from api.scopes import Scope
from tests.fakes import FakeClock
from tests.journey.conftest import Crm, MakeCrm

CountRows = Callable[[], dict[str, int]]
EMAIL = {"kind": "email", "value": "Erika@Example.org"}
PHONE = {"kind": "phone", "value": "04131 12345"}


def create(crm: Crm, *identifiers: dict[str, str], **facts: Any) -> str:
    answer = crm.post("/v1/subjects", json={"identifiers": identifiers or [EMAIL], "facts": facts})
    assert answer.status_code == 201, answer.json
    subject_id: str = answer.json["id"]
    return subject_id


def test_the_same_identifier_finds_the_same_person(crm: Crm) -> None:
    subject_id = create(crm)
    spelled = {"kind": "email", "value": "erika@example.org"}
    answer = crm.post("/v1/subjects", json={"identifiers": [spelled, {"kind": "crm:shop", "value": "4711"}]})
    assert (answer.status_code, answer.json) == (200, {"id": subject_id})
    kinds = [each["kind"] for each in crm.get(f"/v1/subjects/{subject_id}").json["identifiers"]]
    assert kinds == ["email", "crm:shop"]


def test_identifiers_of_two_people_are_a_conflict(crm: Crm, count_rows: CountRows) -> None:
    other = {"kind": "email", "value": "max@example.org"}
    create(crm)
    create(crm, other)
    before = count_rows()
    assert crm.post("/v1/subjects", json={"identifiers": [EMAIL, other]}).status_code == 409
    assert count_rows() == before


def test_identifiers_are_shown_in_clear_only_with_their_scope(crm: Crm, make_crm: MakeCrm) -> None:
    subject_id = create(crm, country="DE", birth_date="1980-02-29")
    shown = crm.get(f"/v1/subjects/{subject_id}").json
    assert (shown["country"], shown["birth_date"], shown["status"]) == ("DE", "1980-02-29", "active")
    assert [each["value"] for each in shown["identifiers"]] == ["Erika@example.org"]
    answer = make_crm(Scope.CONSENTS_READ).get(f"/v1/subjects/{subject_id}")
    assert [each["value"] for each in answer.json["identifiers"]] == [None]
    assert "example.org" not in answer.get_data(as_text=True)


def test_evidence_is_shown_in_clear_only_with_the_same_scope(crm: Crm, make_crm: MakeCrm) -> None:
    subject_id = create(crm)
    said = {"subject": {"id": subject_id}, "event": "object", "evidence": [{"kind": "letter", "content": {"a": "b"}}]}
    crm.post("/v1/consents", json=said)
    path = f"/v1/subjects/{subject_id}/consents?limit=1"
    assert crm.get(path).json["items"][0]["evidence"] == [{"kind": "letter", "content": {"a": "b"}}]
    hidden = make_crm(Scope.CONSENTS_READ).get(path)
    assert hidden.json["items"][0]["evidence"] == [{"kind": "letter", "content": None}]


def test_a_number_is_read_in_the_country_of_the_person(crm: Crm) -> None:
    subject_id = create(crm, country="DE")
    answer = crm.post(f"/v1/subjects/{subject_id}/identifiers", json=PHONE)
    assert answer.status_code == 201
    shown = crm.get(f"/v1/subjects/{subject_id}").json["identifiers"]
    assert [each["value"] for each in shown] == ["Erika@example.org", "+49413112345"]
    answer = crm.post(f"/v1/subjects/{create(crm, {'kind': 'crm:shop', 'value': '1'})}/identifiers", json=PHONE)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/value")


def test_control_over_an_identifier_is_noted_once_it_is_proved(crm: Crm) -> None:
    subject_id = create(crm)
    crm.post(f"/v1/subjects/{subject_id}/identifiers", json={**EMAIL, "verified_how": "signed_in"})
    shown = crm.get(f"/v1/subjects/{subject_id}").json["identifiers"]
    assert [(each["verified_how"], each["verified_at"]) for each in shown] == [("signed_in", "2026-11-20T09:00:00Z")]


def test_a_held_identifier_is_taken_over_only_on_word(crm: Crm) -> None:
    create(crm)
    heir = create(crm, {"kind": "crm:shop", "value": "2"})
    path = f"/v1/subjects/{heir}/identifiers"
    assert crm.post(path, json=EMAIL).status_code == 409
    assert crm.post(path, json={**EMAIL, "recycled": True}).status_code == 201
    assert crm.post("/v1/subjects", json={"identifiers": [EMAIL]}).json == {"id": heir}


def test_a_retired_identifier_is_nobodys(crm: Crm) -> None:
    subject_id = create(crm)
    identifier_id = crm.get(f"/v1/subjects/{subject_id}").json["identifiers"][0]["id"]
    path = f"/v1/subjects/{subject_id}/identifiers/{identifier_id}"
    assert [crm.delete(path).status_code for _ in range(2)] == [204, 204]
    assert crm.get(f"/v1/subjects/{subject_id}").json["identifiers"][0]["valid_to"] == "2026-11-20T09:00:00Z"
    assert crm.delete(f"{path}x").status_code == 404
    question = {"subject": {"identifier": EMAIL}, "purpose": "newsletter", "channel": "email"}
    assert crm.post("/v1/check", json=question).json["decision"] == "deny"


def test_facts_change_and_another_country_is_a_move(crm: Crm, clock: FakeClock) -> None:
    subject_id = create(crm, country="DE")
    clock.move(days=1)
    facts = {"country": "AT", "language": "de", "form_of_address": "Sie", "time_zone": "Europe/Vienna"}
    answer = crm.patch(f"/v1/subjects/{subject_id}", json=facts)
    assert answer.status_code == 200
    assert {name: answer.json[name] for name in facts} == facts
    history = crm.get(f"/v1/subjects/{subject_id}/consents").json["items"]
    assert [(each["event"], each["fields"].get("country")) for each in history[:1]] == [("moved", "AT")]


def test_facts_told_again_fill_what_is_empty_and_contradict_nothing(crm: Crm, count_rows: CountRows) -> None:
    subject_id = create(crm, language="de")
    body = {"identifiers": [EMAIL], "facts": {"country": "DE", "language": "de", "time_zone": None}}
    assert crm.post("/v1/subjects", json=body).status_code == 200
    shown = crm.get(f"/v1/subjects/{subject_id}").json
    assert (shown["country"], shown["language"]) == ("DE", "de")
    before = count_rows()
    other = {"identifiers": [EMAIL, PHONE], "facts": {"birth_date": "1980-02-29", "country": "AT"}}
    answer = crm.post("/v1/subjects", json=other)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/fact_conflict")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/facts/country"]
    assert "DE" not in answer.get_data(as_text=True)
    assert (count_rows(), crm.get(f"/v1/subjects/{subject_id}").json) == (before, shown)


def test_permissions_tell_every_purpose_on_every_channel(crm: Crm) -> None:
    subject_id = create(crm, country="DE")
    said = {"subject": {"id": subject_id}, "event": "grant", "purpose": "customer_voice", "channel": "data_use"}
    crm.post("/v1/consents", json=said)
    items = crm.get(f"/v1/subjects/{subject_id}/permissions").json["items"]
    found = {(each["purpose"], each["topic"], each["channel"]): each for each in items}
    assert found["customer_voice", None, "data_use"]["state"] == "granted"
    assert found["newsletter", "laundry", "email"]["decision"] == "deny"
    assert found["privacy_reply", None, "email"]["decision"] == "allow"


def test_history_is_whole_newest_first_and_paged(crm: Crm, clock: FakeClock) -> None:
    subject_id = create(crm)
    for purpose in ("newsletter", "email_tracking", "customer_voice"):
        clock.move(hours=1)
        crm.post("/v1/consents", json={"subject": {"id": subject_id}, "event": "refuse", "purpose": purpose})
    path = f"/v1/subjects/{subject_id}/consents?limit=2"
    first = crm.get(path).json
    second = crm.get(f"{path}&cursor={first['next_cursor']}").json
    told = [(each["event"], each["fields"].get("purpose")) for each in first["items"] + second["items"]]
    assert told == [
        ("refuse", ["customer_voice"]),
        ("refuse", ["email_tracking"]),
        ("refuse", ["newsletter"]),
        ("identifier_added", None),
    ]
    assert all(each["entry_id"] and each["policy_version"] == 1 for each in first["items"])
    assert "email:" not in str(first)


def test_a_cursor_belongs_to_one_person(crm: Crm) -> None:
    one, other = create(crm), create(crm, {"kind": "crm:shop", "value": "1"})
    crm.post("/v1/consents", json={"subject": {"id": one}, "event": "object"})
    cursor = crm.get(f"/v1/subjects/{one}/consents?limit=1").json["next_cursor"]
    assert crm.get(f"/v1/subjects/{other}/consents?limit=1&cursor={cursor}").status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/identifiers", id="nobody"),
        pytest.param({"identifiers": []}, "/identifiers", id="no identifier"),
        pytest.param({"identifiers": [{"kind": "email", "value": "x"}]}, "/identifiers/0/value", id="no address"),
        pytest.param({"identifiers": [EMAIL], "facts": {"name": "Erika"}}, "/facts/name", id="a name"),
    ],
)
def test_a_malformed_person_is_refused(crm: Crm, count_rows: CountRows, body: dict[str, Any], pointer: str) -> None:
    before = count_rows()
    answer = crm.post("/v1/subjects", json=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert count_rows() == before


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        pytest.param("country", "Germany", id="no country code"),
        pytest.param("country", "XX", id="a code that no country has"),
        pytest.param("country", "EU", id="a code of several countries"),
        pytest.param("birth_date", "29.2.1980", id="no date"),
        pytest.param("birth_date", "2026-11-21", id="born tomorrow"),
        pytest.param("birth_date", "1815-12-10", id="nobody is that old"),
        pytest.param("time_zone", "Mars", id="no time zone"),
        pytest.param("time_zone", "localtime", id="whatever a machine is set to"),
    ],
)
def test_a_fact_that_cannot_be_true_is_refused_by_its_name(
    crm: Crm, count_rows: CountRows, fact: str, value: str
) -> None:
    subject_id = create(crm)
    before, shown = count_rows(), crm.get(f"/v1/subjects/{subject_id}").json
    stranger = {"kind": "email", "value": "max@example.org"}
    facts = {fact: value, "language": "de"}
    made = crm.post("/v1/subjects", json={"identifiers": [stranger], "facts": facts})
    changed = crm.patch(f"/v1/subjects/{subject_id}", json=facts)
    assert [made.status_code, changed.status_code] == [422, 422]
    assert {error["pointer"] for error in made.json["errors"]} == {f"/facts/{fact}"}
    assert {error["pointer"] for error in changed.json["errors"]} == {f"/{fact}"}
    assert (count_rows(), crm.get(f"/v1/subjects/{subject_id}").json) == (before, shown)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        pytest.param("country", "DE", id="country"),
        pytest.param("country", "XK", id="a country without a code of ISO 3166"),
        pytest.param("birth_date", "2026-11-20", id="born today"),
        pytest.param("birth_date", "1890-01-01", id="very old"),
        pytest.param("time_zone", "Europe/Berlin", id="time zone"),
    ],
)
def test_a_fact_that_can_be_true_is_kept(crm: Crm, fact: str, value: str) -> None:
    made = create(crm, **{fact: value})
    other = create(crm, {"kind": "email", "value": "max@example.org"})
    assert crm.patch(f"/v1/subjects/{other}", json={fact: value}).status_code == 200
    assert [crm.get(f"/v1/subjects/{each}").json[fact] for each in (made, other)] == [value, value]


@pytest.mark.parametrize("path", ["", "/permissions", "/consents"])
def test_an_unknown_person_is_not_found(crm: Crm, path: str) -> None:
    assert crm.get(f"/v1/subjects/unknown{path}").status_code == 404
