"""The scheduler: runs each job at its interval, in one process at a time.

Jobs live in memory, never in a table: a job store would unpickle what stands in it. Every job is
safe to run twice and to be killed in the middle; the database says what is due, not the scheduler.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from retention.lease import Lease

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of regular work. `run` does what is due and returns; its errors do not stop the others."""

    name: str
    every: timedelta
    run: Callable[[], object]


def run_scheduler(jobs: Sequence[Job], lease: Lease, stop: Event) -> None:
    """Run the jobs until `stop` is set, as long as this process holds the lease; then give it back.

    Each job runs once at the start and then at its interval, never twice at the same time; a job that
    was late runs once, not once for every missed time.
    """
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max_workers=len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    for job in jobs:
        scheduler.add_job(
            guarded(job, lease),
            "interval",
            seconds=job.every.total_seconds(),
            id=job.name,
            next_run_time=datetime.now(UTC),
        )
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
        lease.release()


def guarded(job: Job, lease: Lease) -> Callable[[], None]:
    """Return a function that runs `job` if this process holds the lease, and outlives the job's errors."""

    def run() -> None:
        """Run the job if the lease is held; log its error."""
        if not lease.hold():
            return
        try:
            job.run()
        except Exception:
            # The next job must run. The stack is logged; errors carry no personal data.
            logger.exception("job_failed", extra={"job": job.name})

    return run
