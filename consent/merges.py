"""Merged records: when two records were one person, and when no longer."""

from collections.abc import Iterable
from dataclasses import dataclass

from consent.event import ConsentEvent, Position
from consent.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class Span:
    """The time during which a record was merged with `other`; `end` None: it still is."""

    other: str
    start: Position
    end: Position | None = None

    def covers(self, position: Position) -> bool:
        """Say whether what stands at `position` was said while merged."""
        return self.start < position and (self.end is None or position < self.end)


def spans_of(events: Iterable[ConsentEvent]) -> dict[str, tuple[Span, ...]]:
    """Return for each record when it was merged, from all merges and unmerges in the order of effect.

    A record is merged with at most one other at a time: a merge that would join a third has no effect,
    nor has parting what is not joined.
    """
    spans: dict[str, list[Span]] = {}
    for event in events:
        one, other = event.subject, event.other
        if one is None or other is None or one == other:
            continue
        if event.kind is EventKind.MERGE:
            if _partner(spans, one) is None and _partner(spans, other) is None:
                spans.setdefault(one, []).append(Span(other, event.position))
                spans.setdefault(other, []).append(Span(one, event.position))
        elif _partner(spans, one) == other:
            for subject in (one, other):
                last = spans[subject].pop()
                spans[subject].append(Span(last.other, last.start, event.position))
    return {subject: tuple(found) for subject, found in spans.items()}


def _partner(spans: dict[str, list[Span]], subject: str) -> str | None:
    found = spans.get(subject)
    return found[-1].other if found and found[-1].end is None else None
