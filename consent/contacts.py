"""How events name a contact point: its kind and the keyed hash of its value, the same for all who hold it."""

from typing import Final

from consent.event import ConsentEvent
from consent.identifiers import rule_kind
from consent.vocabulary import EventKind, IdentifierKind

HASH_DIGITS: Final = 64
HOLDING: Final = frozenset(
    {
        EventKind.IDENTIFIER_ADDED,
        EventKind.IDENTIFIER_RECYCLED,
        EventKind.IDENTIFIER_SHARED,
        EventKind.IDENTIFIER_CHANGED,
    }
)
"""Events that say who holds a contact point."""

ABOUT_CONTACT_POINTS: Final = HOLDING | {
    EventKind.SUPPRESS,
    EventKind.LIFT_SUPPRESSION,
    EventKind.IDENTIFIER_VERIFIED,
    EventKind.BOUNCE,
}
"""Events that concern a contact point, whoever holds it."""


def contact_of(kind: str, blind_index: bytes) -> str | None:
    """Return the name of a contact point in events, or None for an outside id, which is no contact point."""
    rule = rule_kind(kind)
    return None if rule is None else contact_named(rule, blind_index)


def contact_named(kind: IdentifierKind, blind_index: bytes) -> str:
    """Return the name of a contact point by the rule book's kind and its keyed hash."""
    return f"{kind}:{blind_index.hex()}"


def trace_of(kind: str, identifier_id: str) -> str | None:
    """Return the name that stands for the contact point of an erased person: nothing leads back from it."""
    rule = rule_kind(kind)
    return None if rule is None else f"{rule}:{identifier_id}"


def kind_of_contact(contact: str) -> IdentifierKind:
    """Return the kind of a contact point by its name."""
    return IdentifierKind(contact.partition(":")[0])


def hash_of_contact(contact: str) -> bytes | None:
    """Return the blind index in the name of a contact point, or None in that of a trace."""
    digits = contact.partition(":")[2]
    return bytes.fromhex(digits) if len(digits) == HASH_DIGITS else None


def contacts_in(event: ConsentEvent) -> tuple[str, ...]:
    """Return every contact point that an event names."""
    return event.identifiers if event.to is None else (*event.identifiers, event.to)
