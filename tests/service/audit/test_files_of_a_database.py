"""A SQLite database is several files; none of them is for others, however the folder or the file came to be."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.database import create_engine
from audit.key_ring import KeyRing
from audit.subject_keys import SubjectKeyStore

COMPANIONS = ("", "-wal", "-shm")


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """A process that would let everybody read what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(path: Path) -> set[int]:
    files = [Path(f"{path}{suffix}") for suffix in COMPANIONS]
    return {stat.S_IMODE(file.stat().st_mode) for file in files}


def write(path: Path) -> None:
    """Open the database, write, and look at all of its files while they are there."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.execution_options(placet_writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (a)")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM t")
        assert modes(path) == {0o600}
    engine.dispose()


def test_the_files_of_a_new_database_are_closed(tmp_path: Path) -> None:
    write(tmp_path / "placet.db")


def test_a_database_that_was_open_to_others_is_closed_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "placet.db"
    write(path)
    reader = create_engine(f"sqlite:///{path}")
    with reader.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM t")
        for suffix in COMPANIONS:
            Path(f"{path}{suffix}").chmod(0o644)
        write(path)
    reader.dispose()


def test_the_keys_of_people_are_closed_as_well(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/placet.db")
    keys = SubjectKeyStore(engine, KeyRing.generate())
    keys.create_schema()
    with engine.connect() as connection:
        assert keys.find(connection, "nobody") is None
        assert modes(tmp_path / "placet-keys.db") == {0o600}
    keys.dispose()
    engine.dispose()
