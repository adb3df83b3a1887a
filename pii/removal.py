"""Ending posts: the row, its boxes, its links, and what of it had gone out, in the caller's transaction."""

from collections.abc import Sequence

from audit.events import Event, EventType
from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.post import Closure, Post
from pii.post_store import PostStore
from pii.revocation import Revocation, RevokeCause, loggable


class PostRemoval:
    """Deletes, closes and reopens posts; each change takes back what was released and is recorded."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._revocation = Revocation(ground)

    def remove(self, uow: UnitOfWork, post_ids: Sequence[str], cause: RevokeCause, *, actor: str) -> int:
        """Delete posts and return how many there were; ids without a post are passed over."""
        posts = PostStore(uow.session, self._ground.group_id)
        found = [post for post_id in post_ids if (post := posts.find(post_id, lock=True)) is not None]
        ids = [post.id for post in found]
        # Recipients are told before the row goes: afterwards nothing would say what they were given.
        self._revocation.of_posts(uow, ids, cause, actor=actor)
        for post in found:
            uow.record(self._event(uow, post, events.POST_DELETED, cause, actor=actor))
        return posts.remove(ids)

    def close(self, uow: UnitOfWork, post_ids: Sequence[str], cause: Closure, *, actor: str) -> int:
        """Close posts for a cause and return how many were not closed for it before."""
        posts = PostStore(uow.session, self._ground.group_id)
        closed = posts.close(post_ids, cause)
        self._revocation.of_posts(uow, closed, RevokeCause.CLOSED, actor=actor)
        self._record_each(uow, posts, closed, events.POST_CLOSED, cause, actor=actor)
        return len(closed)

    def reopen(self, uow: UnitOfWork, post_ids: Sequence[str], cause: Closure, *, actor: str) -> int:
        """Take a cause away from posts and return how many it had closed."""
        posts = PostStore(uow.session, self._ground.group_id)
        reopened = posts.reopen(post_ids, cause)
        self._record_each(uow, posts, reopened, events.POST_REOPENED, cause, actor=actor)
        return len(reopened)

    def _record_each(
        self,
        uow: UnitOfWork,
        posts: PostStore,
        post_ids: Sequence[str],
        type_: EventType,
        cause: Closure,
        *,
        actor: str,
    ) -> None:
        for post_id in post_ids:
            uow.record(self._event(uow, posts.get(post_id), type_, cause, actor=actor))

    def _event(self, uow: UnitOfWork, post: Post, type_: EventType, cause: str, *, actor: str) -> Event:
        subject = loggable(self._ground, uow, post.author_id)
        return events.about_post(type_, post, actor=actor, subject=subject, cause=cause)
