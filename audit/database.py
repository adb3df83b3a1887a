"""The database: base class of all tables, column types, and engines for SQLite and PostgreSQL."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    event,
    make_url,
)
from sqlalchemy import create_engine as create_sqlalchemy_engine
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool

from audit.errors import UnsupportedDatabase
from audit.private_files import close_to_others, private

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Marks a connection whose transactions write: on SQLite it takes the write lock at once, so that two
# writers queue instead of one failing in the middle of its work.
WRITES = "placet_writes"
BUSY_TIMEOUT_SECONDS = 15


class Base(DeclarativeBase):
    """Base of every table of every package; constraints are named alike on all databases."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC to the microsecond; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC; raise ValueError if it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without time zone is no instant")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives row ids to INTEGER PRIMARY KEY columns only, PostgreSQL wants eight bytes.
BigSerial = BigInteger().with_variant(Integer(), "sqlite")


def create_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine for a SQLite or PostgreSQL `url`, prepared by `prepare`."""
    dialect = make_url(url).get_backend_name()
    if dialect not in ("sqlite", "postgresql"):
        raise UnsupportedDatabase(f"unsupported database: {dialect}")
    return prepare(create_sqlalchemy_engine(url, **engine_options(url, pool_size=pool_size)))


def engine_options(url: str, *, pool_size: int = 5) -> dict[str, Any]:
    """Return the options under which every engine for `url` is made."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            # Parameters may be personal data; an error shows the statement only.
            "hide_parameters": True,
            "poolclass": QueuePool,
            "pool_size": pool_size,
            "max_overflow": 20,
            "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        }
    return {
        "hide_parameters": True,
        "pool_size": pool_size,
        "max_overflow": 20,
        "pool_timeout": 1,
        "pool_pre_ping": True,
    }


def prepare(engine: Engine) -> Engine:
    """Set on `engine` what every connection of Placet needs, and return it."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _close_files)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_postgres)
    return engine


def _close_files(_dialect: Dialect, _record: object, arguments: Sequence[Any], _options: object) -> None:
    """Make the database file where it is missing, and close it and its companions to others."""
    name = str(arguments[0])
    if not name or name.startswith((":memory:", "file:")):
        return
    # Whatever else is wrong with the place, SQLite says itself.
    with contextlib.suppress(OSError), open(name, "xb", opener=private):
        pass
    # Companions that are made later get the mode of the database file.
    close_to_others(Path(name + suffix) for suffix in ("", "-wal", "-shm", "-journal"))


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` chooses the kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SET synchronous_commit = on")
    connection.commit()
