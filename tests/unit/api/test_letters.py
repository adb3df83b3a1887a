"""The mail of a double opt-in: both bodies, both languages, each form of address, and nothing personal in its link."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from api.letters import sender, written
from audit.outbox import Letter
from consent.outbox import CONFIRM, TemplateLetter
from consent.policy import Policy, load_policy
from consent.vocabulary import FormOfAddress
from tests.paths import ROOT

COMPANY = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8"))
# One that leaves it to each person how it is spoken to.
POLICY = replace(
    COMPANY,
    controllers={
        "nordlicht": replace(COMPANY.controllers["nordlicht"], language=None, form_of_address=FormOfAddress.NEUTRAL)
    },
)
BASE_URL = "https://consent.nordlicht.example"
TO = "erika.mustermann@example.org"
TOKEN = "t" * 43
LETTER = Letter("0199-7", "template", "subject", 1, datetime(2026, 11, 20, 9, tzinfo=UTC), b"")


def sent(language: str | None = "de", form: str | None = None, known: Policy = POLICY) -> EmailMessage:
    """Return the mail as a mail program reads it."""
    values = {
        "token": TOKEN,
        "controller": "nordlicht",
        "purposes": "newsletter,customer_voice",
        "topic": "",
        "notice": "welcome@1",
        "expires_at": "2026-12-04T09:00:00Z",
    }
    waiting = TemplateLetter(to=TO, template=CONFIRM, language=language, form_of_address=form, values=values)
    raw = written(LETTER, waiting, known, BASE_URL).message().as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def with_controller(**facts: object) -> Policy:
    return replace(POLICY, controllers={"nordlicht": replace(POLICY.controllers["nordlicht"], **facts)})


def bodies(message: EmailMessage) -> list[str]:
    return [part.get_content() for part in message.iter_parts()]


def test_it_has_a_plain_and_a_rich_body_that_say_the_same() -> None:
    message = sent()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for body in bodies(message):
        assert "Ja, Nordlicht darf mir Neuigkeiten und Angebote mailen." in body
        assert "4. Dezember 2026" in body
        assert "Speicherweg 7, 21337 Lüneburg" in body


def test_its_head_says_who_sends_and_that_a_machine_does() -> None:
    message = sent()
    address = message["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == (
        "Nordlicht Hausgeräte GmbH",
        "noreply@consent.nordlicht.example",
    )
    assert message["To"] == TO
    assert message["Reply-To"] == "datenschutz@nordlicht.example"
    assert message["Message-ID"] == "<0199-7@consent.nordlicht.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.defects == []


def test_addresses_in_the_head_with_an_umlaut_are_written_as_mail_programs_read_them() -> None:
    assert sent(known=with_controller(email="post@bücher.example"))["Reply-To"] == "post@xn--bcher-kva.example"
    own = sender(POLICY.controllers["nordlicht"], "https://zustimmung.bücher.example")
    assert own.endswith("<noreply@zustimmung.xn--bcher-kva.example>")


def test_it_rests_on_no_permission_and_so_offers_none_to_end() -> None:
    assert sent()["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("language", "form", "words"),
    [
        pytest.param("de", "du", "Bitte öffne dazu diese Seite", id="du"),
        pytest.param("de-AT", "Sie", "Bitte öffnen Sie dazu diese Seite", id="Sie, in a regional language"),
        pytest.param("de", "neutral", "Dazu bitte diese Seite öffnen", id="neutral"),
        pytest.param(None, None, "Dazu bitte diese Seite öffnen", id="no wish"),
        pytest.param("en", "Sie", "Please open this page", id="English knows one form"),
    ],
)
def test_it_speaks_as_the_person_chose(language: str | None, form: str | None, words: str) -> None:
    assert all(words in body for body in bodies(sent(language, form)))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param(None, "Bitte öffne dazu diese Seite", id="as the controller does"),
        pytest.param("Sie", "Bitte öffnen Sie dazu diese Seite", id="the person's own choice comes first"),
    ],
)
def test_without_a_choice_it_speaks_as_the_controller_does(form: str | None, words: str) -> None:
    informal = with_controller(form_of_address=FormOfAddress.FAMILIAR)
    assert all(words in body for body in bodies(sent("de", form, informal)))


def test_without_a_choice_it_takes_the_language_of_the_controller() -> None:
    assert "Please open this page" in bodies(sent(None, None, with_controller(language="en-GB")))[0]


def test_its_links_hold_a_token_and_nothing_about_the_person() -> None:
    for body in bodies(sent()):
        assert set(re.findall(r"https?://[^\s\"<]+", body)) == {f"{BASE_URL}/c/{TOKEN}"}
        assert "erika" not in body.lower()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Nordlicht\r\nBcc: all@example.org", id="line break"),
        pytest.param("=?utf-8?q?Nordlicht=0D=0ABcc:_all@example.org?=", id="line break in an encoded word"),
        pytest.param('Nordlicht" <all@example.org>, "x', id="quotation marks"),
    ],
)
def test_a_name_adds_no_line_to_the_head(name: str) -> None:
    message = sent(known=with_controller(name=name))
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["From"].addresses] == ["noreply@consent.nordlicht.example"]
    assert message["To"] == TO


def test_a_name_is_escaped_in_the_rich_body() -> None:
    assert "<script>" not in bodies(sent(known=with_controller(name="<script>alert(1)</script>")))[1]
