"""Fresh databases for tests: a copy of one migrated template each, on SQLite and on PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import Engine, create_engine, delete, event, make_url, text, update

from audit import database
from audit.database import Base
from audit.key_ring import KeyRing
from audit.subject_keys import SubjectKeyStore
from audit.tables import head_table, keys_metadata
from migrations.upgrade import newest_version, upgrade
from tests.needs import missing

# Importing the modules of tables registers them.
for package in ("api", "audit", "consent", "pii", "retention"):
    for found in iter_modules(import_module(package).__path__, f"{package}."):
        if found.name.endswith("tables"):
            import_module(found.name)

POSTGRES_VARIABLE = "PLACET_TEST_POSTGRES_URL"


def postgres_url() -> str:
    """Return the server's address; skip by name where there is none."""
    url = os.environ.get(POSTGRES_VARIABLE)
    if not url:
        missing(f"PostgreSQL: {POSTGRES_VARIABLE} is not set")
    return url


@contextmanager
def sqlite_template(directory: Path) -> Iterator[Path]:
    """Give the path of a migrated, empty SQLite database."""
    path = directory / "template.db"
    engine = database.create_engine(f"sqlite:///{path}")
    upgrade(engine)
    keys = SubjectKeyStore(engine, KeyRing.generate())
    keys.create_schema()
    keys.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    yield path


@contextmanager
def sqlite_copy(template: Path, directory: Path) -> Iterator[Engine]:
    """Give an engine for a fresh copy of the template."""
    path = directory / "placet.db"
    for suffix in ("", "-keys"):
        source = template.with_name(f"{template.stem}{suffix}.db")
        if source.exists():
            shutil.copy(source, directory / f"placet{suffix}.db")
    engine = relaxed(database.create_engine(f"sqlite:///{path}"))
    yield engine
    engine.dispose()


@contextmanager
def postgres_template() -> Iterator[str]:
    """Give the name of a migrated, empty PostgreSQL database."""
    name = f"placet_template_{uuid.uuid4().hex[:12]}"
    with _created(name, template=None) as url:
        engine = database.create_engine(url)
        upgrade(engine)
        engine.dispose()
        yield name


@contextmanager
def postgres_copy(template: str) -> Iterator[Engine]:
    """Give an engine for a fresh copy of the template; dropping it waits for a checkpoint of the server."""
    with _created(f"placet_test_{uuid.uuid4().hex[:12]}", template=template) as url:
        engine = database.create_engine(url)
        yield engine
        engine.dispose()


@contextmanager
def postgres_emptied(url: str) -> Iterator[Engine]:
    """Give an engine for a database that is emptied afterwards, for the next test."""
    engine = relaxed(database.create_engine(url))
    try:
        yield engine
    finally:
        engine.dispose()
        empty(engine)
        engine.dispose()


def relaxed(engine: Engine) -> Engine:
    """Let commits of this engine return before they are on disk: a test does not outlive the machine.

    What must survive a killed process is tested with processes of their own, which commit as in production.
    """
    on_sqlite = engine.dialect.name == "sqlite"
    statement = "PRAGMA synchronous = OFF" if on_sqlite else "SET synchronous_commit = off"

    def relax(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if not on_sqlite:
            connection.commit()

    event.listen(engine, "connect", relax)
    return engine


def empty(engine: Engine) -> None:
    """Delete every row of every table, so that the database is as its migrations left it."""
    tables = [*keys_metadata.sorted_tables, *reversed(Base.metadata.sorted_tables)]
    asked = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {table.fullname})" for place, table in enumerate(tables)
    )
    with engine.begin() as connection:
        for place in connection.scalars(text(asked)).all():
            if tables[place] is head_table:
                connection.execute(update(head_table).values(size=0, frontier=b"", tails=b""))
            else:
                connection.execute(delete(tables[place]))
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest_version()})


@contextmanager
def _created(name: str, *, template: str | None) -> Iterator[str]:
    server = make_url(postgres_url())
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    suffix = f" TEMPLATE {template}" if template else ""
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{suffix}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
