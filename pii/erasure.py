"""The part of social data in erasing a data subject (GDPR Art. 17).

Called inside the transaction of whoever carries an erasure out, while the subject's keys still exist. What the
person wrote goes. In what others wrote, the person's name becomes a mark that is the same for everybody, and what
had gone out with the old name is taken back. Keyed hashes of what was seen and deleted stay: a replay of an old
post must not bring it back.
"""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.erasing_mentions import without_person, without_tokens, without_tokens_in_box
from pii.hashing import KeyedHashes
from pii.known_names import KnownNames
from pii.post import Post
from pii.post_store import PostStore
from pii.release_store import ReleaseStore
from pii.removal import PostRemoval
from pii.revocation import Revocation, RevokeCause
from pii.tables import platform_order_table, post_person_table, post_table
from pii.token_maker import IntakeTokens
from pii.vault import Vault


class PiiEraser:
    """Removes what social data holds of a data subject."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._hashes = KeyedHashes(ground.secrets)
        self._tokens = IntakeTokens(ground)
        self._removal = PostRemoval(ground)
        self._revocation = Revocation(ground)

    def recipients(self, session: Session, subject_id: str) -> list[str]:
        """Return the recipients to whom anything by or about a subject ever went; ask before `remove`."""
        store = ReleaseStore(session, self._ground.group_id)
        named = PostStore(session, self._ground.group_id).list_naming(subject_id)
        return sorted({*store.recipients_of(subject_id), *store.recipients_of_posts(named)})

    def controllers(self, session: Session, subject_id: str) -> set[str]:
        """Return the controllers that have posts by a subject, or posts that mention one."""
        group_id = self._ground.group_id
        named = select(post_person_table.c.post_id).where(
            post_person_table.c.group_id == group_id, post_person_table.c.subject_id == subject_id
        )
        theirs = (post_table.c.author_id == subject_id) | post_table.c.id.in_(named)
        query = select(post_table.c.controller).where(post_table.c.group_id == group_id, theirs)
        return set(session.scalars(query.distinct()))

    def remove(self, uow: UnitOfWork, subject_id: str, *, actor: str) -> Mapping[str, int]:
        """Delete or rewrite everything of a subject and return how much there was of each kind.

        Twice is the same as once. Raises CannotOpen for a box that was tampered with.
        """
        session, group_id = uow.session, self._ground.group_id
        posts = PostStore(session, group_id)
        written = posts.list_ids(post_table.c.author_id == subject_id)
        counts = {"posts": self._removal.remove(uow, written, RevokeCause.ERASED, actor=actor)}
        named = posts.list_naming(subject_id)
        revoked = self._revocation.of_posts(uow, named, RevokeCause.ERASED, actor=actor)
        for post_id in named:
            self._unname(uow, posts.get(post_id, lock=True), subject_id)
        counts |= {
            "mentions": len(named),
            "boxes": Vault(self._ground, session).remove_of(subject_id),
            "names": KnownNames(session, group_id, self._hashes).forget(subject_id),
        }
        posts.forget_names_of(subject_id)
        ReleaseStore(session, group_id).disown(subject_id)
        self._disown_orders(session, subject_id)
        uow.record(events.PERSON_UNNAMED.event(pub={**counts, "revoked": revoked}, fields={"actor": actor}))
        return counts

    def _unname(self, uow: UnitOfWork, post: Post, subject_id: str) -> None:
        tokens = self._tokens.all_of_subject(subject_id)
        posts, vault = PostStore(uow.session, self._ground.group_id), Vault(self._ground, uow.session)
        posts.rewrite(post.id, text=without_tokens(post.text, tokens), fields=without_tokens(post.fields, tokens))
        for holder in vault.list_holders(post.id):
            if holder == subject_id:
                continue
            kept = vault.find(post.id, holder)
            if kept is not None:
                cleaned = without_tokens_in_box(without_person(kept, subject_id), tokens)
                vault.replace(post.id, holder, cleaned)

    def _disown_orders(self, session: Session, subject_id: str) -> None:
        table = platform_order_table
        where = (table.c.group_id == self._ground.group_id, table.c.subject_id == subject_id)
        session.execute(update(table).where(*where).values(subject_id=None))
