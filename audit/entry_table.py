"""What a verifier keeps of the entries it has read: under a hundred bytes for each (LOG.md section 11)."""

from array import array
from enum import IntEnum

from audit.encoding import HASH_BYTES
from audit.entry import Entry
from audit.id_index import IdIndex


class FieldState(IntEnum):
    """What is known of one committed field; of two openings the worse one counts."""

    CLOSED = 0
    DISCLOSED = 1
    FORGED = 2
    LEAKED = 3


class EntryTable:
    """One row for each entry that is not skipped, in index order: place, leaf hash, erasure, states of its fields."""

    def __init__(self) -> None:
        self._ids = IdIndex()
        self._indices = array("Q")
        self._offsets = array("I")
        self._hashes = bytearray()
        self._first_fields = array("Q")
        self._states = bytearray()
        # Index of the erasing entry plus one; zero means not erased.
        self._erasers = array("Q")

    def __len__(self) -> int:
        return len(self._indices)

    def add(self, entry: Entry, *, index: int, offset: int, hashed: bytes) -> bool:
        """Take an entry, which stands at `offset` of its block; say False if its id is there already."""
        if self._ids.add(entry.id) is None:
            return False
        self._indices.append(index)
        self._offsets.append(offset)
        self._hashes += hashed
        self._first_fields.append(len(self._states))
        self._states += bytes(len(entry.com))
        self._erasers.append(0)
        return True

    def find(self, event_id: str) -> int | None:
        """Return the row of an event id, None if it is not in the bundle."""
        return self._ids.find(event_id)

    def index(self, row: int) -> int:
        """Return the index of the entry in the log."""
        return self._indices[row]

    def offset(self, row: int) -> int:
        """Return where in its block the entry stands."""
        return self._offsets[row]

    def leaf_hash(self, row: int) -> bytes:
        """Return the leaf hash of the bytes that were hashed to the root."""
        return bytes(self._hashes[row * HASH_BYTES : (row + 1) * HASH_BYTES])

    def erase(self, row: int, eraser: int) -> None:
        """Note that the entry with index `eraser` declares all fields of this one erased; the first one counts."""
        self._erasers[row] = self._erasers[row] or eraser + 1

    def eraser(self, row: int) -> int | None:
        """Return the index of the entry that erased this one, None if none did."""
        return self._erasers[row] - 1 if self._erasers[row] else None

    def states(self, row: int) -> bytes:
        """Return the states of the entry's fields, one byte each, in the order of the entry."""
        end = self._first_fields[row + 1] if row + 1 < len(self) else len(self._states)
        return bytes(self._states[self._first_fields[row] : end])

    def note(self, row: int, position: int, state: FieldState) -> None:
        """Note what an opening showed about the field at `position` of the entry."""
        place = self._first_fields[row] + position
        self._states[place] = max(self._states[place], state)
