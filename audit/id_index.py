"""A compact set of event ids with their row numbers: some 30 bytes for each, for logs of many millions of entries."""

import hashlib
from array import array

KEY_BYTES = 16
_FIRST_SLOTS = 1024


class IdIndex:
    """Maps each id to the number of its row: 0, 1, 2 … in the order of `add`.

    Ids are kept as the first 16 bytes of their SHA-256: a bundle may hold ids of any length, and nobody can
    make two of them fall together. Open addressing, at most two thirds full.
    """

    def __init__(self) -> None:
        self._keys = bytearray()
        self._slots = array("Q", bytes(8 * _FIRST_SLOTS))

    def __len__(self) -> int:
        return len(self._keys) // KEY_BYTES

    def add(self, event_id: str) -> int | None:
        """Return the row of a new id, None if the id is there already."""
        key = _key(event_id)
        slot = self._slot(key)
        if self._slots[slot]:
            return None
        row = len(self)
        self._keys += key
        # Zero marks a free slot, so rows are kept plus one.
        self._slots[slot] = row + 1
        if 3 * len(self) > 2 * len(self._slots):
            self._grow()
        return row

    def find(self, event_id: str) -> int | None:
        """Return the row of an id, None if it was never added."""
        row = self._slots[self._slot(_key(event_id))]
        return row - 1 if row else None

    def _slot(self, key: bytes) -> int:
        mask = len(self._slots) - 1
        slot = int.from_bytes(key[:8], "big") & mask
        while (row := self._slots[slot]) and self._key_of(row - 1) != key:
            slot = (slot + 1) & mask
        return slot

    def _key_of(self, row: int) -> bytes:
        return bytes(self._keys[row * KEY_BYTES : (row + 1) * KEY_BYTES])

    def _grow(self) -> None:
        self._slots = array("Q", bytes(16 * len(self._slots)))
        for row in range(len(self)):
            self._slots[self._slot(self._key_of(row))] = row + 1


def _key(event_id: str) -> bytes:
    return hashlib.sha256(event_id.encode("utf-8")).digest()[:KEY_BYTES]
