"""What a question may see of a history: events that had happened by `as_of` and were known by `as_known`."""

from datetime import datetime

from consent.event import ConsentEvent
from consent.history import History
from consent.vocabulary import EventKind

Events = tuple[ConsentEvent, ...]


class Timeline:
    """The visible part of a history, by subject, contact point and kind, each in the order of effect."""

    __slots__ = ("_by_identifier", "_by_kind", "_by_subject", "as_known", "as_of", "history")

    def __init__(self, history: History, as_of: datetime, as_known: datetime) -> None:
        self.history = history
        self.as_of = as_of
        self.as_known = as_known
        self._by_subject: dict[str, Events] = {}
        self._by_identifier: dict[str, Events] = {}
        self._by_kind: dict[EventKind, Events] = {}

    def _visible(self, events: Events) -> Events:
        as_of, as_known = self.as_of, self.as_known
        return tuple(event for event in events if event.at <= as_of and event.recorded_at <= as_known)

    def of_subject(self, subject: str) -> Events:
        """Return the events about a data subject."""
        found = self._by_subject.get(subject)
        if found is None:
            found = self._visible(self.history.by_subject.get(subject, ()))
            self._by_subject[subject] = found
        return found

    def of_identifier(self, identifier: str) -> Events:
        """Return the events that name a contact point."""
        found = self._by_identifier.get(identifier)
        if found is None:
            found = self._visible(self.history.by_identifier.get(identifier, ()))
            self._by_identifier[identifier] = found
        return found

    def of_kind(self, kind: EventKind) -> Events:
        """Return the events of one kind, about whomever."""
        found = self._by_kind.get(kind)
        if found is None:
            found = self._visible(self.history.by_kind.get(kind, ()))
            self._by_kind[kind] = found
        return found
