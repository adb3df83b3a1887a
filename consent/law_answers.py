"""Comparing answers, as the laws of the rule book do: what they return is how a law is broken, or None."""

from consent.model import Decision
from consent.vocabulary import Reason

_LIFECYCLE = frozenset({Reason.ERASED, Reason.DECEASED, Reason.RESTRICTED})
_CLOSED = _LIFECYCLE | {Reason.OBJECTION, Reason.SIGNAL_GPC, Reason.REFUSED, Reason.WITHDRAWN}


def is_closed(answer: Decision) -> bool:
    """Say whether a no denied."""
    return answer.reason in _CLOSED or str(answer.reason).startswith("suppressed.")


def opened(before: Decision, after: Decision) -> str | None:
    """Return how a denial became an allowance."""
    if before.allowed or not after.allowed:
        return None
    return f"{before.reason} became {after.basis}"


def differ(before: object, after: object) -> str | None:
    """Return how what must be equal is not."""
    return None if before == after else f"{before} became {after}"


def substance(answer: Decision) -> tuple[object, ...]:
    """Return what an answer permits, and on what it rests."""
    return answer.decision, answer.basis, answer.carried_by
