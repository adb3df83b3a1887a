"""Rebuilding permissions: after another policy came into force, or whenever somebody doubts what is stored."""

from typing import Final

from audit.ground import Ground
from consent.events import PERMISSIONS_REBUILT
from consent.in_force import PolicySource
from consent.permission_store import PermissionStore
from consent.recorder import Recorder
from consent.subject_store import SubjectStore

BATCH: Final = 200


class PermissionRebuilder:
    """Writes permissions anew from the events, batch by batch; a batch is one transaction with its entry."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

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
