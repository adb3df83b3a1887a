"""Whoever changes the log in the database is found out in one sentence that says where; nothing breaks over it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, text, update

from audit.errors import LogChanged, NotSound
from audit.export import EVERYTHING, NOTHING, Exporter
from audit.ground import Ground
from audit.reader import LogReader
from audit.sequencer import Sequencer
from audit.tables import event_table, leaf_table, opening_table
from tests.service.audit.test_export import SAID
from tests.service.audit.test_sequencer import ORIGIN, make_sequencer

ENTRIES = 5
CHANGED = 3
AS_TEXT = {
    # Bytes of which nobody can make text, marked as text.
    "sqlite": "UPDATE audit_event SET leaf = CAST(leaf || x'ff' AS TEXT) WHERE n = :n",
    # There a column has one type for all of its rows, so that the first of them is met.
    "postgresql": "ALTER TABLE audit_event ALTER COLUMN leaf TYPE text USING convert_from(leaf, 'UTF8')",
}
BOX_AS_TEXT = {
    "sqlite": "UPDATE audit_opening SET box = CAST(box AS TEXT)",
    "postgresql": "ALTER TABLE audit_opening ALTER COLUMN box TYPE text USING encode(box, 'hex')",
}


@pytest.fixture
def ground(own_engine: Engine, lay_ground: Callable[[Engine], Ground]) -> Ground:
    made = lay_ground(own_engine)
    with made.unit_of_work() as uow:
        for number in range(ENTRIES):
            uow.record(SAID.event(pub={"channel": "email"}, fields={"subject": "", "text": f"text {number}"}))
        uow.commit()
    return made


@pytest.fixture
def sequencer(ground: Ground, tmp_path: Path) -> Sequencer:
    return make_sequencer(ground, tmp_path)


@pytest.fixture
def exporter(ground: Ground, sequencer: Sequencer) -> Exporter:
    sequencer.drain()
    return Exporter(ground, ORIGIN)


def execute(ground: Ground, statement: str, **values: int) -> None:
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(text(statement), values if ":n" in statement else {})


def turn_to_text(ground: Ground) -> int:
    """Turn a leaf to text and return the index of the first entry that is."""
    kind = ground.engine.dialect.name
    execute(ground, AS_TEXT[kind], n=CHANGED + 1)
    return CHANGED if kind == "sqlite" else 0


def test_an_entry_that_is_text_is_named(ground: Ground, exporter: Exporter, tmp_path: Path) -> None:
    index = turn_to_text(ground)
    told = f"^entry {index} is not stored as bytes: the database was changed$"
    with pytest.raises(LogChanged, match=told):
        exporter.export(tmp_path / "bundle", NOTHING, actor="dpo")
    assert list(tmp_path.glob("*bundle*")) == list(tmp_path.glob(".export-*")) == []
    with pytest.raises(LogChanged, match=told):
        LogReader(ground.engine).list_entries(0, 100)


def test_an_entry_that_is_text_does_not_break_the_sequencer(ground: Ground, sequencer: Sequencer) -> None:
    on_sqlite = turn_to_text(ground) == CHANGED
    done = sequencer.run_round()
    assert done.sequenced == (ENTRIES - 1 if on_sqlite else 0)
    assert len(done.damaged) == (1 if on_sqlite else ENTRIES)


def test_an_opening_that_is_text_is_named(ground: Ground, exporter: Exporter, tmp_path: Path) -> None:
    execute(ground, BOX_AS_TEXT[ground.engine.dialect.name])
    with pytest.raises(LogChanged, match=r"^the opening of subject of event [0-9a-f-]{36} is not stored as bytes"):
        exporter.export(tmp_path / "bundle", EVERYTHING, actor="dpo")


def test_an_opening_that_does_not_open_is_named(ground: Ground, exporter: Exporter, tmp_path: Path) -> None:
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(update(opening_table).where(opening_table.c.field == "text").values(box=bytes(64)))
    with pytest.raises(LogChanged, match=r"^the opening of text of event [0-9a-f-]{36} does not open"):
        exporter.export(tmp_path / "bundle", EVERYTHING, actor="dpo")


@pytest.mark.parametrize("index", [pytest.param(CHANGED, id="in the middle"), pytest.param(ENTRIES - 1, id="the last")])
def test_an_entry_that_is_missing_is_named(ground: Ground, exporter: Exporter, tmp_path: Path, index: int) -> None:
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(delete(leaf_table).where(leaf_table.c.idx == index))
    with pytest.raises(LogChanged, match=f"^entry {index} is missing"):
        exporter.export(tmp_path / "bundle", NOTHING, actor="dpo")


def test_an_entry_that_no_writer_could_have_stored_is_named(ground: Ground, exporter: Exporter, tmp_path: Path) -> None:
    change(ground, bytes(70_000))
    with pytest.raises(LogChanged, match=f"^entry {CHANGED} is longer"):
        exporter.export(tmp_path / "bundle", NOTHING, actor="dpo")


def test_a_bundle_that_does_not_verify_says_by_which_rule(ground: Ground, exporter: Exporter, tmp_path: Path) -> None:
    change(ground, b"{}")
    with pytest.raises(NotSound, match=r"^the bundle does not verify \(tree.root: "):
        exporter.export(tmp_path / "bundle", NOTHING, actor="dpo")


def change(ground: Ground, leaf: bytes) -> None:
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(update(event_table).where(event_table.c.n == CHANGED + 1).values(leaf=leaf))
