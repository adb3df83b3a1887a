"""Step 9: the bases, and the nearest miss."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.unit.consent.reference.book import EXCEPTIONS, covers
from tests.unit.consent.reference.calendar import birthday, instant, months_after
from tests.unit.consent.reference.faults import fault
from tests.unit.consent.reference.lapse import governing, lapse, waiting
from tests.unit.consent.reference.record import Record
from tests.unit.consent.reference.words import Key, Yes
from tests.unit.consent.reference.world import Event, many


@dataclass(frozen=True)
class Tested:
    """What testing one basis gave: it carries (with a label), it fails for a reason, or there was nothing to test."""

    reason: str | None
    carried_by: str | None = None
    notes: tuple[str, ...] = ()
    nothing: bool = False


NOTHING = Tested(reason=None, nothing=True)


def known_bases(record: Record, purpose: str, channel: str) -> list[str]:
    """The bases that the purpose permits and the country offers, in the order of the policy."""
    book = record.world.book
    rule = book.rule(record.pack, channel)
    business = record.world.subjects[record.who].get("kind") == "business"
    offered = rule["business"] if business and "business" in rule else rule.get("bases", [])
    permitted = book.policy["purposes"][purpose]["bases"]
    return [
        basis
        for basis in book.policy["bases"]
        if (basis in permitted or (basis in EXCEPTIONS and "statutory_exception" in permitted))
        and (basis in offered or basis in ("contract", "legal_obligation"))
    ]


def candidates(record: Record, key: Key) -> list[str]:
    bases = known_bases(record, key.purpose, key.channel)
    if record.about(key):
        bases = [basis for basis in bases if basis in ("consent", "contract", "legal_obligation")]
    if is_special(record, key):
        bases = [basis for basis in bases if basis in ("consent", "legal_obligation")]
    return bases


def is_special(record: Record, key: Key) -> bool:
    return record.special or bool(record.world.book.policy["purposes"][key.purpose].get("special_category"))


def facts(record: Record, key: Key, *kinds: str) -> list[Event]:
    """The events of a kind between this person and this controller."""
    return [
        e for e in record.world.of(*kinds) if e["subject"] == record.who and key.controller in many(e["controller"])
    ]


def test(basis: str, record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    tests = {
        "contract": contract, "consent": consent, "existing_customer": existing_customer,
        "presumed_consent": presumed_consent, "implied_consent": implied_consent,
        "legitimate_interest": legitimate_interest, "not_opted_out": not_opted_out,
    }  # fmt: skip
    return Tested(None) if basis == "legal_obligation" else tests[basis](record, key, question)


def contract(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    book, world = record.world.book, record.world
    if book.policy["purposes"][key.purpose].get("answers") != "inquiry":
        return Tested(None)
    for event in reversed(facts(record, key, "inquiry")):
        asked_here = key.channel in many(event["channel"]) and key.point in world.point_for(
            event.get("identifier"), event["subject"], key.channel
        )
        if asked_here and world.now < event["at"] + timedelta(days=book.parameters["reply_days"]):
            return Tested(None, event.get("id"))
    return Tested("contract.no_request")


def consent(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    yes = governing(record, key, record.about(key))
    if yes is not None:
        return Tested(lapse(record, yes, key, question.get("recipient")), yes.label)
    if waiting(record, key):
        return Tested("pending_doi")
    speaking = [yes for yes in record.yeses() if yes.speaks(key)]
    if speaking:
        return Tested(fault(record, speaking[-1], key))
    return Tested("doi_expired") if waiting(record, key, ran_out=True) else NOTHING


def existing_customer(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    switch = record.world.book.parameters["free_account_counts_as_sale"]
    best: tuple[int, Tested] | None = None
    for sale in facts(record, key, "sale"):
        kind = sale.get("kind", "purchase")
        default = record.world.default_point(record.who, "email")
        brought = many(sale.get("identifier")) or [default]
        conditions = [
            ("no_sale", kind in ("purchase", "contract") or (kind == "free_account" and switch)),
            ("address_source", key.point in brought and sale.get("address_from", "subject") == "subject"
             and key.point is not None),
            ("not_own", question.get("own_goods", True)),
            ("not_similar", question.get("goods") is not None and question.get("goods") == sale.get("goods")),
            ("no_notice_at_collection", sale.get("objection_notice", False)),
        ]  # fmt: skip
        failed = next((index for index, (_, met) in enumerate(conditions) if not met), len(conditions))
        if failed == len(conditions):
            notes = ("unsettled_law",) if kind == "free_account" else ()
            tested = Tested(None, sale.get("id"), notes)
        else:
            tested = Tested(f"existing_customer.{conditions[failed][0]}")
        if best is None or failed >= best[0]:
            best = (failed, tested)
    return best[1] if best else NOTHING


def presumed_consent(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    interests = [e for e in facts(record, key, "b2b_interest") if key.purpose in many(e["purpose"])]
    if not interests:
        return NOTHING
    latest = interests[-1]
    over = latest.get("valid_until") is not None and record.world.now >= instant(latest["valid_until"])
    return Tested("expired" if over else None, latest.get("id"))


def implied_consent(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    terms = record.world.book.field(record.pack, "implied")
    now = record.world.now
    sales = [
        s for s in facts(record, key, "sale", "contract_end") if s.get("kind", "purchase") in ("purchase", "contract")
    ]
    inquiries = facts(record, key, "inquiry")
    if not sales and not inquiries:
        return NOTHING
    contracts = [s for s in sales if s["event"] == "contract_end" or s.get("kind") == "contract"]
    if contracts and contracts[-1]["event"] == "sale":
        return Tested(None, contracts[-1].get("id"))
    ends = [(months_after(s["at"], terms["purchase_months"]), s) for s in sales if s.get("kind") != "contract"]
    ends += [(months_after(q["at"], terms["inquiry_months"]), q) for q in inquiries]
    running = [(end, event["order"], event) for end, event in ends if now < end]
    if not running:
        return Tested("expired")
    return Tested(None, max(running, key=lambda one: one[:2])[2].get("id"))


def legitimate_interest(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    world = record.world
    assessments = [
        e
        for e in world.of("assessment")
        if key.controller in many(e["controller"]) and key.purpose in many(e["purpose"])
    ]
    if not assessments:
        return Tested("legitimate_interest.no_assessment")
    latest = assessments[-1]
    if latest.get("valid_until") is not None and world.now >= instant(latest["valid_until"]):
        return Tested("legitimate_interest.assessment_expired")
    if not was_informed(record, key):
        return Tested("legitimate_interest.not_informed")
    return Tested(None, latest.get("id"))


def was_informed(record: Record, key: Key) -> bool:
    for event in record.world.of("notice_shown"):
        text = record.world.book.text(event["notice"])
        if (
            event["subject"] == record.who
            and text is not None
            and covers(text, key.controller, key.purpose, key.channel)
        ):
            return True
    return False


def not_opted_out(record: Record, key: Key, question: Mapping[str, Any]) -> Tested:
    book = record.world.book
    limits = book.rule(record.pack, key.channel).get("opt_in_below", {})
    age = limits.get(book.policy["purposes"][key.purpose]["class"])
    born = record.world.born(record.who)
    if age is not None and born is not None and record.world.now < birthday(born, age):
        return Tested("minor")
    return Tested(None)


# ── The nearest miss ──


def nearest_miss(record: Record, key: Key) -> str:
    """The first line of the table that fits."""
    named = [yes for yes in record.yeses() if any(governs(record, yes, point) for point in yes.points)]
    here = [y for y in named if (y.controller, y.purpose, y.channel) == (key.controller, key.purpose, key.channel)]
    if any(key.point in changed_into(record, yes) for yes in here) or by_former_holder(record, key):
        return "identity_changed"
    if any(set(yes.points) - {key.point} for yes in here):
        return "scope.identifier"
    lines = [
        ("scope.controller", [y for y in named if y.controller != key.controller
                              and (y.purpose, y.channel) == (key.purpose, key.channel) and key.point in y.points]),
        ("scope.topic", [y for y in here if key.point in y.points and y.topic != key.topic]),
        ("scope.channel", [y for y in named if (y.controller, y.purpose) == (key.controller, key.purpose)
                           and y.channel != key.channel]),
        ("scope.purpose", [y for y in named if y.controller == key.controller and y.purpose != key.purpose]),
    ]  # fmt: skip
    for reason, yeses in lines:
        if yeses:
            return "superseded" if any(grew(record, yes, key) for yes in yeses) else reason
    return "no_consent"


def governs(record: Record, yes: Yes, point: str | None) -> bool:
    """Whether a yes governs what it names, lapsed or not."""
    key = Key(yes.controller, yes.purpose, yes.topic, yes.channel, point)
    return governing(record, key, record.about(key)) == yes


def changed_into(record: Record, yes: Yes) -> set[str | None]:
    """The contact points into which the one of a yes was changed since, directly or by steps."""
    reached = set(yes.points)
    for event in record.world.of("identifier_changed"):
        if event["subject"] == record.who and event["order"] > yes.order and event["identifier"] in reached:
            reached.add(event["to"])
    return reached - set(yes.points)


def by_former_holder(record: Record, key: Key) -> bool:
    """Whether a former holder of the contact point said yes there, governing or not."""
    if key.point is None:
        return False
    now, ever = record.world.holders(key.point)
    return any(
        (yes.controller, yes.purpose, yes.channel) == (key.controller, key.purpose, key.channel)
        and key.point in yes.points
        for who in ever - set(now)
        for yes in replace(record, who=who).own()
    )


def grew(record: Record, yes: Yes, key: Key) -> bool:
    """Whether a later published version of the notice of a yes covers what is asked."""
    if yes.notice is None:
        return False
    later = record.world.book.later_texts(yes.notice, record.world.now, record.world.events)
    return any(covers(text, key.controller, key.purpose, key.channel) for text in later)
