"""People who were only seen in posts, once no post or mention is left: data of the category `social_profile`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.bare_records import BareRecords
from pii.presence import Presence, is_present
from retention.identities import SubjectName
from retention.model import Datum, DatumEvent
from retention.post_source import SOCIAL_POST
from retention.schedules import ScheduleService
from retention.sources import Collected, Position
from retention.vocabulary import COLLECTED

SOCIAL_PROFILE: Final = "social_profile"


class PeopleSource:
    """Records, accounts and known names of authors and mentioned people who said nothing else.

    As long as a post is there they are part of it. A schedule that has no category for what is left of them
    afterwards ends it as it ends the posts.
    """

    categories: Final = frozenset({SOCIAL_PROFILE, SOCIAL_POST})

    def __init__(self, ground: Ground, schedules: ScheduleService) -> None:
        self._records = BareRecords(ground)
        self._presence = Presence(ground)
        self._schedules = schedules

    def list_collected_before(
        self, session: Session, instant: datetime, after: Position | None, limit: int
    ) -> Sequence[Collected]:
        """Return up to `limit` people first seen before `instant` and in no post any more, the oldest first."""
        known = self._schedules.current().schedule.categories
        category = SOCIAL_PROFILE if SOCIAL_PROFILE in known else SOCIAL_POST
        behind = None if after is None else (after.collected_at, after.ref)
        return [
            Collected(
                Position(record.created_at, record.subject_id),
                Datum(
                    record.subject_id,
                    category,
                    subject=SubjectName.of(f"subject:{record.subject_id}"),
                    events=(DatumEvent(record.created_at, COLLECTED),),
                ),
            )
            for record in self._records.list_seen(session, instant, behind, limit, unless=is_present())
        ]

    def destroy(self, uow: UnitOfWork, refs: Sequence[str]) -> int:
        """Delete these people with names and keys, and return how many; whoever was seen again meanwhile stays."""
        gone = self._records.remove_seen(uow, refs, unless=is_present())
        for subject_id in gone:
            self._presence.forget(uow, subject_id)
        return len(gone)
