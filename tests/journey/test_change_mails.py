"""After every change the person gets a mail that says so and that ends it at one click, also when staff recorded it."""

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.bootstrap import Services
from audit.tables import event_table as entry_table
from tests.journey.conftest import Crm
from tests.journey.mailbox import body, delivered

EMAIL = {"kind": "email", "value": "erika@example.org"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def person(crm: Crm, **facts: str) -> str:
    said = {"identifiers": [EMAIL], "facts": {"country": "DE", **facts}, "verified_how": "signed_in"}
    subject: str = crm.post("/v1/subjects", json=said).get_json()["id"]
    return subject


def report(crm: Crm, event: str, headers: dict[str, str] | None = None, **fields: Any) -> None:
    said = {"subject": {"identifier": EMAIL}, "event": event, **fields}
    assert crm.post("/v1/consents", json=said, headers=headers).status_code == 201


def grant(crm: Crm, **fields: Any) -> None:
    report(crm, "grant", **{"purpose": "newsletter", "channel": "email", **fields})


def reason(crm: Crm, **question: Any) -> str | None:
    asked = {"subject": {"identifier": EMAIL}, "purpose": "newsletter", "channel": "email", **question}
    found: str | None = crm.post("/v1/check", json=asked).get_json()["reason"]
    return found


def link_of(message: EmailMessage) -> str:
    found = re.findall(r"http://127\.0\.0\.1:8000/u/\S+", body(message))
    assert len(found) == 1
    return urlsplit(found[0]).path


def one_click_of(message: EmailMessage) -> str:
    """Return the path that a mail program posts to (RFC 8058)."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return urlsplit(str(message["List-Unsubscribe"]).strip("<>")).path


def test_a_consent_that_staff_recorded_reaches_the_person_who_ends_it_at_one_click(
    client: FlaskClient, crm: Crm, services: Services
) -> None:
    person(crm)
    grant(crm, capture={"source": "call centre, agent desk 4"})
    (message,) = delivered(services)
    assert message["To"] == EMAIL["value"]
    assert message.get_content_type() == "multipart/alternative"
    assert "call centre, agent desk 4" in body(message)
    assert reason(crm) is None
    assert client.post(one_click_of(message), data=ONE_CLICK).status_code == 200
    assert reason(crm) == "withdrawn"
    (told,) = delivered(services)
    assert "den Knopf eines Mailprogramms" in body(told)
    assert client.post(one_click_of(message), data=ONE_CLICK).status_code == 200
    assert delivered(services) == []


def test_one_click_may_come_as_a_multipart_form(client: FlaskClient, crm: Crm, services: Services) -> None:
    person(crm)
    grant(crm)
    (message,) = delivered(services)
    posted = client.post(one_click_of(message), data=ONE_CLICK, content_type="multipart/form-data")
    assert posted.status_code == 200
    assert reason(crm) == "withdrawn"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_links_of_the_mail_changes_nothing(
    client: FlaskClient, crm: Crm, services: Services, method: str
) -> None:
    person(crm)
    grant(crm)
    (message,) = delivered(services)
    for path in (one_click_of(message), link_of(message)):
        prefetched = client.open(path, method=method, headers={"Sec-Purpose": "prefetch"})
        assert prefetched.status_code == 200
    assert reason(crm) is None


def test_a_mail_program_that_only_follows_links_comes_to_the_page(
    client: FlaskClient, crm: Crm, services: Services
) -> None:
    person(crm)
    grant(crm)
    (message,) = delivered(services)
    page = client.get(one_click_of(message))
    assert page.status_code == 200
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action is not None
    assert client.post(action[1]).status_code == 200
    assert reason(crm) == "withdrawn"


def test_one_click_ends_what_the_mail_tells_of_and_nothing_else(
    client: FlaskClient, crm: Crm, services: Services
) -> None:
    person(crm)
    tracking = {"purpose": "email_tracking", "channel": "tracking_pixel"}
    grant(crm, **tracking)
    grant(crm, purpose=["newsletter", "customer_voice"], channel=["email", "data_use"])
    first, second = delivered(services)
    assert "Neuigkeiten und Angebote (E-Mail, Verwendung von Daten)" in body(second)
    client.post(one_click_of(second), data=ONE_CLICK)
    assert reason(crm) == "withdrawn"
    assert reason(crm, **tracking) is None
    client.post(one_click_of(first), data=ONE_CLICK)
    assert reason(crm, **tracking) == "withdrawn"


def test_after_a_no_the_mail_offers_to_end_everything_else(client: FlaskClient, crm: Crm, services: Services) -> None:
    person(crm)
    grant(crm, purpose="email_tracking", channel="tracking_pixel")
    report(crm, "withdraw", purpose="newsletter")
    *_, told = delivered(services)
    assert "Ab jetzt lautet die Antwort Nein" in body(told)
    client.post(link_of(told))
    assert reason(crm, purpose="email_tracking", channel="tracking_pixel") == "withdrawn"


def test_after_a_no_to_everything_there_is_nothing_left_to_offer(crm: Crm, services: Services) -> None:
    person(crm)
    report(crm, "withdraw")
    (told,) = delivered(services)
    for kind in ("plain", "html"):
        assert "/u/" not in body(told, kind)
        assert "Alles" in body(told, kind)
    assert told["List-Unsubscribe"] is not None


def test_a_grant_that_permits_nothing_is_told_as_that(crm: Crm, services: Services) -> None:
    person(crm, language="en")
    grant(crm, prechecked=True)
    (message,) = delivered(services)
    assert str(message["Subject"]).startswith("A consent without effect is recorded")


@pytest.mark.parametrize(
    ("facts", "subject", "words"),
    [
        pytest.param({"language": "de", "form_of_address": "du"}, "Deine Einwilligung", "willst du", id="du"),
        pytest.param({"language": "de", "form_of_address": "Sie"}, "Ihre Einwilligung", "wollen Sie", id="Sie"),
        pytest.param({"language": "de", "form_of_address": "neutral"}, "Einwilligung", "gilt es nicht", id="neutral"),
        pytest.param({"language": "de"}, "Ihre Einwilligung", "wollen Sie", id="as the controller does"),
        pytest.param({"language": "en"}, "Your consent", "of that mind", id="English"),
    ],
)
def test_it_speaks_as_the_person_chose(
    crm: Crm, services: Services, facts: dict[str, str], subject: str, words: str
) -> None:
    person(crm, **facts)
    grant(crm)
    (message,) = delivered(services)
    assert str(message["Subject"]).startswith(subject)
    assert words in body(message)
    assert words in body(message, "html")


def test_its_links_hold_nothing_about_the_person_not_even_of_the_source(crm: Crm, services: Services) -> None:
    person(crm)
    grant(crm, capture={"source": "https://shop.example/form?email=erika@example.org&x=<b>"})
    (message,) = delivered(services)
    for kind in ("plain", "html"):
        found = re.findall(r"https?://[^\s\"<]+", body(message, kind))
        assert sorted(urlsplit(link).path.split("/")[1] for link in found) == ["r", "u"]
        assert "erika" not in body(message, kind)
        assert "shop.example/form" in body(message, kind)


def test_the_receipt_behind_its_link_shows_what_was_recorded(client: FlaskClient, crm: Crm, services: Services) -> None:
    person(crm, language="en")
    grant(crm)
    (message,) = delivered(services)
    link = re.search(r"http://127\.0\.0\.1:8000(/r/\S+)", body(message))
    reference = re.search(r"Reference: (\S+)", body(message))
    assert link is not None
    assert reference is not None
    page = client.get(link[1])
    assert page.status_code == 200
    assert reference[1] in page.text
    assert "News and offers" in page.text


def test_the_same_report_again_sends_no_second_mail(crm: Crm, services: Services) -> None:
    person(crm)
    for _ in range(2):
        grant(crm, headers={"Idempotency-Key": "K-1"})
    assert len(delivered(services)) == 1


def test_a_mail_that_left_and_one_that_did_not_are_in_the_log(crm: Crm, services: Services) -> None:
    person(crm)
    grant(crm)
    report(crm, "suppress", reason="litigation", identifier=EMAIL)
    report(crm, "withdraw")
    assert delivered(services) == []
    with services.ground.reading() as session:
        rows = session.execute(select(entry_table).order_by(entry_table.c.n)).all()
    assert [row.type for row in rows if row.type.startswith("mail.")] == ["mail.withheld", "mail.withheld"]
    assert all(b'"reason":"suppressed"' in bytes(row.leaf) for row in rows if row.type == "mail.withheld")


def test_it_is_kept_with_the_event_that_the_mail_left(crm: Crm, services: Services) -> None:
    subject = person(crm)
    grant(crm)
    (message,) = delivered(services)
    (event,) = [
        item for item in crm.get(f"/v1/subjects/{subject}/consents").get_json()["items"] if item["event"] == "grant"
    ]
    (sent,) = [proof["content"] for proof in event["evidence"] if proof["kind"] == "mail_sent"]
    assert sent["message_id"] == message["Message-ID"]
    assert "mail" not in sent
    assert event["event_id"] in body(message)
