"""Appending to the audit log, inside the caller's transaction (LOG.md section 14)."""

import json
import secrets
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, LargeBinary, bindparam, insert, text

from audit.bulk_writing import write_many
from audit.clock import Clock
from audit.commitment import commitment, subject_tag
from audit.encoding import HASH_BYTES, lp
from audit.entry import MAX_VALUE_BYTES, EntryShape
from audit.errors import EntryRefused, SubjectErased
from audit.events import Event
from audit.ids import new_event_id
from audit.installation_secrets import LOG_BOX, InstallationSecrets
from audit.merkle import leaf_hash
from audit.sealing import seal
from audit.subject_keys import SubjectKeys, SubjectKeyStore
from audit.tables import event_table, opening_table, pending_table, subject_event_table

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Openings of events that concern nobody lie under the log's own box key.
NOBODYS_KEY = "log"
SALT_BYTES = 32

# Event and pending row stand in one statement: there is no moment at which one exists without the other.
_EVENT_WITH_PENDING = text(
    "WITH e AS (INSERT INTO audit_event (id, type, at_us, leaf) VALUES (:id, :type, :at_us, :leaf) RETURNING n) "
    "INSERT INTO audit_pending (n, leaf_hash) SELECT n, :leaf_hash FROM e RETURNING n"
).bindparams(bindparam("leaf", type_=LargeBinary), bindparam("leaf_hash", type_=LargeBinary))

_NUMBERS = text("SELECT nextval(pg_get_serial_sequence('audit_event', 'n')) FROM generate_series(1, :count)")
_LAST_NUMBER = text("SELECT seq FROM sqlite_sequence WHERE name = 'audit_event'")
_EVENT = ("id", "type", "at_us", "leaf")
OPENING = ("event", "field", "key_id", "box")


class AuditLog:
    """The log of one controller group, as its writers see it."""

    def __init__(self, subject_keys: SubjectKeyStore, secrets_: InstallationSecrets, clock: Clock) -> None:
        self._subject_keys = subject_keys
        self._secrets = secrets_
        self._clock = clock

    def append(self, connection: Connection, event: Event) -> str:
        """Add one entry in the caller's transaction and return its id; it is sequenced after the commit.

        Raises EntryRefused for a value over 65,535 bytes and for whatever else has no writer's form, and
        SubjectErased for a subject without keys. Nothing is written then.
        """
        # The index is not given here. Whoever took it from a head row would make every writer wait for
        # every other; the sequencer gives it, after commit, in batches.
        keys = self._subject_keys.get(connection, event.subject) if event.subject else None
        written = self._written(event, keys, _shape_of(event))
        n = self._insert(connection, written)
        if written.openings:
            rows = [dict(zip(OPENING, opening, strict=True)) for opening in written.openings]
            connection.execute(insert(opening_table), rows)
        if keys is not None:
            connection.execute(insert(subject_event_table).values(pid=keys.pid, n=n))
        return written.id

    def append_many(
        self, connection: Connection, events: Sequence[Event], keys: Mapping[str, SubjectKeys]
    ) -> list[str]:
        """Add entries as `append` does, each one by itself but in few statements; return their ids in order.

        `keys` holds the newest keys of every subject that the events are about. Raises as `append` does.
        """
        if any(event.subject and event.subject not in keys for event in events):
            raise SubjectErased("the subject has no keys")
        if not events:
            return []
        shapes: dict[Hashable, EntryShape] = {}
        written = []
        for event in events:
            same = (event.type, tuple(event.fields), json.dumps(event.pub))
            shape = shapes.get(same) or shapes.setdefault(same, _shape_of(event))
            written.append(self._written(event, keys[event.subject] if event.subject else None, shape))
        # Numbers are drawn beforehand, so that event, pending row and subject's row can be written apart;
        # nobody else sees any of them before the commit.
        numbered = list(zip(_draw_numbers(connection, len(written)), written, strict=True))
        write_many(connection, event_table, (*_EVENT, "n"), ((e.id, e.type, e.at_us, e.leaf, n) for n, e in numbered))
        write_many(connection, pending_table, ("n", "leaf_hash"), ((n, leaf_hash(e.leaf)) for n, e in numbered))
        write_many(connection, opening_table, OPENING, (opening for e in written for opening in e.openings))
        write_many(
            connection,
            subject_event_table,
            ("pid", "n"),
            ((event.subject, n) for (n, _), event in zip(numbered, events, strict=True) if event.subject),
        )
        return [entry.id for entry in written]

    def _written(self, event: Event, keys: SubjectKeys | None, shape: EntryShape) -> "_Written":
        if any(len(value) > MAX_VALUE_BYTES for value in event.fields.values()):
            raise EntryRefused(f"a field of {event.type} is longer than {MAX_VALUE_BYTES} bytes")
        event_id, at = new_event_id(), self._clock()
        salts = {name: secrets.token_bytes(SALT_BYTES) for name in event.fields}
        commitments = [commitment(event_id, name, value, salts[name]) for name, value in event.fields.items()]
        leaf = shape.encode(id=event_id, at=at, commitments=commitments, tag=_tag(keys, event_id))
        return _Written(event_id, event.type, microseconds(at), leaf, self._openings(event_id, event, salts, keys))

    def _insert(self, connection: Connection, written: "_Written") -> int:
        row = {name: getattr(written, name) for name in _EVENT}
        hashed = leaf_hash(written.leaf)
        if connection.dialect.name == "postgresql":
            return int(connection.execute(_EVENT_WITH_PENDING, {**row, "leaf_hash": hashed}).scalar_one())
        n = connection.execute(insert(event_table).values(row).returning(event_table.c.n)).scalar_one()
        connection.execute(insert(pending_table).values(n=n, leaf_hash=hashed))
        return int(n)

    def _openings(
        self, event_id: str, event: Event, salts: dict[str, bytes], keys: SubjectKeys | None
    ) -> list[tuple[str, str, str, bytes]]:
        if not event.fields:
            return []  # The entry that tells of the first secrets comes before there is any to seal with.
        key_id, key = (keys.key_id, keys.box_key) if keys else (NOBODYS_KEY, self._secrets.get(LOG_BOX))
        return [
            (event_id, name, key_id, seal(key, salts[name] + value, opening_aad(event_id, name)))
            for name, value in event.fields.items()
        ]


@dataclass(frozen=True, slots=True)
class _Written:
    """An entry as it goes into the tables; each opening is a row of `OPENING`."""

    id: str
    type: str
    at_us: int
    leaf: bytes
    openings: list[tuple[str, str, str, bytes]]


def _draw_numbers(connection: Connection, count: int) -> Sequence[int]:
    """Return numbers for as many entries, given to nobody else."""
    if connection.dialect.name == "postgresql":
        return sorted(connection.scalars(_NUMBERS, {"count": count}))
    # The caller has the write lock, and an explicit number moves the counter on.
    last = connection.scalar(_LAST_NUMBER) or 0
    return range(last + 1, last + 1 + count)


def opening_aad(event_id: str, field: str) -> bytes:
    """Return the associated data of an opening's box (LOG.md section 13)."""
    return b"placet/opening-box/v1\n" + lp(event_id.encode()) + lp(field.encode())


def microseconds(at: datetime) -> int:
    """Return `at` as Unix microseconds, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _shape_of(event: Event) -> EntryShape:
    return EntryShape(type=event.type, pub=event.pub, fields=tuple(event.fields))


def _tag(keys: SubjectKeys | None, event_id: str) -> bytes:
    return secrets.token_bytes(HASH_BYTES) if keys is None else subject_tag(keys.tag_key, event_id)
