"""A CRM keeps what people are reached at: an address that changed, ids of its own, numbers that are none."""

from typing import Any

import pytest

from tests.fakes import FakeClock
from tests.journey.conftest import Crm

OLD = {"kind": "email", "value": "erika@example.org"}
NEW = {"kind": "email", "value": "erika@example.com"}
SHOP = {"kind": "crm:shop", "value": "4711"}
NO_NUMBER = {"kind": "phone", "value": "4131 12345"}


@pytest.fixture
def subject_id(crm: Crm) -> str:
    made: str = crm.post("/v1/subjects", json={"identifiers": [OLD, SHOP]}).json["id"]
    return made


def held(crm: Crm, subject_id: str) -> dict[str, Any]:
    shown = crm.get(f"/v1/subjects/{subject_id}").json["identifiers"]
    return {each["value"]: each for each in shown if each["valid_to"] is None}


def test_an_address_changes_in_one_step(crm: Crm, subject_id: str, clock: FakeClock) -> None:
    clock.move(days=1)
    path, old = f"/v1/subjects/{subject_id}/identifiers", held(crm, subject_id)[OLD["value"]]["id"]
    answer = crm.post(path, json={**NEW, "replaces": old, "verified_how": "signed_in"})
    now = held(crm, subject_id)
    assert (answer.status_code, answer.json["id"]) == (201, now[NEW["value"]]["id"])
    assert (now[NEW["value"]]["verified_how"], OLD["value"] in now) == ("signed_in", False)
    told = [each["event"] for each in crm.get(f"/v1/subjects/{subject_id}/consents").json["items"]]
    assert told[:2] == ["identifier_verified", "identifier_changed"]
    assert crm.post(path, json={**OLD, "replaces": old}).status_code == 404


def test_an_address_is_not_shared_and_replaced_at_once(crm: Crm, subject_id: str) -> None:
    old = held(crm, subject_id)[OLD["value"]]["id"]
    answer = crm.post(f"/v1/subjects/{subject_id}/identifiers", json={**NEW, "replaces": old, "shared": True})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/replaces")


def test_an_address_is_replaced_by_an_address(crm: Crm, subject_id: str) -> None:
    old = held(crm, subject_id)[SHOP["value"]]["id"]
    answer = crm.post(f"/v1/subjects/{subject_id}/identifiers", json={**NEW, "replaces": old})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/kind")


def test_an_id_of_the_crm_is_proved_like_any_other(crm: Crm, subject_id: str) -> None:
    answer = crm.post(f"/v1/subjects/{subject_id}/identifiers", json={**SHOP, "verified_how": "signed_in"})
    now = held(crm, subject_id)
    assert (answer.status_code, now[SHOP["value"]]["verified_how"]) == (201, "signed_in")
    assert now[OLD["value"]]["verified_at"] is None


PLACES: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/consents", {"event": "object", "subject": {"identifier": NO_NUMBER}}, "/subject/identifier/value"),
    ("/v1/consents", {"event": "suppress", "reason": "objection", "identifier": NO_NUMBER}, "/identifier/value"),
    ("/v1/subjects", {"identifiers": [OLD, NO_NUMBER]}, "/identifiers/1/value"),
]


@pytest.mark.parametrize(("path", "body", "pointer"), PLACES)
def test_a_number_without_its_country_is_refused_where_it_stands(
    crm: Crm, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = crm.post(path, json=body)
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [pointer])
    assert NO_NUMBER["value"] not in answer.get_data(as_text=True)


def test_a_no_from_a_shared_mailbox_is_heard_for_everybody_there(crm: Crm, subject_id: str) -> None:
    other = crm.post("/v1/subjects", json={"identifiers": [NEW]}).json["id"]
    assert crm.post(f"/v1/subjects/{other}/identifiers", json={**OLD, "shared": True}).status_code == 201
    answer = crm.post("/v1/consents", json={"event": "object", "subject": {"identifier": OLD}})
    assert answer.status_code == 201
    for name in (subject_id, other):
        newest = crm.get(f"/v1/subjects/{name}/consents?limit=1").json["items"][0]
        assert newest["event"] == "object"
        assert crm.get(f"/v1/consents/{newest['event_id']}/receipt").status_code == 200
    asking = {"event": "restrict", "subject": {"identifier": OLD}}
    assert crm.post("/v1/consents", json=asking).json["type"] == "/problems/identifiers_conflict"
