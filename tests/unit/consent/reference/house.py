"""Step 10, the house rules; and what an answer tells besides: the state of the consent, and how long proof is kept."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.unit.consent.reference import bases
from tests.unit.consent.reference.calendar import instant, months_after
from tests.unit.consent.reference.faults import fault
from tests.unit.consent.reference.lapse import governing, lapse, waiting
from tests.unit.consent.reference.record import Record
from tests.unit.consent.reference.words import Key
from tests.unit.consent.reference.world import World, many


def stopped(world: World, key: Key, holders: list[str]) -> tuple[str, datetime] | None:
    """The first house rule that stops a message now, and until when; or None."""
    for reason, over in (
        ("policy.paused", paused(world, key, holders)),
        ("policy.quiet_hours", quiet(world, key, holders[0])),
        ("policy.frequency_cap", capped(world, key, holders)),
    ):
        if over is not None:
            return reason, over
    return None


def paused(world: World, key: Key, holders: list[str]) -> datetime | None:
    """The end of the pause a holder wishes; of several holders, the last end."""
    ends = []
    for holder in holders:
        pauses = [
            event
            for event in world.of("pause")
            if event["subject"] == holder
            and event["controller"] == key.controller
            and (event.get("purpose") is None or key.purpose in many(event["purpose"]))
            and (event.get("channel") is None or key.channel in many(event["channel"]))
        ]
        if pauses and world.now < instant(pauses[-1]["until"]):
            ends.append(instant(pauses[-1]["until"]))
    return max(ends, default=None)


def quiet(world: World, key: Key, who: str) -> datetime | None:
    hours = world.book.policy["quiet_hours"]
    if key.channel not in hours["channels"]:
        return None
    controller = world.book.policy["controllers"][key.controller]
    zone = ZoneInfo(world.subjects[who].get("time_zone") or controller["time_zone"])
    begin, end = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    local = world.now.astimezone(zone)
    clock = local.time()
    is_quiet = (clock >= begin or clock < end) if begin > end else begin <= clock < end
    if not is_quiet:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return instant(datetime.combine(day, end, zone))


def capped(world: World, key: Key, holders: list[str]) -> datetime | None:
    cap = world.book.policy["purposes"][key.purpose].get("max_messages")
    if cap is None:
        return None
    days = timedelta(days=cap["days"])
    uses = [
        event["at"]
        for event in world.of("use")
        if event["subject"] in holders
        and key.controller in many(event["controller"])
        and key.purpose in many(event["purpose"])
        and event["at"] > world.now - days
    ]
    return uses[len(uses) - cap["count"]] + days if len(uses) >= cap["count"] else None


def keep_proof_until(records: list[Record], key: Key) -> datetime | None:
    """Until when the proof is kept, given the record of the first holder under each rule pack."""
    ends = []
    for record in records:
        spoken = [yes.at for yes in record.yeses() if yes.speaks(key)]
        used = [e["at"] for e in record.world.of("use") if e["subject"] == record.who and record.names(e, key)]
        years = record.world.book.rule(record.pack, key.channel).get("proof_years")
        if spoken and years is not None:
            ends.append(months_after(max(spoken + used), 12 * years))
    return max(ends, default=None)


def state(record: Record, key: Key, question: dict[str, Any]) -> str:
    standing = record.standing(key)
    if any(no.act == "object" for no in standing):
        return "objected"
    own_word = [no for no in standing if no.act in ("refuse", "withdraw")]
    if own_word:
        return own_word[-1].reason
    words = [no for no in record.about(key) if no.act in ("refuse", "withdraw", "object")]
    yes = governing(record, key, words)
    if yes is not None:
        why = lapse(record, yes, key, question.get("recipient"))
        return why if why in ("expired", "dormant", "superseded", "invalid") else "granted"
    if waiting(record, key):
        return "pending"
    speaking = [yes for yes in record.yeses() if yes.speaks(key)]
    if speaking:
        return "superseded" if fault(record, speaking[-1], key) == "superseded" else "invalid"
    return "asked" if bases.was_informed(record, key) else "none"
