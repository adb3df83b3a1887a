"""Erasing one subject: the gate is shut, the rows go, then the keys (GDPR Art. 17; LOG.md section 19).

    CLOSED → ROWS_GONE → DONE

Each arrow is one transaction. A process killed between two of them leaves the erasure in a state from
which `resume` goes on; no arrow hurts when it is taken twice. Suppression and proof stay.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from audit.erasure import erasure_events, forget_openings
from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from retention.errors import AlreadyErased, UnknownErasure
from retention.events import ERASURE_COMPLETED, ERASURE_STARTED
from retention.tables import erasure_table, ledger_table


class ErasureState(StrEnum):
    """How far an erasure has come."""

    CLOSED = "CLOSED"
    ROWS_GONE = "ROWS_GONE"
    DONE = "DONE"


class Eraser(Protocol):
    """One package's part in the erasure of a subject, inside the caller's transaction."""

    def close(self, uow: UnitOfWork, subject_id: str) -> None:
        """Shut everything that could still use or release the subject's data. Twice is the same as once."""

    def remove(self, uow: UnitOfWork, subject_id: str) -> Mapping[str, int]:
        """Delete the subject's rows, but what proof and suppression need; return counts per kind of row."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure: its reference, state, and how many rows of each kind went."""

    id: str
    state: ErasureState
    counts: Mapping[str, int]
    finished_at: datetime | None


class ErasureService:
    """Erases subjects, one at a time, and takes up again what was interrupted."""

    def __init__(self, ground: Ground, erasers: Sequence[Eraser]) -> None:
        self._ground = ground
        self._erasers = erasers

    def erase(self, subject_id: str, *, basis: str, request: str, actor: str) -> Erasure:
        """Erase a subject for good and return the finished erasure; one that was begun before is gone on with.

        One that was finished before is returned as it was: asking twice is the same as asking once.

        `basis` names the article and `request` the reference of the request; both go into the log and
        identify nobody. Raises the error of the consent package for a subject that is not known.
        """
        if (finished := self._find_finished(subject_id)) is not None:
            return self.get(finished)
        erasure_id = self._find(subject_id) or self._begin(subject_id, basis=basis, request=request, actor=actor)
        return self._go_on(erasure_id)

    def begin(self, uow: UnitOfWork, subject_id: str, *, basis: str, request: str, actor: str) -> str:
        """Shut the gate in the caller's transaction and return the id of the erasure; `carry_on` does the rest.

        From the commit on every question about the subject is denied, and `resume` knows of the erasure.
        There is one erasure a subject: raises IntegrityError while another one runs, AlreadyErased after it.
        """
        # The row comes last: whoever erases the same subject waits at the lock of the subject, not here.
        for eraser in self._erasers:
            eraser.close(uow, subject_id)
        erasure_id = new_id()
        uow.connection.execute(
            insert(erasure_table).values(
                group_id=self._ground.group_id,
                id=erasure_id,
                subject_id=subject_id,
                state=ErasureState.CLOSED,
                basis=basis,
                request=request,
                counts={},
                started_at=self._ground.now(),
            )
        )
        # Only now nobody else can be about to finish one: the row of the subject is ours.
        if uow.session.scalar(self._in_ledger(subject_id)) is not None:
            raise AlreadyErased("the subject was erased before")
        facts = {"basis": basis, "request": request}
        fields = {"subject": subject_id, "actor": actor}
        uow.record(ERASURE_STARTED.event(pub=facts, fields=fields, subject=subject_id))
        return erasure_id

    def carry_on(self, subject_id: str) -> Erasure | None:
        """Finish the erasure of a subject that was begun, and return it; None where none was, or it is finished."""
        erasure_id = self._find(subject_id)
        return None if erasure_id is None else self._go_on(erasure_id)

    def resume(self) -> list[Erasure]:
        """Finish every erasure that was interrupted and return them."""
        query = select(erasure_table.c.id).where(
            erasure_table.c.group_id == self._ground.group_id, erasure_table.c.state != ErasureState.DONE
        )
        with self._ground.reading() as session:
            open_ids = session.scalars(query.order_by(erasure_table.c.id)).all()
        return [self._go_on(erasure_id) for erasure_id in open_ids]

    def get(self, erasure_id: str) -> Erasure:
        """Return an erasure by its id; raise UnknownErasure."""
        row = self._row(erasure_id)
        return Erasure(row.id, ErasureState(row.state), row.counts, row.finished_at)

    def was_erased(self, subject_id: str) -> bool:
        """Say whether this subject was erased, without knowing who it was."""
        return self._find_finished(subject_id) is not None

    def _find_finished(self, subject_id: str) -> str | None:
        with self._ground.reading() as session:
            return session.scalar(self._in_ledger(subject_id))

    def _in_ledger(self, subject_id: str) -> Select[str]:
        return select(ledger_table.c.erasure_id).where(
            ledger_table.c.group_id == self._ground.group_id, ledger_table.c.subject_hash == self._hash(subject_id)
        )

    def _find(self, subject_id: str) -> str | None:
        query = select(erasure_table.c.id).where(
            erasure_table.c.group_id == self._ground.group_id, erasure_table.c.subject_id == subject_id
        )
        with self._ground.reading() as session:
            return session.scalar(query)

    def _begin(self, subject_id: str, *, basis: str, request: str, actor: str) -> str:
        try:
            with self._ground.unit_of_work() as uow:
                erasure_id = self.begin(uow, subject_id, basis=basis, request=request, actor=actor)
                uow.commit()
        except (IntegrityError, AlreadyErased):
            # Another process began this erasure in the meantime; there is one erasure a subject.
            begun = self._find(subject_id) or self._find_finished(subject_id)
            if begun is None:
                raise
            return begun
        return erasure_id

    def _go_on(self, erasure_id: str) -> Erasure:
        row = self._row(erasure_id)
        if row.subject_id is not None:
            self._remove_rows(row)
            self._finish(erasure_id, row.subject_id)
        return self.get(erasure_id)

    def _remove_rows(self, row: Row[Any]) -> None:
        counts: Counter[str] = Counter()
        with self._ground.unit_of_work() as uow:
            if self._advance(uow, row.id, ErasureState.CLOSED, ErasureState.ROWS_GONE) is None:
                return
            for eraser in self._erasers:
                counts.update(eraser.remove(uow, row.subject_id))
            key_ids = self._ground.subject_keys.list_key_ids(uow.connection, row.subject_id)
            event_ids = forget_openings(uow.connection, row.subject_id, key_ids)
            for event in erasure_events(event_ids, basis=row.basis, request=row.request):
                uow.record(event)
            if not self._ground.subject_keys.has_own_file:
                self._ground.subject_keys.destroy(uow.connection, row.subject_id)
            counts["log_entries"] = len(event_ids)
            self._set(uow, row.id, counts=dict(counts))
            uow.commit()

    def _finish(self, erasure_id: str, subject_id: str) -> None:
        with self._ground.unit_of_work() as uow:
            row = self._advance(uow, erasure_id, ErasureState.ROWS_GONE, ErasureState.DONE)
            if row is None:
                return
            # Where keys lie in a file of their own they go after the rows: a crash before this line leaves
            # keys of nothing, and the erasure is not done until they are gone too.
            self._ground.subject_keys.destroy(uow.connection, subject_id)
            now = self._ground.now()
            uow.connection.execute(
                insert(ledger_table).values(
                    group_id=self._ground.group_id,
                    subject_hash=self._hash(subject_id),
                    erasure_id=erasure_id,
                    erased_at=now,
                )
            )
            self._set(uow, erasure_id, subject_id=None, finished_at=now)
            uow.record(ERASURE_COMPLETED.event(pub={"request": row.request, "counts": dict(row.counts)}))
            uow.commit()

    def _advance(self, uow: UnitOfWork, erasure_id: str, before: ErasureState, after: ErasureState) -> Row[Any] | None:
        """Take one arrow and return the erasure, or None where somebody else took it.

        One statement tests and takes it: of several who carry the same erasure out, the others wait for the one.
        """
        here = (erasure_table.c.group_id == self._ground.group_id) & (erasure_table.c.id == erasure_id)
        taken = update(erasure_table).where(here, erasure_table.c.state == before).values(state=after)
        return uow.connection.execute(taken.returning(erasure_table)).one_or_none()

    def _set(self, uow: UnitOfWork, erasure_id: str, **values: object) -> None:
        uow.connection.execute(
            update(erasure_table)
            .where(erasure_table.c.group_id == self._ground.group_id, erasure_table.c.id == erasure_id)
            .values(values)
        )

    def _row(self, erasure_id: str) -> Row[Any]:
        query = select(erasure_table).where(
            erasure_table.c.group_id == self._ground.group_id, erasure_table.c.id == erasure_id
        )
        with self._ground.reading() as session:
            row = session.execute(query).one_or_none()
        if row is None:
            raise UnknownErasure("no such erasure")
        return row

    def _hash(self, subject_id: str) -> bytes:
        return self._ground.secrets.blind_index("erased", subject_id)
