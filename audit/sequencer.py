"""Giving entries their place in the tree, and signing its head: after commit, in batches (LOG.md section 15)."""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from audit.clock import Clock
from audit.database import WRITES
from audit.edge import Edge
from audit.errors import SequencerBehind
from audit.log import microseconds
from audit.merkle import leaf_hash
from audit.private_files import make_folder, private
from audit.signer import Signer
from audit.stored import AsStored
from audit.tables import checkpoint_table, event_table, head_table, leaf_table, pending_table, tile_table
from audit.tiles import Tree, read_edge

BATCH = 1000
# The advisory lock of this log on PostgreSQL; a second log takes the next number.
LOCK_NUMBER = 0x706C6163657401


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: entries sequenced, rows whose bytes changed since append, size of the signed head."""

    sequenced: int
    damaged: tuple[int, ...]
    signed_size: int | None


class Sequencer:
    """Brings pending entries into the tree, one batch a round. Two of them are safe: one gives up or rolls back."""

    def __init__(self, engine: Engine, signer: Signer, clock: Clock, lock_file: Path) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._signer = signer
        self._clock = clock
        self._lock_file = lock_file
        self._compared = False

    def run_round(self) -> Round:
        """Sequence what is pending and visible, commit, and only then sign.

        Raises LogChanged when the database is not the one that was signed before, SequencerBehind when
        another sequencer interfered: the round is undone, the next one goes on.
        """
        with self._file_lock() as held:
            if not held:
                return Round(0, (), None)
            sequenced, damaged = self._sequence()
            # Sign after commit: signed before it, a crash would let the next run sign another tree of this size.
            return Round(sequenced, damaged, self._sign_head())

    def drain(self) -> int:
        """Run rounds until nothing sound is pending and return how many entries were sequenced."""
        total = 0
        while (done := self.run_round()).sequenced:
            total += done.sequenced
        return total

    def _sequence(self) -> tuple[int, tuple[int, ...]]:
        if self._engine.dialect.name == "sqlite":
            # Hash before taking the one write lock; the file lock keeps other sequencers out meanwhile.
            with self._engine.connect() as connection:
                rows = _pending(connection)
            sound, damaged = _sorted_out(rows)
            if sound:
                with self._writer.begin() as connection:
                    _integrate(connection, sound)
            return len(sound), damaged
        with self._writer.begin() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER}):
                return 0, ()
            sound, damaged = _sorted_out(_pending(connection))
            if sound:
                _integrate(connection, sound)
            return len(sound), damaged

    def _sign_head(self) -> int | None:
        with self._engine.connect() as connection:
            edge = read_edge(connection)
            newest = connection.scalar(select(func.max(checkpoint_table.c.size)))
            if newest is not None and newest >= edge.size:
                self._check_once(edge, Tree(connection, edge))
                return None
            if newest is None and edge.size == 0:
                return None
            root = edge.root()
            note = self._signer.sign(edge.size, root, Tree(connection, edge).root_at, first=newest is None)
        row = {"size": edge.size, "root": root, "note": note, "at_us": microseconds(self._clock())}
        try:
            with self._writer.begin() as connection:
                connection.execute(insert(checkpoint_table).values(row))
        except IntegrityError as error:
            raise SequencerBehind("another signer stored this head first") from error
        return edge.size

    def _check_once(self, edge: Edge, tree: Tree) -> None:
        """Compare a database that has nothing to sign with the signer's memory, when this process begins.

        A copy from a backup would otherwise go unnoticed until the next entry, and be shown to auditors.
        """
        if not self._compared:
            self._signer.check(edge.size, edge.root(), tree.root_at)
            self._compared = True

    @contextmanager
    def _file_lock(self) -> Iterator[bool]:
        """Hold the lock file of a SQLite log; on PostgreSQL the advisory lock of the transaction does it."""
        if self._engine.dialect.name != "sqlite":
            yield True
            return
        make_folder(self._lock_file.parent)
        with open(self._lock_file, "w", opener=private) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def _pending(connection: Connection) -> Sequence[Row[int, bytes, bytes]]:
    query = (
        select(
            pending_table.c.n,
            AsStored(pending_table.c.leaf_hash).label("leaf_hash"),
            AsStored(event_table.c.leaf).label("leaf"),
        )
        .join(event_table, event_table.c.n == pending_table.c.n)
        .order_by(pending_table.c.n)
        .limit(BATCH)
    )
    return connection.execute(query).all()


def _sorted_out(
    rows: Sequence[Row[int, bytes, bytes]],
) -> tuple[list[tuple[int, bytes]], tuple[int, ...]]:
    """Part the rows whose bytes still have the hash taken at append from those that changed since."""
    sound = [(n, hashed) for n, hashed, leaf in rows if isinstance(leaf, bytes) and leaf_hash(leaf) == hashed]
    good = {n for n, _ in sound}
    return sound, tuple(n for n, _, _ in rows if n not in good)


def _integrate(connection: Connection, sound: list[tuple[int, bytes]]) -> None:
    edge = read_edge(connection)
    grown, tiles = edge.appended(hashed for _, hashed in sound)
    numbers = [n for n, _ in sound]
    try:
        connection.execute(insert(leaf_table), [{"idx": edge.size + place, "n": n} for place, n in enumerate(numbers)])
        if tiles:
            connection.execute(insert(tile_table), [{"level": t.level, "k": t.k, "data": t.data} for t in tiles])
    except IntegrityError as error:
        raise SequencerBehind("these entries were sequenced by another") from error
    _move_head(connection, edge, grown)
    removed = connection.execute(delete(pending_table).where(pending_table.c.n.in_(numbers))).rowcount
    if removed != len(numbers):
        raise SequencerBehind("pending rows vanished during the round")


def _move_head(connection: Connection, old: Edge, new: Edge) -> None:
    moved = connection.execute(
        update(head_table)
        .where(head_table.c.one == 1, head_table.c.size == old.size)
        .values(size=new.size, frontier=new.frontier_bytes(), tails=new.tails_bytes())
    ).rowcount
    if moved != 1:
        raise SequencerBehind("the head moved during the round")
