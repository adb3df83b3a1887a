"""Answers are written behind the answers: regularly, at the end, and whenever the database is there again."""

from threading import Event

from sqlalchemy.exc import OperationalError

from api.answer_log import make_ready, write_now, write_regularly
from audit.ground import Ground
from consent.decision_log import DecisionLog
from consent.policies import PolicyService
from consent.readying import ReadyAnswerService


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


class Made(ReadyAnswerService):
    """Says when it is asked to make wanted answers ready; fails as often as it is told."""

    def __init__(self, ground: Ground, *, failures: int = 0) -> None:
        super().__init__(ground, PolicyService(ground))
        self.done = Event()
        self.failures = failures

    def make_wanted(self) -> int:
        if self.failures:
            self.failures -= 1
            raise OperationalError("SELECT", {}, Exception())
        self.done.set()
        return 0


def test_the_work_behind_the_answers_is_done_by_itself(ground: Ground) -> None:
    decisions, ready = Written(ground, failures=1), Made(ground, failures=1)
    write_regularly(decisions, ready)
    assert decisions.done.wait(30)
    assert ready.done.wait(30)


def test_without_a_database_nothing_is_made_ready_and_nothing_breaks(ground: Ground) -> None:
    ready = Made(ground, failures=1)
    make_ready(ready)
    assert not ready.done.is_set()
    make_ready(ready)
    assert ready.done.is_set()


def test_a_database_that_is_away_breaks_nothing(ground: Ground) -> None:
    decisions = Written(ground, failures=1)
    write_now(decisions)
    assert not decisions.done.is_set()
    write_now(decisions)
    assert decisions.done.is_set()
