"""Taking places off posts: what the vault keeps of where somebody was (X: `scrub_geo`)."""

from collections.abc import Sequence
from dataclasses import replace

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.hashing import KeyedHashes
from pii.item_codec import Original
from pii.memory import Memory
from pii.model import FieldGroup, Item, PlatformOrder
from pii.post import Post
from pii.post_store import PostStore
from pii.revocation import loggable
from pii.vault import NOBODY, Vault


def without_geo(item: Item) -> Item:
    """Return the item without every field that says where somebody was."""
    return replace(item, fields=tuple(found for found in item.fields if found.group is not FieldGroup.GEO))


class GeoScrub:
    """Removes places from stored posts, in the caller's transaction."""

    def __init__(self, ground: Ground, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._hashes = hashes

    def scrub(
        self, uow: UnitOfWork, order: PlatformOrder, target: bytes, post_ids: Sequence[str], *, actor: str
    ) -> int:
        """Follow an order to forget places and return how many posts had one.

        What arrives later is judged by when it was written, since ids in order are not known of every platform.
        """
        until = order.at or self._ground.now()
        Memory(uow.session, self._ground.group_id).scrub_geo(target, until=until)
        return sum(self.scrub_post(uow, post_id, up_to=order.up_to_item, actor=actor) for post_id in post_ids)

    def scrub_post(self, uow: UnitOfWork, post_id: str, *, actor: str, up_to: str | None = None) -> bool:
        """Remove the place of a post, unless it is newer than the item `up_to`; say whether it had one."""
        posts, vault = PostStore(uow.session, self._ground.group_id), Vault(self._ground, uow.session)
        post = posts.find(post_id, lock=True)
        if post is None or not post.has_geo:
            return False
        holder = post.author_id or NOBODY
        original = vault.find(post_id, holder)
        if original is not None and original.item is not None:
            if up_to is not None and _is_newer(original.item.item_id, up_to):
                return False
            vault.replace(post_id, holder, _scrubbed(original, original.item))
        posts.scrub_geo(post_id)
        self._record(uow, post, actor=actor)
        return True

    def _record(self, uow: UnitOfWork, post: Post, *, actor: str) -> None:
        subject = loggable(self._ground, uow, post.author_id)
        uow.record(events.about_post(events.POST_GEO_SCRUBBED, post, actor=actor, subject=subject))


def _scrubbed(original: Original, item: Item) -> Original:
    return replace(original, item=without_geo(item))


def _is_newer(item_id: str, bound: str) -> bool:
    """Say whether an id is beyond the bound; ids that are no numbers have no order and count as older."""
    return item_id.isdecimal() and bound.isdecimal() and int(item_id) > int(bound)
