"""Sign-ups that nobody confirmed, as the sweep sees them: data of the category `doi_unconfirmed`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.unconfirmed import UnconfirmedSignUps
from pii.presence import Presence
from retention.identities import SubjectName
from retention.model import Datum, DatumEvent
from retention.sources import Collected, Position
from retention.vocabulary import COLLECTED, UNCONFIRMED


class SignUpSource:
    """Requests whose confirmation link was never used."""

    categories: Final = frozenset({UNCONFIRMED})

    def __init__(self, ground: Ground) -> None:
        self._presence = Presence(ground)
        self._sign_ups = UnconfirmedSignUps(ground)

    def list_collected_before(
        self, session: Session, instant: datetime, after: Position | None, limit: int
    ) -> Sequence[Collected]:
        """Return up to `limit` sign-ups begun before `instant`, oldest first, from behind `after` on."""
        behind = None if after is None else (after.collected_at, after.ref)
        return [
            Collected(
                Position(sign_up.created_at, sign_up.id),
                Datum(
                    sign_up.id,
                    UNCONFIRMED,
                    subject=SubjectName.of(f"subject:{sign_up.subject_id}"),
                    events=(DatumEvent(sign_up.created_at, COLLECTED),),
                ),
            )
            for sign_up in self._sign_ups.list_created_before(session, instant, behind, limit)
        ]

    def destroy(self, uow: UnitOfWork, refs: Sequence[str]) -> int:
        """Delete these sign-ups, with people of whom nothing else is known; return how many sign-ups there were."""
        removed = self._sign_ups.remove(uow, refs, known_elsewhere=self._presence.holds)
        for subject_id in removed.subjects:
            # Whoever was in a post once may still be known by a name.
            self._presence.forget(uow, subject_id)
        return removed.sign_ups
