"""Taking one order of a platform: known already, followed, or left for a person to handle. One transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, Select, select, update

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.hashing import KeyedHashes
from pii.intake_report import Outcome
from pii.model import OrderKind, PlatformOrder
from pii.orders import FOR_A_PERSON, OrderFollower, Target
from pii.resolution import PersonResolver
from pii.revocation import loggable
from pii.rows import insert_missing
from pii.store_errors import UnknownOrder
from pii.tables import platform_order_table as table
from pii.taking_in import Delivery

PAGE: Final = 1000


class OrderStatus(StrEnum):
    """Whether an order is followed, or waits for a person."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """One order as it is remembered: about which subject, if known, and how many posts it changed."""

    id: str
    platform: str
    kind: OrderKind
    signal: str
    subject_id: str | None
    status: OrderStatus
    posts: int
    at: datetime | None
    received_at: datetime


class OrderTaker:
    """Takes orders one by one."""

    def __init__(self, ground: Ground, resolver: PersonResolver, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._resolver = resolver
        self._hashes = hashes
        self._follower = OrderFollower(ground, hashes)

    def take(self, order: PlatformOrder, delivery: Delivery) -> Outcome:
        """Follow an order and remember that it was; the same order again changes nothing."""
        subject_id = self._subject(order, delivery)
        target = self._follower.target_of(order, subject_id)
        order_id = new_id()
        with self._ground.unit_of_work() as uow:
            if not self._insert(uow, order_id, order, target):
                return Outcome.DUPLICATE
            changed = self._follower.follow(uow, order, target, actor=delivery.actor)
            uow.session.execute(update(table).where(*self._where(order_id)).values(posts=changed))
            self._record(uow, order_id, order, target, posts=changed, actor=delivery.actor)
            uow.commit()
        return Outcome.ACCEPTED

    def list_open(self, *, after: str = "", limit: int = PAGE) -> list[StoredOrder]:
        """Return the orders that wait for a person, oldest first, those behind an id."""
        query = self._query().where(table.c.status == OrderStatus.OPEN, table.c.id > after)
        with self._ground.reading() as session:
            rows = session.execute(query.order_by(table.c.id).limit(limit)).mappings().all()
        return [_stored(row) for row in rows]

    def close(self, order_id: str, *, actor: str) -> None:
        """Note that a person handled an order; twice is the same as once. Raises UnknownOrder."""
        with self._ground.unit_of_work() as uow:
            row = uow.session.execute(self._query().where(table.c.id == order_id)).mappings().one_or_none()
            if row is None:
                raise UnknownOrder("no such order")
            order = _stored(row)
            if order.status is OrderStatus.DONE:
                return
            uow.session.execute(update(table).where(*self._where(order_id)).values(status=OrderStatus.DONE))
            uow.record(
                events.ORDER_CLOSED.event(
                    pub={"platform": order.platform, "kind": order.kind},
                    fields={"subject": order.subject_id or "", "order": order_id, "actor": actor},
                    subject=loggable(self._ground, uow, order.subject_id),
                )
            )
            uow.commit()

    def _subject(self, order: PlatformOrder, delivery: Delivery) -> str | None:
        if order.person is None:
            return None
        if order.kind in FOR_A_PERSON:
            # Whoever asks to be erased must be known by something, or nobody could answer the request.
            return self._resolver.ensure(order.person, actor=delivery.actor)
        return self._resolver.find(order.person)

    def _insert(self, uow: UnitOfWork, order_id: str, order: PlatformOrder, target: Target) -> bool:
        return insert_missing(
            uow.session,
            table,
            group_id=self._ground.group_id,
            id=order_id,
            platform=order.platform,
            kind=order.kind,
            signal=order.signal[:64],
            dedup_hash=self._hashes.dedup(order.dedup_key),
            subject_id=target.subject_id,
            status=OrderStatus.OPEN if order.kind in FOR_A_PERSON else OrderStatus.DONE,
            posts=0,
            at=order.at,
            received_at=self._ground.now(),
        )

    def _record(
        self, uow: UnitOfWork, order_id: str, order: PlatformOrder, target: Target, *, posts: int, actor: str
    ) -> None:
        type_ = events.ORDER_LEFT_OPEN if order.kind in FOR_A_PERSON else events.ORDER_FOLLOWED
        uow.record(
            type_.event(
                pub={"platform": order.platform, "kind": order.kind, "signal": order.signal[:64], "posts": posts},
                fields={"subject": target.subject_id or "", "order": order_id, "actor": actor},
                subject=loggable(self._ground, uow, target.subject_id),
            )
        )

    def _query(self) -> Select[Any]:
        columns = [table.c[name] for name in StoredOrder.__dataclass_fields__]
        return select(*columns).where(table.c.group_id == self._ground.group_id)

    def _where(self, order_id: str) -> Sequence[Any]:
        return (table.c.group_id == self._ground.group_id, table.c.id == order_id)


def _stored(row: RowMapping) -> StoredOrder:
    return StoredOrder(**{**row, "kind": OrderKind(row["kind"]), "status": OrderStatus(row["status"])})
