"""The sweep: walks collected data in bounded batches, decides per datum and destroys what is due.

Each batch is one transaction with its log entry, so a sweep that is killed leaves whole batches, and the
next one goes on. Running it twice changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from retention.calendar import Unit
from retention.events import BATCH_DESTROYED
from retention.identities import Identities
from retention.model import Facts, State
from retention.place import Place
from retention.rules import class_rules
from retention.schedule import Schedule
from retention.schedules import ScheduleService, ScheduleVersion
from retention.sources import Collected, DataSource, Position
from retention.tables import sweep_table
from retention.verdict import verdict

BATCH = 200
# Shorter than any month or year that a period can name, so that no datum is overlooked.
DAYS = {Unit.DAYS: 1, Unit.MONTHS: 28, Unit.YEARS: 365}


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did: data destroyed per category, and how many it looked at and left."""

    run: str
    schedule_version: int
    destroyed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


class Sweep:
    """Carries out the schedule in force over all sources."""

    def __init__(self, ground: Ground, schedules: ScheduleService, sources: Sequence[DataSource]) -> None:
        self._ground = ground
        self._schedules = schedules
        self._sources = sources

    def run(self) -> SweepReport:
        """Destroy what the schedule in force has ended by now; raise NoSchedule when there is none.

        A category that the schedule does not know raises Unclassified: that is a defect, not a reason to keep.
        """
        current = self._schedules.current()
        report = SweepReport(new_id(), current.version)
        self._start(report)
        for source in self._sources:
            self._walk(source, current, report)
        self._finish(report)
        return report

    def _walk(self, source: DataSource, current: ScheduleVersion, report: SweepReport) -> None:
        now = self._ground.now()
        horizon = now - shortest_limit(current.schedule, source.categories)
        position: Position | None = None
        while True:
            with self._ground.unit_of_work() as uow:
                batch = source.list_collected_before(uow.session, horizon, position, BATCH)
                if not batch:
                    return
                self._decide(uow, source, batch, current, now, report)
            position = batch[-1].position

    def _decide(
        self,
        uow: UnitOfWork,
        source: DataSource,
        batch: Sequence[Collected],
        current: ScheduleVersion,
        now: datetime,
        report: SweepReport,
    ) -> None:
        facts = Facts(Place(current.schedule.zone), Identities.known())
        due = [
            collected.datum
            for collected in batch
            if verdict(collected.datum, current.schedule, facts, now).state is State.DESTROY_DUE
        ]
        report.kept.update(collected.datum.category for collected in batch if collected.datum not in due)
        if not due:
            return
        source.destroy(uow, [datum.ref for datum in due])
        for category, count in Counter(datum.category for datum in due).items():
            facts_shown = {
                "category": category,
                "rule": rule_name(current.schedule, category),
                "schedule": current.version,
                "count": count,
            }
            uow.record(BATCH_DESTROYED.event(pub=facts_shown, fields={"run": report.run}))
        uow.commit()
        report.destroyed.update(datum.category for datum in due)

    def _start(self, report: SweepReport) -> None:
        with self._ground.unit_of_work() as uow:
            uow.connection.execute(
                insert(sweep_table).values(
                    group_id=self._ground.group_id,
                    id=report.run,
                    started_at=self._ground.now(),
                    schedule_version=report.schedule_version,
                    destroyed={},
                    kept=0,
                )
            )
            uow.commit(nothing_to_record="each batch of the run is recorded by itself")

    def _finish(self, report: SweepReport) -> None:
        with self._ground.unit_of_work() as uow:
            uow.connection.execute(
                update(sweep_table)
                .where(sweep_table.c.group_id == self._ground.group_id, sweep_table.c.id == report.run)
                .values(finished_at=self._ground.now(), destroyed=dict(report.destroyed), kept=report.kept.total())
            )
            uow.commit(nothing_to_record="each batch of the run is recorded by itself")


def shortest_limit(schedule: Schedule, categories: frozenset[str]) -> timedelta:
    """Return a time within which no limit of these categories can end: younger data need not be looked at."""
    days = [
        rule.deletion_class.period.number * DAYS[rule.deletion_class.period.unit]
        for name in categories & schedule.categories.keys()
        for limit in schedule.categories[name].limits.values()
        for rule in class_rules(limit)
    ]
    # A day less: the day of collection is not counted, yet it may be nearly over in the zone of the schedule.
    return timedelta(days=max(0, min(days, default=0) - 1))


def rule_name(schedule: Schedule, category: str) -> str:
    """Return the deletion classes that limit a category, as they are written in the schedule."""
    limits = schedule.categories[category].limits.values()
    return " ".join(sorted({rule.deletion_class.name for limit in limits for rule in class_rules(limit)}))
