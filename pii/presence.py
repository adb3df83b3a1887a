"""Whether a person is in social data at all, and forgetting what leads to one who is not any more."""

from sqlalchemy import ColumnElement, Table, exists, or_, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.tables import subject_table
from pii.hashing import KeyedHashes
from pii.known_names import KnownNames
from pii.release_store import ReleaseStore
from pii.tables import platform_order_table, post_person_table, post_table, vault_table
from pii.taking_orders import OrderStatus


def is_present() -> ColumnElement[bool]:
    """Return the condition on `data_subject` that the person wrote or is named in a post, or asked for something.

    What a platform hands on for somebody, as a request to be erased, waits for a person to handle it.
    """
    order = platform_order_table
    return or_(
        _has(post_table, post_table.c.author_id),
        _has(post_person_table, post_person_table.c.subject_id),
        _has(vault_table, vault_table.c.subject_id),
        _has(order, order.c.subject_id, order.c.status == OrderStatus.OPEN),
    )


class Presence:
    """The presence of people in the social data of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._hashes = KeyedHashes(ground.secrets)

    def holds(self, session: Session, subject_id: str) -> bool:
        """Say whether social data hold anything of a subject."""
        table = subject_table
        query = select(table.c.id).where(table.c.group_id == self._ground.group_id, table.c.id == subject_id)
        return session.scalar(query.where(is_present())) is not None

    def forget(self, uow: UnitOfWork, subject_id: str) -> None:
        """Remove the known names of a subject who is in no post, and its id from what went out and was ordered."""
        KnownNames(uow.session, self._ground.group_id, self._hashes).forget(subject_id)
        ReleaseStore(uow.session, self._ground.group_id).disown(subject_id)
        order = platform_order_table
        where = (order.c.group_id == self._ground.group_id, order.c.subject_id == subject_id)
        uow.session.execute(update(order).where(*where).values(subject_id=None))


def _has(table: Table, subject: ColumnElement[str], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    same = (table.c.group_id == subject_table.c.group_id) & (subject == subject_table.c.id)
    return exists().where(same, *conditions)
