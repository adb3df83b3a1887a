"""Rebuilding permissions, and proving that what is stored is the fold of the events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.events import PERMISSIONS_REBUILT
from consent.in_force import InForce, PolicySource
from consent.permission_store import PermissionStore
from consent.recorder import Recorder
from consent.subject_store import SubjectStore
from consent.tables import subject_table as table

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """How many data subjects were looked at in one batch, and the ids of those whose permissions differ."""

    count: int
    differing: tuple[str, ...]


class PermissionRebuilder:
    """Writes permissions anew from the events, batch by batch; a batch is one transaction with its entry."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def count(self) -> int:
        """Return how many data subjects there are."""
        of_group = table.c.group_id == self._ground.group_id
        with self._ground.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(of_group)) or 0

    def rebuild(self, *, after: str | None = None, limit: int = BATCH) -> str | None:
        """Rebuild the permissions of up to `limit` subjects behind `after`; return where to go on, None at the end."""
        with self._ground.unit_of_work() as uow:
            names = SubjectStore(self._ground, uow.session).list_after(after, limit)
            if not names:
                return None
            in_force = self._policies.current(uow.session)
            Recorder(self._ground, uow, in_force).lock(names)
            store = PermissionStore(self._ground, uow.session)
            for name in names:
                store.project(name, in_force)
            uow.record(PERMISSIONS_REBUILT.event(pub={"count": len(names), "policy": in_force.version}))
            uow.commit()
        return names[-1]

    def rebuild_all(self) -> int:
        """Rebuild the permissions of everybody and return in how many batches; running it twice changes nothing."""
        batches, after = 0, self.rebuild()
        while after is not None:
            batches, after = batches + 1, self.rebuild(after=after)
        return batches

    def check(self, *, limit: int = BATCH) -> Iterator[Checked]:
        """Compare what is stored with the fold of the events under the policy in force, and change nothing.

        One batch is in memory at a time, and each sees the database as it is then.
        """
        after: str | None = None
        while True:
            with self._ground.reading() as session:
                names = SubjectStore(self._ground, session).list_after(after, limit)
                suspects = self._differing(session, names, self._policies.current(session)) if names else []
            if not names:
                return
            after = names[-1]
            yield Checked(len(names), tuple(self._confirmed(suspects)))

    def _confirmed(self, names: Sequence[str]) -> list[str]:
        """Return those that differ while nobody writes: a word may have come between the two reads."""
        if not names:
            return []
        with self._ground.unit_of_work() as uow:
            in_force = self._policies.current(uow.session)
            Recorder(self._ground, uow, in_force).lock(names)
            differing = self._differing(uow.session, names, in_force)
            uow.commit(nothing_to_record="a comparison changes nothing")
        return differing

    def _differing(self, session: Session, names: Sequence[str], in_force: InForce) -> list[str]:
        store = PermissionStore(self._ground, session)
        return [name for name in names if store.list_of(name) != store.fold(name, in_force)]
