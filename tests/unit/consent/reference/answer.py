"""The ten steps, as the rule book tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.unit.consent.reference import bases, house
from tests.unit.consent.reference.book import Book
from tests.unit.consent.reference.calendar import instant, months_after
from tests.unit.consent.reference.faults import fault
from tests.unit.consent.reference.record import Record
from tests.unit.consent.reference.words import Key
from tests.unit.consent.reference.world import World, told


@dataclass
class Verdict:
    """What one holder under one pack, or the whole, gets."""

    reason: str | None
    step: int
    basis: str | None = None
    carried_by: str | None = None
    obligations: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    retry_after: datetime | None = None
    state: str | None = None
    keep_proof_until: datetime | None = None
    denied: list[int] | None = None


def answer(
    policy: Mapping[str, Any], defaults: Mapping[str, Any], case: Mapping[str, Any], ask: Mapping[str, Any]
) -> Verdict:
    """Answer one question of one case."""
    if "all" not in ask:
        return one(policy, defaults, case, ask)
    handed = {name: ask[name] for name in ("at", "as_of", "as_known", "subject", "controller") if name in ask}
    verdicts = [one(policy, defaults, case, {**handed, **part}) for part in ask["all"]]
    denied = [place for place, verdict in enumerate(verdicts) if verdict.reason is not None]
    if not denied:
        return verdicts[0]
    return replace(verdicts[denied[0]], denied=denied)


def one(
    policy: Mapping[str, Any], defaults: Mapping[str, Any], case: Mapping[str, Any], ask: Mapping[str, Any]
) -> Verdict:
    book = Book(policy, case.get("parameters") or {})
    question = {name: defaults[name] for name in ("controller", "purpose", "channel")} | dict(ask)
    as_of = instant(ask["as_of"] if "as_of" in ask else ask["at"])
    as_known = instant(ask["as_known"] if "as_known" in ask else ask.get("at", as_of))
    # 1. Validate, as far as the parts are known at all.
    for part, section in (("controller", "controllers"), ("purpose", "purposes"), ("channel", "channels")):
        if question[part] not in policy[section]:
            return Verdict(f"unknown_{part}", 1)
    points = {**(defaults.get("identifiers") or {}), **(case.get("identifiers") or {})}
    base = defaults.get("subject") or {}
    subjects = {"s1": {**base, **(case.get("subject") or {})}}
    for name, facts in (case.get("subjects") or {}).items():
        subjects[name] = {**base, **(facts or {})}
    events = [e for e in told(case, defaults) if e["at"] <= as_of and e["recorded_at"] <= as_known]
    return Asked(World(book, points, subjects, events, as_of), question).decide()


class Asked:
    """One question to one world."""

    def __init__(self, world: World, question: dict[str, Any]) -> None:
        self.world, self.book, self.question = world, world.book, question
        self.notes: set[str] = set()

    @property
    def purpose(self) -> str:
        return str(self.question["purpose"])

    @property
    def channel(self) -> str:
        return str(self.question["channel"])

    @property
    def solicits(self) -> bool:
        return self.question.get("action", "send") == "solicit"

    def decide(self) -> Verdict:
        if self.is_bad():
            return Verdict("bad_request", 1)
        self.reclassify()
        point, holders, reason = self.resolve()
        if reason is not None:
            return Verdict(reason, 3, notes=self.notes)
        key = Key(self.question["controller"], self.purpose, self.question.get("topic"), self.channel, point)
        verdict = self.of_holders([self.of_packs(who, key) for who in holders])
        if verdict.reason is None and not self.book.is_service(self.purpose) and not self.solicits:
            stopped = house.stopped(self.world, key, holders)
            verdict = verdict if stopped is None else Verdict(stopped[0], 10, retry_after=stopped[1])
        verdict.notes |= self.notes
        first = [Record(self.world, holders[0], pack, self.is_special()) for pack in self.packs(holders[0])]
        verdict.state = house.state(first[0], key, self.question)
        verdict.keep_proof_until = house.keep_proof_until(first, key)
        if verdict.reason is None:
            if not self.solicits:
                verdict.obligations |= set(self.book.policy["purposes"][self.purpose].get("obligations", []))
            verdict.obligations |= self.content_obligations(point)
        else:
            verdict.obligations = set()
        return verdict

    def is_special(self) -> bool:
        return bool(self.question.get("special_category"))

    # ── 1 to 3 ──

    def is_bad(self) -> bool:
        topic, point = self.question.get("topic"), self.question.get("identifier")
        if topic is not None and topic not in self.book.policy["purposes"][self.purpose].get("topics", []):
            return True
        needed = self.book.kind_of_point(self.channel)
        if point is not None and needed is not None and self.world.kind(point) not in (None, needed):
            return True
        return self.solicits and self.book.is_service(self.purpose)

    def reclassify(self) -> None:
        if not self.book.is_service(self.purpose):
            return
        purpose = self.book.policy["purposes"][self.purpose]
        for flag in ("contains_advertising", "rating_request"):
            if self.question.get(flag) and flag in purpose:
                self.question = {**self.question, "purpose": purpose[flag], "topic": None}
                self.notes.add("reclassified")
                return

    def resolve(self) -> tuple[str | None, list[str], str | None]:
        subject, point = self.question.get("subject"), self.question.get("identifier")
        kind = self.book.kind_of_point(self.channel)
        if kind is None and (subject is not None or point is None):
            return None, [subject or "s1"], None
        if point is None:
            point = self.world.default_point(subject or "s1", kind)
        if point is None:
            return None, [], "subject_unresolved"
        now, ever = self.world.holders(point)
        meant = {subject}
        if subject is not None and (merged := self.world.merge_now(subject)) is not None:
            meant.add(merged[0])
        if not now:
            return point, now, "identity_changed" if ever else "subject_unresolved"
        if subject is not None and not meant & set(now):
            return point, now, "identity_changed" if meant & ever else "subject_unresolved"
        return (None if kind is None else point), now, None

    # ── 4 to 9 ──

    def packs(self, who: str) -> list[str]:
        """The rule packs of the residence, of countries left lately (most recent first), and of the hint."""
        places = self.world.residences(who)
        months = self.book.parameters["country_move_months"]
        names = [self.book.pack_of(places[-1][1], places[-1][2])]
        for left, country, region in reversed(places[:-1]):
            assert left is not None
            if self.world.now < months_after(left, months):
                names.append(self.book.pack_of(country, region))
        if self.question.get("country_hint"):
            names.append(self.book.pack_of_hint(self.question["country_hint"]))
        return names

    def of_packs(self, who: str, key: Key) -> Verdict:
        verdicts = [self.steps(Record(self.world, who, pack, self.is_special()), key) for pack in self.packs(who)]
        denial = next((verdict for verdict in verdicts if verdict.reason is not None), None)
        if denial is not None:
            return denial
        obligations = set().union(*(verdict.obligations for verdict in verdicts))
        return replace(verdicts[0], obligations=obligations)

    def steps(self, record: Record, key: Key) -> Verdict:
        standing = record.standing(key)
        for step in (4, 5, 6, 7):
            if step == 5 and self.is_undeliverable(record, key):
                return Verdict("undeliverable", 5)
            found = [no for no in standing if STEP[no.act] == step]
            if found:
                reason = f"suppressed.{found[-1].reason}" if step == 5 else found[-1].reason
                return Verdict(reason, step)
        own_word = [no for no in standing if STEP[no.act] == 8]
        if self.solicits:
            return self.solicit(record, own_word[-1].at if own_word else None)
        if own_word:
            verdict = Verdict(own_word[-1].reason, 8)
            if self.overtaken(record, key, own_word[-1].order, own_word[-1].topic):
                verdict.reason = "parent_purpose_denied"
            if set(bases.known_bases(record, key.purpose, key.channel)) - {"consent"}:
                verdict.notes.add("no_basis_swap")
            return verdict
        return self.ninth(record, key)

    def is_undeliverable(self, record: Record, key: Key) -> bool:
        if key.point is None or self.book.policy["purposes"][key.purpose]["class"] == "legal":
            return False
        return self.world.hard_bounces(key.point, record.confirmations()) >= self.book.parameters["hard_bounces"]

    def overtaken(self, record: Record, key: Key, no: Any, topic: str | None) -> bool:
        return topic is None and key.topic is not None and any(
            yes.topic == key.topic and yes.order < no and yes.speaks(key) and fault(record, yes, key) is None
            for yes in record.yeses()
        )  # fmt: skip

    def solicit(self, record: Record, refused: datetime | None) -> Verdict:
        if refused is not None:
            over = months_after(refused, self.book.parameters["reask_months"])
            if self.world.now < over:
                return Verdict("reask_cooldown", 8, retry_after=over)
        return Verdict(None, 8, basis="not_required")

    def pack_obligations(self, record: Record) -> set[str]:
        if self.book.is_service(self.purpose):
            return set()
        return set(self.book.rule(record.pack, self.channel).get("obligations", []))

    def ninth(self, record: Record, key: Key) -> Verdict:
        tested = [(basis, bases.test(basis, record, key, self.question)) for basis in bases.candidates(record, key)]
        for basis, result in tested:
            if result.reason is None and not result.nothing:
                if self.parent_denies(record, key):
                    return Verdict("parent_purpose_denied", 9)
                obligations = set(self.book.policy["bases"][basis].get("obligations", []))
                return Verdict(
                    None, 9, basis, result.carried_by, obligations | self.pack_obligations(record), set(result.notes)
                )
        permitted = self.book.policy["purposes"][key.purpose]["bases"]
        if bases.is_special(record, key) and "consent" not in permitted:
            return Verdict("explicit_required", 9)
        failed = [result.reason for _, result in tested if not result.nothing]
        return Verdict(failed[0] if failed else bases.nearest_miss(record, key), 9)

    def parent_denies(self, record: Record, key: Key) -> bool:
        parent = self.book.policy["purposes"][key.purpose].get("parent")
        if parent is None:
            return False
        kept = {name: self.question[name] for name in self.question if name not in FLAGS and name != "topic"}
        above = Asked(self.world, {**kept, "purpose": parent})
        plain = replace(record, special=False)
        return above.steps(plain, key._replace(purpose=parent, topic=None)).reason is not None

    # ── Holders, house rules, the rest ──

    def of_holders(self, verdicts: list[Verdict]) -> Verdict:
        allowed = [verdict for verdict in verdicts if verdict.reason is None]
        together = set().union(*(verdict.obligations for verdict in allowed))
        if allowed and (self.book.is_service(self.purpose) or len(allowed) == len(verdicts)):
            return replace(allowed[0], obligations=together)
        if self.book.is_service(self.purpose):
            return verdicts[0]
        for verdict in verdicts:
            if verdict.reason is not None and verdict.step < 9:
                return verdict
        return Verdict("identity_ambiguous", 9) if allowed else verdicts[0]

    def content_obligations(self, point: str | None) -> set[str]:
        found = set()
        for flag, rule in self.book.policy.get("content", {}).items():
            if self.question.get(flag) and self.channel in rule["channels"] and not self.solicits:
                again = {**self.question, **rule["needs"], "topic": None}
                if Asked(self.world, again).decide().reason is not None:
                    found.add(rule["otherwise"])
        return found


STEP = {"erase": 4, "decease": 4, "restrict": 4, "suppress": 5, "object": 6, "opt_out": 7, "refuse": 8, "withdraw": 8}
FLAGS = ("contains_advertising", "rating_request", "tracking", "special_category")
