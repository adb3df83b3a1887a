"""Blocks of a bundle: where they lie, and entries to bytes and back (LOG.md section 10; C2SP tlog-tiles)."""

from collections.abc import Iterable

from audit.encoding import HASH_BYTES
from audit.entry_form import BLOCK_ENTRIES, MAX_ENTRY_BYTES
from audit.errors import TooLarge
from audit.faults import EntriesShort, EntriesTrailing

LENGTH_BYTES = 2
MAX_BLOCK_BYTES = BLOCK_ENTRIES * (LENGTH_BYTES + MAX_ENTRY_BYTES)
TILE_BYTES = BLOCK_ENTRIES * HASH_BYTES


def block_name(number: int) -> str:
    """Return the number of a block as a path: groups of three digits, all but the last behind an `x`."""
    name = f"{number % 1000:03}"
    while number := number // 1000:
        name = f"x{number % 1000:03}/{name}"
    return name


def entries_path(number: int, width: int = BLOCK_ENTRIES) -> str:
    """Return where the block of `width` entries lies in a bundle, as a path with slashes."""
    partial = "" if width == BLOCK_ENTRIES else f".p/{width}"
    return f"tile/entries/{block_name(number)}{partial}"


def hashes_path(number: int) -> str:
    """Return where the leaf hashes of a pruned block lie in a bundle."""
    return f"tile/0/{block_name(number)}"


def encode_block(entries: Iterable[bytes]) -> bytes:
    """Return the file of a block: each entry after its length as uint16 big-endian; raise TooLarge."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise TooLarge(f"the entry has {len(entry)} bytes, more than {MAX_ENTRY_BYTES}")
        parts += [len(entry).to_bytes(LENGTH_BYTES, "big"), entry]
    return b"".join(parts)


def decode_block(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a block; raise EntriesShort or EntriesTrailing if they do not fill it exactly."""
    entries, position = [], 0
    for _ in range(width):
        start = position + LENGTH_BYTES
        position = start + int.from_bytes(data[start - LENGTH_BYTES : start], "big")
        if start > len(data) or position > len(data):
            raise EntriesShort("a block ends before its last entry does")
        entries.append(data[start:position])
    if position != len(data):
        raise EntriesTrailing(f"a block has {len(data) - position} bytes left after its {width} entries")
    return entries
