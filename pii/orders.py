"""Carrying out what platforms order: delete, hide, forget a place, rename, and what only a person can decide.

An order holds for what is stored and for what arrives later. What it names is remembered under keyed hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii.geo import GeoScrub
from pii.hashing import KeyedHashes
from pii.known_names import KnownNames
from pii.memory import Memory
from pii.model import Item, OrderKind, PersonRef, PlatformOrder
from pii.post import CLOSES, REOPENS
from pii.post_store import PostStore
from pii.removal import PostRemoval
from pii.revocation import RevokeCause

# What a request or a withdrawal means for other data is not for a machine to say: a person handles it.
FOR_A_PERSON: Final = frozenset({OrderKind.ERASE_PERSON, OrderKind.REVOKE_ACCESS, OrderKind.WITHDRAW_CONSENT})
RENAMES: Final = frozenset({OrderKind.PROFILE_UPDATE, OrderKind.IDENTIFIER_CHANGE})
# Comments belong to what they stand under; an answer on X or Mastodon is a post of its own and stays.
COMMENTS_GO_ALONG: Final = frozenset({"facebook", "instagram", "youtube", "linkedin", "feeds"})
BEFORE: Final = "/before"


@dataclass(frozen=True, slots=True)
class Target:
    """What an order is about: an item or a whole account (by keyed hash), and the subject if it is known."""

    item_hash: bytes | None
    account_hash: bytes | None
    subject_id: str | None

    @property
    def hash(self) -> bytes | None:
        """Return the hash under which the order is remembered."""
        return self.item_hash or self.account_hash


class OrderFollower:
    """Follows one order, in the caller's transaction."""

    def __init__(self, ground: Ground, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._hashes = hashes
        self._removal = PostRemoval(ground)
        self._geo = GeoScrub(ground, hashes)

    def target_of(self, order: PlatformOrder, subject_id: str | None) -> Target:
        """Return what the order is about: with an item id that item alone, without one everything of the person."""
        if order.item_id is not None:
            return Target(self._hashes.item(order.platform, order.item_id), None, subject_id)
        account = None if order.person is None else self._hashes.account(order.person)
        return Target(None, account, subject_id)

    def follow(self, uow: UnitOfWork, order: PlatformOrder, target: Target, *, actor: str) -> int:
        """Do what is ordered and return how many stored posts it changed. Following twice is the same as once."""
        if order.kind in RENAMES:
            self._rename(uow, order, target)
            return 0
        if target.hash is None:
            return 0
        Memory(uow.session, self._ground.group_id).lock([target.hash])
        posts = self._posts(uow, target)
        if order.kind is OrderKind.DELETE:
            return self._delete(uow, order, target.hash, posts, actor=actor)
        if order.kind is OrderKind.UPDATE:
            return self._drop_version(uow, order, target.hash, posts, actor=actor)
        if order.kind is OrderKind.SCRUB_GEO:
            return self._geo.scrub(uow, order, target.hash, posts, actor=actor)
        if order.kind is OrderKind.UNDELETE:
            memory = Memory(uow.session, self._ground.group_id)
            memory.unbury(target.hash)
            memory.unsee(target.hash)
            return 0
        return self._open_or_close(uow, order.kind, target.hash, posts, actor=actor)

    def _posts(self, uow: UnitOfWork, target: Target) -> list[str]:
        store = PostStore(uow.session, self._ground.group_id)
        if target.item_hash is not None:
            return store.list_of_item(target.item_hash)
        return [] if target.account_hash is None else store.list_of_account(target.account_hash)

    def _delete(self, uow: UnitOfWork, order: PlatformOrder, target: bytes, posts: list[str], *, actor: str) -> int:
        store, memory = PostStore(uow.session, self._ground.group_id), Memory(uow.session, self._ground.group_id)
        memory.bury(order.platform, target, now=self._ground.now())
        hashes = store.hashes_of(posts) if order.item_id is None else [target]
        if order.item_id is None:
            # The tombstone of the account refuses its posts; if it is taken back, the platform may send them again.
            for item_hash in hashes:
                memory.unsee(item_hash)
        below: list[str] = []
        if order.cascade:
            below = store.list_below(hashes, comments=order.platform in COMMENTS_GO_ALONG)
        return self._removal.remove(uow, _once([*posts, *below]), RevokeCause.DELETED, actor=actor)

    def _drop_version(
        self, uow: UnitOfWork, order: PlatformOrder, target: bytes, posts: list[str], *, actor: str
    ) -> int:
        """Delete a version that is no longer what its author says; the new one comes as an item of its own."""
        memory = Memory(uow.session, self._ground.group_id)
        if order.replacement_id is not None and order.replacement_id != order.item_id:
            memory.bury(order.platform, target, now=self._ground.now())
        else:
            memory.unsee(target)
        return self._removal.remove(uow, posts, RevokeCause.EDITED, actor=actor)

    def _open_or_close(self, uow: UnitOfWork, kind: OrderKind, target: bytes, posts: list[str], *, actor: str) -> int:
        memory = Memory(uow.session, self._ground.group_id)
        if kind in REOPENS:
            cause = REOPENS[kind]
            memory.reopen(target, cause)
            # An item can be closed by itself and by its account for the same cause; one order takes back only one.
            store = PostStore(uow.session, self._ground.group_id)
            free = [post for post in posts if cause not in memory.standing(store.targets_of(post)).closed_by]
            return self._removal.reopen(uow, free, cause, actor=actor)
        memory.close(target, CLOSES[kind], at=self._ground.now())
        return self._removal.close(uow, posts, CLOSES[kind], actor=actor)

    def _rename(self, uow: UnitOfWork, order: PlatformOrder, target: Target) -> None:
        if target.subject_id is None or order.notice is None or order.person is None:
            return
        renamed = renamed_person(order.person, order.notice)
        KnownNames(uow.session, self._ground.group_id, self._hashes).replace(renamed, target.subject_id)


def renamed_person(person: PersonRef, notice: Item) -> PersonRef:
    """Return a person as the notice names them now; values that it gives as those before are left out."""
    author = notice.author or person
    names = {"name": author.name, "handle": author.handle}
    for found in notice.fields:
        if found.kind in names and isinstance(found.value, str) and found.value and found.person in (author, person):
            if found.pointer.endswith(BEFORE):
                continue
            names[found.kind] = found.value
    return PersonRef(person.network, person.role, person.id, names["handle"], names["name"], person.email)


def _once(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))
