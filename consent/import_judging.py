"""What a row of a file comes to, beside all that is on record: a row only lowers, unless it brings proof. Pure.

The words of the rule book decide, not this module: a yes counts if the engine finds no fault in it and no no
stands; a no always does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from consent.event import ConsentEvent
from consent.hearing import Hearing
from consent.history import History
from consent.import_report import RowOutcome
from consent.model import Key
from consent.noes import LIFECYCLE, OWN_WORD, NoKind
from consent.permissions import hearings_for
from consent.policy_model import Policy
from consent.view import View
from consent.vocabulary import ImportStatus, Reason

# In the order of the rule book's steps 4 to 8.
_STEPS: Final = (
    LIFECYCLE,
    frozenset({NoKind.SUPPRESSED}),
    frozenset({NoKind.OBJECTED}),
    frozenset({NoKind.OPTED_OUT}),
    OWN_WORD,
)
_GONE: Final = {Reason.ERASED: Reason.SUPPRESSED_ERASURE, Reason.SUPPRESSED_ERASURE: Reason.SUPPRESSED_ERASURE}


class Judgement(NamedTuple):
    """What a row comes to, and why."""

    outcome: RowOutcome
    reason: str | None = None


def judge_row(event: ConsentEvent, history: History, policy: Policy, now: datetime) -> Judgement:
    """Return what a row comes to whose event stands in `history` as if it had been recorded at `now`."""
    if event.status is ImportStatus.UNSUBSCRIBED:
        return Judgement(RowOutcome.LOWERED)
    view = View(history, policy, now, now)
    hearings = hearings_for(event.subject or "", _key(event, policy), view)
    for hearing in hearings:
        if (no := _standing(hearing)) is not None:
            gone = _GONE.get(no)
            return Judgement(RowOutcome.CONFLICT, no) if gone is None else Judgement(RowOutcome.REJECTED, gone)
    for hearing in hearings:
        if (fault := _fault(event, hearing)) is not None:
            return Judgement(RowOutcome.REJECTED, fault)
    return Judgement(RowOutcome.APPLIED, _lapse(event, hearings))


def _key(event: ConsentEvent, policy: Policy) -> Key:
    channel = event.channels[0]
    contact = None if policy.channels[channel].identifier is None else event.identifiers[0]
    return Key(event.controllers[0], event.purposes[0], event.topic, channel, contact)


def _standing(hearing: Hearing) -> Reason | None:
    """Return the reason of the no that the decision would meet first."""
    for kinds in _STEPS:
        no = hearing.latest_standing(kinds)
        if no is not None:
            return no.reason
    return None


def _fault(event: ConsentEvent, hearing: Hearing) -> Reason | None:
    """Return what is wrong with the yes itself; one that no longer speaks about its key was cancelled."""
    for declaration, wrong in hearing.yeses:
        if declaration.event.id == event.id:
            return wrong
    return Reason.NO_CONSENT


def _lapse(event: ConsentEvent, hearings: Sequence[Hearing]) -> Reason | None:
    """Return why the consent that the row carries is over already."""
    for hearing in hearings:
        governing = hearing.governing
        if governing is not None and governing.event.id == event.id and hearing.lapse is not None:
            return hearing.lapse
    return None
