"""What an event means where it leaves something out: settled when it is recorded, so that it never shifts later.

A contact point added tomorrow must not be drawn into today's consent, nor a text published tomorrow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from consent.contacts import kind_of_contact
from consent.event import ConsentEvent
from consent.identifier_store import StoredIdentifier
from consent.identifiers import rule_kind
from consent.notices import NO_TEXT
from consent.policy_model import Policy
from consent.texts import Texts
from consent.vocabulary import EventKind, IdentifierKind

NAMES_CONTACT_POINTS: Final = frozenset(
    {
        EventKind.GRANT,
        EventKind.GRANT_REQUESTED,
        EventKind.RECONFIRM,
        EventKind.GUARDIAN_AUTHORISED,
        EventKind.IMPORT_ROW,
        EventKind.USE,
        EventKind.INQUIRY,
    }
)
"""The events that take the first contact point of a channel's kind when they name none."""

_NAMES_TEXT: Final = frozenset({EventKind.GRANT, EventKind.GRANT_REQUESTED, EventKind.IMPORT_ROW})


def default_contact(held: Sequence[StoredIdentifier], kind: IdentifierKind) -> str | None:
    """Return the contact point of a kind that is meant when none is named.

    That is the first one, in order of declaration, that the subject holds; of a subject that holds none any
    more the first it ever held, so that the answer can say what became of it.
    """
    fitting = [identifier for identifier in held if rule_kind(identifier.kind) is kind]
    first = next((identifier for identifier in fitting if identifier.is_active), None)
    first = first or next(iter(fitting), None)
    return None if first is None else first.contact


def settled(
    event: ConsentEvent, held: Sequence[StoredIdentifier], policy: Policy, publications: Iterable[ConsentEvent]
) -> ConsentEvent:
    """Return the event with the contact points and the text named that it takes by default."""
    named = event.identifiers
    if event.kind in NAMES_CONTACT_POINTS:
        for channel in event.channels:
            kind = policy.channels[channel].identifier
            if kind is not None and not any(kind_of_contact(name) is kind for name in named):
                default = default_contact(held, kind)
                named = named if default is None else (*named, default)
    elif event.kind is EventKind.SALE and not named:
        default = default_contact(held, IdentifierKind.EMAIL)
        named = () if default is None else (default,)
    notice = event.notice
    if notice is None and event.kind in _NAMES_TEXT:
        purpose = policy.purposes[event.purposes[0]]
        notice = Texts(policy, publications).newest(purpose.notice, event.at) or NO_TEXT
    return replace(event, identifiers=named, notice=notice)
