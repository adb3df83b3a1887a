"""The pseudonyms of intake, and the same re-keyed for recipients."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from audit.ground import Ground
from audit.installation_secrets import INTAKE_DOMAIN, recipient_domain
from pii.canonical import canonical
from pii.model import Json
from pii.pseudonyms import PseudonymKeys, rekey_text
from pii.spans import SpanKind

KEY_VERSION: Final = 1
# No value that is found in a text begins like this, so a known person's token is never that of a value.
_SUBJECT: Final = "\x00subject:"


class IntakeTokens:
    """The tokens of the intake's own domain; its keys are opened when the first is made."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def __repr__(self) -> str:
        return "IntakeTokens(<redacted>)"

    def of_subject(self, kind: SpanKind, subject_id: str) -> str:
        """Return the token of a known person, derived from the stable id that intake knows the person by."""
        return self._keys.token(kind, _SUBJECT + subject_id)

    def of_value(self, kind: SpanKind, value: str, network: str) -> str:
        """Return the token of a value in its one spelling; handles differ by network."""
        return self._keys.token(kind, canonical(kind, value, network=network))

    def is_own(self, token: str) -> bool:
        """Say whether the intake of this group made the token."""
        return self._keys.owns(token)

    @cached_property
    def _keys(self) -> PseudonymKeys:
        return intake_keys(self._ground)

    def all_of_subject(self, subject_id: str) -> frozenset[str]:
        """Return every token that stands for a person, of whatever kind."""
        return frozenset(self.of_subject(kind, subject_id) for kind in SpanKind)


def intake_keys(ground: Ground) -> PseudonymKeys:
    """Return the keys of the intake's domain; raise MissingKey where there is no secret."""
    secret = ground.secrets.get(INTAKE_DOMAIN)
    return PseudonymKeys(secret, group=ground.group_id, domain="intake", version=KEY_VERSION)


def recipient_keys(ground: Ground, recipient: str) -> PseudonymKeys:
    """Return the keys of a recipient's domain; raise MissingKey for one that no policy ever named."""
    name = recipient_domain(recipient)
    return PseudonymKeys(ground.secrets.get(name), group=ground.group_id, domain=name, version=KEY_VERSION)


def rekeyed(value: Json, from_keys: PseudonymKeys, to_keys: PseudonymKeys) -> Json:
    """Return a text, or texts in lists and objects, with every token in another domain; raise ForgedToken."""
    if isinstance(value, str):
        return rekey_text(value, from_keys, to_keys)
    if isinstance(value, list | tuple):
        return [rekeyed(each, from_keys, to_keys) for each in value]
    if isinstance(value, Mapping):
        return {name: rekeyed(each, from_keys, to_keys) for name, each in value.items()}
    return value
