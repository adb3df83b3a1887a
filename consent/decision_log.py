"""The log of answers: who asked what about whom, and what the answer was; written in batches behind the answers."""

import threading
from collections import deque
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.bulk_writing import write_many
from audit.ground import Ground
from consent.events import DECISIONS_LOGGED
from consent.model import Decision
from consent.question import Question
from consent.tables import decision_table as table
from consent.vocabulary import Verdict

BATCH: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecision:
    """One answer, as it is remembered."""

    id: str
    at: datetime
    asker: str | None
    subject_id: str | None
    controller: str
    purpose: str
    judged_as: str
    topic: str | None
    channel: str
    contact: str | None
    verdict: str
    basis: str | None
    reason: str | None
    carried_by: str | None
    policy_version: int

    @classmethod
    def of(
        cls,
        question: Question,
        decision: Decision,
        *,
        judged_as: str,
        decision_id: str,
        at: datetime,
        asker: str,
        subject_id: str | None,
        policy_version: int,
    ) -> "LoggedDecision":
        """Return what is remembered of an answer; names longer than a column are none of the policy's."""
        return cls(
            id=decision_id,
            at=at,
            asker=asker[:80],
            subject_id=subject_id,
            controller=question.controller[:120],
            purpose=question.purpose[:120],
            judged_as=judged_as[:120],
            topic=question.topic and question.topic[:120],
            channel=question.channel[:120],
            contact=question.identifier and question.identifier[:80],
            verdict=decision.decision.value,
            basis=decision.basis and decision.basis.value,
            reason=decision.reason and decision.reason.value,
            carried_by=decision.carried_by,
            policy_version=policy_version,
        )


_FIELDS: Final = tuple(entry.name for entry in fields(LoggedDecision))


class DecisionLog:
    """Takes answers at once and writes them when `flush` is called: by a timer, and when a batch is full."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._waiting: deque[LoggedDecision] = deque()
        self._flushing = threading.Lock()

    def note(self, decision: LoggedDecision) -> None:
        """Take an answer; it is written with the next batch."""
        self._waiting.append(decision)

    @property
    def is_full(self) -> bool:
        """Say whether there is a whole batch to be written."""
        return len(self._waiting) >= BATCH

    def flush(self) -> int:
        """Write all answers taken so far, with one audit entry a batch; return how many there were.

        What cannot be written stays for the next time.
        """
        written = 0
        with self._flushing:
            while batch := [self._waiting[place] for place in range(min(BATCH, len(self._waiting)))]:
                with self._ground.unit_of_work() as uow:
                    self.write(uow.session, batch)
                    allowed = sum(decision.verdict == Verdict.ALLOW for decision in batch)
                    facts = {"count": len(batch), "allowed": allowed, "denied": len(batch) - allowed}
                    uow.record(DECISIONS_LOGGED.event(pub=facts))
                    uow.commit()
                for _ in batch:
                    self._waiting.popleft()
                written += len(batch)
        return written

    def write(self, session: Session, decisions: list[LoggedDecision]) -> None:
        """Write answers in the caller's transaction."""
        if decisions:
            connection = session.connection()
            values = attrgetter(*_FIELDS)
            rows = [(self._ground.group_id, *values(item)) for item in decisions]
            write_many(connection, table, ("group_id", *_FIELDS), rows)

    def find(self, session: Session, decision_id: str) -> LoggedDecision | None:
        """Return an answer by its id, or None; one that was not written yet is found too."""
        waiting = next((item for item in tuple(self._waiting) if item.id == decision_id), None)
        if waiting is not None:
            return waiting
        columns = [table.c[name] for name in LoggedDecision.__dataclass_fields__]
        query = select(*columns).where(table.c.group_id == self._ground.group_id, table.c.id == decision_id)
        row = session.execute(query).one_or_none()
        return None if row is None else LoggedDecision(**row._mapping)
