"""Recording: what is said takes effect in the next read, as it was said and from when it was said."""

from datetime import timedelta
from typing import Any

import pytest

from consent.tables import event_table, use_table
from tests.service.consent.world import MAIL, World


def test_a_withdrawal_works_in_the_next_read(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.clock.move(days=1)
    assert world.reason() is None
    world.record("withdraw", subject, purpose="newsletter")
    assert world.reason() == "withdrawn"


def test_a_consent_for_one_topic_opens_no_other(world: World) -> None:
    subject = world.person()
    assert world.grant(subject, topic="kitchen").state == "granted"
    assert world.reason(topic="kitchen") is None
    assert world.reason(topic="garden") == "scope.topic"


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        pytest.param({"prechecked": True}, "evidence_insufficient.prechecked", id="ticked beforehand"),
        pytest.param({"coupled": True}, "evidence_insufficient.coupled", id="a condition of the order"),
        pytest.param({"notice": "none"}, "evidence_insufficient.no_text", id="nobody kept the text"),
        pytest.param({"proof": "stated"}, "evidence_insufficient.proof_level", id="anybody may have said so"),
    ],
)
def test_a_flawed_declaration_is_recorded_and_permits_nothing(world: World, flaw: dict[str, Any], reason: str) -> None:
    recorded = world.grant(world.person(), **flaw)
    assert recorded.state == "invalid"
    assert world.reason() == reason
    assert recorded.event_id in {row.id for row in world.rows(event_table)}


@pytest.mark.parametrize("kind", ["grant", "grant_requested"])
def test_what_is_named_twice_is_stored_once(world: World, kind: str) -> None:
    twice = {"purpose": ["newsletter", "newsletter"], "channel": ["email", "data_use", "email"]}
    recorded = world.record(kind, world.person(), **twice, identifiers=(MAIL, MAIL))
    (row,) = [row for row in world.rows(event_table) if row.id == recorded.event_id]
    assert (row.body["purpose"], row.body["channel"]) == (["newsletter"], ["email", "data_use"])
    assert len(row.body["identifier"]) == 1


def test_a_use_named_twice_counts_once(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.record("use", subject, purpose=["newsletter", "newsletter"], channel="email")
    assert world.count(use_table) == 1


def test_a_clock_that_is_a_little_ahead_is_forgiven(world: World) -> None:
    subject = world.person()
    recorded = world.grant(subject, at=world.clock() + timedelta(minutes=1))
    (row,) = [row for row in world.rows(event_table) if row.id == recorded.event_id]
    assert (row.at, row.recorded_at) == (world.clock(), world.clock())


def test_what_is_learned_late_counts_from_when_it_happened_and_was_not_known_before(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    day = world.clock()
    world.clock.move(days=10)
    world.record("withdraw", subject, at=day + timedelta(days=1))
    middle = day + timedelta(days=5)
    assert world.reason(as_of=middle, as_known=middle) is None
    assert world.reason(as_of=middle, as_known=world.clock()) == "withdrawn"


def test_failures_of_delivery_belong_to_the_address(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    for _ in range(3):
        world.clock.move(days=1)
        world.record("bounce", MAIL)
    assert world.reason() == "undeliverable"
    world.record("identifier_verified", MAIL)
    assert world.reason() is None
