"""Permissions as rows: written anew from the events whenever something is said about a data subject."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.history_store import HistoryLoader
from consent.in_force import InForce
from consent.permissions import Permission, fold
from consent.tables import permission_table as table
from consent.vocabulary import ConsentState

_KEY = ("controller", "purpose", "topic", "channel", "contact")


class PermissionStore:
    """The permissions of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def project(self, subject_id: str, in_force: InForce) -> tuple[Permission, ...]:
        """Write the permissions of a subject anew from its events and return them."""
        permissions = self.fold(subject_id, in_force)
        self.remove(subject_id)
        if permissions:
            self._session.execute(insert(table), [self._row(item, in_force.version) for item in permissions])
        return permissions

    def fold(self, subject_id: str, in_force: InForce) -> tuple[Permission, ...]:
        """Return what the events of a subject come to."""
        loaded = HistoryLoader(self._ground, self._session).load_person(subject_id)
        return fold(subject_id, loaded.history, in_force.policy)

    def list_of(self, subject_id: str) -> tuple[Permission, ...]:
        """Return the stored permissions of a subject, in the order of their keys."""
        return self.list_some([subject_id])

    def list_some(self, subject_ids: Collection[str]) -> tuple[Permission, ...]:
        """Return the stored permissions of some subjects, in the order of their ids and keys."""
        query = select(table).where(table.c.group_id == self._ground.group_id, table.c.subject_id.in_(subject_ids))
        found = map(_permission, self._session.execute(query))
        return tuple(sorted(found, key=lambda item: (item.subject, *(getattr(item, name) for name in _KEY))))

    def remove(self, subject_id: str) -> int:
        """Delete the permissions of a subject and return how many there were."""
        condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        removed = self._session.execute(delete(table).where(condition).returning(table.c.purpose))
        return len(removed.all())

    def list_outdated(self, version: int, limit: int) -> list[str]:
        """Return up to `limit` ids of subjects whose permissions were written under another policy."""
        query = (
            select(table.c.subject_id)
            .where(table.c.group_id == self._ground.group_id, table.c.policy_version != version)
            .distinct()
            .order_by(table.c.subject_id)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def _row(self, permission: Permission, version: int) -> dict[str, object]:
        return {
            "group_id": self._ground.group_id,
            "subject_id": permission.subject,
            **{name: getattr(permission, name) for name in _KEY},
            "state": permission.state.value,
            "carried_by": permission.carried_by,
            "since": permission.since,
            "policy_version": version,
        }


def project_all(store: PermissionStore, subject_ids: Iterable[str], in_force: InForce) -> None:
    """Write the permissions of several subjects anew."""
    for subject_id in sorted(set(subject_ids)):
        store.project(subject_id, in_force)


def _permission(row: Any) -> Permission:
    return Permission(
        subject=row.subject_id,
        **{name: getattr(row, name) for name in _KEY},
        state=ConsentState(row.state),
        carried_by=row.carried_by,
        since=row.since,
    )
