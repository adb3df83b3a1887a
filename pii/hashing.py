"""Keyed hashes by which items, accounts and names are found again without being stored.

HMAC-SHA-256 under the blind-index key of the group, a label for each kind of value bound in. Whoever has the
database alone can neither read an id nor try one.
"""

from audit.installation_secrets import InstallationSecrets
from pii.model import PersonRef

_ITEM, _DEDUP, _ACCOUNT, _NAME = "pii.item", "pii.dedup", "pii.account", "pii.name"


class KeyedHashes:
    """The hashes of one controller group."""

    def __init__(self, secrets: InstallationSecrets) -> None:
        self._secrets = secrets

    def __repr__(self) -> str:
        return "KeyedHashes(<redacted>)"

    def item(self, platform: str, item_id: str) -> bytes:
        """Return the hash of a platform's item."""
        return self._hash(_ITEM, platform, item_id)

    def dedup(self, dedup_key: str) -> bytes:
        """Return the hash of what makes a repeated delivery the same; the key names its platform."""
        return self._hash(_DEDUP, dedup_key)

    def account(self, person: PersonRef) -> bytes | None:
        """Return the hash of a person's account, or None for somebody of whom only a name is known."""
        sign = account_sign(person)
        return None if sign is None else self._hash(_ACCOUNT, person.network, sign)

    def name(self, network: str, normal: str) -> bytes:
        """Return the hash of a normalised name or handle on a network."""
        return self._hash(_NAME, network, normal)

    def _hash(self, label: str, *parts: str) -> bytes:
        return self._secrets.blind_index(label, "\x00".join(parts))


def account_sign(person: PersonRef) -> str | None:
    """Return what an account is known by: the platform's id, else the handle, else the e-mail address.

    A name is no sign: two people can share one.
    """
    if person.id is not None:
        return person.id
    if person.handle is not None:
        return "@" + person.handle.removeprefix("@").casefold()
    return None if person.email is None else "mailto:" + person.email.casefold()
