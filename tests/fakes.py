"""Stand-ins for the outside: the only replacements the tests use."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> None:
        """Move forward (or back) by a timedelta's keyword arguments."""
        self.now += timedelta(**duration)
