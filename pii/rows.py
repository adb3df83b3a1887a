"""Inserting a row that may be there already, on both databases."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_missing(session: Session, table: Table, **row: Any) -> bool:
    """Insert the row unless one with its key is there; say whether it was inserted.

    Of two writers of the same key one waits for the other and is then told that the row is there.
    """
    dialect = session.connection().dialect.name
    if dialect == "postgresql":
        statement = postgresql.insert(table).values(row).on_conflict_do_nothing()
        return session.execute(statement.returning(table.c.group_id)).first() is not None
    added = sqlite.insert(table).values(row).on_conflict_do_nothing()
    return session.execute(added.returning(table.c.group_id)).first() is not None
