"""The laws of part C for retention: they hold in every world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from retention.model import Code, Datum, Facts, Hold, RequestFact, RequestType, State, Verdict
from retention.schedule import Schedule
from retention.schedule_loading import build_schedule, patched
from retention.verdict import next_check, verdict
from tests.unit.retention.builders import schedule, schedule_document
from tests.unit.retention.worlds import JUDGED_AT, WORLDS, data, holds, requests

NEVER = datetime.max.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1)
LAW = settings(max_examples=100, deadline=None)


def shortened() -> Schedule:
    document: dict[str, Any] = schedule_document()
    for category in document["categories"].values():
        category["limits"] = {purpose: [rule, "C-7d"] for purpose, rule in category["limits"].items()}
    return build_schedule(document)


SHORTENED = shortened()
MORE_OBLIGATIONS = patched(
    schedule(),
    {
        "obligations": {
            "zz_more": {
                "source": "a new law",
                "for": {"category": sorted(schedule().categories)},
                "keep": {"class": "P-1y", "after": ["collected", "closed", "issued", "granted"]},
            }
        }
    },
)


def since(found: Verdict) -> datetime:
    return found.destroyable_from or NEVER


def known_by(datum: Datum, facts: Facts, at: datetime) -> tuple[Datum, Facts]:
    """Leave out the facts that are dated after `at`, so that nothing but time can change the verdict."""

    def undated(request: RequestFact) -> RequestFact:
        later = {
            name: None
            for name in ("granted_at", "closed_at", "lifted_at", "notice_at", "decided_at")
            if (getattr(request, name) or at) > at
        }
        clock = tuple(event for event in request.clock if event.happened_at <= at)
        return replace(request, clock=clock, **later)

    return replace(datum, events=tuple(event for event in datum.events if event.at <= at)), replace(
        facts,
        holds=tuple(
            hold if (hold.released_at or at) <= at else replace(hold, released_at=None)
            for hold in facts.holds
            if hold.placed_at <= at
        ),
        requests=tuple(undated(request) for request in facts.requests if request.received_at <= at),
        platform_orders=tuple(order for order in facts.platform_orders if order.at <= at),
    )


@LAW
@given(data(), WORLDS, JUDGED_AT, holds())
def test_an_added_hold_never_makes_a_datum_destroyable_earlier(datum: Datum, facts: Facts, at: datetime, hold: Hold):
    before = verdict(datum, schedule(), facts, at)
    after = verdict(datum, schedule(), replace(facts, holds=(*facts.holds, hold)), at)
    assert since(after) >= since(before)
    assert before.state is State.DESTROY_DUE or after.state is not State.DESTROY_DUE
    assert after.unusable_for == before.unusable_for


@LAW
@given(
    data(),
    WORLDS,
    JUDGED_AT,
    requests((RequestType.ACCESS, RequestType.PORTABILITY, RequestType.RESTRICTION)),
)
def test_an_added_access_request_or_restriction_never_makes_a_datum_destroyable_earlier(
    datum: Datum, facts: Facts, at: datetime, request: RequestFact
):
    before = verdict(datum, schedule(), facts, at)
    after = verdict(datum, schedule(), replace(facts, requests=(request, *facts.requests)), at)
    assert since(after) >= since(before)
    assert before.state is State.DESTROY_DUE or after.state is not State.DESTROY_DUE


@LAW
@given(data(), WORLDS, JUDGED_AT)
def test_an_added_obligation_never_makes_a_datum_destroyable_earlier(datum: Datum, facts: Facts, at: datetime):
    before, after = (verdict(datum, rules, facts, at) for rules in (schedule(), MORE_OBLIGATIONS))
    assert since(after) >= since(before)
    assert after.unusable_for == before.unusable_for


@LAW
@given(data(), WORLDS, JUDGED_AT, requests((RequestType.ERASURE,)))
def test_an_erasure_never_makes_a_datum_destroyable_later(
    datum: Datum, facts: Facts, at: datetime, request: RequestFact
):
    before = verdict(datum, schedule(), facts, at)
    after = verdict(datum, schedule(), replace(facts, requests=(request, *facts.requests)), at)
    assert since(after) <= since(before)
    assert set(after.unusable_for) >= set(before.unusable_for)


@LAW
@given(data(), WORLDS, JUDGED_AT)
def test_a_shorter_limit_never_makes_a_datum_destroyable_later(datum: Datum, facts: Facts, at: datetime):
    before, after = (verdict(datum, rules, facts, at) for rules in (schedule(), SHORTENED))
    assert since(after) <= since(before)
    assert set(after.unusable_for) >= set(before.unusable_for)


@LAW
@given(data(), WORLDS, JUDGED_AT)
def test_what_is_announced_is_true_at_that_instant_and_not_a_second_before(datum: Datum, facts: Facts, at: datetime):
    datum, facts = known_by(datum, facts, at)
    found = verdict(datum, schedule(), facts, at)
    announced = found.destroyable_from
    assert (announced is not None and announced <= at) is (found.state is State.DESTROY_DUE)
    if announced is None or announced <= at:
        return
    assert verdict(datum, schedule(), facts, announced).state is State.DESTROY_DUE
    assert verdict(datum, schedule(), facts, announced - SECOND).state is not State.DESTROY_DUE


@LAW
@given(data(), WORLDS, JUDGED_AT, st.integers(0, 10**6))
def test_until_the_next_check_nothing_changes(datum: Datum, facts: Facts, at: datetime, share: int):
    found = verdict(datum, schedule(), facts, at)
    until = next_check(datum, schedule(), facts, at)
    assert until is None or until > at
    last = at + timedelta(days=50 * 365) if until is None else until - timedelta(microseconds=1)
    between = min(last, at + (last - at) / 10**6 * share)
    assert verdict(datum, schedule(), facts, between) == found
    assert verdict(datum, schedule(), facts, last) == found


@LAW
@given(data(), WORLDS, JUDGED_AT, st.randoms(use_true_random=False))
def test_the_order_of_lists_and_asking_twice_change_nothing(datum: Datum, facts: Facts, at: datetime, random: Any):
    def mixed(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(things, len(things)))

    document = schedule_document()
    reordered = build_schedule({name: document[name] for name in mixed(tuple(document))})
    other = replace(
        facts,
        holds=mixed(facts.holds),
        requests=mixed(tuple(replace(request, clock=mixed(request.clock)) for request in facts.requests)),
        platform_orders=mixed(facts.platform_orders),
    )
    found = verdict(datum, schedule(), facts, at)
    assert verdict(replace(datum, events=mixed(datum.events)), reordered, other, at) == found
    assert verdict(datum, schedule(), facts, at) == found


@LAW
@given(data(), WORLDS, JUDGED_AT)
def test_facts_dated_later_have_no_effect(datum: Datum, facts: Facts, at: datetime):
    assert verdict(datum, schedule(), facts, at) == verdict(*_with_schedule(known_by(datum, facts, at)), at)


def _with_schedule(known: tuple[Datum, Facts]) -> tuple[Datum, Schedule, Facts]:
    return known[0], schedule(), known[1]


@LAW
@given(data(), WORLDS, JUDGED_AT)
def test_to_keep_is_not_to_use(datum: Datum, facts: Facts, at: datetime):
    found = verdict(datum, schedule(), facts, at)
    offered = set(schedule().categories[datum.category].limits)
    usable = offered - set(found.unusable_for)
    assert bool(usable) is (found.state is State.ACTIVE) is (Code.PURPOSE in found.reasons)
    assert usable <= (datum.purposes or frozenset())
    assert list(found.reasons) == [code for code in Code if code in found.reasons]
    assert (found.blocked_until is not None) is (found.state is State.BLOCKED and found.destroyable_from is not None)
    keepers = {Code.HOLD, Code.IDENTITY_UNAVAILABLE, Code.RESTRICTION, Code.OPEN_REQUEST, Code.OBLIGATION}
    assert found.state is not State.DESTROY_DUE or not keepers & set(found.reasons)
