"""The lease of the scheduler: of several processes one does the work, and another takes over when it dies.

It is held by the operating system or the database server on behalf of the process, so a process that
is killed holds nothing: no time-out has to pass, no row has to be cleaned up.
"""

import fcntl
from io import TextIOWrapper
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from audit.private_files import make_folder, private

# The advisory lock of the scheduler on PostgreSQL; the log's sequencer has its own.
LOCK_NUMBER = 0x706C6163657402


class Lease(Protocol):
    """The right to do the scheduled work; at most one process has it."""

    def hold(self) -> bool:
        """Take the lease if it is free and say whether this process has it now."""

    def release(self) -> None:
        """Give the lease back; another process may take it at once."""


class FileLease:
    """A lease over a SQLite database: an exclusive lock on a file beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIOWrapper | None = None
        self._guard = Lock()

    def hold(self) -> bool:
        """Take the lock if it is free and say whether this process has it now."""
        with self._guard:
            return self._file is not None or self._take_lock()

    def release(self) -> None:
        """Give the lock back."""
        with self._guard:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _take_lock(self) -> bool:
        make_folder(self._path.parent)
        file = open(self._path, "w", encoding="utf-8", opener=private)  # noqa: SIM115  (open as long as the lease is held)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True


class ServerLease:
    """A lease over a PostgreSQL database: a session advisory lock on a connection kept for nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._guard = Lock()

    def hold(self) -> bool:
        """Take the lock if it is free and say whether this process has it now.

        A connection that broke has lost the lock, so it is thrown away and the lock is asked for anew.
        """
        with self._guard:
            try:
                return self._has_lock() or self._take_lock()
            except DBAPIError:
                self._drop_connection()
                return False

    def release(self) -> None:
        """Give the lock back."""
        with self._guard:
            self._drop_connection()

    def _has_lock(self) -> bool:
        if self._connection is None:
            return False
        self._connection.scalar(text("SELECT 1"))
        return True

    def _take_lock(self) -> bool:
        connection = self._engine.connect()
        if connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK_NUMBER}):
            self._connection = connection
            return True
        connection.close()
        return False

    def _drop_connection(self) -> None:
        if self._connection is not None:
            # Closed for good, not given back to the pool, which would keep the session and its lock.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def lease_for(engine: Engine, lock_file: Path) -> Lease:
    """Return the lease that fits the database: `lock_file` is used with SQLite only."""
    return FileLease(lock_file) if engine.dialect.name == "sqlite" else ServerLease(engine)
