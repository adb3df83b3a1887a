"""Which changes a person is told of by mail, and as what. Pure.

Told is what the person said or is said to have said: whoever recorded it, the person should know, and be able to end
it at one click. Not told are a mere sign-up (its own mail asks for confirmation), rows of a file (they repeat what was
said elsewhere), signals of machines (they come with every visit) and complaints about mails (no mail answers those).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.declarations import Declaration
from consent.event import ConsentEvent
from consent.model import Key
from consent.noes import No, NoKind, no_of
from consent.permissions import hearing_for
from consent.policy_model import Policy
from consent.state import consent_state
from consent.view import View
from consent.vocabulary import ConsentState, EventKind, SignalEffect
from consent.withdrawal_scope import WithdrawalScope


class Change(StrEnum):
    """What happened, as the person is told."""

    GRANTED = "granted"
    WITHOUT_EFFECT = "without_effect"
    RENEWED = "renewed"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    PAUSED = "paused"


class Untold(StrEnum):
    """Why a person is not told of a change."""

    NO_CHANGE = "no_change"
    SAID_BEFORE = "said_before"
    OBJECTED_BEFORE = "objected_before"


_CHANGES: Final = {
    EventKind.RECONFIRM: Change.RENEWED,
    EventKind.GUARDIAN_AUTHORISED: Change.AUTHORISED,
    EventKind.REFUSE: Change.REFUSED,
    EventKind.WITHDRAW: Change.WITHDRAWN,
    EventKind.SIGNAL: Change.WITHDRAWN,
    EventKind.OBJECT: Change.OBJECTED,
    EventKind.PAUSE: Change.PAUSED,
}
_YESES: Final = frozenset({EventKind.GRANT, EventKind.DOI_CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """What a person is told: what happened, how far it goes, the text agreed to, and what one click ends."""

    change: Change
    scopes: tuple[WithdrawalScope, ...]
    ends: WithdrawalScope
    notice: str | None = None


def is_told(event: ConsentEvent, policy: Policy) -> bool:
    """Say whether a person is told of such an event."""
    if event.kind is EventKind.SIGNAL:
        signal = policy.signals.get(event.name or "")
        return signal is not None and signal.acts_as is SignalEffect.WITHDRAW
    return event.kind in _CHANGES or event.kind in _YESES


def told(event: ConsentEvent, view: View) -> ToldChange | Untold:
    """Return what the subject of an event is told, as of the moment at which `view` ends with it.

    A no that an earlier one still covers is no news, and after an objection the one confirmation of it was
    the last mail until the person says yes again.
    """
    if event.kind in _YESES:
        return _told_yes(event, view)
    no = no_of(event, view.policy)
    scope = WithdrawalScope(
        purpose=(event.purposes if no is None else no.purposes) or None,
        topic=event.topic,
        channel=(event.channels if no is None else no.channels) or None,
    )
    earlier = None if no is None else _covering(no, view)
    if earlier is not None:
        return Untold.SAID_BEFORE if no is not None and earlier.kind is no.kind else Untold.OBJECTED_BEFORE
    # After a no, what is left to end is everything else.
    return ToldChange(change=_CHANGES[event.kind], scopes=(scope,), ends=scope if no is None else WithdrawalScope())


def _told_yes(event: ConsentEvent, view: View) -> ToldChange | Untold:
    said = view.records.said(event.subject or "").declarations
    declaration = next((found for found in said if found.event.id == event.id), None)
    if declaration is None:
        return Untold.NO_CHANGE  # a confirmation that came too late
    said_scope = WithdrawalScope(
        purpose=declaration.said.purposes, topic=declaration.topic, channel=declaration.said.channels
    )
    states = _states(declaration, view)
    in_force = [part for part, state in states.items() if state is ConsentState.GRANTED]
    if in_force:
        scopes = _by_purpose(declaration.said, in_force)
        return ToldChange(change=Change.GRANTED, scopes=scopes, ends=said_scope, notice=declaration.notice)
    if set(states.values()) == {ConsentState.OBJECTED}:
        return Untold.OBJECTED_BEFORE
    return ToldChange(change=Change.WITHOUT_EFFECT, scopes=(said_scope,), ends=said_scope, notice=declaration.notice)


def _states(declaration: Declaration, view: View) -> dict[Key, ConsentState]:
    """Return how the consents stand that a declaration names; one that another yes carries is not granted by it."""
    states = {}
    for part in declaration.parts:
        if part.purpose not in view.policy.purposes or part.channel not in view.policy.channels:
            continue
        hearing = hearing_for(declaration.subject, part, view)
        state = consent_state(hearing)
        governs = hearing.governing is not None and hearing.governing.event.id == declaration.event.id
        states[part] = state if governs or state is not ConsentState.GRANTED else ConsentState.INVALID
    return states


def _by_purpose(said: ConsentEvent, parts: Collection[Key]) -> tuple[WithdrawalScope, ...]:
    """Return what some parts of a declaration reach, purpose by purpose, in the order of the declaration."""
    found = []
    for purpose in said.purposes:
        channels = {part.channel for part in parts if part.purpose == purpose}
        if channels:
            ordered = tuple(channel for channel in said.channels if channel in channels)
            found.append(WithdrawalScope(purpose=purpose, topic=said.topic, channel=ordered))
    return tuple(found)


def _covering(no: No, view: View) -> No | None:
    """Return the latest earlier no that says at least as much, if the person said no yes since."""
    subject = no.subject or ""
    yeses = [declaration.position for declaration in view.records.said(subject).declarations]
    last_yes = max((position for position in yeses if position < no.position), default=None)
    for earlier in reversed(view.records.noes(subject)):
        if earlier.position >= no.position or (last_yes is not None and earlier.position < last_yes):
            continue
        if earlier.kind in (no.kind, NoKind.OBJECTED) and _covers(earlier, no):
            return earlier
    return None


def _covers(earlier: No, later: No) -> bool:
    return (
        all(map(earlier.addresses, later.controllers))
        and _includes(earlier.purposes, later.purposes)
        and (earlier.topic is None or earlier.topic == later.topic)
        and _includes(earlier.channels, later.channels)
        and _includes(earlier.identifiers, later.identifiers)
    )


def _includes(named: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not named or (bool(others) and set(others) <= set(named))
