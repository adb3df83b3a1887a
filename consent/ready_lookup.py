"""Finding a ready answer in one read, on a connection of each thread's own: the hot path of every check.

SQLAlchemy writes the statement once and opens the connection; building it again, and taking a connection
from the pool, would cost several times the read.
"""

import json
import threading
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ARRAY, ColumnElement, Compiled, Engine, String, and_, any_, bindparam, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from consent.decision_log import LoggedDecision
from consent.ready_answers import ReadyKey
from consent.ready_tables import era_table, ready_answer_table
from consent.withdrawal_links import StoredLink, WithdrawalScope

_ready: Final = ready_answer_table.c
_ANSWER: Final = (
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
_TO_THIS_QUESTION: Final = and_(
    _ready.group_id == bindparam("group_id"),
    _ready.controller == bindparam("controller"),
    _ready.purpose == bindparam("purpose"),
    _ready.channel == bindparam("channel"),
    _ready.era == era_table.c.answers,
    _ready.since <= bindparam("now"),
    or_(_ready.until.is_(None), _ready.until > bindparam("now")),
)
_FIND: Final = (
    select(era_table.c.clients, *_ANSWER)
    .select_from(era_table.outerjoin(ready_answer_table, and_(_ready.asked == bindparam("asked"), _TO_THIS_QUESTION)))
    .where(era_table.c.group_id == bindparam("group_id"))
)
_FIND_MANY: Final = select(_ready.asked, *_ANSWER).where(
    era_table.c.group_id == bindparam("group_id"), _TO_THIS_QUESTION
)


def _among(dialect: str) -> ColumnElement[bool]:
    """Return the condition that the one asked about is among many: one parameter, however many there are."""
    if dialect == "sqlite":
        return _ready.asked.in_(select(func.json_each(bindparam("names")).table_valued("value").c.value))
    return _ready.asked == any_(bindparam("names", type_=ARRAY(String)))


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


def link_of(key: ReadyKey, ready: Ready) -> StoredLink | None:
    """Return the link that a message on the strength of a ready answer carries, or None; it is stored already."""
    if not ready.has_way_out:
        return None
    return StoredLink(ready.subject_id, key.controller, WithdrawalScope(purpose=key.purpose, channel=key.channel))


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


class PlainQuestion(NamedTuple):
    """What a plain question asks, about whomever."""

    controller: str
    purpose: str
    channel: str


class _Statement:
    """A statement as the driver takes it."""

    def __init__(self, compiled: Compiled) -> None:
        self.text = str(compiled)
        self._names: list[str] | None = getattr(compiled, "positiontup", None)

    def arguments(self, values: dict[str, Any]) -> Any:
        """Return the values in the order, or by the names, in which the driver wants them."""
        return values if self._names is None else [values[name] for name in self._names]


class ReadyLookup:
    """Reads ready answers of one controller group, each committed change of whatever process included."""

    def __init__(self, engine: Engine, group_id: str) -> None:
        self._engine = engine
        self._group_id = group_id
        self._own = threading.local()
        self._opened: list[Any] = []
        self._guard = threading.Lock()
        self._one = _Statement(_FIND.compile(dialect=engine.dialect))
        self._many = _Statement(_FIND_MANY.where(_among(engine.dialect.name)).compile(dialect=engine.dialect))
        self._driver_error: type[Exception] = engine.dialect.import_dbapi().Error
        self._is_sqlite = engine.dialect.name == "sqlite"

    def find(self, key: ReadyKey, now: datetime) -> Found | None:
        """Return what is ready, or None where nothing can be said: no era yet, or the database is away.

        Then the question goes the long way, which says what is wrong.
        """
        rows = self._rows(self._one, {**key._asdict(), "now": self._instant(now)})
        if not rows:
            return None
        return Found(rows[0][0], None if rows[0][1] is None else Ready(*rows[0][1:]))

    def find_many(self, names: Collection[str], plain: PlainQuestion, now: datetime) -> dict[str, Ready]:
        """Return what is ready about some people or contact points, by their names; the rest goes the long way."""
        # In the order of the index: neighbours lie on one page.
        ordered = sorted(names)
        asked = json.dumps(ordered) if self._is_sqlite else ordered
        rows = self._rows(self._many, {**plain._asdict(), "names": asked, "now": self._instant(now)})
        return {row[0]: Ready(*row[1:]) for row in rows or ()}

    def close(self) -> None:
        """Close every connection; the next question opens one again."""
        with self._guard:
            opened, self._opened = self._opened, []
        self._own = threading.local()
        for driver in opened:
            driver.close()

    def _rows(self, statement: "_Statement", values: dict[str, Any]) -> list[Any] | None:
        try:
            arguments = statement.arguments({"group_id": self._group_id, **values})
            rows: list[Any] = self._cursor().execute(statement.text, arguments).fetchall()
        except (SQLAlchemyError, self._driver_error):
            self._drop()
            return None
        return rows

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
