"""API keys: `plc_<8 of base 62>_<43 of base 62><CRC-32 in 6 of base 62>`, shown once, stored as a digest.

The prefix and the checksum let a secret scanner tell a leaked key from any other text, by the
expression `plc_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}`.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field
from typing import Final, Self

from api.errors import KeyRefused

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_CHARACTERS: Final = 8
# 43 of base 62 are 256 bits, so that a plain hash of the secret needs neither salt nor stretching.
SECRET_CHARACTERS: Final = 43
CHECKSUM_CHARACTERS: Final = 6
_SHAPE: Final = re.compile(r"(plc_([0-9A-Za-z]{8})_([0-9A-Za-z]{43}))([0-9A-Za-z]{6})")
_BEARER: Final = re.compile(r"bearer +(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in clear: only while it is made, and while a request carries it."""

    key_id: str
    secret: str = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random key."""
        return cls(_random(ID_CHARACTERS), _random(SECRET_CHARACTERS))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that `text` spells; raise KeyRefused for another form or a wrong checksum."""
        match = _SHAPE.fullmatch(text)
        if match is None or _checksum(match[1]) != match[4]:
            raise KeyRefused("the key is malformed")
        return cls(match[2], match[3])

    @property
    def text(self) -> str:
        """The key as its owner gets it."""
        body = f"plc_{self.key_id}_{self.secret}"
        return body + _checksum(body)

    @property
    def digest(self) -> bytes:
        """What is stored of the secret: its SHA-256."""
        return hashlib.sha256(self.secret.encode()).digest()

    def fits(self, digest: bytes) -> bool:
        """Say whether this key is the one with `digest`, in constant time."""
        return hmac.compare_digest(self.digest, digest)


def bearer_token(header: str) -> str:
    """Return the token in an Authorization header (RFC 6750 section 2.1); raise KeyRefused for another scheme."""
    match = _BEARER.fullmatch(header.strip())
    if match is None:
        raise KeyRefused("the header Authorization is not of the form `Bearer plc_...`")
    return match[1]


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
