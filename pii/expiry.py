"""Posts as retention sees them: what is there since when, and its end in bounded batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, delete, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.geo import GeoScrub
from pii.hashing import KeyedHashes
from pii.post import Closure, read_causes
from pii.removal import PostRemoval
from pii.revocation import RevokeCause
from pii.tables import platform_order_table, post_table, seen_item_table, tombstone_table
from pii.taking_orders import OrderStatus

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class PostDatum:
    """What retention decides on: of whom, from which platform, public or not, with a place or not, since when."""

    id: str
    controller: str
    platform: str
    kind: str
    public: bool
    author_id: str | None
    has_geo: bool
    closed_by: frozenset[Closure]
    created_at: datetime | None
    collected_at: datetime
    refreshed_at: datetime


class PostExpiry:
    """Lists and ends posts, for a sweep."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._removal = PostRemoval(ground)
        self._geo = GeoScrub(ground, KeyedHashes(ground.secrets))

    def list_collected(
        self,
        session: Session,
        before: datetime,
        *,
        platform: str | None = None,
        public: bool | None = None,
        with_geo: bool = False,
        after: str = "",
        limit: int = BATCH,
    ) -> list[PostDatum]:
        """Return posts collected before an instant, by id, those behind `after`; all platforms unless one is named."""
        table = post_table
        query = select(*(table.c[name] for name in PostDatum.__dataclass_fields__)).where(
            table.c.group_id == self._ground.group_id, table.c.collected_at < before, table.c.id > after
        )
        if platform is not None:
            query = query.where(table.c.platform == platform)
        if public is not None:
            query = query.where(table.c.public.is_(public))
        if with_geo:
            query = query.where(table.c.has_geo.is_(True))
        rows = session.execute(query.order_by(table.c.id).limit(limit)).mappings()
        return [PostDatum(**{**row, "closed_by": read_causes(row["closed_by"])}) for row in rows]

    def find(self, session: Session, post_id: str) -> PostDatum | None:
        """Return one post as retention sees it, or None."""
        table = post_table
        query = select(*(table.c[name] for name in PostDatum.__dataclass_fields__)).where(
            table.c.group_id == self._ground.group_id, table.c.id == post_id
        )
        row = session.execute(query).mappings().one_or_none()
        return None if row is None else PostDatum(**{**row, "closed_by": read_causes(row["closed_by"])})

    def destroy(self, uow: UnitOfWork, post_ids: Sequence[str], *, actor: str) -> int:
        """Delete posts, take back what went out of them, and return how many there were."""
        return self._removal.remove(uow, post_ids, RevokeCause.RETENTION, actor=actor)

    def destroy_places(self, uow: UnitOfWork, post_ids: Sequence[str], *, actor: str) -> int:
        """Remove the places of posts and return how many had one."""
        return sum(self._geo.scrub_post(uow, post_id, actor=actor) for post_id in post_ids)

    def block(self, uow: UnitOfWork, post_ids: Sequence[str], *, actor: str) -> int:
        """Keep posts without using them and return how many were not blocked before (GDPR Art. 18)."""
        return self._removal.close(uow, post_ids, Closure.RETENTION, actor=actor)

    def unblock(self, uow: UnitOfWork, post_ids: Sequence[str], *, actor: str) -> int:
        """Let posts be used again and return how many were blocked."""
        return self._removal.reopen(uow, post_ids, Closure.RETENTION, actor=actor)

    def prune_memory(self, uow: UnitOfWork, before: datetime, *, actor: str) -> int:
        """Forget deliveries, deletions and followed orders noted before an instant; return how many.

        `before` must lie further back than anything is delivered again (FORMATS: X 24 hours, Meta 7 days, archives
        of Bluesky for good).
        """
        seen, orders = seen_item_table, platform_order_table
        done = (orders.c.received_at < before) & (orders.c.status == OrderStatus.DONE)
        counts = {
            "seen": self._delete(uow, seen, seen.c.first_seen < before, seen.c.dedup_hash),
            "tombstones": self._delete(
                uow, tombstone_table, tombstone_table.c.at < before, tombstone_table.c.target_hash
            ),
            "orders": self._delete(uow, orders, done, orders.c.id),
        }
        if any(counts.values()):
            uow.record(events.POSTS_PRUNED.event(pub=counts, fields={"actor": actor}))
        return sum(counts.values())

    def _delete(self, uow: UnitOfWork, table: Table, condition: ColumnElement[bool], key: Column[Any]) -> int:
        statement = delete(table).where(table.c.group_id == self._ground.group_id, condition).returning(key)
        return len(uow.session.execute(statement).all())
