"""Reading the tree back from its tiles: roots of earlier sizes, and the proofs of RFC 6962.

Everything here reads within the caller's snapshot and against one head, so that a proof fits the
checkpoint it is given out with.
"""

from sqlalchemy import Connection, select

from audit.edge import HASH_BYTES, TILE_WIDTH, Edge, fold, perfect_root
from audit.errors import LogChanged
from audit.tables import head_table, tile_table

BITS_PER_LEVEL = 8


def read_edge(connection: Connection) -> Edge:
    """Return the right edge that the database shows; raise LogChanged when the head row is missing or damaged."""
    row = connection.execute(select(head_table)).one_or_none()
    if row is None:
        raise LogChanged("the head row is missing")
    return Edge.parse(row.size, row.frontier, row.tails)


class Tree:
    """The tree of one head, read tile by tile; tiles that were read once are kept."""

    def __init__(self, connection: Connection, edge: Edge) -> None:
        self._connection = connection
        self._edge = edge
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root_at(self, size: int) -> bytes:
        """Return the root that the tree had at `size` leaves; raise LogChanged if it never was so large."""
        if size > self._edge.size:
            raise LogChanged(f"the tree has {self._edge.size} leaves, fewer than {size}")
        return self._range_root(0, size)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the path of leaf `index` in the tree of `size`, leaf's sibling first (RFC 6962 section 2.1.1)."""
        return self._path(index, 0, size)

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 section 2.1.2)."""
        if old in (0, new):
            return []
        return self._subproof(old, 0, new, whole=True)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split_width(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._range_root(middle, end)]
        return [*self._path(index, middle, end), self._range_root(start, middle)]

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._range_root(start, end)]
        middle = start + _split_width(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, whole=whole), self._range_root(middle, end)]
        return [*self._subproof(old, middle, end, whole=False), self._range_root(start, middle)]

    def _range_root(self, start: int, end: int) -> bytes:
        # `start` is a multiple of the range's leading power of two, so the range is a list of perfect subtrees.
        roots = []
        while start < end:
            height = (end - start).bit_length() - 1
            roots.append(self._subtree(start, height))
            start += 1 << height
        return fold(roots)

    def _subtree(self, start: int, height: int) -> bytes:
        level, rest = divmod(height, BITS_PER_LEVEL)
        first = start >> (level * BITS_PER_LEVEL)
        return perfect_root(self._hash(level, first + offset) for offset in range(1 << rest))

    def _hash(self, level: int, position: int) -> bytes:
        k, offset = divmod(position, TILE_WIDTH)
        if k == (self._edge.size >> (level * BITS_PER_LEVEL)) // TILE_WIDTH:
            return self._edge.tails[level][offset]
        data = self._tile(level, k)
        return data[offset * HASH_BYTES : (offset + 1) * HASH_BYTES]

    def _tile(self, level: int, k: int) -> bytes:
        if (level, k) not in self._tiles:
            query = select(tile_table.c.data).where(tile_table.c.level == level, tile_table.c.k == k)
            data = self._connection.scalar(query)
            if data is None or len(data) != HASH_BYTES * TILE_WIDTH:
                raise LogChanged(f"tile {k} of level {level} is missing or damaged")
            self._tiles[level, k] = data
        return self._tiles[level, k]


def _split_width(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
