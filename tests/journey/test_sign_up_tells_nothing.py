"""A sign-up gets the same answer whoever is signed up: nobody learns from it who is known, or what was said before."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.bootstrap import Services
from audit.tables import outbox_table
from consent.tables import confirmation_table
from tests.fakes import FakeClock
from tests.journey.conftest import Crm
from tests.journey.mailbox import body, delivered

EMAIL = {"kind": "email", "value": "erika@example.org"}
OTHER = {"kind": "email", "value": "max@example.org"}
TELLING_APART = {"X-Request-Id", "Date", "Content-Length"}


def sign_up(crm: Crm, identifier: dict[str, str]) -> TestResponse:
    said = {
        "subject": {"identifier": identifier},
        "event": "grant_requested",
        "purpose": "newsletter",
        "channel": "email",
        "notice": {"id": "welcome", "version": 1},
    }
    return crm.post("/v1/consents", json=said)


def report(crm: Crm, event: str, **fields: Any) -> None:
    said = {"subject": {"identifier": EMAIL}, "event": event, **fields}
    assert crm.post("/v1/consents", json=said).status_code == 201


PASTS: list[Any] = [
    pytest.param([], id="known by address alone"),
    pytest.param([("grant", {"purpose": "newsletter", "channel": "email"})], id="subscribed"),
    pytest.param([("withdraw", {})], id="withdrew"),
    pytest.param([("refuse", {"purpose": "newsletter"})], id="refused"),
    pytest.param([("object", {})], id="objected"),
    pytest.param([("suppress", {"reason": "complaint", "identifier": EMAIL})], id="complained"),
    pytest.param([("suppress", {"reason": "litigation", "identifier": EMAIL})], id="in a dispute"),
    pytest.param([("restrict", {})], id="restricted"),
    pytest.param([("decease", {})], id="dead"),
    pytest.param([("bounce", {"identifier": EMAIL})] * 3, id="sends mails back"),
]


def known(crm: Crm, past: list[tuple[str, dict[str, Any]]]) -> None:
    crm.post("/v1/subjects", json={"identifiers": [EMAIL], "facts": {"country": "DE"}, "verified_how": "signed_in"})
    for event, fields in past:
        report(crm, event, **fields)


def waiting(services: Services) -> tuple[int, int]:
    """Return how many confirmations and letters of sign-ups wait."""
    with services.ground.reading() as session:
        letters = select(func.count()).where(outbox_table.c.kind == "template")
        confirmations = select(func.count()).select_from(confirmation_table)
        return session.scalar(confirmations) or 0, session.scalar(letters) or 0


@pytest.mark.parametrize("past", PASTS)
def test_known_and_unknown_get_the_same_answer_and_cause_the_same(
    crm: Crm, services: Services, clock: FakeClock, past: list[tuple[str, dict[str, Any]]]
) -> None:
    known(crm, past)
    clock.move(days=1)
    answers = [sign_up(crm, OTHER), sign_up(crm, EMAIL)]
    assert [answer.status_code for answer in answers] == [202, 202]
    bodies = [answer.get_json() for answer in answers]
    assert all(len(said.pop("event_id")) == 36 for said in bodies)
    assert bodies == [{"state": "pending", "confirmation": "sent"}] * 2
    heads = [{name: value for name, value in answer.headers if name not in TELLING_APART} for answer in answers]
    assert heads[0] == heads[1]
    assert answers[0].content_length == answers[1].content_length
    assert waiting(services) == (2, 2)


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([("suppress", {"reason": "litigation", "identifier": EMAIL})], id="in a dispute"),
        pytest.param([("decease", {})], id="dead"),
    ],
)
def test_whoever_may_not_be_asked_gets_no_mail_all_the_same(
    crm: Crm, services: Services, past: list[tuple[str, dict[str, Any]]]
) -> None:
    known(crm, past)
    sign_up(crm, EMAIL)
    assert delivered(services) == []


def test_the_mail_of_a_sign_up_taken_back_before_it_left_does_not_leave(crm: Crm, services: Services) -> None:
    sign_up(crm, EMAIL)
    report(crm, "withdraw")
    (told,) = delivered(services)
    assert "Widerruf" in str(told["Subject"])


def test_a_form_cannot_be_misused_to_flood_a_mailbox_and_does_not_tell_that_it_was(
    client: FlaskClient, crm: Crm, services: Services, clock: FakeClock
) -> None:
    answers = [sign_up(crm, EMAIL).get_json() for _ in range(8)]
    assert {(answer["state"], answer["confirmation"]) for answer in answers} == {("pending", "sent")}
    mails = delivered(services)
    assert len(mails) == 5
    sign_up(crm, OTHER)
    assert [mail["To"] for mail in delivered(services)] == [OTHER["value"]]
    clock.move(hours=1, seconds=1)
    sign_up(crm, EMAIL)
    assert len(delivered(services)) == 1
    assert client.post("/c/" + body(mails[0]).partition("/c/")[2].split()[0]).status_code == 200


def test_a_sign_up_by_somebody_else_neither_ends_nor_changes_what_the_person_agreed_to(
    client: FlaskClient, crm: Crm, services: Services, clock: FakeClock
) -> None:
    known(crm, [("grant", {"purpose": "newsletter", "channel": "email"})])
    asked = {"subject": {"identifier": EMAIL}, "purpose": "newsletter", "channel": "email"}
    before = crm.post("/v1/check", json=asked).get_json()
    delivered(services)
    for _ in range(3):
        clock.move(days=10)
        sign_up(crm, EMAIL)
    after = crm.post("/v1/check", json=asked).get_json()
    names = ("decision", "basis", "carried_by", "state")
    assert [after[name] for name in names] == [before[name] for name in names]
    clock.move(days=60)
    services.sweep.run()
    assert crm.post("/v1/check", json=asked).get_json()["carried_by"] == before["carried_by"]


def test_what_nobody_confirmed_is_purged_on_time_with_its_mail_and_its_link_was_never_given_out(
    client: FlaskClient, crm: Crm, services: Services, clock: FakeClock, count_rows: Callable[[], dict[str, int]]
) -> None:
    sign_up(crm, EMAIL)
    (message,) = delivered(services)
    path = "/c/" + body(message).partition("/c/")[2].split()[0]
    clock.move(days=14, seconds=-1)
    services.sweep.run()
    assert client.get(path).status_code == 200
    clock.move(days=1)
    services.sweep.run()
    left = count_rows()
    tables = ("data_subject", "identifier", "consent_event", "confirmation", "evidence", "permission", "outbox")
    assert {name: left[name] for name in tables} == dict.fromkeys(tables, 0)
    pages = [client.get(path), client.get("/c/never-given-out")]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].text == pages[1].text
