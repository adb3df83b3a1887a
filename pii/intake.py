"""Intake: social data comes in, is examined, pseudonymised and stored; what platforms order is followed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import MissingKey, SubjectErased
from audit.ground import Ground
from consent.subjects import SubjectService
from pii.brand import NO_BRAND, Brand
from pii.examination import Examined, Examiner
from pii.hashing import KeyedHashes
from pii.intake_report import IntakeReport, Outcome, RefusedReason, Tally
from pii.model import Item
from pii.platforms import read
from pii.post import PostStatus
from pii.recognition import recogniser
from pii.resolution import PersonResolver
from pii.tables import post_table
from pii.taking_in import Delivery as Delivery
from pii.taking_in import ItemTaker
from pii.taking_orders import OrderTaker
from pii.token_maker import IntakeTokens
from pii.waiting import ExaminationReport, Waiting

if TYPE_CHECKING:
    from pii.detector import Detector

_LOG: Final = logging.getLogger(__name__)

OwnAccounts = Callable[[str], frozenset[str]]
"""From a platform to the ids, handles and addresses of the brand's own accounts there."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether texts can be examined now, and how many posts wait for it or for a person."""

    detector: bool
    waiting: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What intake would make of an item, which is not stored. The platform's own id stands there in clear."""

    item: Item = field(repr=False)
    examined: Examined


class IntakeService:
    """Takes in deliveries of platforms, item by item."""

    def __init__(
        self,
        ground: Ground,
        subjects: SubjectService,
        detector: "Detector | None",
        own_accounts: OwnAccounts,
        *,
        brand: Brand = NO_BRAND,
    ) -> None:
        self._ground = ground
        self._own_accounts = own_accounts
        self._hashes = KeyedHashes(ground.secrets)
        self._examiner = Examiner(detector, IntakeTokens(ground), brand)
        self._resolver = PersonResolver(ground, subjects, self._hashes)
        self._items = ItemTaker(ground, self._resolver, self._examiner, self._hashes)
        self._waiting = Waiting(ground, self._examiner, self._hashes)
        self.orders: Final = OrderTaker(ground, self._resolver, self._hashes)

    def take_in(
        self, platform: str, body: bytes, delivery: Delivery, *, requested_id: str | None = None
    ) -> IntakeReport:
        """Take in one body, exactly as the platform delivers it; it was verified before.

        Each item is a transaction of its own, so that one that fails does not undo the others. Raises
        UnknownPlatform, BadPayload for a body that is none of the platform's, and whatever says that nothing at
        all can be stored (no database, no key): then the platform has to deliver again.
        """
        reading = read(platform, body, own_ids=self._own_accounts(platform), requested_id=requested_id)
        tally = Tally()
        for rejected in reading.rejected:
            tally.reject(rejected.place, rejected.reason)
        for item in reading.items:
            outcome = self._guarded(tally, item.place, partial(self._items.take, item, delivery))
            if outcome is not None:
                tally.item(outcome, item.place)
        for order in reading.orders:
            outcome = self._guarded(tally, order.place, partial(self.orders.take, order, delivery))
            if outcome is not None:
                tally.order(outcome)
        return tally.report()

    def preview(self, platform: str, body: bytes, *, requested_id: str | None = None) -> list[Preview]:
        """Return what intake would make of every item that a body tells of, and store nothing.

        Nobody is made a data subject; whoever is not known gets tokens of the values alone.
        """
        reading = read(platform, body, own_ids=self._own_accounts(platform), requested_id=requested_id)
        recognise = recogniser(self._ground, self._hashes, platform)
        return [
            Preview(item, self._examiner.examine(item, self._resolver.find_all(item), recognise))
            for item in reading.told()
        ]

    def examine_waiting(self, *, limit: int, actor: str) -> ExaminationReport:
        """Examine posts that waited for a detector, oldest first."""
        return self._waiting.examine(limit=limit, actor=actor)

    def readiness(self) -> Readiness:
        """Return whether texts can be examined, and how much waits."""
        counted = func.count().label("posts")
        query = select(post_table.c.status, counted).where(post_table.c.group_id == self._ground.group_id)
        with self._ground.reading() as session:
            counts = {row.status: row.posts for row in session.execute(query.group_by(post_table.c.status))}
        return Readiness(
            self._examiner.is_able(), counts.get(PostStatus.WAITING, 0), counts.get(PostStatus.QUARANTINED, 0)
        )

    def _guarded(self, tally: Tally, place: str, take: Callable[[], Outcome]) -> Outcome | None:
        try:
            return take()
        except (SQLAlchemyError, MissingKey):
            # Nothing can be stored at all; saying "accepted" would make the platform forget the rest.
            raise
        except SubjectErased:
            # Somebody in it is being erased at this moment: nothing is stored about them any more.
            tally.reject(place, RefusedReason.PERSON_ERASED)
            return None
        except Exception as error:
            # One item must not keep the others out. Its error may quote it, so only its kind is logged.
            _LOG.warning("an item could not be taken in: %s", type(error).__name__)
            tally.reject(place, RefusedReason.FAILED)
            return None
