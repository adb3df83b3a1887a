"""Tokens in links: 256 bits that nobody guesses; of those that do something only a keyed hash is stored."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from audit.installation_secrets import LINK_MAC, TOKEN_PEPPER, InstallationSecrets

TOKEN_BYTES: Final = 32
_UUID_BYTES: Final = 16


def new_token() -> str:
    """Return a new token of 256 random bits, as 43 characters that fit into a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def lasting_token(installation: InstallationSecrets, *parts: str) -> str:
    """Return the token for `parts`: the same each time, and known to nobody without the installation's secret.

    So the link in every message to a person for one scope is one link, and a row of it is enough.
    """
    message = b"placet/link/v1" + b"".join(b"\x00" + part.encode() for part in parts)
    return urlsafe_b64encode(hmac.digest(installation.get(LINK_MAC), message, "sha256")).decode().rstrip("=")


def hash_of_token(installation: InstallationSecrets, use: str, token: str) -> bytes:
    """Return the keyed hash under which a token is stored; `use` keeps tokens for different uses apart."""
    message = b"placet/token/v1\x00" + use.encode() + b"\x00" + token.encode()
    return hmac.digest(installation.get(TOKEN_PEPPER), message, "sha256")


def receipt_token(installation: InstallationSecrets, group_id: str, event_id: str) -> str:
    """Return the token of the page that shows an event's receipt: the id and its MAC, so that no row is needed.

    Raises ValueError for an id that is no UUID.
    """
    number = UUID(event_id)
    return urlsafe_b64encode(number.bytes + _receipt_mac(installation, group_id, number)).decode().rstrip("=")


def receipted_event(installation: InstallationSecrets, group_id: str, token: str) -> str | None:
    """Return the event whose receipt a token shows, or None for a token that was never given out."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != _UUID_BYTES + TOKEN_BYTES:
        return None
    number = UUID(bytes=raw[:_UUID_BYTES])
    known = hmac.compare_digest(raw[_UUID_BYTES:], _receipt_mac(installation, group_id, number))
    return str(number) if known else None


def _receipt_mac(installation: InstallationSecrets, group_id: str, number: UUID) -> bytes:
    message = b"placet/receipt/v1\x00" + group_id.encode() + b"\x00" + number.bytes
    return hmac.digest(installation.get(LINK_MAC), message, "sha256")
