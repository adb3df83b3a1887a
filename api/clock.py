"""The clock of a request: in tests over HTTP a header may set it, so that a history can be replayed."""

from contextvars import ContextVar, Token
from datetime import datetime
from typing import Final

from audit.clock import Clock

HEADER: Final = "X-Placet-Now"
_chosen: ContextVar[datetime | None] = ContextVar("placet_chosen_instant", default=None)


class RequestClock:
    """A clock that shows the instant chosen for the present request, or else the time of `base`."""

    def __init__(self, base: Clock) -> None:
        self._base = base

    def __call__(self) -> datetime:
        """Return the present instant."""
        return _chosen.get() or self._base()


def choose(instant: datetime) -> Token[datetime | None]:
    """Let every RequestClock show `instant` in this context until `forget` gets the token."""
    return _chosen.set(instant)


def forget(token: Token[datetime | None]) -> None:
    """Let the clocks run again."""
    _chosen.reset(token)
