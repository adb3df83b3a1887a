"""The key-encryption keys of an installation: a small file, kept apart from the database and its backups."""

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from audit.encoding import lp
from audit.errors import CannotOpen, KeyExposed, MissingKey
from audit.private_files import is_open_to_others, make_folder, private
from audit.sealing import open_sealed, seal

KEY_BYTES = 32


def derive(secret: bytes, label: str) -> bytes:
    """Return the 32-byte key for `label` under `secret` (HKDF-SHA-256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=label.encode()).derive(secret)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All key-encryption keys by id; the active one wraps, every one of them unwraps."""

    active: str
    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Return a ring with one new random key."""
        secret = secrets.token_bytes(KEY_BYTES)
        name = key_name(secret)
        return cls(name, {name: secret})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a ring from its file; raise MissingKey, naming the file, when it is absent or malformed.

        Raises KeyExposed when others than the owner may read or write the file.
        """
        try:
            content = json.loads(_read(path))
            keys = {name: base64.b64decode(text, validate=True) for name, text in content["keys"].items()}
            active = content["active"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise MissingKey(f"no usable key file at {path}: {type(error).__name__}") from error
        if active not in keys or any(key_name(secret) != name for name, secret in keys.items()):
            raise MissingKey(f"the key file at {path} is damaged: a key does not fit its name")
        return cls(active, keys)

    def rotated(self) -> Self:
        """Return a ring with a new active key; the older ones stay for unwrapping."""
        new = self.generate()
        return type(self)(new.active, {**self.keys, **new.keys})

    def save(self, path: Path) -> None:
        """Write the ring to `path`, readable by its owner only; the file is whole or not there."""
        make_folder(path.parent)
        keys = {name: base64.b64encode(secret).decode() for name, secret in self.keys.items()}
        partial = path.with_suffix(".partial")
        with open(partial, "w", encoding="utf-8", opener=private) as file:
            json.dump({"active": self.active, "keys": keys}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def wrap(self, secret: bytes, aad: bytes) -> bytes:
        """Return lp(key id) ‖ box of `secret` under the active key, bound to `aad`."""
        return lp(self.active.encode()) + seal(self.keys[self.active], secret, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Return the secret inside `wrapped`; raise MissingKey for an unknown key id, CannotOpen for other bytes."""
        length = int.from_bytes(wrapped[:4], "big")
        name = wrapped[4 : 4 + length].decode("ascii", "replace")
        if name not in self.keys:
            raise MissingKey(f"key-encryption key {name!r} is not in the key file")
        return open_sealed(self.keys[name], wrapped[4 + length :], aad)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        if is_open_to_others(file.fileno()):
            raise KeyExposed(f"the key file {path} is open to others than its owner: `chmod 600 {path}` closes it")
        return file.read()


def key_name(secret: bytes) -> str:
    """Return the id of a key-encryption key: a digest, so that a mixed-up file is noticed."""
    if len(secret) != KEY_BYTES:
        raise CannotOpen("a key-encryption key has 32 bytes")
    return "kek-" + hashlib.sha256(b"placet/key-name/v1\n" + secret).hexdigest()[:12]
