"""Examining what waited: posts that came while nobody could say what they hold."""

from dataclasses import dataclass

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.attribution import Subjects
from pii.examination import Examined, Examiner, put_aside
from pii.hashing import KeyedHashes
from pii.item_codec import Original
from pii.living import demand_alive
from pii.model import Item
from pii.post import Post, PostStatus
from pii.post_store import PostStore
from pii.recognition import recogniser
from pii.tables import post_table
from pii.taking_in import named_in
from pii.vault import NOBODY, Vault


@dataclass(frozen=True, slots=True)
class ExaminationReport:
    """How many posts were examined to the end, put aside for a person, and how many still wait."""

    ready: int = 0
    quarantined: int = 0
    waiting: int = 0


class Waiting:
    """Examines waiting posts from their originals in the vault."""

    def __init__(self, ground: Ground, examiner: Examiner, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._examiner = examiner
        self._hashes = hashes

    def examine(self, *, limit: int, actor: str) -> ExaminationReport:
        """Examine up to `limit` posts, oldest first; do nothing while nobody can examine any."""
        counts = dict.fromkeys(PostStatus, 0)
        waiting = self._list(limit)
        if not self._examiner.is_able():
            return ExaminationReport(waiting=len(waiting))
        for post_id in waiting:
            status = self._examine_one(post_id, actor=actor)
            if status is not None:
                counts[status] += 1
        return ExaminationReport(counts[PostStatus.READY], counts[PostStatus.QUARANTINED], counts[PostStatus.WAITING])

    def _list(self, limit: int) -> list[str]:
        with self._ground.reading() as session:
            return PostStore(session, self._ground.group_id).list_ids(
                post_table.c.status == PostStatus.WAITING, limit=limit
            )

    def _examine_one(self, post_id: str, *, actor: str) -> PostStatus | None:
        with self._ground.reading() as session:
            post = PostStore(session, self._ground.group_id).find(post_id)
            kept = None if post is None else Vault(self._ground, session).find(post_id, post.author_id or NOBODY)
        if post is None or kept is None or kept.item is None:
            return None
        item = kept.item
        subjects = subjects_of(post, item, kept)
        examined = self._examiner.examine(item, subjects, recogniser(self._ground, self._hashes, post.platform))
        if examined.content.status is PostStatus.WAITING:
            if not self._examiner.is_able():
                return PostStatus.WAITING
            # Others can be examined and this one cannot: it must not be tried for ever before all others.
            examined = put_aside(item, subjects)
        with self._ground.unit_of_work() as uow:
            # The detector worked outside the transaction. If the post changed meanwhile, what it said is void.
            current = PostStore(uow.session, self._ground.group_id).find(post_id, lock=True)
            if current is None or current.version != post.version:
                return None
            demand_alive(self._ground, uow, examined.named)
            self._store(uow, current, item, subjects, examined, actor=actor)
            uow.commit()
        return examined.content.status

    def _store(
        self, uow: UnitOfWork, post: Post, item: Item, subjects: Subjects, examined: Examined, *, actor: str
    ) -> None:
        posts = PostStore(uow.session, self._ground.group_id)
        if not post.has_geo:
            # A place that was ordered away while the post waited stays away.
            examined = examined.without_geo()
        posts.examined(post.id, examined.content)
        Vault(self._ground, uow.session).put(post.id, examined.originals)
        posts.set_named(post.id, named_in(item, subjects, examined))
        type_ = events.POST_EXAMINED if examined.content.status is PostStatus.READY else events.POST_QUARANTINED
        stored = posts.get(post.id)
        uow.record(events.about_post(type_, stored, actor=actor, subject=stored.author_id, reason=stored.reason))


def subjects_of(post: Post, item: Item, kept: Original) -> Subjects:
    """Return who is who in an item that was sealed with its people."""
    known = zip(item.people, kept.subjects, strict=True)
    return Subjects(post.author_id, {person: subject_id for person, subject_id in known if subject_id is not None})
