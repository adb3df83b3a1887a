"""How far a withdrawal goes: what it names, and all that it leaves out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.event import ConsentEvent
from consent.vocabulary import EventKind

Names = str | Sequence[str] | None
"""One name, several, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalScope:
    """What a withdrawal ends; what it leaves out means all. `contact` is a contact point by its name in events.

    Like the fields of an event, `purpose` and `channel` may name several.
    """

    purpose: Names = None
    topic: str | None = None
    channel: Names = None
    contact: str | None = None

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes named."""
        return each(self.purpose)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels named."""
        return each(self.channel)

    def document(self) -> dict[str, Names]:
        """Return the scope as a JSON document, which `WithdrawalScope(**document)` reads back."""
        named = {name: getattr(self, name) for name in ("purpose", "topic", "channel", "contact")}
        return {name: value for name, value in named.items() if value is not None}

    def event(self, event_id: str, subject_id: str, controller: str, *, now: datetime) -> ConsentEvent:
        """Return the withdrawal of this scope, said by a subject to a controller."""
        return ConsentEvent(
            id=event_id,
            kind=EventKind.WITHDRAW,
            at=now,
            recorded_at=now,
            subject=subject_id,
            controllers=(controller,),
            purposes=self.purposes,
            topic=self.topic,
            channels=self.channels,
            identifiers=() if self.contact is None else (self.contact,),
        )


def each(names: Names) -> tuple[str, ...]:
    """Return the names one by one."""
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)
