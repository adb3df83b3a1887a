"""A CRM asks about many people, or many things about one, lists whom it may write to, and tells what it sent."""

import json
from typing import Any

import pytest

from api.scopes import Scope
from api.subject_list import MOST
from tests.journey.conftest import Crm, MakeCrm

PEOPLE = [{"identifier": {"kind": "email", "value": f"kundin{number}@example.org"}} for number in range(4)]
NEWSLETTER = {"purpose": "newsletter", "channel": "email"}


@pytest.fixture
def ids(crm: Crm) -> list[str]:
    """Four customers with verified addresses, of whom the first two said yes."""
    found = []
    for person in PEOPLE:
        facts = {"identifiers": [person["identifier"]], "facts": {"country": "DE"}, "verified_how": "signed_in"}
        found.append(crm.post("/v1/subjects", json=facts).get_json()["id"])
    for person in PEOPLE[:2]:
        yes = {"subject": person, "event": "grant", **NEWSLETTER, "notice": {"id": "welcome", "version": 1}}
        assert crm.post("/v1/consents", json=yes).status_code == 201
    return found


def check(crm: Crm, subject: Any) -> dict[str, Any]:
    answer: dict[str, Any] = crm.post("/v1/check", json={**NEWSLETTER, "subject": subject}).get_json()
    return answer


def test_a_batch_gives_what_single_checks_give(crm: Crm, ids: list[str]) -> None:
    subjects = [*PEOPLE, {"id": ids[3]}]
    answer = crm.post("/v1/check/batch", json={**NEWSLETTER, "subjects": subjects})
    assert answer.status_code == 200, answer.get_json()
    items = answer.get_json()["items"]
    singles = [check(crm, subject) for subject in subjects]
    for item, single in zip(items, singles, strict=True):
        assert item.pop("decision_id") != single.pop("decision_id")
        assert item == single
    assert [item["decision"] for item in items] == ["allow", "allow", "deny", "deny", "deny"]


def test_a_batch_streams_one_answer_a_line(crm: Crm, ids: list[str]) -> None:
    body = {**NEWSLETTER, "subjects": [{"id": name} for name in ids]}
    answer = crm.post("/v1/check/batch", json=body, headers={"Accept": "application/x-ndjson"})
    assert answer.content_type == "application/x-ndjson"
    assert [json.loads(line)["decision"] for line in answer.text.splitlines()] == ["allow", "allow", "deny", "deny"]


@pytest.mark.parametrize(
    ("subjects", "pointer"),
    [
        pytest.param([], "/subjects", id="none"),
        pytest.param([{"id": "x"}] * (MOST + 1), "/subjects", id="too many"),
        pytest.param("all", "/subjects", id="no list"),
        pytest.param([PEOPLE[0], {"identifier": {"kind": "email", "value": "x"}}],
                     "/subjects/1/identifier/value", id="no address"),
        pytest.param([PEOPLE[0], {"id": 7}], "/subjects/1/id", id="no id"),
        pytest.param([PEOPLE[0], {"id": "x", "y": 1}], "/subjects/1/y", id="an unknown field"),
    ],
)  # fmt: skip
def test_a_batch_with_a_fault_is_refused_whole_and_the_place_is_named(crm: Crm, subjects: Any, pointer: str) -> None:
    answer = crm.post("/v1/check/batch", json={**NEWSLETTER, "subjects": subjects})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_many_questions_about_one_person_and_what_they_come_to(crm: Crm, ids: list[str]) -> None:
    questions = [NEWSLETTER, {"purpose": "newsletter", "channel": "sms"}]
    answer = crm.post("/v1/check/any", json={"subject": {"id": ids[0]}, "questions": questions}).get_json()
    assert [item["decision"] for item in answer["items"]] == ["allow", "deny"]
    assert answer["aggregate"] == {"any": "allow", "all": "deny"}
    answer = crm.post("/v1/check/any", json={"subject": {"id": ids[3]}, "questions": questions}).get_json()
    assert answer["aggregate"] == {"any": "deny", "all": "deny"}


def test_a_segment_is_listed_by_pages(crm: Crm, ids: list[str]) -> None:
    found: list[str] = []
    cursor = None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = crm.get(f"/v1/segments/newsletter/email?limit=1{more}").get_json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == sorted(ids[:2])


def test_a_segment_streams_whole(crm: Crm, ids: list[str]) -> None:
    answer = crm.get("/v1/segments/newsletter/email?format=ids-ndjson")
    assert answer.content_type == "application/x-ndjson"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == sorted(ids[:2])


@pytest.mark.parametrize(
    ("path", "status"),
    [("nothing/email", 404), ("newsletter/nothing", 404), ("newsletter/email?cursor=xx", 422),
     ("newsletter/email?format=csv", 422)],
)  # fmt: skip
def test_a_segment_that_there_is_not(crm: Crm, path: str, status: int) -> None:
    assert crm.get(f"/v1/segments/{path}").status_code == status


def test_a_use_is_recorded_of_an_answer_and_of_a_question(crm: Crm, ids: list[str]) -> None:
    decision_id = check(crm, PEOPLE[0])["decision_id"]
    first = crm.post("/v1/uses", json={"decision_id": decision_id, "message_ref": "m-1"})
    assert first.status_code == 201, first.get_json()
    second = crm.post("/v1/uses", json={"subject": PEOPLE[0], **NEWSLETTER, "message_ref": "m-2"})
    assert second.status_code == 201, second.get_json()
    history = crm.get(f"/v1/subjects/{ids[0]}/consents").get_json()["items"]
    assert [item["event"] for item in history[:2]] == ["use", "use"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"decision_id": "0199"}, 404, id="no such answer"),
        pytest.param({"subject": PEOPLE[3], **NEWSLETTER}, 409, id="the answer is no"),
        pytest.param({"decision_id": "0199", "purpose": "newsletter"}, 422, id="both"),
        pytest.param({}, 422, id="neither"),
        pytest.param({"subject": PEOPLE[0], **NEWSLETTER, "used_at": "2026-01-01T00:00:00Z"}, 422, id="used before"),
        pytest.param({"subject": PEOPLE[0], **NEWSLETTER, "as_of": "2026-01-01T00:00:00Z"}, 422, id="about the past"),
    ],
)
@pytest.mark.usefixtures("ids")
def test_a_use_without_an_allowance_is_refused(crm: Crm, body: dict[str, Any], status: int) -> None:
    assert crm.post("/v1/uses", json=body).status_code == status


def test_another_controller_sees_none_of_it(make_crm: MakeCrm, ids: list[str]) -> None:
    other = make_crm(Scope.CHECK, controller="suedlicht")
    assert other.get("/v1/segments/newsletter/email?format=ids-ndjson").text == ""
    body = {**NEWSLETTER, "subjects": [{"id": name} for name in ids], "controller": "nordlicht"}
    assert other.post("/v1/check/batch", json=body).status_code == 403
