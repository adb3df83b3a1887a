"""Answers are written behind the answers: regularly, at the end, and whenever the database is there again."""

from threading import Event

from sqlalchemy.exc import OperationalError

from api.answer_log import write_now, write_regularly
from audit.ground import Ground
from consent.decision_log import DecisionLog


class Written(DecisionLog):
    """Says when it is flushed; fails as often as it is told."""

    def __init__(self, ground: Ground, *, failures: int = 0) -> None:
        super().__init__(ground)
        self.done = Event()
        self.failures = failures

    def flush(self) -> int:
        if self.failures:
            self.failures -= 1
            raise OperationalError("INSERT", {}, Exception())
        self.done.set()
        return 0


def test_answers_are_written_by_themselves(ground: Ground) -> None:
    decisions = Written(ground, failures=1)
    write_regularly(decisions)
    assert decisions.done.wait(30)


def test_a_database_that_is_away_breaks_nothing(ground: Ground) -> None:
    decisions = Written(ground, failures=1)
    write_now(decisions)
    assert not decisions.done.is_set()
    write_now(decisions)
    assert decisions.done.is_set()
