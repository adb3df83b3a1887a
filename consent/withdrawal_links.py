"""Withdrawal links inside a transaction: whoever holds one can end what it names, at any time, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.tables import link_table as table
from consent.tokens import hash_of_token, lasting_token
from consent.vocabulary import EventKind
from consent.withdrawal_scope import WithdrawalScope as WithdrawalScope
from consent.withdrawal_scope import each

USE: Final = "withdrawal"
_SAYS_YES: Final = frozenset(
    {EventKind.GRANT, EventKind.GRANT_REQUESTED, EventKind.DOI_CONFIRMED, EventKind.IMPORT_ROW, EventKind.RECONFIRM}
)


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link: whose consent to which controller it ends, and how far."""

    subject_id: str
    controller: str
    scope: WithdrawalScope


def token_of(ground: Ground, link: StoredLink) -> str:
    """Return the token of a link; it is the same each time, and opens nothing before the link is stored."""
    scope = link.scope.document()
    parts = [f"{name}={','.join(each(scope[name]))}" for name in sorted(scope)]
    return lasting_token(ground.secrets, ground.group_id, link.subject_id, link.controller, *parts)


class LinkStore:
    """The withdrawal links of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def token_for(self, link: StoredLink) -> str:
        """Return the token of a link; it is the same each time."""
        return token_of(self._ground, link)

    def knows(self, token: str) -> bool:
        """Say whether the link of a token is stored."""
        return self.find(token) is not None

    def add(self, token: str, link: StoredLink, *, now: datetime) -> None:
        """Store the hash of a token with what its link ends; it never runs out."""
        row = self._row(hash_of_token(self._ground.secrets, USE, token), link, now)
        self._session.execute(insert(table).values(row))

    def add_missing(self, links: Iterable[StoredLink], *, now: datetime) -> None:
        """Store those of some links that are not stored yet."""
        by_hash = {hash_of_token(self._ground.secrets, USE, self.token_for(link)): link for link in links}
        known = select(table.c.token_hash).where(
            table.c.group_id == self._ground.group_id, table.c.token_hash.in_(list(by_hash))
        )
        for token_hash in self._session.scalars(known).all():
            del by_hash[token_hash]
        rows = [self._row(token_hash, link, now) for token_hash, link in by_hash.items()]
        if rows:
            self._session.execute(insert(table), rows)

    def find(self, token: str) -> StoredLink | None:
        """Return the link of a token, or None."""
        hashed = hash_of_token(self._ground.secrets, USE, token)
        query = select(table).where(table.c.group_id == self._ground.group_id, table.c.token_hash == hashed)
        row: Any = self._session.execute(query).one_or_none()
        return None if row is None else StoredLink(row.subject_id, row.controller, WithdrawalScope(**row.scope))

    def remove_of_subject(self, subject_id: str) -> int:
        """Delete every link of a subject and return how many there were."""
        condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        return len(self._session.execute(delete(table).where(condition).returning(table.c.controller)).all())

    def find_earlier(self, withdrawal: ConsentEvent) -> ConsentEvent | None:
        """Return the withdrawal of the same scope that still holds because the person said no yes after it."""
        own = EventStore(self._ground, self._session).list_of([withdrawal.subject or ""])
        spoken = sorted((e for e in own if e.subject == withdrawal.subject), key=lambda event: event.position)
        for event in reversed(spoken):
            if event.kind in _SAYS_YES:
                return None
            if event.kind is EventKind.WITHDRAW and _scope(event) == _scope(withdrawal):
                return event
        return None

    def _row(self, token_hash: bytes, link: StoredLink, now: datetime) -> dict[str, Any]:
        return {
            "group_id": self._ground.group_id,
            "token_hash": token_hash,
            "subject_id": link.subject_id,
            "controller": link.controller,
            "scope": link.scope.document(),
            "created_at": now,
        }


def _scope(event: ConsentEvent) -> tuple[object, ...]:
    return event.controllers, event.purposes, event.topic, event.channels, event.identifiers
