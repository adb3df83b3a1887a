"""Values of the log as they lie in the database, before their type is trusted.

SQLite keeps a value of any type in any column, and an owner of the database can change a column's type. Reading
bytes would then fail in the driver, which does not say where.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from audit.entry_form import MAX_ENTRY_BYTES
from audit.errors import LogChanged

# How many rows of the log are in memory at a time.
ROWS_AT_ONCE: Final = 1000


class AsStored(FunctionElement[Any]):
    """A column of bytes, read without any conversion; on SQLite NULL where there is something else."""

    name = "as_stored"
    type = NullType()
    inherit_cache = True

    def __init__(self, column: ColumnElement[bytes]) -> None:
        super().__init__(column)


@compiles(AsStored)
def _as_it_is(element: AsStored, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(AsStored, "sqlite")
def _if_it_is_bytes(element: AsStored, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE typeof({column}) WHEN 'blob' THEN {column} END"


def stored_bytes(value: object, what: str) -> bytes:
    """Return `value` if it is bytes; raise LogChanged, naming `what` was read, for anything else."""
    if not isinstance(value, bytes):
        raise LogChanged(f"{what} is not stored as bytes: the database was changed")
    return value


def stored_leaf(value: object, index: int) -> bytes:
    """Return the bytes of the entry `index`; raise LogChanged, naming it, for what no writer could have stored."""
    leaf = stored_bytes(value, f"entry {index}")
    if len(leaf) > MAX_ENTRY_BYTES:
        raise LogChanged(f"entry {index} is longer than an entry can be: the database was changed")
    return leaf
