"""Records: what each data subject said, and what counts for it from a record it is or was merged with."""

from dataclasses import dataclass, replace

from consent.declarations import Declaration, Reader, Request, Said
from consent.event import ConsentEvent, Position
from consent.merges import Span
from consent.noes import No, is_unsubscribed_row, no_of, row_no
from consent.policy_model import Policy
from consent.timeline import Events, Timeline
from consent.vocabulary import EventKind

_LIFTS = (EventKind.LIFT_RESTRICTION, EventKind.LIFT_SUPPRESSION)


@dataclass(slots=True)
class Record:
    """One data subject's record.

    `events` are its own (sales, uses and other facts are never shared). `declarations`, `renewals`,
    `authorisations` and `lifts` are its own and, while it is merged, those that the other record said
    since; `noes` are its own and whatever the other said while they were merged, for good. `span` tells
    with whom it is merged now.
    """

    subject: str
    events: Events
    span: Span | None
    noes: tuple[No, ...]
    declarations: tuple[Declaration, ...]
    requests: tuple[Request, ...]
    renewals: Events
    authorisations: Events
    lifts: Events

    def of_kind(self, *kinds: EventKind) -> Events:
        """Return the subject's own events of some kinds, in the order of effect."""
        return tuple(event for event in self.events if event.kind in kinds)


class Records:
    """The records of all subjects, each put together when it is first asked for."""

    def __init__(self, timeline: Timeline, policy: Policy, reader: Reader, spans: dict[str, tuple[Span, ...]]) -> None:
        self._timeline = timeline
        self._policy = policy
        self._reader = reader
        self._spans = spans
        self._own_noes: dict[str, tuple[No, ...]] = {}
        self._said: dict[str, Said] = {}
        self._records: dict[str, Record] = {}

    def get(self, subject: str) -> Record:
        """Return the record of a subject; of an unknown one, an empty record."""
        record = self._records.get(subject)
        if record is None:
            record = self._records[subject] = self._build(subject)
        return record

    def said(self, subject: str) -> Said:
        """Return what a subject itself declared."""
        said = self._said.get(subject)
        if said is None:
            events = self._timeline.of_subject(subject)
            said = self._said[subject] = self._reader.read(subject, events, self.noes(subject))
        return said

    def noes(self, subject: str) -> tuple[No, ...]:
        """Return the noes that count for a subject for good: its own, and those said while merged."""
        own = self._noes_said(subject)
        spans = self._spans.get(subject)
        if not spans:
            return own
        others = [no for span in spans for no in self._noes_said(span.other) if span.covers(no.position)]
        return tuple(sorted((*own, *others), key=lambda no: no.position))

    def merged_with(self, subject: str) -> Span | None:
        """Return the span during which the subject is merged now, or None."""
        spans = self._spans.get(subject)
        return spans[-1] if spans and spans[-1].end is None else None

    def _noes_said(self, subject: str) -> tuple[No, ...]:
        found = self._own_noes.get(subject)
        if found is None:
            events = self._timeline.of_subject(subject)
            found = self._own_noes[subject] = tuple(no for event in events for no in self._read_no(event))
        return found

    def _read_no(self, event: ConsentEvent) -> tuple[No, ...]:
        if is_unsubscribed_row(event):
            points = {channel: self._reader.contact_points(event, channel) for channel in event.channels}
            return tuple(
                row_no(event, channel, tuple(point for point in named if point is not None))
                for channel, named in points.items()
            )
        if event.kind is EventKind.SUPPRESS and event.identifiers:
            return ()  # such an entry sticks to the contact point, whoever holds it
        no = no_of(event, self._policy)
        return () if no is None else (no,)

    def _build(self, subject: str) -> Record:
        events = self._timeline.of_subject(subject)
        said = self.said(subject)
        span = self.merged_with(subject)
        declarations, shared = said.declarations, events
        if span is not None:
            others = [d for d in self.said(span.other).declarations if span.covers(d.position)]
            declarations = tuple(sorted((*declarations, *others), key=lambda d: d.position))
            theirs = [e for e in self._timeline.of_subject(span.other) if span.covers(e.position)]
            shared = tuple(sorted((*events, *theirs), key=lambda event: event.position))
        return Record(
            subject=subject,
            events=events,
            span=span,
            noes=self.noes(subject),
            declarations=declarations,
            requests=said.requests,
            renewals=tuple(event for event in shared if event.kind is EventKind.RECONFIRM),
            authorisations=tuple(event for event in shared if event.kind is EventKind.GUARDIAN_AUTHORISED),
            lifts=tuple(event for event in shared if event.kind in _LIFTS),
        )


def bound_at(no: No, merge: Position) -> No:
    """Return a no of the other record as if it had been said at the moment of the merge."""
    at, _, recorded_at, place = merge
    return replace(no, position=(at, no.position[1], recorded_at, place))
