"""A real mail server takes the mails and reads them as they were meant, over TLS as the settings say."""

from pathlib import Path

import pytest

from api.errors import MailNotTaken
from api.mail import SmtpMailer
from tests.mail_server import mail_server
from tests.unit.api.test_mail import LINK, mail


def test_a_mail_arrives_with_both_bodies_and_its_head(tmp_path: Path) -> None:
    with mail_server(directory=tmp_path) as server:
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(mail())
    (taken,) = server.taken
    message = taken.message
    assert taken.recipients == ["erika@example.org"]
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(LINK in part.get_content() for part in message.iter_parts())
    assert message["Message-ID"] == "<0199-1@nordlicht.example>"
    assert message["List-Unsubscribe"] == f"<{LINK}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.defects == []


def test_smtps_speaks_tls_from_the_start(tmp_path: Path) -> None:
    with mail_server(tls="implicit", directory=tmp_path) as server:
        SmtpMailer(f"smtps://127.0.0.1:{server.port}", trust=server.trust).send(mail())
    (taken,) = server.taken
    assert taken.over_tls


def test_the_password_follows_starttls(tmp_path: Path) -> None:
    with mail_server(tls="starttls", password="p w", directory=tmp_path) as server:
        SmtpMailer(f"smtp://user:p%20w@127.0.0.1:{server.port}", trust=server.trust).send(mail())
    (taken,) = server.taken
    assert taken.over_tls
    assert taken.signed_in


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(tls: str, tmp_path: Path) -> None:
    scheme = "smtps" if tls == "implicit" else "smtp"
    with mail_server(tls=tls, directory=tmp_path) as server, pytest.raises(MailNotTaken):
        SmtpMailer(f"{scheme}://127.0.0.1:{server.port}").send(mail())
    assert server.taken == []


def test_a_server_that_refuses_is_tried_again_later_and_its_words_are_kept_back(tmp_path: Path) -> None:
    with mail_server(refuses=True, directory=tmp_path) as server, pytest.raises(MailNotTaken) as refused:
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(mail())
    assert "erika" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert server.taken == []


def test_a_server_that_is_not_there_is_tried_again_later(tmp_path: Path) -> None:
    with mail_server(directory=tmp_path) as server:
        port = server.port
    with pytest.raises(MailNotTaken):
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(mail())


def test_without_the_tls_that_was_asked_for_nothing_is_sent(tmp_path: Path) -> None:
    with mail_server(directory=tmp_path) as server, pytest.raises(MailNotTaken):
        SmtpMailer(f"smtps://user:hidden@127.0.0.1:{server.port}").send(mail())
    assert server.taken == []


def test_a_wrong_password_gets_no_mail_through(tmp_path: Path) -> None:
    with (
        mail_server(tls="starttls", password="right", directory=tmp_path) as server,
        pytest.raises(MailNotTaken) as refused,
    ):
        SmtpMailer(f"smtp://user:wrong@127.0.0.1:{server.port}", trust=server.trust).send(mail())
    assert "wrong" not in str(refused.value)
    assert server.taken == []


@pytest.mark.parametrize(
    ("address", "written"),
    [
        pytest.param("erika@bücher.example", "erika@xn--bcher-kva.example", id="a domain with an umlaut"),
        pytest.param("müller@example.org", "müller@example.org", id="a mailbox with an umlaut (RFC 6531)"),
    ],
)
def test_addresses_outside_ascii_arrive(address: str, written: str, tmp_path: Path) -> None:
    with mail_server(directory=tmp_path) as server:
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(mail(recipient=address))
    (taken,) = server.taken
    assert taken.recipients == [written]
    assert f"\r\nTo: {written}\r\n".encode() in taken.raw
