"""Reading of what a case tells: instants, places, data and facts, as the formats of parts A.1 and B.4 have them."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from retention.calendar import noon, zone_named
from retention.document import Node
from retention.errors import Malformed
from retention.holidays import Land, LocalHoliday
from retention.identities import Identities, SubjectName
from retention.model import (
    Attribute,
    Datum,
    DatumEvent,
    Facts,
    Hold,
    Outcome,
    PlatformOrderFact,
    RequestFact,
    RequestType,
    Scope,
)
from retention.place import Place
from retention.request_clock import ClockAction, ClockEvent

UNAVAILABLE = "unavailable"
BARE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Fields = dict[str, Node]


def present(node: Node) -> Fields:
    """Return the fields of a mapping that have a value."""
    return {name: field for name, field in node.entries().items() if field.value is not None}


def read_instant(node: Node, zone: ZoneInfo) -> datetime:
    """Return an instant in UTC: written with its offset, or as a bare date, which means noon in `zone`."""
    text = node.text()
    if BARE_DATE.fullmatch(text):
        return noon(node.day(), zone)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(node.place, "this is no instant") from error
    if instant.tzinfo is None:
        raise Malformed(node.place, "an instant needs its offset")
    return instant.astimezone(UTC)


def read_place(fields: Fields, default_zone: ZoneInfo) -> Place:
    """Return where the controller of a case sits."""
    return Place(
        zone=zone_named(fields["zone"].text()) if "zone" in fields else default_zone,
        land=fields["land"].choice(Land) if "land" in fields else None,
        local=frozenset(each.choice(LocalHoliday) for each in _items(fields, "local")),
        listed=_days(fields["holidays"]) if "holidays" in fields else None,
    )


def _days(node: Node) -> frozenset[date]:
    return frozenset(each.day() for each in node.items())


def read_clock_events(fields: Fields, zone: ZoneInfo) -> tuple[ClockEvent, ...]:
    """Return the events of a clock, as part A.4 has them."""
    return tuple(_read_clock_event(each, zone) for each in _items(fields, "events"))


def _read_clock_event(node: Node, zone: ZoneInfo) -> ClockEvent:
    fields = present(node)
    return ClockEvent(
        at=read_instant(node.required(fields, "at"), zone),
        action=node.required(fields, "clock").choice(ClockAction),
        ground=str(fields["ground"].scalar()) if "ground" in fields else None,
        notice_at=_instant(fields, "notice_at", zone),
        months=fields["months"].whole_number() if "months" in fields else None,
    )


def read_datum(node: Node, zone: ZoneInfo) -> Datum:
    """Return a datum."""
    fields = present(node)
    return Datum(
        ref=node.required(fields, "ref").text(),
        category=node.required(fields, "category").text(),
        subject=_name(fields, "subject"),
        attributes=_attributes(fields),
        purposes=_names(fields, "purposes"),
        events=tuple(_read_datum_event(each, zone) for each in _items(fields, "events")),
    )


def _read_datum_event(node: Node, zone: ZoneInfo) -> DatumEvent:
    fields = present(node)
    at = read_instant(node.required(fields, "at"), zone)
    return DatumEvent(at=at, event=node.required(fields, "event").text())


def _attributes(fields: Fields) -> dict[str, Attribute]:
    if "attributes" not in fields:
        return {}
    return {name: value.scalar() for name, value in present(fields["attributes"]).items()}


def read_facts(fields: Fields, place: Place) -> Facts:
    """Return all that acts on the data of a case."""
    zone = place.zone
    return Facts(
        place=place,
        identities=_read_identities(fields),
        holds=tuple(_read_hold(each, zone) for each in _items(fields, "holds")),
        requests=tuple(_read_request(each, zone) for each in _items(fields, "requests")),
        platform_orders=tuple(_read_order(each, zone) for each in _items(fields, "platform_orders")),
    )


def _read_identities(fields: Fields) -> Identities:
    if "identities" not in fields:
        return Identities.known()
    if fields["identities"].value == UNAVAILABLE:
        return Identities.unavailable()
    groups = (group.items() for group in fields["identities"].items())
    return Identities.known([SubjectName.of(name.text()) for name in group] for group in groups)


def _read_scope(fields: Fields) -> Scope:
    return Scope(subject=_name(fields, "subject"), categories=_names(fields, "categories"), refs=_names(fields, "refs"))


def _read_hold(node: Node, zone: ZoneInfo) -> Hold:
    fields = present(node)
    return Hold(
        id=node.required(fields, "id").text(),
        scope=_read_scope(fields),
        placed_at=read_instant(node.required(fields, "placed_at"), zone),
        released_at=_instant(fields, "released_at", zone),
        matter=fields["matter"].text() if "matter" in fields else "",
    )


def _read_request(node: Node, zone: ZoneInfo) -> RequestFact:
    fields = present(node)
    return RequestFact(
        id=node.required(fields, "id").text(),
        type=node.required(fields, "type").choice(RequestType),
        scope=_read_scope(fields),
        received_at=read_instant(node.required(fields, "received_at"), zone),
        granted_at=_instant(fields, "granted_at", zone),
        closed_at=_instant(fields, "closed_at", zone),
        lifted_at=_instant(fields, "lifted_at", zone),
        notice_at=_instant(fields, "notice_at", zone),
        decided_at=_instant(fields, "decided_at", zone),
        outcome=fields["outcome"].choice(Outcome) if "outcome" in fields else None,
        purposes=_names(fields, "purposes"),
        clock=read_clock_events(fields, zone),
    )


def _read_order(node: Node, zone: ZoneInfo) -> PlatformOrderFact:
    fields = present(node)
    return PlatformOrderFact(
        at=read_instant(node.required(fields, "at"), zone),
        platform=node.required(fields, "platform").text(),
        signal=node.required(fields, "signal").text(),
        refs=_names(fields, "refs") or frozenset(),
        account=_name(fields, "account"),
    )


def _items(fields: Fields, name: str) -> tuple[Node, ...]:
    return fields[name].items() if name in fields else ()


def _instant(fields: Fields, name: str, zone: ZoneInfo) -> datetime | None:
    return read_instant(fields[name], zone) if name in fields else None


def _name(fields: Fields, name: str) -> SubjectName | None:
    return SubjectName.of(fields[name].text()) if name in fields else None


def _names(fields: Fields, name: str) -> frozenset[str] | None:
    return frozenset(fields[name].texts()) if name in fields else None
