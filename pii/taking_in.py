"""Taking in one item: known already, refused, new, or the new version of a stored post. One transaction each."""

from dataclasses import dataclass
from typing import Final

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.attribution import Subjects
from pii.examination import Examined, Examiner
from pii.hashing import KeyedHashes
from pii.intake_report import Outcome
from pii.known_names import KnownNames
from pii.living import demand_alive
from pii.memory import Memory, Standing
from pii.model import Event, Item, Role
from pii.orders import COMMENTS_GO_ALONG
from pii.post import Post, PostStatus, Relation
from pii.post_store import Place, PostStore
from pii.recognition import recogniser
from pii.removal import PostRemoval
from pii.resolution import PersonResolver
from pii.revocation import Revocation, RevokeCause
from pii.store_errors import PersonForgotten
from pii.vault import Vault

EDIT_HISTORY: Final = "edit_history"
_VERSION_MARK: Final = "#v"
_ENTRY_OF: Final = {
    PostStatus.WAITING: events.POST_DEFERRED,
    PostStatus.QUARANTINED: events.POST_QUARANTINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """In whose name, by whom and through which source something is delivered."""

    controller: str
    actor: str
    source_id: str | None = None


class ItemTaker:
    """Takes in items one by one."""

    def __init__(self, ground: Ground, resolver: PersonResolver, examiner: Examiner, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._resolver = resolver
        self._examiner = examiner
        self._hashes = hashes
        self._revocation = Revocation(ground)
        self._removal = PostRemoval(ground)

    def take(self, item: Item, delivery: Delivery) -> Outcome:
        """Store an item with its boxes, names and entry; raise whatever keeps it from being stored."""
        try:
            return self._take(item, delivery)
        except PersonForgotten:
            # Looked up again, whoever a sweep has just forgotten is somebody who was never seen before.
            return self._take(item, delivery)

    def _take(self, item: Item, delivery: Delivery) -> Outcome:
        with self._ground.reading() as session:
            known = self._known(Memory(session, self._ground.group_id), item, delivery)
        if known is not None:
            return known
        # Subjects come first, each in a transaction of its own: one that is made and then not needed, because
        # something fails below, holds nothing but an account.
        subjects = self._resolver.resolve(item, actor=delivery.actor)
        examined = self._examiner.examine(item, subjects, recogniser(self._ground, self._hashes, item.platform))
        with self._ground.unit_of_work() as uow:
            memory = Memory(uow.session, self._ground.group_id)
            memory.lock(self._concerned(item))
            # Asked again under the lock: somebody may have delivered or deleted the same item meanwhile.
            known = self._known(memory, item, delivery)
            if known is not None or not self._see(memory, item, delivery):
                return known or Outcome.DUPLICATE
            return self._store(uow, item, subjects, examined, delivery)

    def _known(self, memory: Memory, item: Item, delivery: Delivery) -> Outcome | None:
        """Return what an item comes to that need not be looked at, or None."""
        if memory.has_seen(delivery.controller, self._hashes.dedup(item.dedup_key)):
            return Outcome.DUPLICATE
        return Outcome.REFUSED if memory.is_buried(self._may_be_buried(item)) else None

    def _see(self, memory: Memory, item: Item, delivery: Delivery) -> bool:
        item_hash, dedup_hash = self._hashes.item(item.platform, item.item_id), self._hashes.dedup(item.dedup_key)
        return memory.see(delivery.controller, dedup_hash, item_hash, now=self._ground.now())

    def _store(
        self, uow: UnitOfWork, item: Item, subjects: Subjects, examined: Examined, delivery: Delivery
    ) -> Outcome:
        posts, now = PostStore(uow.session, self._ground.group_id), self._ground.now()
        item_hash = self._hashes.item(item.platform, item.item_id)
        demand_alive(self._ground, uow, examined.named | {*subjects.others.values()})
        stored = posts.find_item(delivery.controller, item_hash, lock=True)
        if stored is not None and item.event is not Event.UPDATE:
            # The same item by another way, or a late delivery of a version that was edited since.
            uow.commit(nothing_to_record="an item that is stored already was delivered under another key")
            return Outcome.DUPLICATE
        self._end_earlier_versions(uow, item, delivery)
        standing = Memory(uow.session, self._ground.group_id).standing(self._targets(item))
        if _forgets_place(standing, item):
            examined = examined.without_geo()
        place = self._place(item, item_hash, subjects, standing, delivery)
        post_id = new_id() if stored is None else stored.id
        if stored is None:
            posts.add(post_id, place, examined.content, now=now)
        else:
            self._revocation.of_posts(uow, [post_id], RevokeCause.EDITED, actor=delivery.actor)
            posts.renew(post_id, place, examined.content, now=now)
        self._keep_people(uow, post_id, item, subjects, examined)
        self._record(uow, posts.get(post_id), delivery, edited=stored is not None)
        uow.commit()
        return Outcome.ACCEPTED

    def _keep_people(self, uow: UnitOfWork, post_id: str, item: Item, subjects: Subjects, examined: Examined) -> None:
        Vault(self._ground, uow.session).put(post_id, examined.originals)
        names = KnownNames(uow.session, self._ground.group_id, self._hashes)
        if item.author is not None and subjects.author is not None:
            names.learn(item.author, subjects.author)
        for person, subject_id in subjects.others.items():
            if person.id is not None:
                names.learn(person, subject_id)
        PostStore(uow.session, self._ground.group_id).set_named(post_id, named_in(item, subjects, examined))

    def _end_earlier_versions(self, uow: UnitOfWork, item: Item, delivery: Delivery) -> None:
        posts, memory = PostStore(uow.session, self._ground.group_id), Memory(uow.session, self._ground.group_id)
        for earlier in earlier_versions(item):
            earlier_hash = self._hashes.item(item.platform, earlier)
            memory.bury(item.platform, earlier_hash, now=self._ground.now())
            self._removal.remove(uow, posts.list_of_item(earlier_hash), RevokeCause.EDITED, actor=delivery.actor)

    def _place(self, item: Item, item_hash: bytes, subjects: Subjects, standing: Standing, delivery: Delivery) -> Place:
        named = [(Relation.PARENT, item.parent_id), (Relation.THREAD, item.thread_id)]
        named += [(Relation.REFERENCE, sign) for sign in item.references]
        links = {(relation, self._hashes.item(item.platform, sign)) for relation, sign in named if sign is not None}
        return Place(
            controller=delivery.controller,
            platform=item.platform,
            source_id=delivery.source_id,
            item_hash=item_hash,
            account_hash=None if item.author is None else self._hashes.account(item.author),
            author_id=subjects.author,
            links=frozenset(link for link in links if link[1] != item_hash),
            closed_by=standing.closed_by,
        )

    def _targets(self, item: Item) -> list[bytes]:
        account = None if item.author is None else self._hashes.account(item.author)
        own = self._hashes.item(item.platform, item.item_id)
        return [own] if account is None else [own, account]

    def _may_be_buried(self, item: Item) -> list[bytes]:
        """Return what must not have been deleted: the item, its account, and where it is a comment what it is under."""
        above = (item.parent_id, item.thread_id) if item.platform in COMMENTS_GO_ALONG else ()
        return [*self._targets(item), *(self._hashes.item(item.platform, sign) for sign in above if sign is not None)]

    def _concerned(self, item: Item) -> list[bytes]:
        """Return everything that an order must not change while the item is stored."""
        earlier = (self._hashes.item(item.platform, sign) for sign in earlier_versions(item))
        return [*self._may_be_buried(item), *earlier]

    def _record(self, uow: UnitOfWork, post: Post, delivery: Delivery, *, edited: bool) -> None:
        type_ = _ENTRY_OF.get(post.examined, events.POST_EDITED if edited else events.POST_TAKEN_IN)
        uow.record(
            events.about_post(
                type_,
                post,
                actor=delivery.actor,
                source_id=delivery.source_id,
                subject=post.author_id,
                reason=post.reason,
            )
        )


def earlier_versions(item: Item) -> list[str]:
    """Return the ids of versions that this one replaces; a history numbers them behind the id."""
    earlier = list(item.replaces)
    base, mark, number = item.item_id.rpartition(_VERSION_MARK)
    if item.kind == EDIT_HISTORY and mark and number.isdecimal():
        earlier += [f"{base}{mark}{before}" for before in range(1, int(number))]
    return [sign for sign in dict.fromkeys(earlier) if sign != item.item_id]


def named_in(item: Item, subjects: Subjects, examined: Examined) -> list[tuple[str, str]]:
    """Return the known people whom a post mentions, each with the role in which it does."""
    roles = {subject_id: person.role for person, subject_id in subjects.others.items()}
    mentioned = (examined.named | roles.keys()) - {subjects.author}
    return [(subject_id, roles.get(subject_id, Role.THIRD)) for subject_id in sorted(mentioned)]


def _forgets_place(standing: Standing, item: Item) -> bool:
    until = standing.geo_scrubbed_at
    return until is not None and (item.created_at is None or item.created_at <= until)
