"""A CRM finds that two records are one person, and later that they are not."""

import pytest

from api.scopes import Scope
from tests.fakes import FakeClock
from tests.journey.conftest import Crm, MakeCrm

ERIKA = {"identifier": {"kind": "email", "value": "erika@example.org"}}
ERIKA_TOO = {"identifier": {"kind": "email", "value": "e.muster@example.com"}}
NEWSLETTER = {"purpose": "newsletter", "channel": "email"}


@pytest.fixture
def two(crm: Crm, clock: FakeClock) -> tuple[str, str]:
    """Two records: one agreed, the other objected."""
    made = [
        crm.post("/v1/subjects", json={"identifiers": [who["identifier"]], "facts": {"country": "DE"}}).json["id"]
        for who in (ERIKA, ERIKA_TOO)
    ]
    said = {**NEWSLETTER, "notice": {"id": "welcome", "version": 1}, "proof": "confirmed"}
    assert crm.post("/v1/consents", json={"subject": {"id": made[0]}, "event": "grant", **said}).status_code == 201
    crm.post("/v1/consents", json={"subject": {"id": made[1]}, "event": "object"})
    clock.move(days=1)
    return made[0], made[1]


def answer(crm: Crm, subject: dict[str, object]) -> str | None:
    reason: str | None = crm.post("/v1/check", json={"subject": subject, **NEWSLETTER}).json.get("reason")
    return reason


def test_two_records_are_merged_and_parted_again(crm: Crm, two: tuple[str, str], clock: FakeClock) -> None:
    one, other = two
    before = answer(crm, ERIKA)
    assert before != "objection"
    note = {"kind": "note", "content": {"text": "Same customer number in the shop."}}
    merged = crm.post("/v1/subjects/merge", json={"subject": {"id": one}, "other": ERIKA_TOO, "evidence": [note]})
    assert (merged.status_code, merged.json["subject"], merged.json["other"]) == (201, one, other)
    assert answer(crm, ERIKA) == "objection"
    assert [crm.get(f"/v1/subjects/{name}").json["merged_with"] for name in two] == [other, one]
    newest = crm.get(f"/v1/subjects/{one}/consents?limit=1").json["items"][0]
    assert (newest["event_id"], newest["evidence"][0]["kind"]) == (merged.json["event_id"], "note")
    clock.move(days=1)
    parted = crm.post("/v1/subjects/unmerge", json={"subject": {"id": other}, "other": {"id": one}})
    assert (parted.status_code, parted.json["subject"], parted.json["other"]) == (201, other, one)
    assert (answer(crm, ERIKA), answer(crm, ERIKA_TOO)) == (before, "objection")
    assert crm.get(f"/v1/subjects/{one}").json["merged_with"] is None


def test_a_merge_that_is_sent_again_is_answered_again(crm: Crm, two: tuple[str, str]) -> None:
    body = {"subject": {"id": two[0]}, "other": {"id": two[1]}}
    first, again = (crm.post("/v1/subjects/merge", json=body, headers={"Idempotency-Key": "m1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert crm.post("/v1/subjects/merge", json=body).json["type"] == "/problems/already_merged"


def test_what_cannot_be_merged_is_refused(crm: Crm, two: tuple[str, str]) -> None:
    one, other = two
    nobody = {"identifier": {"kind": "email", "value": "niemand@example.org"}}
    parting = crm.post("/v1/subjects/unmerge", json={"subject": {"id": one}, "other": {"id": other}})
    assert (parting.status_code, parting.json["type"]) == (409, "/problems/not_merged")
    itself = crm.post("/v1/subjects/merge", json={"subject": {"id": one}, "other": ERIKA})
    assert (itself.status_code, itself.json["type"]) == (409, "/problems/already_merged")
    assert crm.post("/v1/subjects/merge", json={"subject": {"id": one}, "other": nobody}).status_code == 404
    incomplete = crm.post("/v1/subjects/merge", json={"subject": {"id": one}})
    assert (incomplete.status_code, incomplete.json["errors"][0]["pointer"]) == (422, "/other")


def test_merging_needs_the_scope_of_subjects(make_crm: MakeCrm, two: tuple[str, str]) -> None:
    body = {"subject": {"id": two[0]}, "other": {"id": two[1]}}
    writer = make_crm(Scope.CONSENTS_WRITE)
    assert [writer.post(f"/v1/subjects/{what}", json=body).status_code for what in ("merge", "unmerge")] == [403, 403]
