"""Posts and their places as the sweep sees them: `social_post`, `social_dm` and `location_trace`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii.expiry import PostDatum, PostExpiry
from retention.identities import SubjectName
from retention.model import PLATFORM_ATTRIBUTE, Datum, DatumEvent
from retention.sources import Collected, Position
from retention.vocabulary import COLLECTED

ACTOR: Final = "retention"
SOCIAL_POST: Final = "social_post"
SOCIAL_DM: Final = "social_dm"
LOCATION_TRACE: Final = "location_trace"
# A schedule speaks of owners of terms: one of them can have several networks. All others own themselves.
_OWNERS: Final[Mapping[str, str]] = {
    "facebook": "meta",
    "instagram": "meta",
    "whatsapp": "meta",
    "activitypub": "mastodon",
}


class PostSource:
    """Stored posts: public ones and direct messages."""

    categories: Final = frozenset({SOCIAL_POST, SOCIAL_DM})

    def __init__(self, ground: Ground) -> None:
        self._expiry = PostExpiry(ground)

    def list_collected_before(
        self, session: Session, instant: datetime, after: Position | None, limit: int
    ) -> Sequence[Collected]:
        """Return up to `limit` posts collected before `instant`, oldest first, from behind `after` on."""
        posts = self._expiry.list_collected(session, instant, after=_id(after), limit=limit)
        return _collected(posts, lambda post: SOCIAL_POST if post.public else SOCIAL_DM)

    def destroy(self, uow: UnitOfWork, refs: Sequence[str]) -> int:
        """Delete these posts, take back what went out of them, and return how many there were."""
        return self._expiry.destroy(uow, refs, actor=ACTOR)


class PlaceSource:
    """The places that are attached to posts; they may end before the post does."""

    categories: Final = frozenset({LOCATION_TRACE})

    def __init__(self, ground: Ground) -> None:
        self._expiry = PostExpiry(ground)

    def list_collected_before(
        self, session: Session, instant: datetime, after: Position | None, limit: int
    ) -> Sequence[Collected]:
        """Return up to `limit` posts with a place collected before `instant`, oldest first, from behind `after` on."""
        posts = self._expiry.list_collected(session, instant, with_geo=True, after=_id(after), limit=limit)
        return _collected(posts, lambda _: LOCATION_TRACE)

    def destroy(self, uow: UnitOfWork, refs: Sequence[str]) -> int:
        """Take the places out of these posts and return how many had one."""
        return self._expiry.destroy_places(uow, refs, actor=ACTOR)


def owner_of_terms(platform: str) -> str:
    """Return who owns the terms of a platform, by the name that schedules use."""
    return _OWNERS.get(platform, platform)


def _id(after: Position | None) -> str:
    # Ids of posts are made when they are collected and rise with time, so their order is the order of collection.
    return "" if after is None else after.ref


def _collected(posts: Iterable[PostDatum], category: Callable[[PostDatum], str]) -> list[Collected]:
    return [Collected(Position(post.collected_at, post.id), _datum(post, category(post))) for post in posts]


def _datum(post: PostDatum, category: str) -> Datum:
    return Datum(
        post.id,
        category,
        subject=None if post.author_id is None else SubjectName.of(f"subject:{post.author_id}"),
        attributes={PLATFORM_ATTRIBUTE: owner_of_terms(post.platform)},
        events=(DatumEvent(post.collected_at, COLLECTED),),
    )
