"""Answers kept for 24 hours, so that a write that is sent twice happens once (API.md, conventions).

Key and request are stored as keyed hashes and the answer is sealed: each may hold personal data.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.errors import KeyUsedOtherwise, StillInProgress
from api.tables import IdempotencyKey
from audit.ground import Ground
from audit.installation_secrets import TOKEN_PEPPER
from audit.key_ring import derive
from audit.sealing import open_sealed, row_aad, seal

KEPT_FOR: Final = timedelta(hours=24)
# Longer than any request lasts. An answer that is still missing then is lost: the process died.
LOST_AFTER: Final = timedelta(minutes=10)
_SEALED_UNDER: Final = "placet/idempotency-box/v1"
_HASHED_UNDER: Final = "placet/idempotency-hash/v1"
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One use of a key by a client. `reference` is the same at every repetition: services may keep it."""

    client_id: str
    reference: str
    fingerprint: str


class IdempotencyStore:
    """The kept answers of one controller group."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def attempt(self, client_id: str, key: str, request: bytes) -> Attempt:
        """Return what this use of `key` is known by; `request` is all that makes two requests the same."""
        secret = derive(self._ground.secrets.get(TOKEN_PEPPER), _HASHED_UNDER)
        reference = hmac.new(secret, b"key\x00" + client_id.encode() + b"\x00" + key.encode(), "sha256")
        fingerprint = hmac.new(secret, b"request\x00" + request, "sha256")
        return Attempt(client_id, reference.hexdigest(), fingerprint.hexdigest())

    def begin(self, attempt: Attempt) -> Answer | None:
        """Claim the key and return None, or return the answer that was given before.

        Raises KeyUsedOtherwise when the key was used for another request, StillInProgress while the first
        one is being answered.
        """
        now = self._ground.now()
        with self._ground.unit_of_work() as uow:
            if self._claim(uow.session, attempt):
                uow.commit(nothing_to_record="an Idempotency-Key says nothing about anybody")
                return None
            row = uow.session.scalars(self._row(attempt).with_for_update()).one_or_none()
            if row is None:
                raise StillInProgress("the first request is being given up")
            lost = row.status is None and row.started_at <= now - LOST_AFTER
            if row.expires_at <= now or lost:
                uow.session.delete(row)
                uow.session.flush()
                self._claim(uow.session, attempt)
                uow.commit(nothing_to_record="an Idempotency-Key says nothing about anybody")
                return None
            if not hmac.compare_digest(row.fingerprint, attempt.fingerprint):
                raise KeyUsedOtherwise("the key was used with another request")
            if row.status is None or row.box is None:
                raise StillInProgress("the first request is still being answered")
            return self._opened(row.status, row.box, attempt)

    def keep(self, attempt: Attempt, answer: Answer) -> None:
        """Keep the answer for the time that is left of the 24 hours."""
        text = json.dumps({"headers": answer.headers, "body": answer.body.decode("latin-1")}).encode()
        with self._ground.unit_of_work() as uow:
            row = uow.session.scalars(self._row(attempt)).one_or_none()
            if row is not None:
                row.status, row.box = answer.status, seal(self._box_key(), text, self._aad(attempt))
                uow.session.flush()
            uow.commit(nothing_to_record="the answer repeats what was recorded")

    def give_up(self, attempt: Attempt) -> None:
        """Free the key again: the request was refused or failed, so there is nothing to repeat."""
        with self._ground.unit_of_work() as uow:
            uow.session.execute(delete(IdempotencyKey).where(*self._same(attempt), IdempotencyKey.status.is_(None)))
            uow.commit(nothing_to_record="nothing was changed")

    def forget_expired(self) -> int:
        """Delete answers older than 24 hours, a bounded number at a time, and return how many."""
        expired = (
            select(IdempotencyKey)
            .where(
                IdempotencyKey.group_id == self._ground.group_id,
                IdempotencyKey.expires_at <= self._ground.now(),
            )
            .limit(_BATCH)
        )
        with self._ground.unit_of_work() as uow:
            rows = uow.session.scalars(expired).all()
            for row in rows:
                uow.session.delete(row)
            uow.session.flush()
            uow.commit(nothing_to_record="kept answers end after 24 hours")
        return len(rows)

    def _claim(self, session: Session, attempt: Attempt) -> bool:
        now = self._ground.now()
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        statement = insert(IdempotencyKey).values(
            group_id=self._ground.group_id,
            client_id=attempt.client_id,
            key_hash=attempt.reference,
            fingerprint=attempt.fingerprint,
            started_at=now,
            expires_at=now + KEPT_FOR,
        )
        claimed = session.execute(statement.on_conflict_do_nothing().returning(IdempotencyKey.key_hash))
        return claimed.scalar_one_or_none() is not None

    def _row(self, attempt: Attempt) -> Select[IdempotencyKey]:
        return select(IdempotencyKey).where(*self._same(attempt))

    def _same(self, attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
        return (
            IdempotencyKey.group_id == self._ground.group_id,
            IdempotencyKey.client_id == attempt.client_id,
            IdempotencyKey.key_hash == attempt.reference,
        )

    def _opened(self, status: int, box: bytes, attempt: Attempt) -> Answer:
        kept = json.loads(open_sealed(self._box_key(), box, self._aad(attempt)))
        headers = tuple((name, value) for name, value in kept["headers"])
        return Answer(status, headers, kept["body"].encode("latin-1"))

    def _box_key(self) -> bytes:
        return derive(self._ground.secrets.get(TOKEN_PEPPER), _SEALED_UNDER)

    def _aad(self, attempt: Attempt) -> bytes:
        row = f"{attempt.client_id}/{attempt.reference}"
        return row_aad(self._ground.group_id, "idempotency_key", "box", row, TOKEN_PEPPER)
