"""A CRM asks before each contact: a no is an answer, a malformed question is not, and no yes comes from nowhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.app import create_app
from api.bootstrap import Services, assemble
from api.keys import ApiKey
from api.scopes import Scope
from api.settings import Settings
from audit.database import create_engine
from audit.ground import Ground
from audit.key_ring import KeyRing
from consent.tables import decision_table
from tests.conftest import GROUP
from tests.fakes import FakeClock
from tests.journey.conftest import BASE_URL, Crm, MakeCrm

CountRows = Callable[[], dict[str, int]]
ERIKA = {"identifier": {"kind": "email", "value": "erika@example.org"}}
NEWSLETTER = {"subject": ERIKA, "purpose": "newsletter", "channel": "email"}
ANSWER = {
    "decision", "basis", "reason", "rests_on", "notes", "obligations", "unsubscribe", "decision_id", "policy_version",
    "decided_at", "valid_until", "state", "keep_proof_until", "retry_after", "carried_by", "denied", "decision_ids",
}  # fmt: skip


@pytest.fixture
def consent(crm: Crm) -> str:
    """A German customer whose address is verified and who said yes; the id of the yes."""
    crm.post(
        "/v1/subjects",
        json={"identifiers": [ERIKA["identifier"]], "facts": {"country": "DE"}, "verified_how": "signed_in"},
    )
    answer = crm.post(
        "/v1/consents",
        json={
            "subject": ERIKA,
            "event": "grant",
            "purpose": ["newsletter", "customer_voice"],
            "channel": ["email", "data_use"],
            "notice": {"id": "welcome", "version": 1},
        },
    )
    event_id: str = answer.json["event_id"]
    return event_id


def ask(crm: Crm, **changes: Any) -> dict[str, Any]:
    answer = crm.post("/v1/check", json={**NEWSLETTER, **changes})
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    assert found.keys() == ANSWER
    return found


def test_a_yes_says_on_what_it_rests_and_what_must_be_done(crm: Crm, consent: str, clock: FakeClock) -> None:
    found = ask(crm)
    assert (found["decision"], found["basis"], found["reason"]) == ("allow", "consent", None)
    assert (found["state"], found["carried_by"]) == ("granted", consent)
    assert found["rests_on"] == [
        {"event": consent, "rule": "DE.electronic_mail", "citation": "UWG § 7(2) no. 2, § 7(3)"}
    ]
    assert {"include_unsubscribe", "sender_identity", "keep_proof"} <= set(found["obligations"])
    assert (found["policy_version"], found["decided_at"]) == (1, "2026-11-20T09:00:00Z")
    assert found["valid_until"] == "2027-11-20T09:00:00Z"
    assert found["keep_proof_until"] == "2029-11-20T09:00:00Z"


def test_a_yes_for_a_message_comes_with_the_way_out_and_it_works(crm: Crm, consent: str) -> None:
    way_out = ask(crm)["unsubscribe"]
    assert way_out["url"].startswith(f"{BASE_URL}/u/")
    assert way_out["one_click"] == f"{way_out['url']}/one-click"
    assert "erika" not in way_out["url"]
    assert ask(crm)["unsubscribe"] == way_out
    path = way_out["one_click"].removeprefix(BASE_URL)
    assert crm.http.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    found = ask(crm)
    assert (found["decision"], found["reason"], found["unsubscribe"]) == ("deny", "withdrawn", None)


def test_use_of_data_needs_no_way_out_in_a_message(crm: Crm, consent: str) -> None:
    found = ask(crm, purpose="customer_voice", channel="data_use", recipient="service_crm", subject=ERIKA)
    assert (found["decision"], found["unsubscribe"]) == ("allow", None)


def test_the_way_out_of_a_service_with_advertising_ends_the_advertising(crm: Crm, consent: str) -> None:
    confirmation = {"purpose": "order_confirmation", "content": {"contains_advertising": True}}
    found = ask(crm, **confirmation)
    assert (found["decision"], found["notes"]) == ("allow", ["reclassified"])
    assert found["unsubscribe"] == ask(crm)["unsubscribe"]
    assert ask(crm, purpose="order_confirmation")["unsubscribe"] is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"purpose": "none_such"}, "unknown_purpose", id="unknown purpose"),
        pytest.param({"channel": "pigeon"}, "unknown_channel", id="unknown channel"),
        pytest.param({"topic": "bicycles"}, "bad_request", id="a topic of another purpose"),
        pytest.param({"subject": {"id": "nobody"}}, "subject_unresolved", id="unknown subject"),
        pytest.param(
            {"subject": {"identifier": {"kind": "email", "value": "nobody@example.org"}}},
            "subject_unresolved",
            id="unknown address",
        ),
        pytest.param({"channel": "sms"}, "bad_request", id="a channel that the address cannot serve"),
        pytest.param(
            {"purpose": "customer_voice", "channel": "data_use", "recipient": "nobody"},
            "scope.recipient",
            id="recipient",
        ),
    ],
)
def test_what_nobody_knows_is_denied_and_is_an_answer(
    crm: Crm, consent: str, changes: dict[str, Any], reason: str
) -> None:
    found = ask(crm, **changes)
    assert (found["decision"], found["reason"], found["basis"]) == ("deny", reason, None)
    assert (found["obligations"], found["unsubscribe"]) == ([], None)


def test_the_past_is_answered_from_the_past(crm: Crm, consent: str, clock: FakeClock) -> None:
    clock.move(days=1)
    crm.post("/v1/consents", json={"subject": ERIKA, "event": "withdraw"})
    clock.move(days=1)
    assert ask(crm)["reason"] == "withdrawn"
    assert ask(crm, as_of="2026-11-20T12:00:00Z")["decision"] == "allow"
    assert ask(crm, as_known="2026-11-20T12:00:00Z")["decision"] == "allow"
    assert ask(crm, as_of="2026-11-19T12:00:00+01:00")["decision"] == "deny"


def test_a_list_is_allowed_when_all_of_it_is(crm: Crm, consent: str) -> None:
    parts = [
        {"purpose": "newsletter", "channel": "email"},
        {"purpose": "email_tracking", "channel": "tracking_pixel"},
        {"purpose": "customer_voice", "channel": "data_use", "recipient": "service_crm"},
        {"purpose": "none_such", "channel": "email"},
    ]
    answer = crm.post("/v1/check", json={"subject": ERIKA, "all": parts}).json
    assert (answer["decision"], answer["denied"]) == ("deny", [1, 3])
    assert answer["reason"] == ask(crm, **parts[1])["reason"]
    assert (len(answer["decision_ids"]), answer["decision_id"]) == (4, answer["decision_ids"][1])
    answer = crm.post("/v1/check", json={"subject": ERIKA, "all": [parts[0], parts[2]]}).json
    assert (answer["decision"], answer["denied"]) == ("allow", [])


def test_a_recorded_use_counts_at_once(crm: Crm, consent: str, services: Services) -> None:
    for _ in range(4):
        assert ask(crm, record_use=True)["decision"] == "allow"
    found = ask(crm, record_use=True)
    assert (found["decision"], found["reason"]) == ("deny", "policy.frequency_cap")
    assert found["retry_after"] == "2026-11-27T09:00:00Z"


def test_every_answer_is_remembered_without_the_address(crm: Crm, consent: str, services: Services) -> None:
    found = ask(crm)
    services.decisions.flush()
    with services.ground.engine.connect() as connection:
        rows = connection.execute(select(decision_table)).mappings().all()
    assert [row["id"] for row in rows] == [found["decision_id"]]
    assert "erika" not in str(rows)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({**NEWSLETTER, "purpose": 7}, "/purpose", id="a number for a purpose"),
        pytest.param({"subject": ERIKA, "channel": "email"}, "/purpose", id="no purpose"),
        pytest.param({**NEWSLETTER, "content": {"tracking": "yes"}}, "/content/tracking", id="a word for true"),
        pytest.param({**NEWSLETTER, "content": {"jokes": True}}, "/content/jokes", id="unknown flag"),
        pytest.param({**NEWSLETTER, "colour": 1}, "/colour", id="unknown field"),
        pytest.param({**NEWSLETTER, "as_of": "2026-11-20"}, "/as_of", id="a day without a time"),
        pytest.param({**NEWSLETTER, "action": "shout"}, "/action", id="unknown action"),
        pytest.param({**NEWSLETTER, "country_hint": "Germany"}, "/country_hint", id="no country"),
        pytest.param({**NEWSLETTER, "subject": "erika"}, "/subject", id="a word for a subject"),
        pytest.param(
            {**NEWSLETTER, "subject": {"identifier": {"kind": "email", "value": "no mail"}}},
            "/subject/identifier/value",
            id="a malformed address",
        ),
        pytest.param({**NEWSLETTER, "record_use": True, "as_of": "2026-11-01T00:00:00Z"}, "/record_use", id="past use"),
        pytest.param({**NEWSLETTER, "all": [{"purpose": "a", "channel": "b"}]}, "/channel", id="a question and a list"),
        pytest.param({**NEWSLETTER, "record_use": 1}, "/record_use", id="a number for yes"),
        pytest.param({"subject": ERIKA, "all": []}, "/all", id="an empty list"),
        pytest.param({"all": [{"purpose": "a"}]}, "/all/0/channel", id="a list with half a question"),
    ],
)
def test_a_malformed_question_is_refused_naming_the_field(
    crm: Crm, count_rows: CountRows, body: dict[str, Any], pointer: str
) -> None:
    before = count_rows()
    answer = crm.post("/v1/check", json=body)
    assert answer.status_code == 422, answer.json
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert count_rows() == before


def test_a_key_asks_for_its_own_controller(crm: Crm, make_crm: MakeCrm, consent: str) -> None:
    refused = crm.post("/v1/check", json={**NEWSLETTER, "controller": "sister"})
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/controller_refused")
    found = ask(make_crm(Scope.CHECK, Scope.GROUP), controller="sister")
    assert (found["decision"], found["reason"]) == ("deny", "unknown_controller")
    assert ask(crm, controller="nordlicht")["decision"] == "allow"


def test_asking_needs_its_scope(make_crm: MakeCrm) -> None:
    assert make_crm(Scope.CONSENTS_WRITE).post("/v1/check", json=NEWSLETTER).status_code == 403


AWAY = ["postgresql+psycopg://nobody@127.0.0.1:1/nothing", "sqlite:///{directory}/placet.db"]


@pytest.mark.parametrize("url", AWAY, ids=["postgresql", "sqlite"])
def test_without_a_database_there_is_no_yes(
    url: str, settings: Settings, key_ring: KeyRing, clock: FakeClock, tmp_path: Path
) -> None:
    engine = create_engine(url.format(directory=tmp_path))
    services = assemble(settings, Ground.lay(engine, group_id=GROUP, key_ring=key_ring, clock=clock))
    header = {"Authorization": f"Bearer {ApiKey.generate().text}"}
    answer = create_app(services).test_client().post("/v1/check", json=NEWSLETTER, headers=header)
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    services.close()
