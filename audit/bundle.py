"""Reading an export bundle, block by block and never more than a bound (LOG.md section 10)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.blocks import (
    LENGTH_BYTES,
    MAX_BLOCK_BYTES,
    TILE_BYTES,
    decode_block,
    entries_path,
    hashes_path,
)
from audit.bounded_file import inside, open_regular, read_bounded
from audit.encoding import HASH_BYTES
from audit.entry_form import BLOCK_ENTRIES
from audit.faults import EntriesMissing, EntriesUnreadable, HeadFile, OldFile, OpeningsFile, TileLength
from audit.head import MAX_NOTE_BYTES
from audit.openings import MAX_LINE_BYTES

_LINE_END_BYTES = 2


@dataclass(frozen=True, slots=True)
class EntryBlock:
    """A block that is present with its entries."""

    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class HashBlock:
    """A pruned block: only the leaf hashes are there."""

    leaf_hashes: tuple[bytes, ...]


class Bundle:
    """A directory that claims to be an export of a log. Whatever it holds beyond the format is not looked at."""

    def __init__(self, path: Path) -> None:
        """Raise HeadFile if there is no such directory."""
        try:
            self._root = os.path.realpath(path, strict=True)
        except (OSError, ValueError) as error:
            raise HeadFile("there is no bundle at this path") from error
        if not os.path.isdir(self._root):
            raise HeadFile("the bundle is not a directory")

    def checkpoint(self) -> bytes:
        """Return the newest head as its bytes; raise HeadFile if it cannot be read."""
        try:
            return read_bounded(inside(self._root, "checkpoint"), MAX_NOTE_BYTES)
        except OSError as error:
            raise HeadFile(f"the checkpoint cannot be read: {_reason(error)}") from error

    def earlier_heads(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of every file in `checkpoints/`, by name; raise OldFile if one cannot be read."""
        try:
            directory = inside(self._root, "checkpoints")
        except FileNotFoundError:
            return
        except OSError as error:
            raise OldFile(f"the earlier heads cannot be read: {_reason(error)}") from error
        for name in file_names(directory):
            try:
                yield name, read_bounded(inside(self._root, f"checkpoints/{name}"), MAX_NOTE_BYTES)
            except OSError as error:
                raise OldFile(f"the earlier head {name} cannot be read: {_reason(error)}") from error

    def block(self, number: int, width: int) -> EntryBlock | HashBlock:
        """Return a block of `width` entries, or the hashes that replace a full one; the entries count if both exist.

        Raises EntriesMissing, EntriesShort, EntriesTrailing, TileLength, or EntriesUnreadable.
        """
        data = self._tile(entries_path(number, width), MAX_BLOCK_BYTES)
        if data is not None:
            return EntryBlock(tuple(decode_block(data, width)))
        hashes = self._tile(hashes_path(number), TILE_BYTES) if width == BLOCK_ENTRIES else None
        if hashes is None:
            raise EntriesMissing(f"block {number} is missing")
        if len(hashes) != TILE_BYTES:
            raise TileLength(f"the hashes of block {number} are not {TILE_BYTES} bytes")
        return HashBlock(tuple(hashes[start : start + HASH_BYTES] for start in range(0, TILE_BYTES, HASH_BYTES)))

    def entry_at(self, number: int, width: int, offset: int) -> bytes:
        """Return again the entry whose length stands at `offset` of a block that was read before."""
        path = entries_path(number, width)
        try:
            with open_regular(inside(self._root, path)) as file:
                file.seek(offset)
                return file.read(int.from_bytes(file.read(LENGTH_BYTES), "big"))
        except OSError as error:
            raise EntriesUnreadable(f"{path} cannot be read again: {_reason(error)}") from error

    def opening_lines(self) -> Iterator[bytes]:
        """Yield the lines of `openings.jsonl` without their ends, blank ones too; raise OpeningsFile."""
        try:
            with open_regular(inside(self._root, "openings.jsonl")) as file:
                while line := file.readline(MAX_LINE_BYTES + _LINE_END_BYTES):
                    line = line.removesuffix(b"\n").removesuffix(b"\r")
                    if len(line) > MAX_LINE_BYTES:
                        raise OpeningsFile(f"a line is longer than {MAX_LINE_BYTES} bytes")
                    yield line
        except FileNotFoundError:
            return
        except OSError as error:
            raise OpeningsFile(f"openings.jsonl cannot be read: {_reason(error)}") from error

    def _tile(self, name: str, limit: int) -> bytes | None:
        try:
            with open_regular(inside(self._root, name)) as file:
                # One byte beyond the limit is enough to find the file too long.
                return file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise EntriesUnreadable(f"{name} cannot be read: {_reason(error)}") from error


def file_names(directory: str | Path) -> list[str]:
    """Return the names in a directory, sorted, but not those of directories; raise OldFile if it cannot be read."""
    try:
        with os.scandir(directory) as found:
            return sorted(one.name for one in found if not one.is_dir())
    except OSError as error:
        raise OldFile(f"the directory of heads cannot be read: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    """Return why reading failed, without the path: a path belongs to the machine, not to the report."""
    return error.strerror or str(error)
