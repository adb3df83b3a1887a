"""Sealing of single values: AES-256-GCM, bound to the place where the value stands."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.errors import CannotOpen

NONCE_BYTES = 12


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return nonce ‖ ciphertext of `plaintext` under a 32-byte `key`, bound to `aad` (NIST SP 800-38D)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, box: bytes, aad: bytes) -> bytes:
    """Return the value that `seal` closed; raise CannotOpen for another key, another place or changed bytes."""
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the box does not open under this key at this place") from error


def row_aad(group_id: str, table: str, column: str, row_id: str, key_id: str) -> bytes:
    """Return the associated data that binds a box to its row, so that a box moved elsewhere does not open."""
    return "\x00".join(("placet/box/v1", group_id, table, column, row_id, key_id)).encode()
