"""What every use case stands on: database, clock, keys and log of one controller group, in one hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.clock import Clock
from audit.installation_secrets import InstallationSecrets
from audit.key_ring import KeyRing
from audit.log import AuditLog
from audit.subject_keys import SubjectKeyStore
from audit.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ground:
    """The collaborators that services share. Made once, in the wiring or in a test."""

    engine: Engine
    group_id: str
    clock: Clock
    secrets: InstallationSecrets
    subject_keys: SubjectKeyStore
    log: AuditLog

    @classmethod
    def lay(cls, engine: Engine, *, group_id: str, key_ring: KeyRing, clock: Clock) -> Self:
        """Return the ground over a migrated database."""
        secrets = InstallationSecrets(engine, key_ring, group_id)
        subject_keys = SubjectKeyStore(engine, key_ring)
        return cls(engine, group_id, clock, secrets, subject_keys, AuditLog(subject_keys, secrets, clock))

    def now(self) -> datetime:
        """Return the present instant of the clock."""
        return self.clock()

    def unit_of_work(self) -> UnitOfWork:
        """Return a new writing transaction."""
        return UnitOfWork(self.engine, self.log)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; it is one snapshot on SQLite and is rolled back at the end."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session
