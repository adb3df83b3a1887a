"""Rows written many at a time are the rows that SQLAlchemy would have written."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from audit.bulk_writing import write_many
from consent.tables import decision_table as table

COLUMNS = (
    "id",
    "group_id",
    "at",
    "asker",
    "controller",
    "purpose",
    "judged_as",
    "channel",
    "verdict",
    "policy_version",
)
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def row(number: int, **changes: Any) -> tuple[Any, ...]:
    values = {
        "id": f"id-{number}",
        "group_id": "main",
        "at": MORNING,
        "asker": None,
        "controller": 'quotes " and \\ and \t tabs',
        "purpose": "newsletter",
        "judged_as": "newsletter",
        "channel": "email",
        "verdict": "deny",
        "policy_version": 1,
    }
    return tuple({**values, **changes}[name] for name in COLUMNS)


def stored(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [
            tuple(found) for found in connection.execute(select(*(table.c[n] for n in COLUMNS)).order_by(table.c.id))
        ]


@pytest.mark.parametrize(
    "at",
    [MORNING, MORNING + timedelta(microseconds=7), MORNING.astimezone(timezone(timedelta(hours=5, minutes=30)))],
    ids=str,
)
def test_what_was_written_is_read_back(engine: Engine, at: datetime) -> None:
    rows = [row(1, at=at), row(2, asker="crm")]
    with engine.begin() as connection:
        write_many(connection, table, COLUMNS, rows)
    assert stored(engine) == rows


def test_an_instant_is_found_where_sqlalchemy_looks_for_it(engine: Engine) -> None:
    with engine.begin() as connection:
        write_many(connection, table, COLUMNS, [row(1)])
        found = connection.scalars(select(table.c.id).where(table.c.at == MORNING)).all()
    assert found == ["id-1"]


def test_nothing_is_written_of_a_transaction_that_ends_badly(engine: Engine) -> None:
    with engine.connect() as connection:
        write_many(connection, table, COLUMNS, [row(1)])
        connection.rollback()
        write_many(connection, table, COLUMNS, [])
    assert stored(engine) == []


def test_what_the_database_refuses_is_an_error_like_any_other(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        write_many(connection, table, COLUMNS, [row(1), row(1)])
    assert stored(engine) == []
