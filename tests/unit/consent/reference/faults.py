"""When a yes counts: the eight conditions, in the order of the book."""

from typing import TYPE_CHECKING

from tests.unit.consent.reference.book import STRENGTH, covers
from tests.unit.consent.reference.calendar import birthday
from tests.unit.consent.reference.words import Key, Yes

if TYPE_CHECKING:
    from tests.unit.consent.reference.record import Record


def fault(record: "Record", yes: Yes, key: Key) -> str | None:
    """The first fault of a yes that speaks about a key, or None if it is valid."""
    world, book = record.world, record.world.book
    rule = book.rule(record.pack, key.channel)
    text = book.text(yes.notice)
    if yes.notice is None or text is None or not book.is_published(yes.notice, yes.at, world.events):
        return "evidence_insufficient.no_text"
    if not covers(text, key.controller, key.purpose, key.channel):
        later = book.later_texts(yes.notice, world.now, world.events)
        if any(covers(one, key.controller, key.purpose, key.channel) for one in later):
            return "superseded"
        if key.controller not in text["controllers"]:
            return "scope.controller"
        return "scope.purpose" if key.purpose not in text["purposes"] else "scope.channel"
    if not text["states_right_to_withdraw"]:
        return "evidence_insufficient.no_withdrawal_info"
    if yes.prechecked:
        return "evidence_insufficient.prechecked"
    if yes.coupled:
        return "evidence_insufficient.coupled"
    purpose = book.policy["purposes"][key.purpose]
    needed = max(STRENGTH.index(rule.get("proof", "claimed")), STRENGTH.index(purpose.get("proof", "claimed")))
    if STRENGTH.index(yes.proof) < needed:
        return "evidence_insufficient.import" if yes.imported else "evidence_insufficient.proof_level"
    if rule.get("verified") and key.point is not None and not record.verified(key.point):
        return "evidence_insufficient.identity_unverified"
    if (record.special or purpose.get("special_category")) and not yes.explicit:
        return "explicit_required"
    if was_minor(record, yes) and not authorised(record, key):
        return "minor"
    return None


def was_minor(record: "Record", yes: Yes) -> bool:
    born = record.world.born(yes.who)
    years = record.world.book.field(record.pack, "age_of_consent")["years"]
    return born is not None and yes.at < birthday(born, years)


def authorised(record: "Record", key: Key) -> bool:
    return any(record.names(event, key) for event in record.events("guardian_authorised"))
