"""A receipt over HTTP: data for machines, a page for people, and a proof that verifies with the log's key alone."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.background import make_sequencing
from api.bootstrap import Services
from api.commands.audit_verify import verify
from api.scopes import Scope
from tests.journey.conftest import EXAMPLES, Crm, MakeCrm
from tests.journey.test_pages import ONE_CLICK, check, confirmation
from tests.service.consent.receipts import RECEIPT_27560, RECEIPT_KANTARA

__all__ = ["confirmation"]

PERSON = {"identifier": {"kind": "email", "value": "erika@example.org"}}


@pytest.fixture
def event_id(client: FlaskClient, crm: Crm, confirmation: str) -> str:
    """The id of the confirmation of a double opt-in."""
    client.post(confirmation)
    subject_id = crm.post("/v1/subjects", json={"identifiers": [PERSON["identifier"]]}).json["id"]
    newest: str = crm.get(f"/v1/subjects/{subject_id}/consents?limit=1").json["items"][0]["event_id"]
    return newest


def proof_of(document: dict[str, Any]) -> dict[str, Any]:
    proof: dict[str, Any] = document["log_proof"]
    return proof


def test_the_receipt_is_json_ld_with_the_mandatory_fields(crm: Crm, event_id: str) -> None:
    answer = crm.get(f"/v1/consents/{event_id}/receipt")
    assert (answer.status_code, answer.content_type) == (200, "application/ld+json")
    RECEIPT_27560.validate(answer.json)
    assert answer.json["consent_record"]["event"][-1]["event_id"] == event_id
    assert "erika" not in answer.text


def test_the_older_form_is_given_on_demand(crm: Crm, event_id: str) -> None:
    answer = crm.get(f"/v1/consents/{event_id}/receipt?format=kantara")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    RECEIPT_KANTARA.validate(answer.json)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param("*/*", "application/ld+json", id="anything"),
        pytest.param("application/json", "application/json", id="plain JSON"),
        pytest.param("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8", id="a browser"),
    ],
)
def test_whoever_asks_gets_the_form_that_is_wanted(crm: Crm, event_id: str, accept: str, content_type: str) -> None:
    answer = crm.get(f"/v1/consents/{event_id}/receipt", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, content_type)


def test_a_form_that_there_is_not_is_refused(crm: Crm, event_id: str) -> None:
    path = f"/v1/consents/{event_id}/receipt"
    assert crm.get(path, headers={"Accept": "image/png"}).status_code == 406
    assert crm.get(f"{path}?format=pdf").status_code == 422


def test_the_proof_of_a_receipt_verifies_offline(crm: Crm, services: Services, event_id: str, tmp_path: Path) -> None:
    path = f"/v1/consents/{event_id}/receipt"
    assert crm.get(path).json["log_proof"] is None
    make_sequencing(services).run_all()
    proof = proof_of(crm.get(path).json)
    (tmp_path / "receipt.tlog-proof").write_text(proof["tlog_proof"], "utf-8")
    (tmp_path / "entry").write_bytes(b64decode(proof["entry"]))
    (tmp_path / "policy.txt").write_text(services.exporter.policy_text(), "utf-8")
    words = [str(tmp_path / "receipt.tlog-proof"), "--entry", str(tmp_path / "entry")]
    words += ["--policy", str(tmp_path / "policy.txt")]
    assert CliRunner().invoke(verify, words).exit_code == 0
    changed = b64decode(proof["entry"]).replace(b"newsletter", b"newslettre").replace(b"confirmed", b"confirmad")
    (tmp_path / "entry").write_bytes(changed)
    assert CliRunner().invoke(verify, words).exit_code == 1


def test_the_way_out_in_the_receipt_ends_the_consent_at_once(client: FlaskClient, crm: Crm, event_id: str) -> None:
    purposes = crm.get(f"/v1/consents/{event_id}/receipt").json["consent_record"]["pii_processing"]["purposes"]
    (way_out,) = [each["withdrawal_method"] for each in purposes if each["purpose_id"] == "newsletter"]
    assert client.post(way_out["one_click"].removeprefix("http://127.0.0.1:8000"), data=ONE_CLICK).status_code == 200
    assert check(crm)["reason"] == "withdrawn"


def test_a_receipt_needs_its_scope_and_its_controller(
    crm: Crm, services: Services, make_crm: MakeCrm, event_id: str
) -> None:
    path = f"/v1/consents/{event_id}/receipt"
    assert make_crm(Scope.CHECK).get(path).status_code == 403
    text = (EXAMPLES / "policy.yaml").read_text("utf-8")
    sister = "controllers:\n  suedlicht: {name: Südlicht GmbH, address: Markt 1, time_zone: Europe/Berlin}\n"
    services.policies.apply(text.replace("controllers:\n", sister, 1), actor="test")
    assert make_crm(Scope.CONSENTS_READ, controller="suedlicht").get(path).status_code == 403
    assert make_crm(Scope.CONSENTS_READ, Scope.GROUP, controller="suedlicht").get(path).status_code == 200


def test_what_is_no_word_about_consent_has_no_receipt(crm: Crm) -> None:
    sold = crm.post("/v1/consents", json={"subject": PERSON, "event": "sale"}).json["event_id"]
    for unknown in (sold, "01990000-0000-7000-8000-000000000000"):
        assert crm.get(f"/v1/consents/{unknown}/receipt").status_code == 404


def test_a_policy_that_says_too_little_is_named(crm: Crm, services: Services, event_id: str) -> None:
    text = (EXAMPLES / "policy.yaml").read_text("utf-8")
    without = "\n".join(line for line in text.splitlines() if "phone: " not in line)
    services.policies.apply(without, actor="test")
    answer = crm.get(f"/v1/consents/{event_id}/receipt?format=kantara")
    assert answer.status_code == 409
    assert [error["pointer"] for error in answer.json["errors"]] == ["/controllers/nordlicht/phone"]
