"""Pseudonyms: keyed, one-way names for values, different for every group, domain, kind and key version.

A domain is whoever may link values with each other: the intake, or one recipient (EDPB Guidelines 01/2025).
A recipient's pseudonym is made from the intake's pseudonym, so no clear value is needed to pass data on, and
two recipients who lay their data side by side find nothing in common.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pii.detection_errors import ForgedToken
from pii.spans import SpanKind
from pii.tokens import BODY_LENGTH, CHECK_LENGTH, HIGHEST_VERSION, TOKEN, TokenParts, parts_of

SHORTEST_SECRET = 32
_KEY_BYTES = 32
_SEPARATOR = "|"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]

# The byte that begins what is authenticated, so that a value can never pass for a token or a token for a check.
_VALUE, _REKEYED, _CHECK = b"\x01", b"\x02", b"\x03"


@dataclass(frozen=True, slots=True, repr=False)
class _KindKeys:
    """The keys of one kind: one algorithm, one purpose, one key."""

    pseudonym: bytes
    check: bytes


class PseudonymKeys:
    """The keys of one domain of one group in one version, derived from the secret of the domain.

    HKDF-SHA256 (RFC 5869) with the info `v1|group|domain|kind|version` gives every kind a key for pseudonyms and
    another for check characters.
    """

    def __init__(self, secret: bytes, *, group: str, domain: str, version: int) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError("the secret of a pseudonymisation domain has at least 32 bytes")
        if not group or not domain or _SEPARATOR in group + domain:
            raise ValueError("group and domain are named, and without the sign that separates them")
        if not 1 <= version <= HIGHEST_VERSION:
            raise ValueError("key versions are counted from 1")
        self.version = version
        keys = {kind: _derive(secret, f"v1|{group}|{domain}|{kind}|{version}") for kind in SpanKind}
        self._keys: Mapping[SpanKind, _KindKeys] = MappingProxyType(keys)

    def __repr__(self) -> str:
        return f"PseudonymKeys(k{self.version}, <redacted>)"

    def token(self, kind: SpanKind, canonical: str) -> str:
        """Return the pseudonym of a value in canonical form, the same for the same value."""
        return self._token(kind, _VALUE, canonical.encode("utf-8", "surrogatepass"))

    def verify(self, token: str) -> TokenParts:
        """Return the parts of a token that these keys made.

        Raises ForgedToken for any other. Two check characters keep accidents and edits out, not an attacker who
        may try: what a token stands for is decided by looking it up as a whole.
        """
        parts = parts_of(token)
        if parts is None or parts.version != self.version:
            raise ForgedToken
        if not hmac.compare_digest(parts.check, self._check(parts.kind, parts.body)):
            raise ForgedToken
        return parts

    def owns(self, token: str) -> bool:
        """Say whether these keys made the token."""
        try:
            self.verify(token)
        except ForgedToken:
            return False
        return True

    def rekeyed(self, token: str, made_by: "PseudonymKeys") -> str:
        """Return the token of this domain for what `token` stands for in the domain of `made_by`.

        Raises ForgedToken if `made_by` did not make it.
        """
        parts = made_by.verify(token)
        return self._token(parts.kind, _REKEYED, token.encode("ascii"))

    def _token(self, kind: SpanKind, purpose: bytes, value: bytes) -> str:
        digest = hmac.digest(self._keys[kind].pseudonym, purpose + kind.encode() + b"\x00" + value, "sha256")
        body = _base32(digest, BODY_LENGTH)
        return str(TokenParts(kind, self.version, body, self._check(kind, body)))

    def _check(self, kind: SpanKind, body: str) -> str:
        said = f"{kind}:k{self.version}:{body}".encode("ascii")
        return _base32(hmac.digest(self._keys[kind].check, _CHECK + said, "sha256"), CHECK_LENGTH)


def _derive(secret: bytes, info: str) -> _KindKeys:
    derived = HKDF(algorithm=SHA256(), length=2 * _KEY_BYTES, salt=None, info=info.encode()).derive(secret)
    return _KindKeys(derived[:_KEY_BYTES], derived[_KEY_BYTES:])


def _base32(digest: bytes, length: int) -> str:
    """Return the first `length` characters, an even number, of a digest in base32 (RFC 4648 section 6)."""
    # Two characters are ten bits. The standard library works digit by digit, at twice the price of the HMAC itself.
    bits = int.from_bytes(digest, "big") >> (8 * len(digest) - 5 * length)
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])


def rekey(token: str, from_keys: PseudonymKeys, to_keys: PseudonymKeys) -> str:
    """Return the token of another domain for the same value; raises ForgedToken if `from_keys` did not make it."""
    return to_keys.rekeyed(token, from_keys)


def rekey_text(text: str, from_keys: PseudonymKeys, to_keys: PseudonymKeys) -> str:
    """Return the text with every token re-keyed; raises ForgedToken for anything that only looks like one."""
    return TOKEN.sub(lambda match: rekey(match[0], from_keys, to_keys), text)


def restore(text: str, keys: PseudonymKeys, value_of: Callable[[str], str | None]) -> str:
    """Return the text with the values in place of the tokens of `keys` that `value_of` knows.

    The text may have been edited since. A token that is altered, of another domain or unknown stays as it is.
    """

    def restored(token: str) -> str:
        """Return the value that a token stands for, the token itself if it is not ours or not known."""
        value = value_of(token) if keys.owns(token) else None
        return token if value is None else value

    return TOKEN.sub(lambda match: restored(match[0]), text)
