"""The schedule in force: loaded from its text, checked against the policy, kept version by version."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.policies import PolicyService
from retention.errors import NoSchedule
from retention.events import SCHEDULE_APPLIED
from retention.schedule import Schedule
from retention.schedule_loading import load_schedule
from retention.tables import schedule_table
from retention.vocabulary import check_vocabulary


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """A schedule and the number under which it was applied."""

    version: int
    schedule: Schedule


class ScheduleService:
    """Applies and finds retention schedules; a change is a new version, none is ever edited."""

    def __init__(self, ground: Ground, policies: PolicyService) -> None:
        self._ground = ground
        self._policies = policies
        self._loaded: dict[int, Schedule] = {}

    def apply(self, text: str, *, actor: str) -> ScheduleVersion:
        """Make `text` the schedule in force and return its version; the text in force already changes nothing.

        Raises a DocumentError that names the place of a defect, and PolicyMismatch when a purpose of the
        policy has no limit. Nothing is applied then.
        """
        schedule = load_schedule(text)
        check_vocabulary(schedule, self._policies.current().policy)
        digest = hashlib.sha256(text.encode()).digest()
        with self._ground.unit_of_work() as uow:
            row = self._newest(uow.session)
            if row is not None and row[1] == digest:
                return ScheduleVersion(row[0], schedule)
            version = row[0] + 1 if row else 1
            uow.connection.execute(
                insert(schedule_table).values(
                    group_id=self._ground.group_id,
                    version=version,
                    edition=schedule.edition,
                    digest=digest,
                    text=text,
                    applied_at=self._ground.now(),
                )
            )
            facts = {"version": version, "edition": schedule.edition}
            uow.record(SCHEDULE_APPLIED.event(pub=facts, fields={"actor": actor}))
            uow.commit()
        return ScheduleVersion(version, schedule)

    def current(self) -> ScheduleVersion:
        """Return the schedule in force; raise NoSchedule when none was applied."""
        with self._ground.reading() as session:
            row = self._newest(session)
            if row is None:
                raise NoSchedule("no retention schedule was applied")
            version = row[0]
            if version not in self._loaded:
                query = select(schedule_table.c.text).where(
                    schedule_table.c.group_id == self._ground.group_id, schedule_table.c.version == version
                )
                self._loaded[version] = load_schedule(session.execute(query).scalar_one())
        return ScheduleVersion(version, self._loaded[version])

    def _newest(self, session: Session) -> tuple[int, bytes] | None:
        query = (
            select(schedule_table.c.version, schedule_table.c.digest)
            .where(schedule_table.c.group_id == self._ground.group_id)
            .order_by(schedule_table.c.version.desc())
            .limit(1)
        )
        row = session.execute(query).one_or_none()
        return None if row is None else (row.version, row.digest)
