"""Ending a topic, a purpose, a channel or everything is one press each, on the page behind any mail and by API."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from api.bootstrap import Services
from tests.fakes import FakeClock
from tests.journey.conftest import Crm

EMAIL = {"kind": "email", "value": "erika@example.org"}
PHONE = {"kind": "phone", "value": "+4930123456"}
ASKED: dict[str, dict[str, str]] = {
    "garden": {"purpose": "newsletter", "channel": "email", "topic": "garden"},
    "kitchen": {"purpose": "newsletter", "channel": "email", "topic": "kitchen"},
    "newsletter": {"purpose": "newsletter", "channel": "email"},
    "sms": {"purpose": "newsletter", "channel": "sms"},
    "tracking": {"purpose": "email_tracking", "channel": "tracking_pixel"},
}
MOBILE = """  mobile:
    purposes: [newsletter]
    channels: [email, sms]
    controllers: [nordlicht]
    states_right_to_withdraw: true
    versions:
      1: {published: 2025-01-01, text: {en: "Nordlicht may mail and text me news. I can withdraw this at any time."}}
"""


@pytest.fixture
def person(crm: Crm, services: Services) -> str:
    """Somebody who agreed to the newsletter by mail and text message, and to tracking."""
    text = services.policies.text(1).replace("\nnotices:\n", f"\nnotices:\n{MOBILE}").replace("2026.1", "2026.2", 1)
    services.policies.apply(text, actor="test")
    said = {"identifiers": [EMAIL, PHONE], "facts": {"country": "DE"}, "verified_how": "signed_in"}
    subject: str = crm.post("/v1/subjects", json=said).get_json()["id"]
    mobile = {"purpose": "newsletter", "channel": ["email", "sms"], "notice": {"id": "mobile", "version": 1}}
    for fields in (mobile, ASKED["tracking"]):
        answer = crm.post("/v1/consents", json={"subject": {"id": subject}, "event": "grant", **fields})
        assert answer.status_code == 201
    assert allowed(crm, subject) == set(ASKED)
    return subject


def allowed(crm: Crm, subject: str) -> set[str]:
    asked = {name: {"subject": {"id": subject}, **question} for name, question in ASKED.items()}
    answers = {name: crm.post("/v1/check", json=said).get_json() for name, said in asked.items()}
    return {name for name, answer in answers.items() if answer["decision"] == "allow"}


def link(crm: Crm, subject: str) -> str:
    answer = crm.post("/v1/check", json={"subject": {"id": subject}, **ASKED["newsletter"]}).get_json()
    return urlsplit(answer["unsubscribe"]["url"]).path


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        pytest.param(None, {"sms", "tracking"}, id="what the link names"),
        pytest.param("topic:garden", {"kitchen", "newsletter", "sms", "tracking"}, id="a topic"),
        pytest.param("purpose", {"tracking"}, id="the purpose"),
        pytest.param("channel", {"sms", "tracking"}, id="the channel"),
        pytest.param("everything", set(), id="everything"),
        pytest.param("nonsense", {"sms", "tracking"}, id="what nobody offered"),
    ],
)
def test_the_page_ends_what_is_chosen(
    client: FlaskClient, crm: Crm, person: str, clock: FakeClock, scope: str | None, left: set[str]
) -> None:
    path = link(crm, person)
    clock.move(days=1)
    page = client.get(path)
    offered = re.findall(r'name="scope" value="([^"]+)"', page.text)
    assert offered[0] == "link"
    assert page.text.count(" checked") == 1
    assert page.text.count("<button") == 1
    posted = client.post(path, data={} if scope is None else {"scope": scope})
    assert posted.status_code == 200
    assert allowed(crm, person) == left


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        pytest.param({"purpose": "newsletter", "topic": "garden"}, set(ASKED) - {"garden"}, id="a topic"),
        pytest.param({"purpose": "newsletter"}, {"tracking"}, id="a purpose"),
        pytest.param({"channel": "sms"}, set(ASKED) - {"sms"}, id="a channel"),
        pytest.param({"identifier": PHONE}, set(ASKED) - {"sms"}, id="a contact point"),
        pytest.param({}, set(), id="everything"),
    ],
)
def test_the_api_ends_what_is_named(
    crm: Crm, person: str, clock: FakeClock, scope: dict[str, Any], left: set[str]
) -> None:
    clock.move(days=1)
    said = {"subject": {"id": person}, "event": "withdraw", **scope}
    assert crm.post("/v1/consents", json=said).status_code == 201
    assert allowed(crm, person) == left


def test_the_link_of_an_old_mail_works_after_ten_years_and_under_another_policy(
    client: FlaskClient, crm: Crm, services: Services, person: str, clock: FakeClock
) -> None:
    path = link(crm, person)
    clock.move(days=3650)
    services.policies.apply(services.policies.text(2).replace("2026.2", "2036.1"), actor="test")
    for _ in range(3):
        services.sweep.run()
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/one-click", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    standing = crm.get(f"/v1/subjects/{person}/permissions").get_json()["items"]
    states = {item["state"] for item in standing if (item["purpose"], item["channel"]) == ("newsletter", "email")}
    assert states == {"withdrawn"}


def test_a_mail_program_that_posts_to_the_page_withdraws_too(client: FlaskClient, crm: Crm, person: str) -> None:
    assert client.post(link(crm, person), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert allowed(crm, person) == {"sms", "tracking"}
