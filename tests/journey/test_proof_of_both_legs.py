"""Both legs of a double opt-in are kept: the form with its text, the mail as sent, and the press of the button."""

import hashlib
import re
from email import message_from_bytes, policy
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select

from api.bootstrap import Services
from api.letters import template_way
from api.mail import Mail
from api.outbox import Way
from audit.outbox import Letter
from audit.tables import event_table as entry_table
from consent.dispatch import Dispatches
from consent.outbox import KIND as TEMPLATE
from tests.fakes import FakeClock
from tests.journey.conftest import Crm
from tests.journey.mailbox import take_files

PERSON = {"identifier": {"kind": "email", "value": "erika@example.org"}}
FORM = {"kind": "form", "content": {"page": "https://nordlicht.example/newsletter", "box": "unticked"}}


def sign_up(crm: Crm) -> str:
    answer = crm.post(
        "/v1/consents",
        json={
            "subject": PERSON,
            "event": "grant_requested",
            "purpose": "newsletter",
            "channel": "email",
            "notice": {"id": "welcome", "version": 1},
            "capture": {"source": "https://nordlicht.example/newsletter", "ip": "198.51.100.77"},
            "evidence": [FORM],
        },
    )
    assert answer.status_code == 202
    event_id: str = answer.get_json()["event_id"]
    return event_id


def mail_of(services: Services) -> tuple[bytes, str]:
    """Deliver the one mail that waits, and return its bytes and the link in it."""
    assert services.delivery.deliver_due().sent == 1
    (raw,) = take_files(services)
    message = message_from_bytes(raw, policy=policy.default)
    found = re.search(r"http://127\.0\.0\.1:8000/c/\S+", message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert found is not None
    return raw, found.group()


def evidence(crm: Crm, event: str) -> dict[str, list[dict[str, object]]]:
    """Return the evidence of the newest event of a kind, by kind of evidence."""
    found = crm.post("/v1/subjects", json={"identifiers": [PERSON["identifier"]]}).get_json()
    items = crm.get(f"/v1/subjects/{found['id']}/consents").get_json()["items"]
    kept: dict[str, list[dict[str, object]]] = {}
    for proof in next(item for item in items if item["event"] == event)["evidence"]:
        kept.setdefault(proof["kind"], []).append(proof["content"])
    return kept


def test_the_mail_is_kept_as_it_was_sent_but_for_the_token(crm: Crm, services: Services, clock: FakeClock) -> None:
    sign_up(crm)
    clock.move(seconds=5)
    raw, link = mail_of(services)
    token = link.rpartition("/")[2]
    (sent,) = evidence(crm, "grant_requested")["mail_sent"]
    message = message_from_bytes(raw, policy=policy.default)
    assert sent["message_id"] == message["Message-ID"]
    assert sent["sent_at"] == "2026-11-20T09:00:05Z"
    assert sent["sha256"] == hashlib.sha256(raw).hexdigest()
    assert token not in str(sent)
    # Whoever has the mail can show that it is the one: with its token put back the digest comes out again.
    parts = {name: part.replace("…", token) for name, part in sent["mail"].items()}  # type: ignore[attr-defined]
    head = {name: message[name] for name in ("Auto-Submitted", "Reply-To")}
    again = Mail(
        id=message["Message-ID"].strip("<>").partition("@")[0],
        sender=parts["from"],
        recipient=parts["to"],
        subject=parts["subject"],
        text=parts["text"],
        html=parts["html"],
        date=message["Date"].datetime,
        headers=head,
    )
    assert again.digest().hex() == sent["sha256"]


def test_the_confirmation_holds_times_addresses_and_the_mail_of_both_legs(
    client: FlaskClient, crm: Crm, services: Services, clock: FakeClock
) -> None:
    request = sign_up(crm)
    raw, link = mail_of(services)
    clock.move(hours=2)
    pressed = client.post(
        urlsplit(link).path, headers={"User-Agent": "Browser 2.0"}, environ_base={"REMOTE_ADDR": "203.0.113.99"}
    )
    assert pressed.status_code == 200
    (legs,) = evidence(crm, "doi_confirmed")["double_opt_in"]
    asked, mail, confirmed = legs["request"], legs["mail"], legs["confirmation"]
    assert (asked["event"], asked["at"]) == (request, "2026-11-20T09:00:00Z")  # type: ignore[index]
    assert asked["notice"] == "welcome@1"  # type: ignore[index]
    kept = {item["kind"]: item["content"] for item in asked["evidence"]}  # type: ignore[index]
    assert kept["form"] == FORM["content"]
    assert kept["capture"] == {"source": "https://nordlicht.example/newsletter", "ip": "198.51.100.0/24"}
    (sent,) = mail["sent"]  # type: ignore[index]
    assert sent["sha256"] == hashlib.sha256(raw).hexdigest()
    assert confirmed == {
        "at": "2026-11-20T11:00:00Z",
        "source": "confirmation page",
        "ip": "203.0.113.0/24",
        "user_agent": "Browser 2.0",
    }


def test_an_address_of_the_new_kind_is_shortened_too(crm: Crm, client: FlaskClient, services: Services) -> None:
    sign_up(crm)
    _, link = mail_of(services)
    client.post(urlsplit(link).path, environ_base={"REMOTE_ADDR": "2001:db8:1234:5678::9"})
    (legs,) = evidence(crm, "doi_confirmed")["double_opt_in"]
    assert legs["confirmation"]["ip"] == "2001:db8:1234::/48"  # type: ignore[index]


def test_the_log_has_the_mail_without_its_words(crm: Crm, services: Services) -> None:
    sign_up(crm)
    mail_of(services)
    with services.ground.reading() as session:
        rows = session.execute(select(entry_table).order_by(entry_table.c.n)).all()
    entry = next(row for row in rows if row.type == "mail.sent")
    assert b"erika" not in bytes(entry.leaf)
    assert rows[-1].type == "mail.sent"


def waiting_mail(services: Services) -> tuple[Way, Letter]:
    """Take the one mail out that waits, and return it with its way."""
    way = template_way(
        services.mailer,
        services.policies,
        services.confirmations,
        Dispatches(services.ground),
        services.settings.base_url,
    )
    with services.ground.unit_of_work() as uow:
        (letter,) = services.outbox.take_due(uow.connection, [TEMPLATE], now=services.ground.now(), limit=5)
        uow.commit(nothing_to_record="test")
    return way, letter


def test_a_mail_that_is_sent_again_has_the_same_id_and_the_same_bytes(crm: Crm, services: Services) -> None:
    sign_up(crm)
    way, letter = waiting_mail(services)
    raws = []
    for _ in range(2):
        way(letter)
        raws += take_files(services)
    assert raws[0] == raws[1]


def test_somebody_erased_while_the_mail_left_leaves_no_proof_and_holds_up_nobody(crm: Crm, services: Services) -> None:
    sign_up(crm)
    way, letter = waiting_mail(services)
    note = way(letter)
    assert note is not None
    services.erasures.erase(letter.subject_id or "", basis="Art.17(1)(b)", request="R-1", actor="test")
    with services.ground.unit_of_work() as uow:
        note(uow)
        uow.commit(nothing_to_record="test")
    with services.ground.reading() as session:
        assert "mail.sent" not in session.scalars(select(entry_table.c.type)).all()
