"""What machines, registers and texts say for a person is heard at once, and never turned away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.bootstrap import Services
from api.scopes import Scope
from tests.fakes import FakeClock
from tests.journey.conftest import Crm, MakeCrm
from tests.journey.mailbox import body, delivered

EMAIL = {"kind": "email", "value": "erika@example.org"}
PHONE = {"kind": "phone", "value": "+4930123456"}
DEVICE = {"kind": "device", "value": "browser-1"}
NEWSLETTER = {"purpose": "newsletter", "channel": "email"}
VOICE = {"purpose": "customer_voice", "channel": "data_use", "recipient": "sales_crm"}
MAIL = {"identifier": EMAIL}
CALLER = {"identifier": PHONE}


@pytest.fixture
def person(crm: Crm, clock: FakeClock) -> str:
    """Somebody who agreed to the newsletter, to tracking and to passing posts on."""
    said = {"identifiers": [EMAIL, PHONE, DEVICE], "facts": {"country": "DE"}, "verified_how": "signed_in"}
    subject: str = crm.post("/v1/subjects", json=said).get_json()["id"]
    for fields in (
        NEWSLETTER,
        {"purpose": "email_tracking", "channel": "tracking_pixel"},
        {"purpose": "customer_voice", "channel": "data_use"},
    ):
        report = {"subject": {"id": subject}, "event": "grant", **fields}
        assert crm.post("/v1/consents", json=report).status_code == 201
    clock.move(days=1)
    return subject


def send(crm: Crm, signal: str, subject: dict[str, Any], **fields: Any) -> Any:
    return crm.post("/v1/signals", json={"signal": signal, "subject": subject, **fields})


def reason(crm: Crm, question: dict[str, Any], subject: dict[str, Any] | None = None) -> str | None:
    answer = crm.post("/v1/check", json={"subject": subject or MAIL, **question})
    found: str | None = answer.get_json()["reason"]
    return found


@pytest.mark.parametrize(
    ("signal", "fields", "newsletter", "voice"),
    [
        pytest.param("gpc", {}, None, "signal.gpc", id="Global Privacy Control"),
        pytest.param("stop_text", {}, "withdrawn", "withdrawn", id="STOP by text"),
        pytest.param("stop_text", {"text": "please stop texting me"}, "withdrawn", "withdrawn", id="in own words"),
        pytest.param("stop_text", {"text": "STOP newsletter"}, "withdrawn", None, id="a purpose in the text"),
        pytest.param("stop_text", {"channel": "email"}, "withdrawn", None, id="a channel, said by the gateway"),
        pytest.param(
            "stop_text",
            {"text": "STOP ALL", "channel": "sms"},
            "withdrawn",
            "withdrawn",
            id="all, whatever the gateway says",
        ),
        pytest.param("spam_complaint", {}, "objection", "objection", id="complaint about a mail"),
        pytest.param("unheard_of", {}, "objection", "objection", id="one that the policy does not know"),
        pytest.param(
            "register", {"register": "robinson", "identifier": EMAIL}, None, None, id="register, consent beats it"
        ),
    ],
)
def test_a_signal_counts_from_the_next_question_on(
    crm: Crm, person: str, signal: str, fields: dict[str, Any], newsletter: str | None, voice: str | None
) -> None:
    answer = send(crm, signal, {"id": person}, **fields)
    assert answer.status_code == 201
    assert answer.get_json()["heard"] is True
    assert len(answer.get_json()["event_ids"]) == 1
    assert (reason(crm, NEWSLETTER), reason(crm, VOICE, {"id": person})) == (newsletter, voice)


def test_a_topic_in_the_text_ends_that_topic(crm: Crm, person: str) -> None:
    send(crm, "stop_text", CALLER, text="Stop garden")
    assert reason(crm, {**NEWSLETTER, "topic": "garden"}) == "withdrawn"
    assert reason(crm, NEWSLETTER) is None


def test_a_text_that_says_something_else_is_handed_back_and_nothing_is_recorded(
    crm: Crm, person: str, count_rows: Callable[[], dict[str, int]]
) -> None:
    before = count_rows()
    answer = send(crm, "stop_text", CALLER, text="Wann ist Ende der Aktion?")
    assert (answer.status_code, answer.get_json()) == (200, {"heard": False, "event_ids": []})
    assert count_rows() == before


def test_what_was_written_is_kept_as_proof(crm: Crm, person: str) -> None:
    send(crm, "stop_text", CALLER, text="STOPP jetzt!", capture={"source": "SMS gateway"})
    newest = crm.get(f"/v1/subjects/{person}/consents").get_json()["items"][0]
    proofs = {proof["kind"]: proof["content"] for proof in newest["evidence"]}
    assert proofs["text_message"] == {"text": "STOPP jetzt!"}
    assert proofs["capture"] == {"source": "SMS gateway"}


def test_stop_from_a_number_that_nobody_knows_closes_it_for_whoever_gets_it(crm: Crm) -> None:
    stranger = {"identifier": {"kind": "phone", "value": "+49301111111"}}
    assert send(crm, "stop_text", stranger, text="STOP").status_code == 201
    assert reason(crm, {"purpose": "newsletter", "channel": "sms"}, stranger) == "withdrawn"


def test_stop_from_a_shared_contact_point_is_heard_for_everybody_there_and_only_there(
    crm: Crm, services: Services, person: str
) -> None:
    own = {"kind": "email", "value": "max@example.org"}
    other = crm.post("/v1/subjects", json={"identifiers": [own], "verified_how": "signed_in"}).get_json()["id"]
    shared = {"kind": "email", "value": EMAIL["value"], "shared": True}
    assert crm.post(f"/v1/subjects/{other}/identifiers", json=shared).status_code == 201
    for identifier in (EMAIL, own):
        said = {"subject": {"id": other}, "event": "grant", "identifier": identifier, **NEWSLETTER}
        assert crm.post("/v1/consents", json=said).status_code == 201
    answer = send(crm, "stop_text", MAIL, text="STOP")
    assert answer.status_code == 201
    assert len(answer.get_json()["event_ids"]) == 2
    assert reason(crm, NEWSLETTER) == "withdrawn"
    assert reason(crm, NEWSLETTER, {"identifier": own}) is None
    assert reason(crm, VOICE, {"id": person}) is None


def test_three_hard_bounces_close_an_address_and_soft_ones_do_not(crm: Crm, person: str) -> None:
    for _ in range(3):
        assert send(crm, "bounce", MAIL, kind="soft").status_code == 201
    assert reason(crm, NEWSLETTER) is None
    for _ in range(3):
        send(crm, "bounce", MAIL)
    assert reason(crm, NEWSLETTER) == "undeliverable"


def test_a_register_hit_sticks_to_the_contact_point(crm: Crm) -> None:
    send(crm, "register", CALLER, register="robinson", channel="sms")
    crm.post("/v1/subjects", json={"identifiers": [EMAIL, PHONE], "verified_how": "signed_in"})
    assert reason(crm, {"purpose": "newsletter", "channel": "sms"}, CALLER) == "suppressed.robinson"
    assert reason(crm, NEWSLETTER) == "no_consent"


def test_the_person_hears_of_a_stop_but_not_of_what_machines_say(
    crm: Crm, services: Services, person: str, clock: FakeClock
) -> None:
    delivered(services)
    for signal in ("gpc", "spam_complaint"):
        send(crm, signal, {"id": person})
    assert delivered(services) == []
    clock.move(days=1)
    crm.post("/v1/consents", json={"subject": {"id": person}, "event": "grant", **NEWSLETTER})
    delivered(services)
    clock.move(days=1)
    send(crm, "stop_text", CALLER, text="STOP", capture={"source": "SMS gateway"})
    (told,) = delivered(services)
    assert "Widerruf" in str(told["Subject"])
    assert "SMS gateway" in body(told)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        pytest.param({"signal": "gpc", "text": "STOP"}, "/text", id="a text of another signal"),
        pytest.param({"signal": "register"}, "/register", id="a register without its name"),
        pytest.param({"signal": "register", "register": "litigation"}, "/register", id="a list that is none"),
        pytest.param({"signal": "gpc", "kind": "hard"}, "/kind", id="a kind of another signal"),
        pytest.param({"signal": "bounce", "subject": {"id": "x"}}, "/identifier", id="a bounce of no contact point"),
        pytest.param({"signal": "gpc", "purpose": "boats"}, "/purpose", id="a purpose that nobody knows"),
        pytest.param({"signal": "gpc", "wish": 1}, "/wish", id="an unknown field"),
        pytest.param(
            {"signal": "gpc", "subject": {"identifier": {"kind": "email", "value": "no"}}}, "/subject", id="no address"
        ),
        pytest.param({"signal": "gpc", "occurred_at": "2036-01-01T00:00:00Z"}, "/occurred_at", id="in the future"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place_and_nothing_is_stored(
    crm: Crm, count_rows: Callable[[], dict[str, int]], fields: dict[str, Any], pointer: str
) -> None:
    before = count_rows()
    answer = crm.post("/v1/signals", json={"subject": MAIL, **fields})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith(pointer)
    assert count_rows() == before


def test_it_needs_the_scope_to_write_consents(client: FlaskClient, make_crm: MakeCrm) -> None:
    assert send(make_crm(Scope.CHECK), "gpc", MAIL).status_code == 403
    assert client.post("/v1/signals", json={"signal": "gpc", "subject": MAIL}).status_code == 401


def test_the_same_delivery_again_gives_the_same_answer(crm: Crm, person: str) -> None:
    said = {"signal": "stop_text", "subject": MAIL, "text": "STOP"}
    answers = [crm.post("/v1/signals", json=said, headers={"Idempotency-Key": "sms-1"}) for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
