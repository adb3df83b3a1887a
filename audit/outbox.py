"""The outbox: letters that leave only if the change that caused them was committed (mail, webhooks).

A letter is put down in the transaction of its cause and sealed under its subject's key, so that an
erased subject gets no more. It is delivered at least once: whoever takes it can tell repetitions by its id.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from audit.errors import CannotOpen, SubjectErased
from audit.ids import new_id
from audit.installation_secrets import TOKEN_PEPPER, InstallationSecrets
from audit.key_ring import derive
from audit.sealing import open_sealed, row_aad, seal
from audit.subject_keys import SubjectKeyStore
from audit.tables import outbox_table

# The pause after each attempt; together about three days. A letter that still was not taken is parked.
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
MOST_ATTEMPTS: Final = len(PAUSES) + 1
# The key of letters to nobody in particular, derived from a secret of the installation.
NOBODYS_KEY: Final = "installation"
_NOBODYS_LABEL: Final = "placet/outbox-box/v1"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter taken out for delivery. `attempt` counts from 1."""

    id: str
    kind: str
    subject_id: str | None
    attempt: int
    created_at: datetime
    body: bytes = field(repr=False)


class Outbox:
    """The outbox of one controller group. Every method works in the caller's transaction."""

    def __init__(self, group_id: str, subject_keys: SubjectKeyStore, secrets: InstallationSecrets) -> None:
        self._group_id = group_id
        self._subject_keys = subject_keys
        self._secrets = secrets

    def put(
        self,
        connection: Connection,
        kind: str,
        body: bytes,
        *,
        subject_id: str | None,
        now: datetime,
        due_at: datetime | None = None,
    ) -> str:
        """Put a letter down and return its id; it leaves at `due_at`, or at once.

        Raises SubjectErased for a subject without keys.
        """
        letter_id = new_id()
        key_id, key = self._new_key(connection, subject_id)
        connection.execute(
            insert(outbox_table).values(
                group_id=self._group_id,
                id=letter_id,
                kind=kind,
                subject_id=subject_id,
                key_id=key_id,
                box=seal(key, body, self._aad(letter_id, key_id)),
                created_at=now,
                due_at=due_at or now,
                attempts=0,
            )
        )
        return letter_id

    def take_due(self, connection: Connection, kinds: Collection[str], *, now: datetime, limit: int) -> list[Letter]:
        """Take out what is due, oldest first, at most `limit`; each comes again after its pause unless marked as sent.

        The caller commits before it delivers: after a crash a letter is late, not lost. Letters to subjects
        whose keys were destroyed are deleted on the way, a letter that does not open is parked.
        """
        due = (
            select(outbox_table)
            .where(
                self._waits(),
                outbox_table.c.kind.in_(list(kinds)),
                outbox_table.c.due_at <= now,
            )
            .order_by(outbox_table.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        letters = [self._take(connection, row, now) for row in connection.execute(due).all()]
        return [letter for letter in letters if letter is not None]

    def mark_sent(self, connection: Connection, letter_id: str, *, now: datetime) -> None:
        """Note that a letter was delivered, and let go of what stood in it."""
        connection.execute(update(outbox_table).where(self._is(letter_id)).values(sent_at=now, box=b""))

    def oldest_due(self, connection: Connection) -> datetime | None:
        """Return since when the longest waiting letter is due, or None; parked letters wait for a person."""
        query = select(outbox_table.c.due_at).where(self._waits()).order_by(outbox_table.c.due_at).limit(1)
        return connection.scalar(query)

    def count_parked(self, connection: Connection) -> int:
        """Return how many letters were given up after three days."""
        query = select(func.count()).where(
            outbox_table.c.group_id == self._group_id,
            outbox_table.c.sent_at.is_(None),
            outbox_table.c.attempts >= MOST_ATTEMPTS,
        )
        return connection.scalar(query) or 0

    def _take(self, connection: Connection, row: Any, now: datetime) -> Letter | None:
        try:
            key = self._key_of(connection, row.key_id, row.subject_id)
        except SubjectErased:
            connection.execute(delete(outbox_table).where(self._is(row.id)))
            return None
        try:
            body = open_sealed(key, row.box, self._aad(row.id, row.key_id))
        except CannotOpen:
            # Its bytes changed, so waiting will not help; parked, it holds up nobody and is still there to see.
            self._note_attempt(connection, row.id, MOST_ATTEMPTS, now)
            return None
        attempt = row.attempts + 1
        self._note_attempt(connection, row.id, attempt, now + PAUSES[min(attempt, len(PAUSES)) - 1])
        return Letter(row.id, row.kind, row.subject_id, attempt, row.created_at, body)

    def _note_attempt(self, connection: Connection, letter_id: str, attempts: int, due_at: datetime) -> None:
        connection.execute(update(outbox_table).where(self._is(letter_id)).values(attempts=attempts, due_at=due_at))

    def _new_key(self, connection: Connection, subject_id: str | None) -> tuple[str, bytes]:
        if subject_id is None:
            return NOBODYS_KEY, derive(self._secrets.get(TOKEN_PEPPER), _NOBODYS_LABEL)
        keys = self._subject_keys.get_first(connection, subject_id)
        return keys.key_id, keys.for_table("outbox")

    def _key_of(self, connection: Connection, key_id: str, subject_id: str | None) -> bytes:
        known_id, key = self._new_key(connection, subject_id)
        if known_id != key_id:
            raise SubjectErased("the subject has other keys now")
        return key

    def _waits(self) -> ColumnElement[bool]:
        return (
            (outbox_table.c.group_id == self._group_id)
            & outbox_table.c.sent_at.is_(None)
            & (outbox_table.c.attempts < MOST_ATTEMPTS)
        )

    def _is(self, letter_id: str) -> ColumnElement[bool]:
        return (outbox_table.c.group_id == self._group_id) & (outbox_table.c.id == letter_id)

    def _aad(self, letter_id: str, key_id: str) -> bytes:
        return row_aad(self._group_id, "outbox", "box", letter_id, key_id)
