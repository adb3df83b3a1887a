"""The keys of each data subject: born with the subject, destroyed on erasure (LOG.md sections 3, 13 and 19).

Destroying them makes unreadable at once what lies sealed in backups, replicas and write-ahead logs.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, make_url, select

from audit.bulk_writing import write_many
from audit.database import WRITES, create_engine
from audit.encoding import lp
from audit.errors import SubjectErased
from audit.key_ring import KEY_BYTES, KeyRing, derive
from audit.tables import KEYS_SCHEMA, keys_metadata, subject_table

FIRST_EPOCH = 1
_COLUMNS = ("key_id", "pid", "epoch", "wrapped")


@dataclass(frozen=True, slots=True)
class SubjectKeys:
    """Tag key and box key of one subject in one epoch, 32 bytes each."""

    pid: str
    key_id: str
    epoch: int
    tag_key: bytes = field(repr=False)
    box_key: bytes = field(repr=False)

    def for_table(self, table: str) -> bytes:
        """Return the key under which values of `table` are sealed (HKDF from the box key, one label a table)."""
        return derive(self.box_key, f"placet/table/v1/{table}")


class SubjectKeyStore:
    """Creates, opens and destroys the keys of subjects, in the schema or file that is theirs alone.

    On PostgreSQL the rows lie in a schema of the same database and join the caller's transaction. On
    SQLite they lie in a file of their own, which has transactions of its own: a key is committed
    before anything is sealed under it (a key without data is harmless), and destroyed after the data.
    """

    def __init__(self, engine: Engine, key_ring: KeyRing) -> None:
        self._key_ring = key_ring
        self._file = key_file_engine(engine) if engine.dialect.name == "sqlite" else None

    def __repr__(self) -> str:
        return "SubjectKeyStore(<redacted>)"

    @property
    def has_own_file(self) -> bool:
        """Say whether keys live in transactions of their own (SQLite) or in the caller's (PostgreSQL)."""
        return self._file is not None

    def create_schema(self) -> None:
        """Create the table of the key file where there is one; on PostgreSQL migrations do it."""
        if self._file is not None:
            keys_metadata.create_all(self._file)

    def dispose(self) -> None:
        """Close the connections to the key file where there is one."""
        if self._file is not None:
            self._file.dispose()

    def create(self, connection: Connection, pid: str) -> SubjectKeys:
        """Make the first keys of a new subject and return them."""
        return self.create_many(connection, [pid])[pid]

    def create_many(self, connection: Connection, pids: Sequence[str]) -> dict[str, SubjectKeys]:
        """Make the first keys of some new subjects and return them by subject."""
        made = {pid: self._new(pid) for pid in pids}
        rows = [
            (keys.key_id, pid, keys.epoch, self._key_ring.wrap(keys.tag_key + keys.box_key, _aad(pid, keys.epoch)))
            for pid, keys in made.items()
        ]
        if self._file is None:
            write_many(connection, subject_table, _COLUMNS, rows)
        elif rows:
            with self._file.execution_options(**{WRITES: True}).begin() as own:
                write_many(own, subject_table, _COLUMNS, rows)
        return made

    def list_of(self, connection: Connection, pids: Collection[str]) -> dict[str, list[SubjectKeys]]:
        """Return the keys of some subjects, the oldest first; a subject without keys is left out."""
        query = select(subject_table).where(subject_table.c.pid.in_(pids))
        query = query.order_by(subject_table.c.pid, subject_table.c.epoch)
        if self._file is None:
            rows = connection.execute(query).all()
        else:
            with self._file.connect() as own:
                rows = own.execute(query).all()
        found: dict[str, list[SubjectKeys]] = {}
        for row in rows:
            found.setdefault(row.pid, []).append(self._opened(row))
        return found

    def find(self, connection: Connection, pid: str) -> SubjectKeys | None:
        """Return the newest keys of a subject, or None when there are none (never made, or destroyed)."""
        return self._read(connection, pid, newest=True)

    def get(self, connection: Connection, pid: str) -> SubjectKeys:
        """Return the newest keys of a subject; raise SubjectErased when they are gone."""
        keys = self.find(connection, pid)
        if keys is None:
            raise SubjectErased("the subject has no keys")
        return keys

    def get_first(self, connection: Connection, pid: str) -> SubjectKeys:
        """Return the keys of the first epoch, under which rows are sealed; raise SubjectErased when gone."""
        keys = self._read(connection, pid, newest=False)
        if keys is None:
            raise SubjectErased("the subject has no keys")
        return keys

    def find_by_key_id(self, connection: Connection, key_id: str) -> SubjectKeys | None:
        """Return the keys with this id, or None when they are gone."""
        return self._one(connection, select(subject_table).where(subject_table.c.key_id == key_id))

    def list_key_ids(self, connection: Connection, pid: str) -> list[str]:
        """Return the ids of all keys that a subject has, over all epochs."""
        query = select(subject_table.c.key_id).where(subject_table.c.pid == pid)
        if self._file is None:
            return list(connection.scalars(query))
        with self._file.connect() as own:
            return list(own.scalars(query))

    def destroy(self, connection: Connection, pid: str) -> int:
        """Delete every key of a subject and return how many there were. Doing it twice is the same as once."""
        statement = delete(subject_table).where(subject_table.c.pid == pid)
        if self._file is None:
            return connection.execute(statement).rowcount
        with self._file.execution_options(**{WRITES: True}).begin() as own:
            return own.execute(statement).rowcount

    def _read(self, connection: Connection, pid: str, *, newest: bool) -> SubjectKeys | None:
        order = subject_table.c.epoch.desc() if newest else subject_table.c.epoch
        query = select(subject_table).where(subject_table.c.pid == pid).order_by(order).limit(1)
        return self._one(connection, query)

    def _one(self, connection: Connection, query: Select[Any]) -> SubjectKeys | None:
        if self._file is None:
            row = connection.execute(query).one_or_none()
        else:
            with self._file.connect() as own:
                row = own.execute(query).one_or_none()
        return None if row is None else self._opened(row)

    def _opened(self, row: Row[Any]) -> SubjectKeys:
        secret = self._key_ring.unwrap(row.wrapped, _aad(row.pid, row.epoch))
        return SubjectKeys(row.pid, row.key_id, row.epoch, secret[:KEY_BYTES], secret[KEY_BYTES:])

    @staticmethod
    def _new(pid: str) -> SubjectKeys:
        tag_key, box_key = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
        return SubjectKeys(pid, secrets.token_hex(16), FIRST_EPOCH, tag_key, box_key)


def key_file_engine(engine: Engine) -> Engine:
    """Return the engine of the key file that belongs to a SQLite database: `x.db` has `x-keys.db` beside it."""
    url = make_url(engine.url)
    path = Path(str(url.database))
    own = url.set(database=str(path.with_name(f"{path.stem}-keys{path.suffix}")))
    return create_engine(own.render_as_string(hide_password=False)).execution_options(
        schema_translate_map={KEYS_SCHEMA: None}
    )


def _aad(pid: str, epoch: int) -> bytes:
    return b"placet/subject-key/v1\n" + lp(pid.encode()) + lp(str(epoch).encode())
