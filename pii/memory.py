"""What is remembered of items and accounts without knowing them: seen before, deleted, closed.

Deliveries come twice, late and out of order. A delete can come before its create, and a hide before what it
hides; both are kept under keyed hashes and hold when the item arrives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from pii.post import Closure
from pii.rows import insert_missing
from pii.tables import closure_table, seen_item_table, tombstone_table

# A place may not be kept with older posts of an account; it closes nothing, so it is no `Closure`.
GEO_SCRUBBED = "geo_scrubbed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for an item or an account when a post of it arrives."""

    closed_by: frozenset[Closure]
    geo_scrubbed_at: datetime | None


class Memory:
    """The memory of one controller group, in the caller's transaction."""

    def __init__(self, session: Session, group_id: str) -> None:
        self._session = session
        self._group_id = group_id

    def lock(self, targets: Iterable[bytes]) -> None:
        """Make others who take in, delete or close the same items or accounts wait for this transaction.

        Without it a post and the order to delete it could pass each other unseen, and the post would stay.
        """
        if self._session.get_bind().dialect.name != "postgresql":
            return  # on SQLite there is one writer at a time
        for number in sorted({int.from_bytes(target[:8], "big", signed=True) for target in targets}):
            self._session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def see(self, controller: str, dedup_hash: bytes, item_hash: bytes, *, now: datetime) -> bool:
        """Note a delivery; return False if it was there before."""
        return insert_missing(
            self._session,
            seen_item_table,
            group_id=self._group_id,
            controller=controller,
            dedup_hash=dedup_hash,
            item_hash=item_hash,
            first_seen=now,
        )

    def has_seen(self, controller: str, dedup_hash: bytes) -> bool:
        """Say whether a delivery was there before."""
        table = seen_item_table
        query = select(table.c.first_seen).where(
            table.c.group_id == self._group_id, table.c.controller == controller, table.c.dedup_hash == dedup_hash
        )
        return self._session.execute(query).first() is not None

    def unsee(self, item_hash: bytes) -> None:
        """Forget the deliveries of an item, so that a platform may send it again in its new form."""
        table = seen_item_table
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, table.c.item_hash == item_hash))

    def bury(self, platform: str, target_hash: bytes, *, now: datetime) -> bool:
        """Note that an item or an account is deleted; return False if it was known."""
        return insert_missing(
            self._session,
            tombstone_table,
            group_id=self._group_id,
            target_hash=target_hash,
            platform=platform,
            at=now,
        )

    def unbury(self, target_hash: bytes) -> None:
        """Forget a deletion that the platform took back."""
        table = tombstone_table
        self._session.execute(
            delete(table).where(table.c.group_id == self._group_id, table.c.target_hash == target_hash)
        )

    def is_buried(self, targets: Iterable[bytes]) -> bool:
        """Say whether an item or the account it belongs to is deleted."""
        table = tombstone_table
        query = select(table.c.target_hash).where(
            table.c.group_id == self._group_id, table.c.target_hash.in_(list(targets))
        )
        return self._session.execute(query.limit(1)).first() is not None

    def close(self, target_hash: bytes, cause: str, *, at: datetime) -> None:
        """Note that an item or an account is closed for a cause, whatever arrives of it later."""
        insert_missing(
            self._session, closure_table, group_id=self._group_id, target_hash=target_hash, cause=cause, at=at
        )

    def scrub_geo(self, target_hash: bytes, *, until: datetime) -> None:
        """Note that places of posts up to an instant may not be kept; a later order reaches further."""
        table = closure_table
        earlier = (table.c.target_hash == target_hash) & (table.c.cause == GEO_SCRUBBED) & (table.c.at < until)
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, earlier))
        self.close(target_hash, GEO_SCRUBBED, at=until)

    def reopen(self, target_hash: bytes, cause: Closure) -> None:
        """Take a cause away."""
        table = closure_table
        self._session.execute(
            delete(table).where(
                table.c.group_id == self._group_id, table.c.target_hash == target_hash, table.c.cause == cause
            )
        )

    def standing(self, targets: Iterable[bytes]) -> Standing:
        """Return what holds for an item and its account together."""
        table = closure_table
        query = select(table.c.cause, table.c.at).where(
            table.c.group_id == self._group_id, table.c.target_hash.in_(list(targets))
        )
        rows = self._session.execute(query).all()
        scrubbed = [row.at for row in rows if row.cause == GEO_SCRUBBED]
        causes = frozenset(Closure(row.cause) for row in rows if row.cause != GEO_SCRUBBED)
        return Standing(causes, max(scrubbed, default=None))
