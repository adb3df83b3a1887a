"""Which fields each kind of event takes, which it cannot do without, and how a field is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar

from consent.errors import EventError
from consent.periods import as_instant
from consent.vocabulary import (
    AddressSource,
    BlockList,
    BounceKind,
    EventKind,
    ImportStatus,
    Proof,
    SaleKind,
)

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of an event: the attribute that holds it and the reader of its value."""

    attribute: str
    reader: Callable[[object], object]
    keeps_false: bool = False

    def read(self, name: str, value: object) -> object:
        """Return the value as the attribute holds it; raise `EventError` naming the field."""
        try:
            return self.reader(value)
        except (ValueError, TypeError):
            # The value itself stays out of the message: it may be about a person.
            raise EventError(f"{name}: not what this field holds") from None


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of event by their names, and the attributes that must not be empty."""

    fields: Mapping[str, Entry]
    required: tuple[str, ...]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        # What is named twice is meant once, and would be counted twice wherever it is multiplied out.
        return tuple(dict.fromkeys(_text(item) for item in value))
    return (_text(value),)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    return lambda value: choices(_text(value))


_COMMON = {
    "id": Entry("id", _text),
    "at": Entry("at", as_instant),
    "recorded_at": Entry("recorded_at", as_instant),
    "place": Entry("place", _number),
    "subject": Entry("subject", _text),
    "controller": Entry("controllers", _texts),
    "idempotency_key": Entry("idempotency_key", _text),
    # The scope stands with every kind: where an event makes nothing of it, it does no harm.
    "purpose": Entry("purposes", _texts),
    "topic": Entry("topic", _text),
    "channel": Entry("channels", _texts),
    "identifier": Entry("identifiers", _texts),
}
_NOTICE = {"notice": Entry("notice", _text)}
_REQUEST = {"request": Entry("request", _text)}
_END = {"valid_until": Entry("valid_until", as_instant)}
_DECLARATION = {
    **_NOTICE,
    **_END,
    "explicit": Entry("explicit", _flag),
    "prechecked": Entry("prechecked", _flag),
    "coupled": Entry("coupled", _flag),
}
_PROOF = {"proof": Entry("proof", _one_of(Proof))}
_LIST = {"reason": Entry("reason", _one_of(BlockList))}
_HOLDING = {"verified": Entry("verified", _flag, keeps_false=True)}
_OTHER = {"other": Entry("other", _text)}

_OWN: dict[EventKind, dict[str, Entry]] = {
    EventKind.GRANT: {**_DECLARATION, **_PROOF},
    EventKind.GRANT_REQUESTED: _DECLARATION,
    EventKind.DOI_CONFIRMED: {**_REQUEST, **_NOTICE},
    EventKind.DOI_LINK_OPENED: _REQUEST,
    EventKind.RECONFIRM: _END,
    EventKind.IMPORT_ROW: {"status": Entry("status", _one_of(ImportStatus)), **_NOTICE, **_PROOF},
    EventKind.REFUSE: _END,
    EventKind.SIGNAL: {"name": Entry("name", _text)},
    EventKind.SUPPRESS: _LIST,
    EventKind.LIFT_SUPPRESSION: _LIST,
    EventKind.INVALIDATE: _NOTICE,
    EventKind.PAUSE: {"until": Entry("until", as_instant)},
    EventKind.NOTICE_SHOWN: _NOTICE,
    EventKind.NOTICE_PUBLISHED: _NOTICE,
    EventKind.SALE: {
        "kind": Entry("sale", _one_of(SaleKind)),
        "goods": Entry("goods", _text),
        "address_from": Entry("address_from", _one_of(AddressSource)),
        "objection_notice": Entry("objection_notice", _flag),
    },
    EventKind.B2B_INTEREST: {"rationale": Entry("rationale", _text), **_END},
    EventKind.ASSESSMENT: _END,
    EventKind.MOVED: {"country": Entry("country", _text), "region": Entry("region", _text)},
    EventKind.IDENTIFIER_ADDED: _HOLDING,
    EventKind.IDENTIFIER_RECYCLED: _HOLDING,
    EventKind.IDENTIFIER_CHANGED: {"to": Entry("to", _text)},
    EventKind.BOUNCE: {"kind": Entry("bounce", _one_of(BounceKind))},
    EventKind.MERGE: _OTHER,
    EventKind.UNMERGE: _OTHER,
}

WIRE = {entry.attribute: name for fields in (_COMMON, *_OWN.values()) for name, entry in fields.items()} | {
    "kind": "event"
}
"""The name in a document of each attribute of an event."""

_PERSON = ("subject",)
_RELATION = ("subject", "controllers")
_YES = ("subject", "controllers", "purposes", "channels")

_REQUIRED: dict[EventKind, tuple[str, ...]] = {
    EventKind.GRANT: _YES,
    EventKind.GRANT_REQUESTED: _YES,
    EventKind.DOI_CONFIRMED: _PERSON,
    EventKind.RECONFIRM: _YES,
    EventKind.GUARDIAN_AUTHORISED: _YES,
    EventKind.IMPORT_ROW: (*_YES, "status"),
    EventKind.REFUSE: _RELATION,
    EventKind.WITHDRAW: _RELATION,
    EventKind.OBJECT: _RELATION,
    EventKind.SIGNAL: (*_RELATION, "name"),
    EventKind.RESTRICT: _RELATION,
    EventKind.LIFT_RESTRICTION: _RELATION,
    EventKind.SUPPRESS: ("controllers", "reason"),
    EventKind.LIFT_SUPPRESSION: ("controllers", "reason"),
    EventKind.ERASE: _RELATION,
    EventKind.DECEASE: _PERSON,
    EventKind.INVALIDATE: ("controllers",),
    EventKind.PAUSE: (*_RELATION, "until"),
    EventKind.NOTICE_SHOWN: (*_PERSON, "notice"),
    EventKind.NOTICE_PUBLISHED: ("notice",),
    EventKind.USE: _YES,
    EventKind.SALE: _RELATION,
    EventKind.CONTRACT_END: _RELATION,
    EventKind.INQUIRY: (*_RELATION, "channels"),
    EventKind.B2B_INTEREST: (*_RELATION, "purposes"),
    EventKind.ASSESSMENT: ("controllers", "purposes"),
    EventKind.MOVED: _PERSON,
    EventKind.IDENTIFIER_ADDED: (*_PERSON, "identifiers"),
    EventKind.IDENTIFIER_RECYCLED: (*_PERSON, "identifiers"),
    EventKind.IDENTIFIER_SHARED: (*_PERSON, "identifiers"),
    EventKind.IDENTIFIER_VERIFIED: ("identifiers",),
    EventKind.IDENTIFIER_CHANGED: (*_PERSON, "identifiers", "to"),
    EventKind.BOUNCE: ("identifiers",),
    EventKind.MERGE: (*_PERSON, "other"),
    EventKind.UNMERGE: (*_PERSON, "other"),
}

DEFAULTS: dict[EventKind, tuple[tuple[str, object], ...]] = {
    EventKind.GRANT: (("proof", Proof.CONFIRMED),),
    EventKind.IMPORT_ROW: (("proof", Proof.CLAIMED),),
    EventKind.SALE: (("sale", SaleKind.PURCHASE), ("address_from", AddressSource.SUBJECT)),
    EventKind.BOUNCE: (("bounce", BounceKind.HARD),),
    EventKind.IDENTIFIER_ADDED: (("verified", False),),
    EventKind.IDENTIFIER_RECYCLED: (("verified", False),),
}
"""What a field that is left out holds."""


@cache
def form_of(kind: EventKind) -> Form:
    """Return the form of one kind of event."""
    return Form({**_COMMON, **_OWN.get(kind, {})}, _REQUIRED.get(kind, ()))


def kind_of(mapping: Mapping[str, object]) -> EventKind:
    """Return the kind of event that a mapping describes; raise `EventError` if there is no such kind."""
    try:
        return EventKind(_text(mapping.get("event")))
    except (ValueError, TypeError):
        raise EventError("event: no such kind of event") from None
