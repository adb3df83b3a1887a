"""Where a reader puts what it finds, item by item: one that cannot be read is listed, the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from pii.composition import Draft, compose, dedup_key
from pii.errors import UnreadableItem
from pii.event_words import ORDER_OF
from pii.model import Item, PlatformOrder, Reading, Rejected, RejectReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an order says beyond the event: the platform's own word for it, and how far it reaches."""

    signal: str
    at: datetime | None = None
    about_person: bool = False
    up_to_item: str | None = None
    replacement_id: str | None = None
    cascade: bool = False


class Tray:
    """Collects one `Reading`."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._orders: list[PlatformOrder] = []
        self._rejected: list[Rejected] = []
        self._place = ""

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Read one item at `place`; if it cannot be read, it is listed with its reason."""
        around, self._place = self._place, place
        try:
            yield
        except UnreadableItem as error:
            self.reject(place, RejectReason(error.reason))
        finally:
            self._place = around

    def add(self, draft: Draft) -> None:
        """Take in an item; raise UnreadableItem if it cannot be."""
        self._items.append(replace(compose(draft), place=self._place))

    def order(self, draft: Draft, terms: Terms, *, place: str) -> None:
        """Take in an order, whose notice is `draft`.

        An order is never lost to what else its notice holds: if that cannot be read, the order stands without
        its notice, which is listed.
        """
        notice: Item | None = None
        with self.at(place):
            notice = compose(draft)
        self._put(draft, terms, notice, place)

    def order_without_notice(self, draft: Draft, terms: Terms) -> None:
        """Take in an order that follows from an item; the item itself is taken in beside it."""
        self._put(draft, terms, None, self._place)

    def _put(self, draft: Draft, terms: Terms, notice: Item | None, place: str) -> None:
        self._orders.append(
            PlatformOrder(
                kind=ORDER_OF[draft.event],
                platform=draft.platform,
                signal=terms.signal,
                dedup_key=dedup_key(draft.platform, draft.dedup),
                item_id=None if terms.about_person else draft.item_id,
                person=draft.cast.resolve(draft.cast.author),
                at=terms.at,
                up_to_item=terms.up_to_item,
                replacement_id=terms.replacement_id,
                cascade=terms.cascade,
                notice=notice,
                place=place,
            )
        )

    def reject(self, place: str, reason: RejectReason) -> None:
        """List an item that gave nothing to take in."""
        self._rejected.append(Rejected(place, reason))

    def reading(self) -> Reading:
        """Return everything collected."""
        return Reading(tuple(self._items), tuple(self._orders), tuple(self._rejected))
