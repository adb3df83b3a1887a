"""What social data holds of a person, for that person (GDPR Art. 15), and posts as others may see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from audit.ground import Ground
from pii.item_codec import Original
from pii.post import Post
from pii.post_store import PostStore
from pii.release_store import Release, ReleaseStore
from pii.tables import release_table
from pii.vault import Vault


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post of which something is kept for a person: the person's own, or one that mentions them."""

    post: Post
    written_by_subject: bool
    original: Original = field(repr=False)


class PiiAccess:
    """Reads what is held, opening the person's own boxes and nobody else's."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def get_post(self, post_id: str) -> Post:
        """Return a pseudonymised post, without its words while it is closed; raise UnknownPost."""
        with self._ground.reading() as session:
            post = PostStore(session, self._ground.group_id).get(post_id)
        return post if post.usable else replace(post, text=None, fields={}, findings={})

    def posts_of(self, session: Session, subject_id: str) -> list[HeldPost]:
        """Return everything that is kept of a subject, oldest first; raise SubjectErased when the keys are gone."""
        vault, posts = Vault(self._ground, session), PostStore(session, self._ground.group_id)
        held = []
        for post_id in vault.list_posts(subject_id):
            original = vault.find(post_id, subject_id)
            if original is not None:
                post = posts.get(post_id)
                held.append(HeldPost(post, post.author_id == subject_id, original))
        return held

    def releases_of(self, session: Session, subject_id: str) -> Sequence[Release]:
        """Return what of a subject's posts went, or was about to go, to which recipient and on which decision."""
        store = ReleaseStore(session, self._ground.group_id)
        return store.list_where(release_table.c.subject_id == subject_id)
