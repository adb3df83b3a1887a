"""What waits: posts that nobody offered to a recipient yet, and posts that nobody has examined."""

from sqlalchemy import func, select

from audit.ground import Ground
from pii.post import PostStatus
from pii.tables import post_table, release_table


class Backlog:
    """Counts what waits, so that regular work asks only where there is something to ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def never_offered(self, recipient: str, limit: int) -> int:
        """Return how many posts are ready in a version never asked for on behalf of a recipient, `limit` at most."""
        post, release = post_table, release_table
        same = (
            (release.c.group_id == post.c.group_id)
            & (release.c.recipient == recipient)
            & (release.c.post_id == post.c.id)
            & (release.c.post_version == post.c.version)
        )
        found = (
            select(post.c.id)
            .outerjoin(release, same)
            .where(
                post.c.group_id == self._ground.group_id,
                post.c.status == PostStatus.READY,
                post.c.closed_by == "",
                release.c.id.is_(None),
            )
            .limit(limit)
        )
        with self._ground.reading() as session:
            return session.scalar(select(func.count()).select_from(found.subquery())) or 0

    def has_unexamined(self) -> bool:
        """Say whether a post waits for a detector."""
        waiting = select(post_table.c.id).where(
            post_table.c.group_id == self._ground.group_id, post_table.c.status == PostStatus.WAITING
        )
        with self._ground.reading() as session:
            return session.scalar(waiting.limit(1)) is not None
