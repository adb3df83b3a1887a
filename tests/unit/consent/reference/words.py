"""What people said: the yeses and noes of one record, and the requests that wait."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.unit.consent.reference.calendar import instant
from tests.unit.consent.reference.world import NAY, Event, Order, World, many, said_within

Point = str | None


class Key(NamedTuple):
    """What is asked."""

    controller: str
    purpose: str
    topic: str | None
    channel: str
    point: Point


@dataclass(frozen=True)
class Yes:
    """One of the yeses of a declaration: one purpose, channel and controller."""

    order: Order
    who: str
    controller: str
    controllers: tuple[str, ...]
    purpose: str
    topic: str | None
    channel: str
    points: tuple[Point, ...]
    notice: str | None
    proof: str
    explicit: bool
    prechecked: bool
    coupled: bool
    valid_until: datetime | None
    imported: bool
    label: str | None

    @property
    def at(self) -> datetime:
        at: datetime = self.order[0]
        return at

    def speaks(self, key: Key) -> bool:
        return (
            (self.controller, self.purpose, self.channel) == (key.controller, key.purpose, key.channel)
            and key.point in self.points
            and self.topic in (None, key.topic)
        )


@dataclass(frozen=True)
class No:
    """One no: what it acts as, and its scope (None: all)."""

    order: Order
    who: str | None
    act: str
    reason: str
    controller: str | None
    purposes: tuple[str, ...] | None
    topic: str | None
    channels: tuple[str, ...] | None
    points: tuple[str, ...] | None

    @property
    def at(self) -> datetime:
        at: datetime = self.order[0]
        return at

    def fits(self, key: Key) -> bool:
        """Whether every scope field fits, the controller apart."""
        return (
            (self.purposes is None or key.purpose in self.purposes)
            and (self.topic is None or self.topic == key.topic)
            and (self.channels is None or key.channel in self.channels)
            and (self.points is None or key.point in self.points)
        )


@dataclass
class Request:
    """A declaration that waits, as the yeses that it would become."""

    event: Event
    challenge: Point
    ends: datetime
    parts: list[Yes]
    cancelled: list[bool] = field(default_factory=list)
    confirmed: Order | None = None

    def waits(self, when: datetime) -> bool:
        return self.confirmed is None and when < self.ends and not all(self.cancelled)


def declaration(world: World, event: Event, *, proof: str) -> list[Yes]:
    """One yes for each purpose, channel and controller that an event names."""
    purposes, channels, controllers = many(event["purpose"]), many(event["channel"]), many(event["controller"])
    notice = event.get("notice")
    if notice is None:
        notice = world.book.newest_notice(purposes[0], event["at"], world.events)
    until = event.get("valid_until")
    return [
        Yes(
            order=event["order"],
            who=event["subject"],
            controller=controller,
            controllers=tuple(controllers),
            purpose=purpose,
            topic=event.get("topic"),
            channel=channel,
            points=tuple(world.point_for(event.get("identifier"), event["subject"], channel)),
            notice=notice,
            proof=proof,
            explicit=bool(event.get("explicit", False)),
            prechecked=bool(event.get("prechecked", False)),
            coupled=bool(event.get("coupled", False)),
            valid_until=None if until is None else instant(until),
            imported=event["event"] == "import_row",
            label=event.get("id"),
        )
        for purpose in purposes
        for channel in channels
        for controller in controllers
    ]


def scope(event: Event, name: str) -> tuple[str, ...] | None:
    return tuple(many(event[name])) if event.get(name) is not None else None


def no_of(world: World, event: Event) -> No | None:
    """The no that an event is, or None."""
    kind = event["event"]
    no = No(
        event["order"], event.get("subject"), kind, "", event["controller"],
        scope(event, "purpose"), event.get("topic"), scope(event, "channel"), scope(event, "identifier"),
    )  # fmt: skip
    if kind == "refuse":
        return replace(no, reason="refused")
    if kind == "withdraw":
        return replace(no, reason="withdrawn")
    if kind == "import_row" and event["status"] == "unsubscribed":
        points = {
            point
            for channel in many(event["channel"])
            for point in world.point_for(event.get("identifier"), event["subject"], channel)
        }
        # Who has no contact point of the kind left the field out for good: that means all.
        return replace(no, act="withdraw", reason="withdrawn", points=tuple(points) or None)  # type: ignore[arg-type]
    if kind == "object":
        return replace(no, reason="objection")
    if kind == "signal":
        rule = world.book.policy["signals"][event["name"]]
        words = {"refuse": "refused", "withdraw": "withdrawn", "object": "objection"}
        return replace(
            no,
            act=rule["acts_as"],
            reason=words.get(rule["acts_as"], f"signal.{event['name']}"),
            purposes=no.purposes or (tuple(rule["purposes"]) if "purposes" in rule else None),
            channels=no.channels or (tuple(rule["channels"]) if "channels" in rule else None),
        )
    if kind == "suppress":
        rule = world.book.policy["suppressions"][event["reason"]]
        channels = no.channels or (tuple(rule["channels"]) if "channels" in rule else None)
        who = None if no.points is not None else no.who
        return replace(no, reason=event["reason"], channels=channels, who=who)
    if kind in ("restrict", "erase", "decease"):
        words = {"restrict": "restricted", "erase": "erased", "decease": "deceased"}
        controller = None if kind == "decease" else no.controller
        return No(no.order, no.who, kind, words[kind], controller, None, None, None, None)
    return None


def said_by(world: World, who: str) -> list[No]:
    """The noes that one record said; an entry on a contact point is nobody's."""
    noes = [no_of(world, event) for event in world.events if event.get("subject") == who]
    return [no for no in noes if no is not None and no.who == who]


def lasting(world: World, who: str) -> list[No]:
    """The noes that bind a record for good: its own, and those said by another while merged with it."""
    noes = said_by(world, who)
    for partner, start, end in world.spans(who):
        noes += [no for no in said_by(world, partner) if said_within(no.order, start, end)]
    return sorted(noes, key=lambda no: no.order)


def on_points(world: World) -> list[No]:
    """The entries on contact points: those made there, and those that an erasure left."""
    noes = [no for event in world.of("suppress") if (no := no_of(world, event)) is not None and no.who is None]
    for event in world.of("erase"):
        gone = {event["subject"]}
        for partner, start, end in world.spans(event["subject"]):
            if said_within(event["order"], start, end):
                gone.add(partner)
        held = [p for p in world.points if gone & set(world.holders(p, before=event["order"])[0])]
        noes.append(No(event["order"], None, "suppress", "erasure", event["controller"], None, None, None, tuple(held)))
    return noes


def as_if_said(no: No, merge: Event, place: int) -> No:
    """The same no, said at the moment of the merge."""
    return replace(no, order=(merge["at"], NAY, merge["recorded_at"], merge["order"][3], place))


def cancels(no: No, part: Yes) -> bool:
    """Whether a no cancels a yes that waits: it is a word of the person, and the yes lies in its scope."""
    if no.act not in ("refuse", "withdraw", "object", "opt_out"):
        return False
    addressed = part.controllers if no.act == "withdraw" else (part.controller,)
    return no.controller in addressed and any(
        no.fits(Key(part.controller, part.purpose, part.topic, part.channel, point)) for point in part.points
    )


def requests(world: World, who: str, noes: Any) -> list[Request]:
    """The requests of a record, with what became of them. `noes(part)` are the noes that may cancel a part."""
    found: list[Request] = []
    for event in world.events:
        if event.get("subject") != who:
            continue
        if event["event"] == "grant_requested":
            parts = [part for part in declaration(world, event, proof="confirmed") if part.points]
            first = many(event["channel"])[0]
            ends = event["at"] + timedelta(days=world.book.parameters["doi_ttl_days"])
            challenge = next(iter(world.point_for(event.get("identifier"), who, first)), None)
            found.append(Request(event, challenge, ends, parts, [False] * len(parts)))
        if event["event"] == "doi_confirmed":
            for request in found:
                cancel(request, noes, before=event["order"])
            confirm(event, found)
    for request in found:
        cancel(request, noes, before=None)
    return found


def cancel(request: Request, noes: Any, before: Order | None) -> None:
    if request.confirmed is not None:
        return
    for index, part in enumerate(request.parts):
        for no in noes(part):
            if no.order > request.event["order"] and (before is None or no.order < before) and cancels(no, part):
                request.cancelled[index] = True


def confirm(event: Event, found: list[Request]) -> None:
    """Let a confirmation turn the request it names, or the newest that waits, into a yes."""
    waiting = [one for one in found if one.waits(event["at"])]
    if "request" in event:
        waiting = [one for one in waiting if one.event.get("id") == event["request"]]
    elif "identifier" in event:
        waiting = [one for one in waiting if one.challenge == event["identifier"]]
    if not waiting:
        return
    request = waiting[-1]
    if event.get("identifier", request.challenge) != request.challenge:
        return
    if event.get("notice", request.parts[0].notice) != request.parts[0].notice:
        return
    request.confirmed = event["order"]
    request.parts = [replace(part, order=event["order"], label=event.get("id")) for part in request.parts]
