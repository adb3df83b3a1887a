"""The secrets of an installation that are no subject's: random, kept wrapped in the database, one row a name.

They are random instead of derived from the key-encryption key, so that rotating that key re-wraps
32 bytes a secret and changes no blind index, no pseudonym and no signature.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, insert, select

from audit.errors import MissingKey
from audit.key_ring import KEY_BYTES, KeyRing
from audit.tables import secret_table

LOG_SEED: Final = "log.seed"
LOG_BOX: Final = "log.box"
BLIND_INDEX: Final = "index.blind"
LINK_MAC: Final = "link.mac"
CURSOR_MAC: Final = "cursor.mac"
TOKEN_PEPPER: Final = "token.pepper"  # noqa: S105 - a name, not a secret
INTAKE_DOMAIN: Final = "pseudonym.intake"
BASIC_SECRETS: Final = (LOG_SEED, LOG_BOX, BLIND_INDEX, LINK_MAC, CURSOR_MAC, TOKEN_PEPPER, INTAKE_DOMAIN)


def recipient_domain(recipient: str) -> str:
    """Return the name of the secret under which pseudonyms for `recipient` are made."""
    return f"pseudonym.recipient.{recipient}"


class InstallationSecrets:
    """Opens the wrapped secrets of one controller group; what was opened once stays in memory."""

    def __init__(self, engine: Engine, key_ring: KeyRing, group_id: str) -> None:
        self._engine = engine
        self._key_ring = key_ring
        self._group_id = group_id
        self._opened: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"InstallationSecrets(group_id={self._group_id!r}, <redacted>)"

    def get(self, name: str) -> bytes:
        """Return the 32-byte secret `name`; raise MissingKey when it was never created or does not open."""
        if name not in self._opened:
            query = select(secret_table.c.wrapped).where(
                secret_table.c.group_id == self._group_id, secret_table.c.name == name
            )
            with self._engine.connect() as connection:
                wrapped = connection.scalar(query)
            if wrapped is None:
                raise MissingKey(f"secret {name!r} does not exist; `placet keys init` creates the basic ones")
            self._opened[name] = self._key_ring.unwrap(wrapped, self._aad(name))
        return self._opened[name]

    def blind_index(self, label: str, value: str) -> bytes:
        """Return the keyed hash by which `value` is found without being stored (HMAC-SHA-256, `label` bound in)."""
        message = label.encode() + b"\x00" + value.encode()
        return hmac.digest(self.get(BLIND_INDEX), message, "sha256")

    def create_missing(self, connection: Connection, names: Iterable[str], *, now: datetime) -> list[str]:
        """Create those of `names` that do not exist yet, in the caller's transaction, and return them."""
        known = set(connection.scalars(select(secret_table.c.name).where(secret_table.c.group_id == self._group_id)))
        created = [name for name in names if name not in known]
        for name in created:
            wrapped = self._key_ring.wrap(secrets.token_bytes(KEY_BYTES), self._aad(name))
            connection.execute(
                insert(secret_table).values(group_id=self._group_id, name=name, wrapped=wrapped, created_at=now)
            )
        return created

    def _aad(self, name: str) -> bytes:
        return "\x00".join(("placet/secret/v1", self._group_id, name)).encode()
