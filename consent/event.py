"""One event of a history: what happened, when it happened and when it became known, as the rule book names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consent.errors import EventError
from consent.event_form import DEFAULTS, WIRE, form_of, kind_of
from consent.periods import to_iso
from consent.vocabulary import (
    AddressSource,
    BlockList,
    BounceKind,
    EventKind,
    ImportStatus,
    Proof,
    SaleKind,
)

Position = tuple[datetime, int, datetime, int]
"""A place in the order in which events take effect: instant, rank (fact, yes, no), learnt when, place."""

FACT, YES, NO = 0, 1, 2

_RANKS = {
    EventKind.GRANT: YES,
    EventKind.DOI_CONFIRMED: YES,
    EventKind.RECONFIRM: YES,
    EventKind.GUARDIAN_AUTHORISED: YES,
    EventKind.LIFT_RESTRICTION: YES,
    EventKind.LIFT_SUPPRESSION: YES,
    EventKind.UNMERGE: YES,
    EventKind.REFUSE: NO,
    EventKind.WITHDRAW: NO,
    EventKind.OBJECT: NO,
    EventKind.SIGNAL: NO,
    EventKind.RESTRICT: NO,
    EventKind.SUPPRESS: NO,
    EventKind.ERASE: NO,
    EventKind.DECEASE: NO,
    EventKind.INVALIDATE: NO,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One event. An empty tuple or None is a field left out: in a no it means *all*, in a yes the default.

    `controllers` is whom the event addresses, `place` its number in the order of recording, `position`
    its place in the order in which events take effect.
    """

    id: str
    kind: EventKind
    at: datetime
    recorded_at: datetime
    place: int = 0
    subject: str | None = None
    controllers: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    topic: str | None = None
    channels: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    notice: str | None = None
    proof: Proof | None = None
    explicit: bool = False
    prechecked: bool = False
    coupled: bool = False
    valid_until: datetime | None = None
    request: str | None = None
    status: ImportStatus | None = None
    name: str | None = None
    reason: BlockList | None = None
    until: datetime | None = None
    sale: SaleKind | None = None
    goods: str | None = None
    address_from: AddressSource | None = None
    objection_notice: bool = False
    bounce: BounceKind | None = None
    rationale: str | None = None
    country: str | None = None
    region: str | None = None
    verified: bool | None = None
    to: str | None = None
    other: str | None = None
    idempotency_key: str | None = None
    position: Position = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fill in what the rule book says of a field left out, and refuse what is missing."""
        if self.recorded_at < self.at:
            raise EventError("recorded_at: earlier than the event itself")
        for name, value in DEFAULTS.get(self.kind, ()):
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        for name in form_of(self.kind).required:
            if getattr(self, name) in (None, ()):
                raise EventError(f"{WIRE[name]}: missing in {self.kind}")
        object.__setattr__(self, "position", (self.at, self._rank(), self.recorded_at, self.place))

    def _rank(self) -> int:
        if self.kind is EventKind.IMPORT_ROW:
            return YES if self.status is ImportStatus.SUBSCRIBED else NO
        return _RANKS.get(self.kind, FACT)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> "ConsentEvent":
        """Read an event from the fields of the rule book; times may be ISO 8601 text.

        Fields that may be lists may also be single values. Raises `EventError` naming the field that is
        unknown, missing or malformed.
        """
        kind = kind_of(mapping)
        form = form_of(kind)
        values: dict[str, object] = {"kind": kind}
        for name, value in mapping.items():
            if name == "event":
                continue
            entry = form.fields.get(name)
            if entry is None:
                raise EventError(f"{name}: no such field in {kind}")
            if value is not None:
                values[entry.attribute] = entry.read(name, value)
        if "at" not in values:
            raise EventError(f"at: missing in {kind}")
        values.setdefault("recorded_at", values["at"])
        if "id" not in values:
            raise EventError(f"id: missing in {kind}")
        return cls(**values)  # type: ignore[arg-type]  # each reader returns what its attribute takes

    def to_mapping(self) -> dict[str, object]:
        """Write the event as a JSON document that `from_mapping` reads back as an equal event."""
        document: dict[str, object] = {"event": self.kind.value}
        for name, entry in form_of(self.kind).fields.items():
            value = getattr(self, entry.attribute)
            if value is None or value == () or (value is False and not entry.keeps_false):
                continue
            document[name] = _plain(value)
        return document


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value
