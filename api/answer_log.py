"""Work behind the answers, by each process that gives them: writing their log, making wanted ones ready."""

import atexit
import threading
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from consent.decision_log import DecisionLog
from consent.errors import NoPolicy
from consent.readying import ReadyAnswerService

EVERY_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


def write_regularly(decisions: DecisionLog, ready: ReadyAnswerService) -> None:
    """Write the answers of this process once a second until it ends, and once more then; make wanted ones ready."""
    stop = threading.Event()
    threading.Thread(target=_work_until, args=(decisions, ready, stop), daemon=True).start()
    atexit.register(write_now, decisions)


def _work_until(decisions: DecisionLog, ready: ReadyAnswerService, stop: threading.Event) -> None:
    while not stop.wait(EVERY_SECONDS):
        write_now(decisions)
        make_ready(ready)


def write_now(decisions: DecisionLog) -> None:
    """Write what waits; a database that is away costs nothing but time."""
    try:
        decisions.flush()
    except SQLAlchemyError as error:
        # They stay in memory and come with the next round.
        log.warning("answers_not_written", error=type(error).__name__)


def make_ready(ready: ReadyAnswerService) -> None:
    """Make ready what was asked for; whatever keeps it from being so costs nothing but time."""
    try:
        ready.make_wanted()
    except (SQLAlchemyError, NoPolicy) as error:
        log.warning("answers_not_ready", error=type(error).__name__)
