"""The key file of a running installation: when the keys were rotated, a process finds the new one by itself."""

from pathlib import Path

from audit.errors import MissingKey
from audit.key_ring import KeyRing


class FollowedKeys(dict[str, bytes]):
    """Key-encryption keys by id; an id that is not known is looked for in the file once more.

    `placet keys rotate` wraps again what running processes read. Without this each of them would have to
    be restarted before the first row is wrapped under the new key.
    """

    def __init__(self, path: Path, keys: dict[str, bytes]) -> None:
        super().__init__(keys)
        self._path = path

    def __contains__(self, name: object) -> bool:
        """Say whether the key is known, after a look into the file if need be."""
        if super().__contains__(name):
            return True
        try:
            self.update(KeyRing.load(self._path).keys)
        except MissingKey:
            return False
        return super().__contains__(name)

    def __repr__(self) -> str:
        return "FollowedKeys(<redacted>)"


def load_key_ring(path: Path) -> KeyRing:
    """Return the ring in the file, following its rotations; raise MissingKey when there is no usable file."""
    ring = KeyRing.load(path)
    return KeyRing(ring.active, FollowedKeys(path, ring.keys))
