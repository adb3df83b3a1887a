"""Writing the log of answers behind the answers: each process that answers writes its own, once a second."""

import atexit
import threading
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from consent.decision_log import DecisionLog

EVERY_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


def write_regularly(decisions: DecisionLog) -> None:
    """Write the answers of this process once a second until it ends, and once more then."""
    stop = threading.Event()
    threading.Thread(target=_write_until, args=(decisions, stop), daemon=True).start()
    atexit.register(write_now, decisions)


def _write_until(decisions: DecisionLog, stop: threading.Event) -> None:
    while not stop.wait(EVERY_SECONDS):
        write_now(decisions)


def write_now(decisions: DecisionLog) -> None:
    """Write what waits; a database that is away costs nothing but time."""
    try:
        decisions.flush()
    except SQLAlchemyError as error:
        # They stay in memory and come with the next round.
        log.warning("answers_not_written", error=type(error).__name__)
