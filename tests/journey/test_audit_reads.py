"""An auditor reads the log over HTTP: the head is signed, entries are in it, and it only ever grew."""

from base64 import b64decode

import pytest

from api.background import make_sequencing
from api.bootstrap import Services
from api.scopes import Scope
from audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.journey.conftest import Crm, MakeCrm

OBJECTION = {"subject": {"identifier": {"kind": "email", "value": "erika@example.org"}}, "event": "object"}


@pytest.fixture
def auditor(make_crm: MakeCrm) -> Crm:
    return make_crm(Scope.AUDIT_READ)


@pytest.fixture
def event_id(crm: Crm, services: Services) -> str:
    """The id of an event whose entry is in the log."""
    answer = crm.post("/v1/consents", json=OBJECTION)
    make_sequencing(services).run_all()
    recorded: str = answer.json["event_id"]
    return recorded


def test_before_anything_is_signed_there_is_no_head(auditor: Crm) -> None:
    assert auditor.get("/v1/audit/checkpoint").status_code == 404


def test_every_entry_can_be_read_and_none_names_a_person(auditor: Crm, event_id: str) -> None:
    head = auditor.get("/v1/audit/checkpoint").json
    start, leaves = 0, []
    while start is not None:
        page = auditor.get(f"/v1/audit/entries?start={start}&limit=3").json
        leaves += [b64decode(item["leaf"]) for item in page["items"]]
        start = page["next_start"]
    assert len(leaves) == head["size"]
    assert any(b"consent.objected" in leaf for leaf in leaves)
    assert not any(b"erika" in leaf for leaf in leaves)


def test_an_entry_is_proved_to_be_under_the_head(auditor: Crm, services: Services, event_id: str) -> None:
    entry_id = services.overview.event(event_id).entry_id
    proof = auditor.get(f"/v1/audit/proofs/inclusion?id={entry_id}").json
    path = [b64decode(hashed) for hashed in proof["path"]]
    head = proof["head"]
    hashed = leaf_hash(b64decode(proof["leaf"]))
    verify_inclusion(hashed, proof["index"], head["size"], path, b64decode(head["root"]))


def test_the_log_only_ever_grew(auditor: Crm, crm: Crm, services: Services, event_id: str) -> None:
    old = auditor.get("/v1/audit/checkpoint").json
    crm.post("/v1/consents", json=OBJECTION)
    make_sequencing(services).run_all()
    new = auditor.get("/v1/audit/checkpoint").json
    assert new["size"] > old["size"]
    found = auditor.get(f"/v1/audit/proofs/consistency?from={old['size']}&to={new['size']}").json
    proof = [b64decode(hashed) for hashed in found["hashes"]]
    verify_consistency(old["size"], b64decode(old["root"]), new["size"], b64decode(new["root"]), proof)


@pytest.mark.parametrize(
    ("path", "status", "pointer"),
    [
        pytest.param("entries?start=-1", 422, "/query/start", id="before the first"),
        pytest.param("entries?start=x", 422, "/query/start", id="no number"),
        pytest.param("entries?limit=100000", 422, "/query/limit", id="too many"),
        pytest.param("proofs/inclusion", 422, "/query/id", id="no entry named"),
        pytest.param("proofs/inclusion?id=unknown", 404, "/query/id", id="an entry that is not there"),
        pytest.param("proofs/consistency?from=1", 422, "/query/to", id="half a pair"),
        pytest.param("proofs/consistency?from=2&to=1", 422, "/query/from", id="sizes the wrong way round"),
        pytest.param("proofs/consistency?from=1&to=9999", 404, "/query/to", id="a size that is still to come"),
    ],
)
def test_a_bad_question_about_the_log_is_refused(
    auditor: Crm, event_id: str, path: str, status: int, pointer: str
) -> None:
    answer = auditor.get(f"/v1/audit/{path}")
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (status, [pointer])


def test_the_log_is_read_with_its_scope_only(make_crm: MakeCrm) -> None:
    assert make_crm(Scope.CHECK).get("/v1/audit/checkpoint").status_code == 403
