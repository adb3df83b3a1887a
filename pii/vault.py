"""The vault: what people really wrote and were called, each part under the key of the person it concerns.

A post lies under its author's key, without what concerns a known person whom it mentions; that lies in a box
of its own under that person's key. Destroying one person's keys closes exactly what concerns that person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.installation_secrets import INTAKE_DOMAIN
from audit.key_ring import derive
from audit.sealing import open_sealed, row_aad, seal
from pii.item_codec import Original, decode, encode
from pii.tables import vault_table

TABLE: Final = "vault"
# A post whose author the platform does not name concerns nobody who could have keys.
NOBODY: Final = "nobody"
NOBODYS_KEY: Final = "intake"


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    id: str
    secret: bytes


class Vault:
    """The boxes of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def __repr__(self) -> str:
        return "Vault(<redacted>)"

    def put(self, post_id: str, originals: Mapping[str, Original]) -> None:
        """Seal one original for each subject in place of whatever is kept of the post.

        Raises SubjectErased for a subject whose keys are gone: nothing can be kept under them any more.
        """
        self.remove([post_id])
        for subject_id, original in originals.items():
            self._insert(post_id, subject_id, original)

    def replace(self, post_id: str, subject_id: str, original: Original) -> None:
        """Seal an original in place of the one that is kept of the post for that subject."""
        self._session.execute(delete(vault_table).where(*self._where(post_id, subject_id)))
        self._insert(post_id, subject_id, original)

    def find(self, post_id: str, subject_id: str) -> Original | None:
        """Return what is kept of a post for a subject, or None; raise CannotOpen for a box that was tampered with."""
        row = self._session.execute(select(vault_table).where(*self._where(post_id, subject_id))).one_or_none()
        if row is None:
            return None
        key = self._key(subject_id)
        return decode(open_sealed(key.secret, row.box, self._aad(post_id, subject_id, row.key_id)))

    def list_holders(self, post_id: str) -> list[str]:
        """Return the subjects for whom something is kept of a post; NOBODY among them where it is nobody's."""
        table = vault_table
        where = (table.c.group_id == self._ground.group_id, table.c.post_id == post_id)
        return list(self._session.scalars(select(table.c.subject_id).where(*where).order_by(table.c.subject_id)))

    def list_posts(self, subject_id: str) -> list[str]:
        """Return the ids of the posts of which something is kept for a subject."""
        table = vault_table
        where = (table.c.group_id == self._ground.group_id, table.c.subject_id == subject_id)
        return list(self._session.scalars(select(table.c.post_id).where(*where).order_by(table.c.post_id)))

    def remove(self, post_ids: Iterable[str]) -> int:
        """Delete every box of the posts and return how many there were."""
        table = vault_table
        where = (table.c.group_id == self._ground.group_id, table.c.post_id.in_(list(post_ids)))
        return len(self._session.execute(delete(table).where(*where).returning(table.c.post_id)).all())

    def remove_of(self, subject_id: str) -> int:
        """Delete every box of a subject and return how many there were."""
        table = vault_table
        where = (table.c.group_id == self._ground.group_id, table.c.subject_id == subject_id)
        return len(self._session.execute(delete(table).where(*where).returning(table.c.post_id)).all())

    def _insert(self, post_id: str, subject_id: str, original: Original) -> None:
        key = self._key(subject_id)
        box = seal(key.secret, encode(original), self._aad(post_id, subject_id, key.id))
        self._session.execute(
            insert(vault_table).values(
                group_id=self._ground.group_id, post_id=post_id, subject_id=subject_id, key_id=key.id, box=box
            )
        )

    def _key(self, subject_id: str) -> _Key:
        if subject_id == NOBODY:
            secret = derive(self._ground.secrets.get(INTAKE_DOMAIN), f"placet/table/v1/{TABLE}")
            return _Key(NOBODYS_KEY, secret)
        keys = self._ground.subject_keys.get_first(self._session.connection(), subject_id)
        return _Key(keys.key_id, keys.for_table(TABLE))

    def _aad(self, post_id: str, subject_id: str, key_id: str) -> bytes:
        return row_aad(self._ground.group_id, TABLE, "box", f"{post_id}\x00{subject_id}", key_id)

    def _where(self, post_id: str, subject_id: str) -> tuple[ColumnElement[bool], ...]:
        table = vault_table
        return (
            table.c.group_id == self._ground.group_id,
            table.c.post_id == post_id,
            table.c.subject_id == subject_id,
        )
