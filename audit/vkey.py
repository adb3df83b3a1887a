"""Verifier keys: a public key with the name it signs under, as one line of text (LOG.md section 6)."""

import hashlib
from dataclasses import dataclass

from audit.encoding import decode_base64, decode_hex, encode_base64
from audit.errors import KeyMalformed, NotStrict

LOG_KEY = 0x01
WITNESS_KEY = 0x04
ID_BYTES = 4
PUBLIC_BYTES = 32


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key name, a type byte (0x01 log, 0x04 witness) and a public Ed25519 key of 32 bytes."""

    name: str
    type: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand for this key in a signature line."""
        content = self.name.encode("utf-8") + b"\n" + bytes([self.type]) + self.public
        return hashlib.sha256(content).digest()[:ID_BYTES]

    def text(self) -> str:
        """Return the vkey: `<name>+<hex key id>+<base64 of type byte and public key>`."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.type]) + self.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey of any type; raise KeyMalformed if its form or its id is wrong."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise KeyMalformed("a vkey has the form name+id+base64")
    try:
        key_id = decode_hex(parts[1], ID_BYTES)
        blob = decode_base64(parts[2], 1 + PUBLIC_BYTES)
    except NotStrict:
        raise KeyMalformed("a vkey has an id of 8 hex characters and 33 bytes in strict base64") from None
    key = VerifierKey(parts[0], blob[0], blob[1:])
    if key.key_id != key_id:
        raise KeyMalformed("the id of a vkey does not belong to its key")
    return key


def is_key_name(name: str) -> bool:
    """Say whether `name` can stand in a signature line: not empty, no Unicode white space, no plus sign."""
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)
