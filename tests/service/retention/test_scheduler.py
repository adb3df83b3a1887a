"""Of several processes one does the scheduled work; when it dies, another takes over."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, text

from retention.lease import LOCK_NUMBER, Lease, lease_for
from retention.scheduler import Job, guarded, run_scheduler

HOLDER = """
import sys
from pathlib import Path
from audit.database import create_engine
from retention.lease import lease_for
lease = lease_for(create_engine(sys.argv[1]), Path(sys.argv[2]))
print(lease.hold(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    return tmp_path / "scheduler.lock"


def test_only_one_lease_is_held_at_a_time(engine: Engine, lock_file: Path) -> None:
    one, two = lease_for(engine, lock_file), lease_for(engine, lock_file)
    assert one.hold()
    assert one.hold()
    assert not two.hold()
    one.release()
    assert two.hold()
    two.release()


def test_a_killed_process_holds_nothing(engine: Engine, lock_file: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, str(lock_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        mine = lease_for(engine, lock_file)
        assert not mine.hold()
        holder.kill()
        holder.wait()
    wait_until_free(engine)
    assert mine.hold()
    mine.release()


def wait_until_free(engine: Engine) -> None:
    """Block until the server noticed that the holder's connection is gone."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("SET lock_timeout = '20s'"))
            connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": LOCK_NUMBER})
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK_NUMBER})
            connection.execute(text("RESET lock_timeout"))


class Free:
    """A lease that is always there."""

    def hold(self) -> bool:
        return True

    def release(self) -> None:
        """Nothing to give back."""


class Taken(Free):
    def hold(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("lease", "runs"), [pytest.param(Free(), 1, id="held"), pytest.param(Taken(), 0, id="held by another")]
)
def test_a_job_runs_only_under_the_lease(lease: Lease, runs: int) -> None:
    done: list[int] = []
    guarded(Job("count", timedelta(hours=1), lambda: done.append(1)), lease)()
    assert len(done) == runs


class Noting(logging.Handler):
    """Notes what is logged, whatever other tests did to the root logger."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture
def logged() -> Iterator[list[str]]:
    logger, handler = logging.getLogger("retention.scheduler"), Noting()
    was_disabled, logger.disabled = logger.disabled, False
    logger.addHandler(handler)
    yield handler.messages
    logger.removeHandler(handler)
    logger.disabled = was_disabled


def test_a_failing_job_does_not_stop_the_others(logged: list[str]) -> None:
    stop, failed = Event(), Event()

    def fail() -> None:
        failed.set()
        raise ValueError("broken")

    def finish() -> None:
        assert failed.wait(20)
        stop.set()

    jobs = [Job("fail", timedelta(hours=1), fail), Job("finish", timedelta(hours=1), finish)]
    run_scheduler(jobs, Free(), stop)
    assert stop.is_set()
    assert logged == ["job_failed"]
