"""What a lawful basis turns out to be: carrying, or failing for a reason."""

from dataclasses import dataclass

from consent.event import ConsentEvent
from consent.vocabulary import Note, Reason


@dataclass(frozen=True, slots=True)
class Finding:
    """The test of one basis that had something to test: `reason` None means that it allows.

    `event` carries the allowance, or is what failed; `besides` are further events it rests on.
    """

    reason: Reason | None
    event: ConsentEvent | None = None
    besides: tuple[ConsentEvent, ...] = ()
    notes: tuple[Note, ...] = ()
