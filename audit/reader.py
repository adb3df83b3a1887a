"""Reading the log back: the newest head, entries in their order, and proofs, all in one snapshot each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select

from audit.checkpoint import Checkpoint
from audit.errors import EntryNotCovered, LogChanged, NotInLog, SizeNotReached
from audit.stored import ROWS_AT_ONCE, AsStored, stored_leaf
from audit.tables import checkpoint_table, cosignature_table, event_table, leaf_table
from audit.tiles import Tree, read_edge


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint as it was signed, with the lines that witnesses returned for it."""

    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry in its place: index in the tree and the very bytes that were hashed."""

    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that one entry stands in the tree of the newest head."""

    entry: StoredEntry
    head: SignedHead
    path: tuple[bytes, ...]


class LogReader:
    """What auditors may read. Entries hold no personal data; openings are not read here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get_head(self) -> SignedHead:
        """Return the newest signed head; raise NotInLog when nothing was signed yet."""
        with self._snapshot() as connection:
            return newest_head(connection)

    def get_head_of(self, size: int) -> SignedHead:
        """Return the signed head of exactly this size; raise NotInLog when none was signed at it."""
        with self._snapshot() as connection:
            note = connection.scalar(select(checkpoint_table.c.note).where(checkpoint_table.c.size == size))
            if note is None:
                raise NotInLog(f"no head was signed at size {size}")
            return signed_head(connection, size, note)

    def list_entries(self, start: int, limit: int) -> list[StoredEntry]:
        """Return up to `limit` entries from index `start` on, as far as the newest head covers them."""
        with self._snapshot() as connection:
            size = newest_head(connection).checkpoint.size
            return list(iter_entries(connection, start, min(size, start + limit)))

    def prove_inclusion(self, event_id: str) -> Inclusion:
        """Return entry, path and head for an event; raise EntryNotCovered when the newest head is not over it (yet)."""
        with self._snapshot() as connection:
            head = newest_head(connection)
            query = (
                select(leaf_table.c.idx, AsStored(event_table.c.leaf).label("leaf"))
                .join(event_table, event_table.c.n == leaf_table.c.n)
                .where(event_table.c.id == event_id, leaf_table.c.idx < head.checkpoint.size)
            )
            row = connection.execute(query).one_or_none()
            if row is None:
                raise EntryNotCovered("no signed head covers this entry yet, or it is not in this log")
            path = Tree(connection, read_edge(connection)).inclusion_proof(row.idx, head.checkpoint.size)
            return Inclusion(StoredEntry(row.idx, stored_leaf(row.leaf, row.idx)), head, tuple(path))

    def prove_consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the log of `old` entries is a prefix of that of `new`.

        Raises NotInLog unless 0 ≤ old ≤ new; of that, SizeNotReached when the newest head is smaller than `new`.
        """
        if not 0 <= old <= new:
            raise NotInLog("the log never had these sizes in this order")
        with self._snapshot() as connection:
            if new > newest_head(connection).checkpoint.size:
                raise SizeNotReached("no head of this size was signed yet")
            return Tree(connection, read_edge(connection)).consistency_proof(old, new)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with snapshot(self._engine) as connection:
            yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose reads all see the same moment."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(**options).connect() as connection:
        yield connection


def newest_head(connection: Connection) -> SignedHead:
    """Return the newest signed head with its cosignatures; raise NotInLog when nothing was signed yet."""
    query = select(checkpoint_table.c.size, checkpoint_table.c.note).where(
        checkpoint_table.c.size == select(func.max(checkpoint_table.c.size)).scalar_subquery()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotInLog("the log has no signed head yet")
    return signed_head(connection, row.size, row.note)


def signed_head(connection: Connection, size: int, note: str) -> SignedHead:
    """Return a stored head with the cosignature lines for its size."""
    lines = select(cosignature_table.c.line).where(cosignature_table.c.size == size)
    text = note + "".join(connection.scalars(lines.order_by(cosignature_table.c.witness)))
    return SignedHead(Checkpoint.parse(note.split("\n\n")[0] + "\n"), text)


def iter_entries(connection: Connection, start: int, end: int) -> Iterator[StoredEntry]:
    """Yield the entries with start ≤ index < end, in order; raise LogChanged when one is missing or no entry."""
    query = (
        select(leaf_table.c.idx, AsStored(event_table.c.leaf).label("leaf"))
        .join(event_table, event_table.c.n == leaf_table.c.n)
        .where(leaf_table.c.idx >= start, leaf_table.c.idx < end)
        .order_by(leaf_table.c.idx)
    )
    expected = start
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            if row.idx != expected:
                raise LogChanged(f"entry {expected} is missing from the database")
            expected += 1
            yield StoredEntry(row.idx, stored_leaf(row.leaf, row.idx))
    if expected < end:
        raise LogChanged(f"entry {expected} is missing from the database")
