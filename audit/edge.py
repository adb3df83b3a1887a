"""The right edge of the tree: what must be known to go on appending (LOG.md section 13, `audit_head`).

Pure. The root can be computed from it in two ways, from the frontier and from the tails; a bit that
flipped in one of them makes the two differ, and nothing is signed then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from audit.errors import LogChanged
from audit.merkle import EMPTY_ROOT, node_hash

HASH_BYTES = 32
TILE_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile: 256 hashes of one level."""

    level: int
    k: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """Size of the tree, roots of its perfect subtrees (largest first), hashes not yet in a full tile (by level)."""

    size: int
    frontier: tuple[bytes, ...]
    tails: tuple[tuple[bytes, ...], ...]

    @classmethod
    def parse(cls, size: int, frontier: bytes, tails: bytes) -> Self:
        """Read an edge as the database keeps it; raise LogChanged when lengths do not fit the size."""
        lengths = tail_lengths(size)
        if len(frontier) != HASH_BYTES * size.bit_count() or len(tails) != HASH_BYTES * sum(lengths):
            raise LogChanged("the head row does not fit its size")
        hashes = _split(tails)
        levels, start = [], 0
        for length in lengths:
            levels.append(tuple(hashes[start : start + length]))
            start += length
        return cls(size, tuple(_split(frontier)), tuple(levels))

    def appended(self, leaf_hashes: Iterable[bytes]) -> tuple["Edge", list[Tile]]:
        """Return the edge after these leaves, and the tiles that became full, in order."""
        frontier, tails, size = list(self.frontier), [list(level) for level in self.tails], self.size
        tiles: list[Tile] = []
        for leaf in leaf_hashes:
            _push(frontier, leaf, size)
            _fill(tails, tiles, leaf, size)
            size += 1
        return Edge(size, tuple(frontier), tuple(tuple(level) for level in tails)), tiles

    def frontier_bytes(self) -> bytes:
        """Return the frontier as the database keeps it."""
        return b"".join(self.frontier)

    def tails_bytes(self) -> bytes:
        """Return the tails as the database keeps them, level 0 first."""
        return b"".join(b"".join(level) for level in self.tails)

    def root(self) -> bytes:
        """Return the root of the tree; raise LogChanged when frontier and tails disagree."""
        from_frontier = fold(self.frontier)
        if from_frontier != fold(self._roots_in_tails()):
            raise LogChanged("the frontier and the tails of the head row give different roots")
        return from_frontier

    def _roots_in_tails(self) -> list[bytes]:
        # Within one level the hashes are the leaves of perfect subtrees whose widths are the bits of
        # the level's length; a higher level lies further left.
        roots: list[bytes] = []
        for level in reversed(self.tails):
            start = 0
            for bit in reversed(range(len(level).bit_length())):
                if len(level) >> bit & 1:
                    roots.append(perfect_root(level[start : start + (1 << bit)]))
                    start += 1 << bit
        return roots


EMPTY_EDGE = Edge(0, (), ())


def tail_lengths(size: int) -> list[int]:
    """Return how many hashes of each level are not yet in a full tile of a tree of `size` leaves."""
    lengths = []
    while size:
        lengths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return lengths


def perfect_root(hashes: Iterable[bytes]) -> bytes:
    """Return the root over 2^n hashes of perfect subtrees of one height."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def fold(roots: Iterable[bytes]) -> bytes:
    """Return the root of the tree whose perfect subtrees, largest first, have these roots (RFC 6962 section 2.1)."""
    result: bytes | None = None
    for root in reversed(list(roots)):
        result = root if result is None else node_hash(root, result)
    return EMPTY_ROOT if result is None else result


def _push(frontier: list[bytes], leaf: bytes, size: int) -> None:
    node = leaf
    while size & 1:
        node = node_hash(frontier.pop(), node)
        size >>= 1
    frontier.append(node)


def _fill(tails: list[list[bytes]], tiles: list[Tile], leaf: bytes, size: int) -> None:
    node, level, position = leaf, 0, size
    while True:
        if level == len(tails):
            tails.append([])
        tails[level].append(node)
        if len(tails[level]) < TILE_WIDTH:
            return
        tiles.append(Tile(level, position // TILE_WIDTH, b"".join(tails[level])))
        node = perfect_root(tails[level])
        tails[level] = []
        level, position = level + 1, position // TILE_WIDTH


def _split(data: bytes) -> list[bytes]:
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]
