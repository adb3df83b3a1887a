"""Consent as a basis: which yes governs, and why it no longer carries."""

from datetime import datetime

from tests.unit.consent.reference import words
from tests.unit.consent.reference.calendar import birthday, instant, months_after
from tests.unit.consent.reference.faults import fault, was_minor
from tests.unit.consent.reference.record import Record
from tests.unit.consent.reference.words import Key, No, Yes


def governing(record: Record, key: Key, noes: list[No]) -> Yes | None:
    """Among the valid yeses later than the last no, the newest."""
    last = max((no.order for no in noes if record.yields_to(no) == "later_consent"), default=None)
    valid = [
        yes
        for yes in record.yeses()
        if yes.speaks(key) and (last is None or yes.order > last) and fault(record, yes, key) is None
    ]
    return valid[-1] if valid else None


def lapse(record: Record, yes: Yes, key: Key, recipient: str | None) -> str | None:
    """Why a governing yes does not carry, or None if it does."""
    world, book = record.world, record.world.book
    if invalidated(record, yes, key):
        return "invalid"
    age = book.field(record.pack, "age_of_consent")
    born = world.born(yes.who)
    if born and was_minor(record, yes) and world.now >= birthday(born, age.get("guardian_until", age["years"])):
        return "guardian_consent_lapsed"
    assert yes.notice is not None
    later = book.later_texts(yes.notice, world.now, world.events)
    if any(text["supersedes"] == "all" for text in later):
        return "superseded"
    if book.policy["purposes"][key.purpose]["class"] == "sharing":
        text = book.text(yes.notice)
        assert text is not None
        if recipient not in text.get("recipients", []):
            return "superseded" if any(recipient in t.get("recipients", []) for t in later) else "scope.recipient"
    return out_of_time(record, yes, key)


def invalidated(record: Record, yes: Yes, key: Key) -> bool:
    for event in record.world.of("invalidate"):
        struck = words.No(
            event["order"], event.get("subject"), "invalidate", "", event["controller"],
            words.scope(event, "purpose"), event.get("topic"),
            words.scope(event, "channel"), words.scope(event, "identifier"),
        )  # fmt: skip
        if (
            event["order"] > yes.order
            and event["controller"] == key.controller
            and event.get("notice", yes.notice) == yes.notice
            and event.get("subject", yes.who) in (yes.who, record.who)
            and struck.fits(key)
        ):
            return True
    return False


def out_of_time(record: Record, yes: Yes, key: Key) -> str | None:
    """Walk along the uses and renewals of a yes to see whether its end came, or whether it fell asleep."""
    book, world = record.world.book, record.world
    until = yes.valid_until
    sleeps = book.rule(record.pack, key.channel).get("dormancy", False)
    awake_until = months_after(yes.at, book.parameters["first_use_months"])
    uses = [e for e in world.of("use") if e["subject"] == record.who and e["at"] >= yes.at and record.names(e, key)]
    renewals = [e for e in record.events("reconfirm") if e["order"] > yes.order and record.names(e, key)]
    # A use at the very instant of the yes, or of its renewal, counts.
    for event in sorted(uses + renewals, key=lambda one: (one["at"], one["event"] == "use", one["order"])):
        if sleeps and event["at"] >= awake_until:
            break
        if event["event"] == "use":
            awake_until = months_after(event["at"], book.parameters["dormancy_months"])
        elif not ended(record, yes, until, key, event["at"]):
            awake_until = months_after(event["at"], book.parameters["first_use_months"])
            if event.get("valid_until") is not None:
                until = instant(event["valid_until"])
    if ended(record, yes, until, key, world.now):
        return "expired"
    return "dormant" if sleeps and world.now >= awake_until else None


def ended(record: Record, yes: Yes, until: datetime | None, key: Key, when: datetime) -> bool:
    if until is not None and when >= until:
        return True
    text = record.world.book.text(yes.notice)
    if text is None or text.get("consent_ends") != "year_after_contract":
        return False
    contracts = [
        event
        for event in record.world.of("sale", "contract_end")
        if event["subject"] == record.who
        and event["controller"] == key.controller
        and event["at"] <= when
        and (event["event"] == "contract_end" or event.get("kind") == "contract")
    ]
    if not contracts or contracts[-1]["event"] != "contract_end":
        return False
    return when >= datetime(contracts[-1]["at"].year + 2, 1, 1, tzinfo=when.tzinfo)


def waiting(record: Record, key: Key, *, ran_out: bool = False) -> bool:
    """Whether a request for a key waits (or, `ran_out`, was not confirmed in time)."""
    for request in record.requests():
        if request.confirmed is not None or (record.world.now >= request.ends) is not ran_out:
            continue
        if any(p.speaks(key) and not gone for p, gone in zip(request.parts, request.cancelled, strict=True)):
            return True
    return False
