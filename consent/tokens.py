"""Tokens in links: 256 random bits, of which only a keyed hash is stored."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Final

from audit.installation_secrets import LINK_MAC, TOKEN_PEPPER, InstallationSecrets

TOKEN_BYTES: Final = 32


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
