"""Finding a ready answer in one read, on a connection of each thread's own: the hot path of every check.

SQLAlchemy writes the statement once and opens the connection; building it again, and taking a connection
from the pool, would cost several times the read.
"""

import threading
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine, and_, bindparam, or_, select
from sqlalchemy.exc import SQLAlchemyError

from consent.decision_log import LoggedDecision
from consent.ready_answers import ReadyKey
from consent.ready_tables import era_table, ready_answer_table

_ready: Final = ready_answer_table.c
_FIND: Final = (
    select(
        era_table.c.clients,
        _ready.subject_id,
        _ready.contact,
        _ready.verdict,
        _ready.basis,
        _ready.reason,
        _ready.carried_by,
        _ready.has_way_out,
        _ready.document,
        _ready.policy_version,
    )
    .select_from(
        era_table.outerjoin(
            ready_answer_table,
            and_(
                _ready.group_id == bindparam("group_id"),
                _ready.asked == bindparam("asked"),
                _ready.controller == bindparam("controller"),
                _ready.purpose == bindparam("purpose"),
                _ready.channel == bindparam("channel"),
                _ready.era == era_table.c.answers,
                _ready.since <= bindparam("now"),
                or_(_ready.until.is_(None), _ready.until > bindparam("now")),
            ),
        )
    )
    .where(era_table.c.group_id == bindparam("group_id"))
)


class Ready(NamedTuple):
    """A ready answer as it lies in the database."""

    subject_id: str
    contact: str | None
    verdict: str
    basis: str | None
    reason: str | None
    carried_by: str | None
    has_way_out: bool
    document: str
    policy_version: int


class Found(NamedTuple):
    """What was found: the era of clients at that moment, and the answer, or None where none is ready."""

    clients: int
    ready: Ready | None


def logged(key: ReadyKey, ready: Ready, *, decision_id: str, at: datetime, asker: str) -> LoggedDecision:
    """Return what is remembered of giving a ready answer; a plain question is judged as what it asks."""
    return LoggedDecision(
        id=decision_id,
        at=at,
        asker=asker,
        subject_id=ready.subject_id,
        controller=key.controller,
        purpose=key.purpose,
        judged_as=key.purpose,
        topic=None,
        channel=key.channel,
        contact=ready.contact,
        verdict=ready.verdict,
        basis=ready.basis,
        reason=ready.reason,
        carried_by=ready.carried_by,
        policy_version=ready.policy_version,
    )


class ReadyLookup:
    """Reads ready answers of one controller group, each committed change of whatever process included."""

    def __init__(self, engine: Engine, group_id: str) -> None:
        self._engine = engine
        self._group_id = group_id
        self._own = threading.local()
        self._opened: list[Any] = []
        self._guard = threading.Lock()
        compiled = _FIND.compile(dialect=engine.dialect)
        self._statement = str(compiled)
        self._names: list[str] | None = compiled.positiontup
        self._driver_error: type[Exception] = engine.dialect.import_dbapi().Error
        self._is_sqlite = engine.dialect.name == "sqlite"

    def find(self, key: ReadyKey, now: datetime) -> Found | None:
        """Return what is ready, or None where nothing can be said: no era yet, or the database is away.

        Then the question goes the long way, which says what is wrong.
        """
        values: dict[str, Any] = {"group_id": self._group_id, **key._asdict(), "now": self._instant(now)}
        try:
            row = self._cursor().execute(self._statement, self._arguments(values)).fetchone()
        except (SQLAlchemyError, self._driver_error):
            self._drop()
            return None
        return None if row is None else Found(row[0], None if row[1] is None else Ready(*row[1:]))

    def close(self) -> None:
        """Close every connection; the next question opens one again."""
        with self._guard:
            opened, self._opened = self._opened, []
        self._own = threading.local()
        for driver in opened:
            driver.close()

    def _arguments(self, values: dict[str, Any]) -> Any:
        return values if self._names is None else [values[name] for name in self._names]

    def _instant(self, now: datetime) -> Any:
        return now.strftime("%Y-%m-%d %H:%M:%S.%f") if self._is_sqlite else now

    def _cursor(self) -> Any:
        cursor = getattr(self._own, "cursor", None)
        if cursor is None:
            cursor = self._own.cursor = self._open().cursor()
        return cursor

    def _open(self) -> Any:
        """Open a connection that is no part of the pool; each statement on it is a transaction of its own."""
        connection = self._engine.raw_connection()
        driver = connection.dbapi_connection
        connection.detach()
        if driver is None:
            raise RuntimeError("the engine gave no connection")
        with self._guard:
            self._opened.append(driver)
        if self._is_sqlite:
            driver.execute("PRAGMA query_only = ON")
        else:
            driver.autocommit = True
            driver.prepare_threshold = 0
        return driver

    def _drop(self) -> None:
        """Let the connection of this thread go; it is closed with the others."""
        self._own.cursor = None
