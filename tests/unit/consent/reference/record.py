"""One person's record under one rule pack: which yes is valid, which no stands, what governs, what carries."""

from dataclasses import dataclass, replace

from tests.unit.consent.reference import words
from tests.unit.consent.reference.faults import fault
from tests.unit.consent.reference.words import Key, No, Request, Yes
from tests.unit.consent.reference.world import Event, Order, World, many


@dataclass(frozen=True)
class Record:
    """A record under a pack. `special`: special-category data is involved; `plain`: without what a merge binds."""

    world: World
    who: str
    pack: str
    special: bool = False
    plain: bool = False

    # ── What was said ──

    def partner(self) -> tuple["Record", Event] | None:
        merged = None if self.plain else self.world.merge_now(self.who)
        return (replace(self, who=merged[0]), merged[1]) if merged else None

    def requests(self) -> list[Request]:
        """The record's own requests."""
        own = words.lasting(self.world, self.who)

        def may_cancel(part: Yes) -> list[No]:
            keys = [Key(part.controller, part.purpose, part.topic, part.channel, point) for point in part.points]
            return own + [no for key in keys for no in self.copies(key)]

        return words.requests(self.world, self.who, may_cancel)

    def own(self) -> list[Yes]:
        """The yeses of the record alone, in order."""
        world = self.world
        yeses = [yes for e in world.of("grant") if e["subject"] == self.who
                 for yes in words.declaration(world, e, proof=e.get("proof", "confirmed"))]  # fmt: skip
        yeses += [yes for e in world.of("import_row") if e["subject"] == self.who and e["status"] == "subscribed"
                  for yes in words.declaration(world, e, proof=e.get("proof", "claimed"))]  # fmt: skip
        for request in self.requests():
            if request.confirmed is not None:
                yeses += [part for part, gone in zip(request.parts, request.cancelled, strict=True) if not gone]
        return sorted(yeses, key=lambda yes: yes.order)

    def yeses(self) -> list[Yes]:
        """The yeses that count for the record: its own, and those said by its partner since they were merged."""
        found = self.own()
        if (partner := self.partner()) is not None:
            found += [yes for yes in partner[0].own() if yes.order > partner[1]["order"]]
        return sorted(found, key=lambda yes: yes.order)

    def events(self, *kinds: str) -> list[Event]:
        """Yeses of other kinds (lifts, renewals, authorisations) that count for the record."""
        partner = self.partner()
        return [
            event
            for event in self.world.of(*kinds)
            if event["subject"] == self.who
            or (partner is not None and event["subject"] == partner[0].who and event["order"] > partner[1]["order"])
        ]

    # ── Noes ──

    def reaches(self, no: No, key: Key) -> bool:
        """Whether a no is addressed to the controller asked; a withdrawal follows a joint declaration."""
        if no.controller in (None, key.controller):
            return True
        return no.act == "withdraw" and any(
            yes.speaks(key)
            and no.controller in yes.controllers
            and yes.order < no.order
            and fault(self, yes, key) is None
            for yes in self.yeses()
        )

    def heeded(self, no: No, key: Key) -> bool:
        """Whether the class of the purpose lets this no speak."""
        law = self.world.book.policy["purposes"][key.purpose]["class"]
        if law == "legal":
            return no.act in ("erase", "decease")
        if law == "transactional":
            reach = self.world.book.policy["suppressions"][no.reason]["reach"] if no.act == "suppress" else ""
            return no.act in ("erase", "decease", "restrict") or reach == "all"
        return True

    def lifted(self, no: No, before: Order | None = None) -> bool:
        if no.act == "suppress":
            lifts = self.world.of("lift_suppression") if no.points is not None else self.events("lift_suppression")
            return any(
                lift["order"] > no.order
                and (before is None or lift["order"] < before)
                and lift["reason"] == no.reason
                and lift["controller"] == no.controller
                and (set(many(lift.get("identifier"))) >= set(no.points) if no.points else not lift.get("identifier"))
                for lift in lifts
            )
        return no.act == "restrict" and any(
            lift["order"] > no.order
            and (before is None or lift["order"] < before)
            and lift["controller"] == no.controller
            for lift in self.events("lift_restriction")
        )

    def copies(self, key: Key) -> list[No]:
        """The noes that stand in the other record since the merge, as if said at that moment."""
        merged = self.partner()
        if merged is None:
            return []
        other, merge = replace(merged[0], plain=True), merged[1]
        at = merge["order"]
        yeses = [yes for yes in other.own() if yes.order < at]
        found = []
        for place, no in enumerate(words.lasting(self.world, other.who)):
            standing = (
                no.order < at
                and no.fits(key)
                and other.reaches(no, key)
                and not other.lifted(no, before=at)
                and not other.answered(no, key, yeses, [n for n in other.about(key) if n.order < at])
            )
            if standing:
                found.append(words.as_if_said(no, merge, place))
        return found

    def about(self, key: Key) -> list[No]:
        """The noes that speak about a key and were not lifted, in order."""
        own = [no for no in words.lasting(self.world, self.who) if no.fits(key) and self.reaches(no, key)]
        points = [
            replace(no, points=(str(key.point),))
            for no in words.on_points(self.world)
            if key.point is not None and no.fits(key) and no.controller == key.controller
        ]
        found = [no for no in own + points + self.copies(key) if self.heeded(no, key) and not self.lifted(no)]
        return sorted(found, key=lambda no: no.order)

    def yields_to(self, no: No) -> str:
        if no.act == "suppress":
            return str(self.world.book.policy["suppressions"][no.reason]["yields_to"])
        return "nothing" if no.act in ("erase", "decease") else "later_consent"

    def answered(self, no: No, key: Key, yeses: list[Yes], noes: list[No]) -> bool:
        """Whether a no is answered, given the yeses and the noes that count."""
        yields = self.yields_to(no)
        able = [
            yes
            for yes in yeses
            if yes.speaks(key)
            and not yes.imported
            and (no.topic is None or yes.topic == no.topic)
            and fault(self, yes, key) is None
        ]
        if yields == "nothing":
            return False
        if yields == "consent":
            ordinary = [one for one in noes if self.yields_to(one) == "later_consent"]
            return any(all(yes.order > one.order for one in ordinary) for yes in able)
        return any(yes.order > no.order for yes in able)

    def standing(self, key: Key) -> list[No]:
        noes, yeses = self.about(key), self.yeses()
        return [no for no in noes if not self.answered(no, key, yeses, noes)]

    # ── Contact points ──

    def verified(self, point: str) -> bool:
        return self.world.verified(point, self.confirmations())

    def confirmations(self) -> list[tuple[Order, str]]:
        found = []
        for who in self.world.subjects:
            for request in replace(self, who=who).requests():
                if request.confirmed is not None and request.challenge is not None:
                    found += [(request.confirmed, request.challenge)]
        return found

    def names(self, event: Event, key: Key) -> bool:
        """Whether an event names a controller, purpose, channel and contact point, whatever the topic."""
        return (
            key.controller in many(event["controller"])
            and key.purpose in many(event["purpose"])
            and key.channel in many(event["channel"])
            and key.point in self.world.point_for(event.get("identifier"), event["subject"], key.channel)
        )
