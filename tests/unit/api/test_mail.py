"""Mail goes out as a sound message or not at all, and nothing of it appears anywhere else."""

import email
from datetime import UTC, datetime
from email import policy
from typing import Any

import pytest

from api.errors import MailRefused, NotDeliverable
from api.mail import Mail, SmtpMailer, one_line

DATE = datetime(2026, 11, 20, 9, tzinfo=UTC)
LINK = "https://consent.example.org/u/" + "a" * 300


def mail(**changes: Any) -> Mail:
    parts: dict[str, Any] = {
        "id": "0199-1",
        "sender": "Nordlicht <post@nordlicht.example>",
        "recipient": "erika@example.org",
        "subject": "Bitte bestätigen",
        "text": f"Grüße!\n{LINK}\n",
        "html": f'<p>Grüße! <a href="{LINK}">Link</a></p>',
        "date": DATE,
        "headers": {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }
    return Mail(**{**parts, **changes})


def test_a_message_is_read_as_it_was_meant() -> None:
    read = email.message_from_bytes(mail().message().as_bytes(), policy=policy.default)
    assert read["Subject"] == "Bitte bestätigen"
    assert read["Message-ID"] == "<0199-1@nordlicht.example>"
    assert read["Date"].datetime == DATE
    assert read["List-Unsubscribe"] == f"<{LINK}>"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert LINK in text.get_content()
    assert LINK in html.get_content()


def test_a_long_link_in_the_head_stays_one_word() -> None:
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in mail().message().as_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"subject": "Hi\r\nBcc: all@example.org"}, id="line break in the subject"),
        pytest.param({"subject": "Hi\nBcc: all@example.org"}, id="half a line break"),
        pytest.param({"recipient": "a@example.org\r\nBcc: b@example.org"}, id="line break in the address"),
        pytest.param({"sender": "x\x00@example.org"}, id="U+0000 in the sender"),
        pytest.param({"subject": "Hi\u2028there"}, id="a line break of Unicode"),
        pytest.param({"subject": "Hi =?utf-8?q?a=0D=0ABcc:_all@example.org?="}, id="line break in an encoded word"),
        pytest.param({"sender": "=?utf-8?b?DQpCY2M6IHg=?= <x@example.org>"}, id="encoded word in the sender"),
        pytest.param({"recipient": "a@\u2488.example.org"}, id="a domain that has no ASCII form"),
        pytest.param({"headers": {"X-A": "1\r\nX-B: 2"}}, id="line break in another header"),
        pytest.param({"headers": {"X-A: 1\r\nX-B": "2"}}, id="line break in the name of a header"),
        pytest.param({"id": "../../etc/cron"}, id="an id that is a path"),
    ],
)
def test_a_line_break_in_the_head_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MailRefused) as refused:
        mail(**changes).message()
    assert "example.org" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("Nordlicht\r\nBcc: all@example.org", "Nordlicht Bcc: all@example.org", id="line break"),
        pytest.param("Nord\x00licht\t \u2028GmbH\n", "Nord licht GmbH", id="control characters"),
        pytest.param("=?utf-8?q?a=0D=0ABcc:_b?= GmbH", "= ?utf-8?q?a=0D=0ABcc:_b?= GmbH", id="encoded word"),
        pytest.param('Grüße & <Co> "KG"', 'Grüße & <Co> "KG"', id="what is harmless stays"),
    ],
)
def test_a_name_becomes_one_line_that_a_mail_takes(name: str, line: str) -> None:
    assert one_line(name) == line
    read = email.message_from_bytes(mail(subject=one_line(name)).message().as_bytes(), policy=policy.default)
    assert read["Subject"] == line
    assert read["Bcc"] is None


def test_nothing_of_a_mail_is_in_its_repr() -> None:
    assert "erika" not in repr(mail())
    assert "bestätigen" not in repr(mail())


def test_a_mail_waits_in_the_outbox_as_bytes() -> None:
    assert Mail.parse("0199-1", mail().dump(), date=DATE) == mail()


@pytest.mark.parametrize(
    "body", [pytest.param(b"{", id="no JSON"), pytest.param(b"[]", id="a list"), pytest.param(b'{"to": 1}', id="else")]
)
def test_another_letter_is_no_mail(body: bytes) -> None:
    with pytest.raises(NotDeliverable):
        Mail.parse("0199-1", body, date=DATE)


def test_the_password_is_not_in_the_repr() -> None:
    assert "hidden" not in repr(SmtpMailer("smtps://user:hidden@mail.example.org"))
