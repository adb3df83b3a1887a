"""The clock of a request stands where it was set, and runs again afterwards."""

from datetime import UTC, datetime
from threading import Thread

from api.clock import RequestClock, choose, forget
from tests.fakes import FakeClock

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_without_a_choice_the_clock_runs() -> None:
    base = FakeClock()
    clock = RequestClock(base)
    base.move(days=1)
    assert clock() == base.now


def test_a_choice_holds_until_it_is_forgotten_and_in_one_thread_only() -> None:
    base = FakeClock()
    clock = RequestClock(base)
    seen: list[datetime] = []
    token = choose(LONG_AGO)
    try:
        thread = Thread(target=lambda: seen.append(clock()))
        thread.start()
        thread.join()
        assert clock() == LONG_AGO
    finally:
        forget(token)
    assert seen == [base.now]
    assert clock() == base.now
