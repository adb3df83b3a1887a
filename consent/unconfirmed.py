"""Sign-ups that nobody confirmed: they are kept as long as the schedule says, then go with all that came with them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.bare_records import BareRecords
from consent.confirmation_store import ConfirmationStore, StoredConfirmation
from consent.events import SIGN_UPS_REMOVED
from consent.evidence_store import EvidenceStore

REQUEST: Final = "unconfirmed"


@dataclass(frozen=True, slots=True)
class RemovedSignUps:
    """How many sign-ups went, and the data subjects that went with them because nothing else was known."""

    sign_ups: int
    subjects: tuple[str, ...] = field(default=(), repr=False)


class UnconfirmedSignUps:
    """Lists and deletes unconfirmed sign-ups, inside the caller's transactions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._records = BareRecords(ground)

    def list_created_before(
        self, session: Session, instant: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[StoredConfirmation]:
        """Return up to `limit` sign-ups begun before `instant` and never confirmed, the oldest first.

        `after` is the instant and the id of the last one seen.
        """
        return ConfirmationStore(self._ground, session).list_unconfirmed(instant, after, limit)

    def remove(
        self, uow: UnitOfWork, ids: Collection[str], *, known_elsewhere: Callable[[Session, str], bool]
    ) -> RemovedSignUps:
        """Delete sign-ups with their evidence, and subjects of whom nothing else is known; record how many.

        `known_elsewhere` says whether another package holds data about a subject; then it stays. Of a subject
        that stays the bare request stays too, so that `doi_expired` goes on being the answer; whom nothing but
        the other package keeps goes with what that one holds. Sign-ups confirmed meanwhile are left alone.
        """
        removed = ConfirmationStore(self._ground, uow.session).remove(ids)
        EvidenceStore(self._ground, uow.session).remove_of_events([item.event_id for item in removed])
        bare = [name for name in sorted({item.subject_id for item in removed}) if self._records.is_bare(uow, name)]
        gone = [subject_id for subject_id in bare if not known_elsewhere(uow.session, subject_id)]
        self._records.remove(uow, gone, request=REQUEST)
        for subject_id in bare:
            if subject_id not in gone:
                self._records.mark_seen(uow, subject_id)
        if removed:
            uow.record(SIGN_UPS_REMOVED.event(pub={"count": len(removed), "subjects": len(gone)}))
        return RemovedSignUps(len(removed), tuple(gone))
