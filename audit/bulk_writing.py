"""Writing many rows of one table as fast as the driver takes them: one statement, values as they are."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from audit.database import UtcDateTime


def write_many(connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows, each with its values in the order of `columns`, in the caller's transaction.

    Values are texts, numbers, bytes, truth values, instants or None. PostgreSQL takes them by COPY.
    """
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
        return
    instants = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, UtcDateTime)]
    texts: dict[datetime, str] = {}
    ready = [_with_texts(row, instants, texts) for row in rows] if instants else list(rows)
    if ready:
        marks = ", ".join("?" * len(columns))
        # Names of tables and columns are the models' own; every value is a parameter.
        statement = f"INSERT INTO {_target(connection, table, columns)} VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(statement, ready)


def _copy(connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.dbapi_connection
    statement = f"COPY {_target(connection, table, columns)} FROM STDIN"
    errors: type[Exception] = connection.dialect.import_dbapi().Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except errors as error:
        # As of any other statement: callers know SQLAlchemy's errors, not the driver's.
        raise DBAPIError.instance(statement, None, error, errors, hide_parameters=True) from None


def _target(connection: Connection, table: Table, columns: tuple[str, ...]) -> str:
    """Return the table with its columns, as the database wants their names written."""
    quote = connection.dialect.identifier_preparer
    # Where keys lie in a file of their own, their schema has no name there.
    renamed = connection.get_execution_options().get("schema_translate_map", {})
    name = quote.format_table(table, use_schema=renamed.get(table.schema, table.schema) is not None)
    return f"{name} ({', '.join(quote.quote(column) for column in columns)})"


def _with_texts(row: Sequence[Any], instants: Sequence[int], texts: dict[datetime, str]) -> tuple[Any, ...]:
    """Return a row with its instants in the form in which SQLAlchemy writes them on SQLite; `texts` keeps them."""
    values = list(row)
    for place in instants:
        at: datetime | None = values[place]
        if at is not None:
            values[place] = texts.get(at) or texts.setdefault(at, _text_of(at))
    return tuple(values)


def _text_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
