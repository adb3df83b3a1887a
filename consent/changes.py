"""Changes to what is on record, to what is asked, or to the time: tried on a copy, to see what would come of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from consent.event import ConsentEvent
from consent.history import History
from consent.model import Identifier
from consent.periods import LAST_INSTANT
from consent.policy_model import Policy
from consent.question import Question
from consent.vocabulary import EventKind, IdentifierKind

NEW_PERSON: Final = "new person"
"""Stands for somebody without a record, who would come to hold a contact point."""

_NEW_CONTACTS: Final = {f"{kind}:new": kind for kind in IdentifierKind}
_WOULD: Final = "would "

UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an event that has not happened."""


class By(StrEnum):
    """By whom, or by what, a change comes about."""

    PERSON = "person"
    GUARDIAN = "guardian"
    CONTROLLER = "controller"
    ASKER = "asker"
    TIME = "time"


_OTHERS_DO: Final = {
    EventKind.GUARDIAN_AUTHORISED: By.GUARDIAN,
    EventKind.LIFT_RESTRICTION: By.CONTROLLER,
    EventKind.LIFT_SUPPRESSION: By.CONTROLLER,
    EventKind.NOTICE_PUBLISHED: By.CONTROLLER,
    EventKind.NOTICE_SHOWN: By.CONTROLLER,
    EventKind.ASSESSMENT: By.CONTROLLER,
    EventKind.B2B_INTEREST: By.CONTROLLER,
    EventKind.UNMERGE: By.CONTROLLER,
}


def new_contact(kind: IdentifierKind) -> str:
    """Return the name that stands for a contact point of a kind which nobody has given yet."""
    return f"{kind}:new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: an event that would happen, other fields in the question, or a wait `until` an instant.

    `event` has neither time nor place in the order of recording yet; `asked` are fields of the question at
    `part` of a list. An event on a contact point that is yet to be given comes with the question about it.
    """

    event: ConsentEvent | None = None
    asked: tuple[tuple[str, Any], ...] = ()
    part: int = 0
    until: datetime | None = None

    @property
    def by(self) -> By:
        """Return who has it in hand."""
        if self.event is not None:
            return _OTHERS_DO.get(self.event.kind, By.PERSON)
        return By.TIME if self.until is not None else By.ASKER


def has_happened(event_id: str | None) -> bool:
    """Say whether an id is that of an event on record, not of one that is only thought of."""
    return event_id is not None and not event_id.startswith(_WOULD)


def happening(kind: EventKind, **fields: Any) -> Change:
    """Return the change that an event of a kind would be; equal fields give equal changes."""
    named = sorted(f"{name}={value}" for name, value in fields.items())
    event_id = _WOULD + " ".join((kind, *named))
    return Change(event=ConsentEvent(id=event_id, kind=kind, at=UNDATED, recorded_at=UNDATED, **fields))


def asking(part: int, **fields: Any) -> Change:
    """Return the change that other fields in one question would be."""
    return Change(asked=tuple(fields.items()), part=part)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Questions, about one moment, with what may be known to answer them and nothing that came later."""

    questions: tuple[Question, ...]
    history: History
    policy: Policy

    @classmethod
    def of(cls, questions: Sequence[Question], history: History, policy: Policy) -> "Standpoint":
        """Leave out of a history what the questions must not see, so that waiting brings nothing to light."""
        as_of, as_known = questions[0].as_of, questions[0].as_known
        seen = [event for event in history.events if event.at <= as_of and event.recorded_at <= as_known]
        return cls(tuple(questions), _with_events(history, seen), policy)

    def after(self, changes: Sequence[Change]) -> "Standpoint":
        """Return the standpoint after some changes, made just after the moment asked about or after the wait."""
        events = [change.event for change in changes if change.event is not None]
        waits = [change.until for change in changes if change.until is not None]
        moment = max(waits) if waits else self.questions[0].as_of
        if events and not waits:
            # What happens in the instant of a no comes too late for it: the no wins.
            moment = min(moment, LAST_INSTANT - timedelta(microseconds=1)) + timedelta(microseconds=1)
        first = max((event.place for event in self.history.events), default=0) + 1
        placed = [_dated(event, moment, first + number) for number, event in enumerate(events)]
        asked = [self._asked(place, moment, changes) for place in range(len(self.questions))]
        return Standpoint(tuple(asked), _with_events(self.history, (*self.history.events, *placed)), self.policy)

    def _asked(self, place: int, moment: datetime, changes: Sequence[Change]) -> Question:
        question = self.questions[place]
        fields = {name: value for change in changes if change.part == place for name, value in change.asked}
        return replace(question, as_of=moment, as_known=max(moment, question.as_known), **fields)


def _dated(event: ConsentEvent, moment: datetime, place: int) -> ConsentEvent:
    # A pause that ends the moment it is said ends the pause before it.
    until = moment if event.kind is EventKind.PAUSE else event.until
    return replace(event, at=moment, recorded_at=moment, place=place, until=until)


def _with_events(history: History, events: Sequence[ConsentEvent]) -> History:
    named = {name for event in events for name in event.identifiers}
    new = [Identifier(id=name, kind=_NEW_CONTACTS[name], verified=False) for name in sorted(named & set(_NEW_CONTACTS))]
    return History.of(history.subjects.values(), (*history.identifiers.values(), *new), events)
