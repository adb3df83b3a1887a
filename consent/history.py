"""The history that a decision is made from: facts from the start, and events in the order of their effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consent.event import ConsentEvent
from consent.model import Identifier, Subject
from consent.vocabulary import IdentifierKind


@dataclass(frozen=True, slots=True)
class History:
    """Everything that a decision may know: the facts from the start and the events, in the order of effect.

    `subjects` and `identifiers` are in order of declaration; an event whose idempotency key an event of
    an earlier place carries is dropped. Make one with `History.of`.
    """

    subjects: Mapping[str, Subject]
    identifiers: Mapping[str, Identifier]
    events: tuple[ConsentEvent, ...]
    by_subject: Mapping[str, tuple[ConsentEvent, ...]] = field(repr=False, compare=False)
    by_identifier: Mapping[str, tuple[ConsentEvent, ...]] = field(repr=False, compare=False)
    by_kind: Mapping[str, tuple[ConsentEvent, ...]] = field(repr=False, compare=False)
    declared: Mapping[tuple[str, IdentifierKind], str] = field(repr=False, compare=False)

    @classmethod
    def of(
        cls,
        subjects: Iterable[Subject] = (),
        identifiers: Iterable[Identifier] = (),
        events: Iterable[ConsentEvent] = (),
    ) -> "History":
        """Put a history in order and index it, once, in time proportional to its length (and sorting)."""
        ordered = tuple(sorted(_first_of_each_key(events), key=lambda event: event.position))
        by_subject: dict[str, list[ConsentEvent]] = {}
        by_identifier: dict[str, list[ConsentEvent]] = {}
        by_kind: dict[str, list[ConsentEvent]] = {}
        for event in ordered:
            by_kind.setdefault(event.kind, []).append(event)
            if event.subject is not None:
                by_subject.setdefault(event.subject, []).append(event)
            for name in {*event.identifiers, *filter(None, (event.to,))}:
                by_identifier.setdefault(name, []).append(event)
        known = {identifier.id: identifier for identifier in identifiers}
        declared: dict[tuple[str, IdentifierKind], str] = {}
        for identifier in known.values():
            if identifier.holder is not None:
                declared.setdefault((identifier.holder, identifier.kind), identifier.id)
        return cls(
            subjects={subject.id: subject for subject in subjects},
            identifiers=known,
            events=ordered,
            by_subject={name: tuple(items) for name, items in by_subject.items()},
            by_identifier={name: tuple(items) for name, items in by_identifier.items()},
            by_kind={name: tuple(items) for name, items in by_kind.items()},
            declared=declared,
        )

    def default_contact_point(self, subject: str | None, kind: IdentifierKind | None) -> str | None:
        """Return the first contact point of a kind that was declared for the subject, or None."""
        if subject is None or kind is None:
            return None
        return self.declared.get((subject, kind))


def _first_of_each_key(events: Iterable[ConsentEvent]) -> Iterable[ConsentEvent]:
    seen: set[str] = set()
    for event in sorted(events, key=lambda event: event.place):
        if event.idempotency_key is not None:
            if event.idempotency_key in seen:
                continue
            seen.add(event.idempotency_key)
        yield event
