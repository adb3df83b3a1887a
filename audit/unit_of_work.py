"""One change, one transaction, with its log entry: all of it or nothing."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from audit.database import WRITES
from audit.errors import NothingRecorded
from audit.events import Event
from audit.log import AuditLog
from audit.subject_keys import SubjectKeys


class UnitOfWork:
    """A transaction that refuses to commit a change without a record of it.

    Leaving the block without `commit` undoes everything. On SQLite the write lock is taken at the start.
    """

    def __init__(self, engine: Engine, log: AuditLog) -> None:
        self._engine = engine.execution_options(**{WRITES: True})
        self._log = log
        self._recorded = 0
        self.session: Session

    def __enter__(self) -> Self:
        self._recorded = 0
        self.session = Session(self._engine, expire_on_commit=False, autoflush=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Rolls back what was not committed; after a commit it only gives the connection back.
        self.session.close()

    @property
    def connection(self) -> Connection:
        """The connection of this transaction, for statements that are not mapped to classes."""
        return self.session.connection()

    def record(self, event: Event) -> str:
        """Append `event` to the audit log in this transaction and return the entry's id."""
        entry_id = self._log.append(self.connection, event)
        self._recorded += 1
        return entry_id

    def record_many(self, events: Sequence[Event], keys: Mapping[str, SubjectKeys]) -> list[str]:
        """Append many events as `record` does each, and return the entries' ids in order.

        `keys` holds the newest keys of every subject that the events are about.
        """
        entry_ids = self._log.append_many(self.connection, events, keys)
        self._recorded += len(entry_ids)
        return entry_ids

    def commit(self, *, nothing_to_record: str | None = None) -> None:
        """Commit. Raise NothingRecorded if no entry was written and the caller does not say why none is needed."""
        if not self._recorded and not nothing_to_record:
            raise NothingRecorded("a change commits with its log entry or says why it needs none")
        self.session.commit()
