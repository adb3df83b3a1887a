"""Records that are merged: with whom one is, and whether a report of a merge or of a parting does anything."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.errors import AlreadyMerged, NotMerged
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.merges import Span, spans_of
from consent.vocabulary import EventKind

ABOUT_TWO = frozenset({EventKind.MERGE, EventKind.UNMERGE})
"""The events that concern two data subjects."""


class Merged:
    """The merges of one controller group as they are on record, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._events = EventStore(ground, session)

    def family(self, subject_id: str) -> set[str]:
        """Return a record and all that were ever merged with it, however indirectly."""
        return self._events.family({subject_id})

    def partner(self, subject_id: str) -> str | None:
        """Return the record that one is merged with now, or None."""
        spans = _spans(self._events.list_merges({subject_id}))
        return _partner(spans, subject_id)

    def same_person(self, subject_ids: Collection[str]) -> bool:
        """Say whether some records belong to one person: there is one of them, or two that are merged."""
        names = sorted(set(subject_ids))
        return len(names) == 1 or (len(names) == 2 and self.partner(names[0]) == names[1])

    def check(self, event: ConsentEvent) -> None:
        """Raise AlreadyMerged for a merge that would join nothing, NotMerged for a parting of what is not joined."""
        names = [event.subject or "", event.other or ""]
        known = self._events.list_merges(names)
        before, after = _spans(known), _spans([*known, event])
        partners = [_partner(before, name) for name in names]
        if event.kind is EventKind.MERGE and (any(partners) or _partner(after, names[0]) != names[1]):
            raise AlreadyMerged("one of the two records is merged already")
        if event.kind is EventKind.UNMERGE and (partners != names[::-1] or _partner(after, names[0]) is not None):
            raise NotMerged("the two records are not merged with each other")


def _spans(merges: Iterable[ConsentEvent]) -> dict[str, tuple[Span, ...]]:
    return spans_of(sorted(merges, key=lambda merge: merge.position))


def _partner(spans: dict[str, tuple[Span, ...]], name: str) -> str | None:
    found = spans.get(name)
    return found[-1].other if found and found[-1].end is None else None
