"""Consent as a basis: the newest valid yes later than the last no governs, alone, until it lapses."""

from consent.finding import Finding
from consent.hearing import Hearing
from consent.vocabulary import Reason


def consent(hearing: Hearing) -> Finding | None:
    """Test consent: what governs, else what waits, else what is wrong with the newest yes."""
    matter, governing = hearing.matter, hearing.governing
    if governing is not None:
        return Finding(hearing.lapse, governing.event)
    waiting = [request for request in hearing.requests if not matter.horizon.reached(request.expires)]
    if waiting:
        return Finding(Reason.PENDING_DOI, waiting[-1].event)
    if hearing.yeses:
        newest, wrong = hearing.yeses[-1]
        # A yes without fault that does not govern was overtaken by a no; then the steps before have
        # denied, and here is nothing to test.
        if wrong is not None:
            return Finding(wrong, newest.event)
    if hearing.requests:
        return Finding(Reason.DOI_EXPIRED, hearing.requests[-1].event)
    return None
