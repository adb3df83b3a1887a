"""Sending mail (RFC 5322): what a mail is, and the way through an SMTP server. What it says is written elsewhere.

Nothing that stands in a mail appears in a `repr` or an error.
"""

import hashlib
import json
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Protocol, Self
from urllib.parse import unquote, urlsplit

import idna

from api.errors import MailNotTaken, MailRefused, NotDeliverable

TIMEOUT_SECONDS: Final = 15
# A long link in a header must stay one word: folded at 78 it would be encoded, and no client would find it.
_POLICY: Final = policy.SMTP.clone(max_line_length=998)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# An encoded word (RFC 2047) would be decoded when the line is written, line breaks in it included.
_ENCODED_WORD: Final = "=?"
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `id` makes repetitions recognisable: it becomes the Message-ID."""

    id: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    date: datetime
    html: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, letter_id: str, body: bytes, *, date: datetime) -> Self:
        """Read a mail as `dump` wrote it; raise NotDeliverable for anything else."""
        try:
            parts = json.loads(body)
            return cls(letter_id, date=date, **parts)
        except (ValueError, TypeError):
            raise NotDeliverable("a letter holds no mail") from None

    def dump(self) -> bytes:
        """Return the mail without id and date, as it waits in the outbox."""
        names = ("sender", "recipient", "subject", "text", "html")
        parts = {name: getattr(self, name) for name in names}
        return json.dumps({**parts, "headers": dict(self.headers)}).encode()

    @property
    def message_id(self) -> str:
        """The Message-ID, which stays the same when the mail is sent again."""
        return f"<{self.id}@{self.sender.rpartition('@')[2].rstrip('> ')}>"

    def message(self) -> EmailMessage:
        """Return the mail as it is sent.

        Raises MailRefused when a line of its head could become two, or cannot be written.
        """
        head = self._head()
        # A mailbox outside ASCII is written as it is (RFC 6532); everything else is readable everywhere.
        message = EmailMessage(policy=_POLICY.clone(utf8=not head["To"].isascii()))
        for name, value in head.items():
            message[name] = value
        message["Date"] = format_datetime(self.date)
        message["Message-ID"] = self.message_id
        # Quoted-printable keeps links whole and lines short on every way.
        message.set_content(self.text, cte="quoted-printable")
        if self.html is not None:
            message.add_alternative(self.html, subtype="html", cte="quoted-printable")
            # Not left to chance, so that the same mail has the same bytes each time.
            message.set_boundary(f"=_{self.id}")
        return message

    def digest(self) -> bytes:
        """Return the SHA-256 of the mail as it is sent."""
        return hashlib.sha256(self.message().as_bytes()).digest()

    def _head(self) -> dict[str, str]:
        head = {"From": self.sender, "To": mailbox(self.recipient), "Subject": self.subject, **self.headers}
        for name, value in head.items():
            if not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value) or _ENCODED_WORD in value:
                raise MailRefused("a line of the head holds a control character or an encoded word")
        if not _ID.fullmatch(self.id):
            raise MailRefused("the id of the mail is malformed")
        return head


def one_line(text: str) -> str:
    """Return a text that a line of a head can hold, with no control character and nothing like an encoded word."""
    return " ".join(_CONTROL.sub(" ", text).split()).replace(_ENCODED_WORD, "= ?")


def mailbox(address: str) -> str:
    """Return the address with its domain in ASCII (RFC 5891); raise MailRefused for a domain that has no such form."""
    local, at, domain = address.rpartition("@")
    try:
        return local + at + (domain if domain.isascii() else idna.encode(domain, uts46=True).decode())
    except idna.IDNAError:
        raise MailRefused("the domain of the address cannot be written") from None


class Mailer(Protocol):
    """The way out for mail."""

    def send(self, mail: Mail) -> None:
        """Hand the mail on; raise MailNotTaken when that fails and can be tried again."""


class SmtpMailer:
    """Sends through an SMTP server (RFC 5321): `smtps://` with TLS from the start, `smtp://` with STARTTLS.

    Without TLS it speaks to this machine only.
    """

    def __init__(self, url: str, *, trust: ssl.SSLContext | None = None) -> None:
        """Read the address; `trust` says whose certificates count, by default those of the machine."""
        parts = urlsplit(url)
        self._trust = trust or ssl.create_default_context()
        self._host = parts.hostname or ""
        self._implicit_tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._implicit_tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._is_local = self._host in ("localhost", "127.0.0.1", "::1")

    def __repr__(self) -> str:
        return "SmtpMailer(<redacted>)"

    def send(self, mail: Mail) -> None:
        """Send the mail; raise MailNotTaken when the server cannot be reached or does not take it."""
        message = mail.message()
        try:
            with self._connect() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            # `from None`: the server's words quote the address.
            raise MailNotTaken(f"the mail server did not take the mail: {type(error).__name__}") from None

    def _connect(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=self._trust)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo()
            if server.has_extn("starttls") or not self._is_local:
                server.starttls(context=self._trust)
        except BaseException:
            server.close()
            raise
        return server
