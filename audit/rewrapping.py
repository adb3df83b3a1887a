"""Wrapping again: after the key-encryption key changed, what it wraps is brought under the new one.

Only the 32 or 64 wrapped bytes of each key change, never the data sealed under them. The work goes in
small transactions and can be broken off at any point: rows under the new key are passed over the next time.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine, Row, Select, select, tuple_, update

from audit.database import WRITES
from audit.encoding import lp
from audit.installation_secrets import InstallationSecrets
from audit.key_ring import KeyRing
from audit.subject_keys import _aad as subject_aad
from audit.subject_keys import key_file_engine
from audit.tables import secret_table, subject_table

BATCH: Final = 500


def rewrap_subjects(engine: Engine, ring: KeyRing) -> Iterator[int]:
    """Bring the keys of subjects under the ring's active key; give, batch by batch, how many were changed.

    Raises MissingKey for a row under a key that the ring lacks; the batches before it are committed.
    """
    own = key_file_engine(engine) if engine.dialect.name == "sqlite" else engine
    last = ""
    while True:
        with own.execution_options(**{WRITES: True}).begin() as connection:
            rows = connection.execute(_subjects_after(last)).all()
            changed = sum(_rewrap_subject(connection, row, ring) for row in rows)
        yield changed
        if len(rows) < BATCH:
            break
        last = rows[-1].key_id
    if own is not engine:
        own.dispose()


def rewrap_secrets(engine: Engine, ring: KeyRing) -> Iterator[int]:
    """Bring the secrets of every group under the ring's active key, as `rewrap_subjects` does with subjects."""
    last = ("", "")
    while True:
        with engine.execution_options(**{WRITES: True}).begin() as connection:
            rows = connection.execute(_secrets_after(last)).all()
            changed = sum(_rewrap_secret(connection, row, ring, engine) for row in rows)
        yield changed
        if len(rows) < BATCH:
            break
        last = (rows[-1].group_id, rows[-1].name)


def is_under(wrapped: bytes, ring: KeyRing) -> bool:
    """Say whether these bytes are wrapped under the ring's active key."""
    return wrapped.startswith(lp(ring.active.encode()))


def is_all_under(engine: Engine, ring: KeyRing) -> bool:
    """Say whether an earlier rotation was finished: everything is wrapped under the active key."""
    own = key_file_engine(engine) if engine.dialect.name == "sqlite" else engine
    with own.connect() as connection:
        subjects = all(is_under(row, ring) for row in connection.scalars(select(subject_table.c.wrapped)))
    if own is not engine:
        own.dispose()
    with engine.connect() as connection:
        return subjects and all(is_under(row, ring) for row in connection.scalars(select(secret_table.c.wrapped)))


def _subjects_after(last: str) -> "Select[str, str, int, bytes]":
    columns = subject_table.c
    query = select(columns.key_id, columns.pid, columns.epoch, columns.wrapped)
    return query.where(columns.key_id > last).order_by(columns.key_id).limit(BATCH)


def _secrets_after(last: tuple[str, str]) -> "Select[str, str, bytes]":
    columns = secret_table.c
    query = select(columns.group_id, columns.name, columns.wrapped)
    place = tuple_(columns.group_id, columns.name)
    return query.where(place > tuple_(*last)).order_by(columns.group_id, columns.name).limit(BATCH)


def _rewrap_subject(connection: Connection, row: "Row[str, str, int, bytes]", ring: KeyRing) -> int:
    if is_under(row.wrapped, ring):
        return 0
    aad = subject_aad(row.pid, row.epoch)
    again = ring.wrap(ring.unwrap(row.wrapped, aad), aad)
    # The old bytes are asked for: keys destroyed since they were read stay destroyed.
    same = (subject_table.c.key_id == row.key_id) & (subject_table.c.wrapped == row.wrapped)
    return connection.execute(update(subject_table).where(same).values(wrapped=again)).rowcount


def _rewrap_secret(connection: Connection, row: "Row[str, str, bytes]", ring: KeyRing, engine: Engine) -> int:
    if is_under(row.wrapped, ring):
        return 0
    aad = InstallationSecrets(engine, ring, row.group_id)._aad(row.name)
    again = ring.wrap(ring.unwrap(row.wrapped, aad), aad)
    same = (secret_table.c.group_id == row.group_id) & (secret_table.c.name == row.name)
    statement = update(secret_table).where(same, secret_table.c.wrapped == row.wrapped).values(wrapped=again)
    return connection.execute(statement).rowcount
