"""Every committed entry gets exactly one place; a head is signed only if it continues the one before."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from audit.checkpoint import Checkpoint
from audit.edge import EMPTY_EDGE
from audit.errors import LogChanged
from audit.events import EventType
from audit.ground import Ground
from audit.installation_secrets import LOG_SEED
from audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from audit.merkle import root as root_of
from audit.note import log_key, open_note
from audit.sequencer import Sequencer
from audit.signer import Signer
from audit.tables import checkpoint_table, event_table, head_table, leaf_table, pending_table, tile_table
from audit.tiles import Tree, read_edge

DONE = EventType("test.done", pub=("count",))
ORIGIN = "placet/main/1"


@pytest.fixture
def sequencer(ground: Ground, tmp_path: Path) -> Sequencer:
    return make_sequencer(ground, tmp_path)


def make_sequencer(ground: Ground, tmp_path: Path) -> Sequencer:
    signer = Signer(ORIGIN, ground.secrets.get(LOG_SEED), tmp_path / "signer" / "head")
    return Sequencer(ground.engine, signer, ground.clock, tmp_path / "sequencer.lock")


def write(ground: Ground, count: int) -> None:
    with ground.unit_of_work() as uow:
        for number in range(count):
            uow.record(DONE.event(pub={"count": number}))
        uow.commit()


def heads(ground: Ground) -> list[Checkpoint]:
    key = log_key(ground.secrets.get(LOG_SEED), ORIGIN)
    with ground.reading() as session:
        notes = session.scalars(select(checkpoint_table.c.note).order_by(checkpoint_table.c.size)).all()
    return [Checkpoint.parse(open_note(note.encode(), [key]).text) for note in notes]


def leaves(ground: Ground) -> list[bytes]:
    query = select(event_table.c.leaf).join(leaf_table, leaf_table.c.n == event_table.c.n)
    with ground.reading() as session:
        return list(session.scalars(query.order_by(leaf_table.c.idx)))


def test_pending_entries_are_sequenced_densely_and_their_head_is_signed(ground: Ground, sequencer: Sequencer) -> None:
    write(ground, 5)
    done = sequencer.run_round()
    assert (done.sequenced, done.damaged, done.signed_size) == (5, (), 5)
    with ground.reading() as session:
        assert session.scalars(select(leaf_table.c.idx).order_by(leaf_table.c.idx)).all() == [0, 1, 2, 3, 4]
        assert session.scalars(select(pending_table.c.n)).all() == []
    (head,) = heads(ground)
    assert head.size == 5
    assert head.root == root_of([leaf_hash(leaf) for leaf in leaves(ground)])


def test_a_round_without_work_signs_nothing(ground: Ground, sequencer: Sequencer) -> None:
    assert sequencer.run_round().signed_size is None
    write(ground, 1)
    sequencer.run_round()
    assert sequencer.run_round() == type(sequencer.run_round())(0, (), None)


def test_full_tiles_are_kept_and_proofs_read_from_them_verify(ground: Ground, sequencer: Sequencer) -> None:
    write(ground, 300)
    sequencer.run_round()
    write(ground, 345)
    sequencer.drain()
    first, last = heads(ground)
    with ground.reading() as session:
        full = select(tile_table.c.k).where(tile_table.c.level == 0).order_by(tile_table.c.k)
        assert session.scalars(full).all() == [0, 1]
        tree = Tree(session.connection(), read_edge(session.connection()))
        hashes = [leaf_hash(leaf) for leaf in leaves(ground)]
        assert tree.root_at(first.size) == first.root
        verify_consistency(first.size, first.root, last.size, last.root, tree.consistency_proof(first.size, last.size))
        for index in (0, 255, 256, 511, 512, 644):
            verify_inclusion(hashes[index], index, last.size, tree.inclusion_proof(index, last.size), last.root)


def test_edge_over_65_536_leaves_agrees_with_the_plain_tree() -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(65_536 + 300)]
    edge, tiles = EMPTY_EDGE.appended(hashes)
    assert edge.root() == root_of(hashes)
    assert [(tile.level, tile.k) for tile in tiles if tile.level == 1] == [(1, 0)]


def test_two_sequencers_give_no_place_twice(ground: Ground, tmp_path: Path) -> None:
    write(ground, 3)
    one, two = make_sequencer(ground, tmp_path), make_sequencer(ground, tmp_path)
    assert one.run_round().sequenced + two.run_round().sequenced == 3
    assert [head.size for head in heads(ground)] == [3]


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def test_a_row_whose_bytes_changed_before_integration_is_not_sequenced(ground: Ground, sequencer: Sequencer) -> None:
    write(ground, 2)
    with ground.unit_of_work() as uow:
        n = uow.connection.scalar(select(pending_table.c.n).order_by(pending_table.c.n).limit(1))
        uow.connection.execute(update(pending_table).where(pending_table.c.n == n).values(leaf_hash=bytes(32)))
        uow.commit(nothing_to_record="test of a damaged row")
    done = sequencer.run_round()
    assert (done.sequenced, done.damaged) == (1, (n,))
    assert sequencer.run_round().damaged == (n,)


@pytest.mark.parametrize("column", ["frontier", "tails"])
def test_a_flipped_bit_in_the_head_row_stops_the_signing(ground: Ground, sequencer: Sequencer, column: str) -> None:
    write(ground, 3)
    sequencer.run_round()
    with ground.unit_of_work() as uow:
        value = uow.connection.scalar(select(head_table.c[column]))
        uow.connection.execute(update(head_table).values({column: flip(value or b"")}))
        uow.commit(nothing_to_record="test of a damaged head")
    write(ground, 1)
    with pytest.raises(LogChanged):
        sequencer.run_round()
    assert [head.size for head in heads(ground)] == [3]


def test_a_lost_memory_of_a_signed_log_refuses(ground: Ground, sequencer: Sequencer, tmp_path: Path) -> None:
    write(ground, 1)
    sequencer.run_round()
    (tmp_path / "signer" / "head").unlink()
    write(ground, 1)
    with pytest.raises(LogChanged, match="memory is gone"):
        sequencer.run_round()


def test_a_memory_of_a_larger_or_other_tree_refuses(ground: Ground, sequencer: Sequencer, tmp_path: Path) -> None:
    memory = tmp_path / "signer" / "head"
    write(ground, 2)
    sequencer.run_round()
    write(ground, 1)
    memory.write_text(Checkpoint(ORIGIN, 9, bytes(32)).text())
    with pytest.raises(LogChanged, match="rolled back"):
        sequencer.run_round()
    memory.write_text(Checkpoint(ORIGIN, 2, bytes(32)).text())
    with pytest.raises(LogChanged, match="not those that were signed"):
        sequencer.run_round()


def test_an_older_copy_is_refused_before_anything_is_written_to_it(ground: Ground, tmp_path: Path) -> None:
    write(ground, 2)
    make_sequencer(ground, tmp_path).run_round()
    (tmp_path / "signer" / "head").write_text(Checkpoint(ORIGIN, 9, bytes(32)).text())
    with pytest.raises(LogChanged, match="rolled back"):
        make_sequencer(ground, tmp_path).run_round()


def test_a_crash_between_commit_and_signature_is_made_good_by_the_next_round(ground: Ground, tmp_path: Path) -> None:
    class DiesBeforeSigning(Signer):
        def sign(self, *arguments: object, **options: object) -> str:
            raise InterruptedError

    signer = DiesBeforeSigning(ORIGIN, ground.secrets.get(LOG_SEED), tmp_path / "signer" / "head")
    write(ground, 4)
    with pytest.raises(InterruptedError):
        Sequencer(ground.engine, signer, ground.clock, tmp_path / "sequencer.lock").run_round()
    assert heads(ground) == []
    assert make_sequencer(ground, tmp_path).run_round().signed_size == 4
