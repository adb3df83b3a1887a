"""A real mail server (aiosmtpd, RFC 5321) on this machine that keeps what it takes, with TLS and sign-in if asked."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Taken:
    """A mail as the server took it: the envelope, and the message as a mail program reads it."""

    recipients: list[str]
    message: EmailMessage
    raw: bytes
    over_tls: bool
    signed_in: bool


@dataclass
class MailServer:
    """What a test asks about the running server. `trust` takes its certificate and no other."""

    port: int = 0
    refuses: bool = False
    trust: ssl.SSLContext | None = None
    taken: list[Taken] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.refuses:
            return f"550 no {address} here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        over_tls = server.transport.get_extra_info("ssl_object") is not None
        self.taken.append(Taken(envelope.rcpt_tos, message, envelope.content, over_tls, bool(session.authenticated)))
        return "250 taken"


@contextmanager
def mail_server(
    *, directory: Path, tls: str | None = None, password: str | None = None, refuses: bool = False
) -> Iterator[MailServer]:
    """Run a server with `tls` "starttls" (and not a word without it), "implicit" or none.

    With a password it takes mail only after a sign-in, and that only after STARTTLS. One that refuses names the
    address, as servers do. `directory` is for its certificate.
    """
    facts, own = MailServer(refuses=refuses), None
    if tls is not None:
        certificate, key = _certificate(directory)
        own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        own.load_cert_chain(certificate, key)
        facts.trust = ssl.create_default_context(cafile=certificate)

    def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
        return AuthResult(success=given.password == (password or "").encode(), handled=False)

    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "localhost"}
    if password is not None:
        options |= {"authenticator": sign_in, "auth_required": True}

    class Running(Controller):
        def factory(self) -> Any:
            return SMTP(self.handler, **options, **(starttls if tls == "starttls" else {}))

        def _trigger_server(self) -> None:
            # The machine chose a free port; the base class would knock at port 0.
            facts.port = self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    starttls = {"tls_context": own, "require_starttls": True}
    running = Running(facts, hostname=HOST, port=0, ssl_context=own if tls == "implicit" else None)
    running.start()
    try:
        yield facts
    finally:
        running.stop()


def _certificate(directory: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = directory / "certificate.pem", directory / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
