"""Migrations go up, down and up again over rows, and give exactly the tables that the models describe."""

from datetime import UTC, date, datetime
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Engine, MetaData, func, insert, select

from audit.database import NAMING, Base
from audit.tables import keys_metadata
from migrations.upgrade import BASE, current_version, downgrade, newest_version, upgrade


def described(engine: Engine) -> MetaData:
    """Return the tables that migrations answer for: those of the keys only where they share the database."""
    if engine.dialect.name == "sqlite":
        return Base.metadata
    both = MetaData(naming_convention=NAMING)
    for metadata in (Base.metadata, keys_metadata):
        for table in metadata.tables.values():
            table.to_metadata(both)
    return both


def test_models_and_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_schemas": engine.dialect.name == "postgresql"}
        )
        differences = [
            difference
            for difference in compare_metadata(context, described(engine))
            if "alembic_version" not in str(difference)
        ]
    assert differences == []


def test_up_down_and_up_again_over_rows(own_engine: Engine) -> None:
    engine = own_engine
    fill(engine)
    downgrade(engine, BASE)
    assert current_version(engine) is None
    upgrade(engine)
    assert current_version(engine) == newest_version()
    assert all(count == 0 for table, count in counted(engine).items() if table != "audit_head")
    fill(engine)
    assert all(count >= 1 for count in counted(engine).values())


def test_upgrading_a_current_database_changes_nothing(engine: Engine) -> None:
    fill(engine)
    before = counted(engine)
    upgrade(engine)
    assert counted(engine) == before


def counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def fill(engine: Engine) -> None:
    """Write one row into every table, with a value of the right type in every column."""
    with engine.execution_options(placet_writes=True).begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name == "audit_head":
                continue
            row = {column.name: sample(column.type) for column in table.columns}
            connection.execute(insert(table).values(row))


def sample(kind: Any) -> Any:
    if isinstance(kind, JSON):
        return {}
    python = kind.python_type if not hasattr(kind, "impl") else datetime
    return {
        str: "x",
        int: 1,
        bytes: b"x",
        bool: True,
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
        date: date(2026, 1, 1),
    }[python]
