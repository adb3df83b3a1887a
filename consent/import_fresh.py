"""What rows come to about people of whom nothing is on record: worked out for a few, known for all alike.

Such a row is all there is, so what it comes to depends on what it names and on when it was said. The older a yes,
the more speaks against it: each ground (the text was not published yet, the consent was struck down, it ran out,
it was never used) holds up to some moment and not after it. So of two rows that name the same and come to the
same, all that were said between them come to the same too.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from consent.event import ConsentEvent
from consent.import_judging import Judgement
from consent.permissions import Permission

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Alone:
    """What a row comes to that is all there is about a person, and the permissions it leaves."""

    judgement: Judgement
    permissions: tuple[Permission, ...] = ()

    def about(self, event: ConsentEvent, contact: str | None) -> "Alone":
        """Return the same for another row that comes to the same."""
        return Alone(self.judgement, tuple(_about(item, event, contact) for item in self.permissions))

    def is_like(self, other: "Alone") -> bool:
        """Say whether another row comes to the same."""
        return self.judgement == other.judgement and _shape(self) == _shape(other)


@dataclass(slots=True)
class _Span:
    """Rows that were said from `first` to `last` come to `alone`."""

    first: datetime
    last: datetime
    alone: Alone


class KnownRows:
    """What rows about unknown people were found to come to, at one moment and under one policy."""

    def __init__(self) -> None:
        self._spans: dict[Hashable, list[_Span]] = {}

    def find(self, event: ConsentEvent, more: Hashable, work_out: Callable[[], Alone]) -> Alone:
        """Return what a row comes to; `more` is what matters besides its event. Worked out where it is not known."""
        contact = event.identifiers[0] if event.identifiers else None
        spans = self._spans.setdefault((_named(event), more), [])
        for span in spans:
            if span.first <= event.at <= span.last:
                return span.alone.about(event, contact)
        alone = work_out()
        for span in spans:
            if span.alone.is_like(alone):
                span.first, span.last = min(span.first, event.at), max(span.last, event.at)
                return alone
        spans.append(_Span(event.at, event.at, alone))
        return alone


def _named(event: ConsentEvent) -> Hashable:
    kinds = tuple(name.partition(":")[0] for name in event.identifiers)
    said = (event.status, event.purposes, event.topic, event.channels, event.notice, event.proof)
    return event.controllers, *said, kinds


def _shape(alone: Alone) -> list[Permission]:
    """Return the permissions without what is each person's own."""
    return [
        replace(item, subject="", contact=item.contact and "-", carried_by=item.carried_by and "-", since=BEGINNING)
        for item in alone.permissions
    ]


def _about(item: Permission, event: ConsentEvent, contact: str | None) -> Permission:
    return Permission(
        subject=event.subject or "",
        controller=item.controller,
        purpose=item.purpose,
        topic=item.topic,
        channel=item.channel,
        contact=(contact or "") if item.contact else "",
        state=item.state,
        carried_by=item.carried_by and event.id,
        since=event.at,
    )
