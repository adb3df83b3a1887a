"""Confirmations as rows: requests that wait for a click, found by the hash of their token, spent once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from consent.tables import confirmation_table as table
from consent.tokens import hash_of_token, new_token

USE: Final = "confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConfirmation:
    """One pending or spent confirmation; `event_id` is the request, `contact` where it was sent."""

    id: str
    event_id: str
    subject_id: str
    contact: str
    created_at: datetime
    expires_at: datetime
    spent_at: datetime | None


_COLUMNS = tuple(table.c[name] for name in StoredConfirmation.__dataclass_fields__)


class ConfirmationStore:
    """The confirmations of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def add(self, *, event_id: str, subject_id: str, contact: str, now: datetime, expires_at: datetime) -> str:
        """Store a confirmation that waits and return its token, which is stored nowhere."""
        token = new_token()
        self._session.execute(
            insert(table).values(
                group_id=self._ground.group_id,
                id=new_id(),
                token_hash=hash_of_token(self._ground.secrets, USE, token),
                event_id=event_id,
                subject_id=subject_id,
                contact=contact,
                created_at=now,
                expires_at=expires_at,
            )
        )
        return token

    def find(self, token: str) -> StoredConfirmation | None:
        """Return the confirmation of a token, spent or not, or None."""
        row = self._session.execute(self._query(self._has(token))).one_or_none()
        return None if row is None else _stored(row)

    def find_of_request(self, event_id: str) -> StoredConfirmation | None:
        """Return the confirmation that was sent for a request, or None."""
        row = self._session.execute(self._query(table.c.event_id == event_id)).one_or_none()
        return None if row is None else _stored(row)

    def spend(self, token: str, *, now: datetime) -> StoredConfirmation | None:
        """Spend a token that waits and has not run out; None if there is no such one any more.

        One statement tests and spends, so of several clicks at the same time exactly one wins.
        """
        spent = self._session.execute(
            update(table)
            .where(self._has(token), table.c.spent_at.is_(None), table.c.expires_at > now)
            .values(spent_at=now)
            .returning(*_COLUMNS)
        ).one_or_none()
        return None if spent is None else _stored(spent)

    def spend_of_request(self, event_id: str, *, now: datetime) -> None:
        """Spend what waits for a request that was confirmed in another way."""
        condition = (table.c.group_id == self._ground.group_id) & (table.c.event_id == event_id)
        self._session.execute(update(table).where(condition, table.c.spent_at.is_(None)).values(spent_at=now))

    def count_before(self, confirmation: StoredConfirmation, *, since: datetime) -> int:
        """Return how many confirmations of the same contact point were made before one, from `since` on."""
        query = select(func.count()).where(
            table.c.group_id == self._ground.group_id,
            table.c.subject_id == confirmation.subject_id,
            table.c.contact == confirmation.contact,
            table.c.created_at >= since,
            tuple_(table.c.created_at, table.c.id) < tuple_(confirmation.created_at, confirmation.id),
        )
        return self._session.scalar(query) or 0

    def list_unconfirmed(
        self, created_before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[StoredConfirmation]:
        """Return up to `limit` confirmations that nobody gave, the oldest first, from behind `after` on."""
        query = self._query(table.c.spent_at.is_(None) & (table.c.created_at < created_before))
        if after is not None:
            query = query.where(tuple_(table.c.created_at, table.c.id) > tuple_(*after))
        rows = self._session.execute(query.order_by(table.c.created_at, table.c.id).limit(limit))
        return [_stored(row) for row in rows]

    def remove(self, ids: Collection[str]) -> list[StoredConfirmation]:
        """Delete confirmations that nobody gave and return them; those spent meanwhile stay."""
        condition = (table.c.group_id == self._ground.group_id) & table.c.id.in_(ids) & table.c.spent_at.is_(None)
        removed = self._session.execute(delete(table).where(condition).returning(*_COLUMNS))
        return [_stored(row) for row in removed]

    def remove_of_subject(self, subject_id: str) -> int:
        """Delete every confirmation of a subject and return how many there were."""
        condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        return len(self._session.execute(delete(table).where(condition).returning(table.c.id)).all())

    def _has(self, token: str) -> ColumnElement[bool]:
        hashed = hash_of_token(self._ground.secrets, USE, token)
        return (table.c.group_id == self._ground.group_id) & (table.c.token_hash == hashed)

    def _query(self, condition: ColumnElement[bool]) -> Any:
        return select(*_COLUMNS).where(table.c.group_id == self._ground.group_id, condition)


def _stored(row: Any) -> StoredConfirmation:
    return StoredConfirmation(**row._mapping)
