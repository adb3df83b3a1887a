"""One case as seen by one question: its events in order, who holds what, who is merged with whom.

An event is the mapping of the case, with its defaults filled in and its place in time under `order`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.unit.consent.reference.book import Book
from tests.unit.consent.reference.calendar import instant

Order = tuple[Any, ...]
Event = dict[str, Any]

YES = "grant", "doi_confirmed", "reconfirm", "guardian_authorised", "lift_restriction", "lift_suppression", "unmerge"
NO = "refuse", "withdraw", "object", "signal", "restrict", "suppress", "erase", "decease", "invalidate"
DAGGER = (
    *("grant", "grant_requested", "reconfirm", "guardian_authorised", "import_row"),
    *("use", "inquiry", "b2b_interest", "assessment"),
)
FACT, YEA, NAY = 0, 1, 2


def many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def rank(event: Mapping[str, Any]) -> int:
    kind = event["event"]
    if kind == "import_row":
        return YEA if event["status"] == "subscribed" else NAY
    if kind in YES:
        return YEA
    return NAY if kind in NO else FACT


def told(case: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[Event]:
    """The events of a case with their defaults, in order, without those whose key was seen before."""
    seen: set[str] = set()
    events: list[Event] = []
    for place, raw in enumerate(case.get("history") or []):
        key = raw.get("idempotency_key")
        if key is not None and key in seen:
            continue
        seen.add(key)
        event = dict(raw)
        event["at"] = instant(raw["at"])
        event["recorded_at"] = instant(raw.get("recorded_at", raw["at"]))
        if raw["event"] != "invalidate":
            event.setdefault("subject", "s1")
        event.setdefault("controller", defaults["controller"])
        if raw["event"] in DAGGER:
            event.setdefault("purpose", defaults["purpose"])
            event.setdefault("channel", defaults["channel"])
        event["order"] = (event["at"], rank(event), event["recorded_at"], place)
        events.append(event)
    return sorted(events, key=lambda one: one["order"])


@dataclass
class World:
    """What one question may see of one case."""

    book: Book
    points: dict[str, dict[str, Any]]
    subjects: dict[str, dict[str, Any]]
    events: list[Event]
    now: datetime

    def of(self, *kinds: str) -> list[Event]:
        return [one for one in self.events if one["event"] in kinds]

    # ── Contact points ──

    def kind(self, point: str) -> str | None:
        return self.points[point]["kind"] if point in self.points else None

    def default_point(self, subject: str, kind: str | None) -> str | None:
        """The first identifier, in order of declaration, of the kind that was declared for the subject."""
        for name, facts in self.points.items():
            if facts["kind"] == kind and facts.get("subject", "s1") == subject:
                return name
        return None

    def point_for(self, named: Any, subject: str, channel: str) -> list[str | None]:
        """The contact points that a declaration means on a channel."""
        kind = self.book.kind_of_point(channel)
        if kind is None:
            return [None]
        fitting = [point for point in many(named) if self.kind(point) == kind]
        default = self.default_point(subject, kind)
        return fitting or ([default] if default is not None else [])

    def holders(self, point: str, before: Order | None = None) -> tuple[list[str], set[str]]:
        """Who holds a contact point, in the order of coming to hold it, and who ever did."""
        first = self.points.get(point, {"subject": "none"}).get("subject", "s1")
        now: list[str] = [] if first == "none" else [first]
        ever = set(now)
        for event in self.events:
            if before is not None and event["order"] >= before:
                break
            kind, who = event["event"], event.get("subject", "s1")
            if kind in ("identifier_added", "identifier_recycled") and event["identifier"] == point:
                now = [who]
            elif kind == "identifier_shared" and event["identifier"] == point:
                now = [*now, who] if who not in now else now
            elif kind == "identifier_changed":
                if event["identifier"] == point:
                    now = [one for one in now if one != who]
                if event["to"] == point:
                    now = [who]
            ever |= set(now)
        return now, ever

    def verified(self, point: str, confirmed: list[tuple[Order, str]]) -> bool:
        """Control proved by now. `confirmed` are the confirmations that counted, with their challenge."""
        proved = bool(self.points[point].get("verified", True)) if point in self.points else False
        marks: list[tuple[Order, bool]] = [(order, True) for order, at in confirmed if at == point]
        for event in self.of("identifier_added", "identifier_recycled", "identifier_verified"):
            if event["identifier"] == point:
                proves = event["event"] == "identifier_verified" or event.get("verified", False)
                marks += [(event["order"], proves)]
        for _, mark in sorted(marks, key=lambda one: one[0]):
            proved = mark
        return proved

    def hard_bounces(self, point: str, confirmed: list[tuple[Order, str]]) -> int:
        """Failures since control was last proved or the contact point last got a new holder."""
        resets = [order for order, at in confirmed if at == point]
        for event in self.of("identifier_added", "identifier_recycled", "identifier_verified"):
            if event["identifier"] == point:
                resets += [event["order"]]
        return sum(
            1
            for event in self.of("bounce")
            if event["identifier"] == point
            and event.get("kind", "hard") == "hard"
            and all(event["order"] > reset for reset in resets)
        )

    # ── People ──

    def born(self, subject: str) -> date | None:
        born = self.subjects[subject].get("birth_date")
        return date.fromisoformat(born) if isinstance(born, str) else born

    def residences(self, subject: str) -> list[tuple[datetime | None, str | None, str | None]]:
        """Where the person lived, oldest first: the moment of leaving (None: lives there), country, region."""
        facts = self.subjects[subject]
        places: list[tuple[str | None, str | None]] = [(facts.get("country"), facts.get("region"))]
        left: list[datetime | None] = []
        for event in self.of("moved"):
            if event["subject"] == subject:
                left.append(event["at"])
                places.append((event.get("country"), event.get("region")))
        left.append(None)
        return [(leaving, *place) for leaving, place in zip(left, places, strict=True)]

    def spans(self, subject: str) -> list[tuple[str, Event, Event | None]]:
        """The times at which a record was merged: partner, merge, unmerge (None: still)."""
        found: list[tuple[str, Event, Event | None]] = []
        for event in self.of("merge", "unmerge"):
            pair = [event["subject"], event["other"]]
            if subject not in pair:
                continue
            partner = pair[1 - pair.index(subject)]
            if event["event"] == "merge":
                # A record is merged with at most one other at a time.
                if not (found and found[-1][2] is None):
                    found.append((partner, event, None))
            elif found and found[-1][2] is None and found[-1][0] == partner:
                found[-1] = (partner, found[-1][1], event)
        return found

    def merge_now(self, subject: str) -> tuple[str, Event] | None:
        """The partner of a record now, and the merge."""
        spans = self.spans(subject)
        return (spans[-1][0], spans[-1][1]) if spans and spans[-1][2] is None else None


def said_within(order: Order, start: Event, end: Event | None) -> bool:
    return order > start["order"] and (end is None or order < end["order"])
