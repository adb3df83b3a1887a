"""All that one question may know, put together when it is first asked for and then kept.

Nothing in a view depends on the time asked about but for which events are visible; tests of time are made
by each question anew, on its own horizon.
"""

from datetime import datetime
from functools import cached_property

from consent.contact_points import ContactPoint, contact_point
from consent.declarations import Reader
from consent.event import ConsentEvent, Position
from consent.history import History
from consent.merges import Span, spans_of
from consent.model import Identifier, Subject
from consent.noes import No, NoKind, erasure_entry, suppression_no
from consent.policy_model import Policy
from consent.records import Record, Records
from consent.texts import Texts
from consent.timeline import Timeline
from consent.vocabulary import EventKind


class View:
    """A history under a policy, as of one moment and with the knowledge of one moment."""

    def __init__(self, history: History, policy: Policy, as_of: datetime, as_known: datetime) -> None:
        self.history = history
        self.policy = policy
        self.timeline = Timeline(history, as_of, as_known)
        self._contact_points: dict[str, ContactPoint | None] = {}
        self._entries: dict[str, tuple[No, ...]] = {}

    @cached_property
    def texts(self) -> Texts:
        """Return the notices as far as they are published."""
        return Texts(self.policy, self.timeline.of_kind(EventKind.NOTICE_PUBLISHED))

    @cached_property
    def spans(self) -> dict[str, tuple[Span, ...]]:
        """Return when records were merged."""
        events = (*self.timeline.of_kind(EventKind.MERGE), *self.timeline.of_kind(EventKind.UNMERGE))
        return spans_of(sorted(events, key=lambda event: event.position))

    @cached_property
    def reader(self) -> Reader:
        """Return the reader of declarations."""
        return Reader(self.history, self.policy, self.texts)

    @cached_property
    def records(self) -> Records:
        """Return the records of all subjects."""
        return Records(self.timeline, self.policy, self.reader, self.spans)

    def record(self, subject: str) -> Record:
        """Return the record of a subject."""
        return self.records.get(subject)

    def subject(self, name: str) -> Subject:
        """Return the facts about a subject; about one nobody knows, none (so the strictest rules apply)."""
        return self.history.subjects.get(name) or Subject(id=name)

    def knows(self, subject: str) -> bool:
        """Say whether anything is on record about a subject."""
        return subject in self.history.subjects or bool(self.timeline.of_subject(subject))

    def contact_point(self, name: str) -> ContactPoint | None:
        """Return a contact point as it stands, or None if nobody knows it."""
        if name not in self._contact_points:
            facts = self.history.identifiers.get(name)
            self._contact_points[name] = None if facts is None else self._as_it_stands(facts)
        return self._contact_points[name]

    def _as_it_stands(self, facts: Identifier) -> ContactPoint:
        events = self.timeline.of_identifier(facts.id)
        # Confirmations are looked for only where they can tell anything: a contact point proved from the
        # start, to which nothing happened, has no proof to gain and no failures to forget.
        is_settled = facts.verified and not events
        return contact_point(facts, events, () if is_settled else self._confirmations.get(facts.id, ()))

    @cached_property
    def _confirmations(self) -> dict[str, list[Position]]:
        found: dict[str, list[Position]] = {}
        confirmations = self.timeline.of_kind(EventKind.DOI_CONFIRMED)
        for subject in dict.fromkeys(event.subject for event in confirmations):
            for point, position in self.records.said(subject or "").confirmations:
                found.setdefault(point, []).append(position)
        return found

    def entries_on(self, point: str) -> tuple[No, ...]:
        """Return the block list entries that stick to a contact point, those of erasures included."""
        found = self._entries.get(point)
        if found is None:
            listed = [
                suppression_no(event, self.policy)
                for event in self.timeline.of_identifier(point)
                if event.kind is EventKind.SUPPRESS
            ]
            found = tuple(sorted((*listed, *self._erasures_on(point)), key=lambda no: no.position))
            self._entries[point] = found
        return found

    def _erasures_on(self, name: str) -> list[No]:
        point = self.contact_point(name)
        if point is None:
            return []
        return [
            erasure_entry(no, name, self.policy)
            for holder in point.ever_holders
            for no in self.records.noes(holder)
            if no.kind is NoKind.ERASED and point.held_by(holder, no.position)
        ]

    def lifts_on(self, point: str) -> tuple[ConsentEvent, ...]:
        """Return the events that lift block list entries on a contact point."""
        events = self.timeline.of_identifier(point)
        return tuple(event for event in events if event.kind is EventKind.LIFT_SUPPRESSION)
