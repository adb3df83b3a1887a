"""A mailbox that several people share: a no from there is heard for each of them, all else needs a name."""

from typing import Any

import pytest

from consent import errors
from consent.identifiers import GivenIdentifier
from consent.tables import event_table, suppression_table
from tests.service.consent.world import MAIL, WRITTEN, World

OWN = GivenIdentifier("email", "max@example.com")
VOICE = {"purpose": "customer_voice", "channel": "data_use"}
ASKED = {**VOICE, "recipient": "service_crm"}


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """Two people who share a mailbox and agreed to everything; the second has an address of its own."""
    one, other = world.person(), world.person(OWN)
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True, verified_how="test")
    for subject in (one, other):
        world.grant(subject, identifiers=(MAIL,))
        world.grant(subject, **VOICE)
    world.grant(other, identifiers=(OWN,))
    world.clock.move(days=1)
    assert {world.reason(MAIL), world.reason(OWN), world.reason(one, **ASKED), world.reason(other, **ASKED)} == {None}
    return one, other


NOES: list[tuple[str, dict[str, Any]]] = [
    ("withdraw", {}),
    ("object", {}),
    ("refuse", {"purpose": "newsletter"}),
    ("signal", {"name": "spam_complaint"}),
    ("signal", {"name": "unheard_of"}),
    ("pause", {}),
]


@pytest.mark.parametrize(("kind", "fields"), NOES, ids=[f"{kind} {fields}" for kind, fields in NOES])
def test_a_no_is_heard_for_each_of_them(world: World, two: tuple[str, str], kind: str, fields: dict[str, Any]) -> None:
    if kind == "pause":
        fields = {"until": world.clock().replace(year=2027)}
    recorded = world.record(kind, MAIL, **fields)
    assert (recorded.subject_id, recorded.also) == (two[0], (two[1],))
    said = [row for row in world.rows(event_table) if row.kind == kind]
    assert {row.subject_id for row in said} == set(two)
    assert len({row.entry_id for row in said}) == len(said) == 2
    assert world.reason(MAIL) is not None
    # It stays said for both, also when they share the mailbox no more.
    (row,) = [each.stored for each in world.subjects.get(two[0], in_clear=False).identifiers]
    world.identifiers.retire_identifier(two[0], row.id, actor="test")
    assert world.reason(MAIL) is not None


def test_a_word_is_heard_for_each_as_it_was_said(world: World, two: tuple[str, str]) -> None:
    world.record("withdraw", MAIL, **VOICE)
    assert [world.reason(subject, **ASKED) for subject in two] == ["withdrawn", "withdrawn"]
    assert (world.reason(MAIL), world.reason(OWN)) == (None, None)


SIGNALS: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("stop_text", {}, None, None),
    ("stop_text", {"channel": ["email"]}, None, None),
    ("stop_text", {"channel": ["email", "data_use"]}, "withdrawn", "withdrawn"),
    ("gpc", {}, None, "signal.gpc"),
]


@pytest.mark.parametrize(("name", "scope", "own", "voice"), SIGNALS)
def test_a_signal_that_names_nothing_else_ends_what_comes_to_the_address(
    world: World, two: tuple[str, str], name: str, scope: dict[str, Any], own: str | None, voice: str | None
) -> None:
    world.record("signal", MAIL, name=name, **scope)
    assert world.reason(MAIL) == (None if name == "gpc" else "withdrawn")
    assert world.reason(OWN) == own
    assert [world.reason(subject, **ASKED) for subject in two] == [voice, voice]


def test_a_no_that_is_sent_again_is_the_same(world: World, two: tuple[str, str]) -> None:
    first = world.record("withdraw", MAIL, idempotency_key="k1")
    before = [world.rows(table) for table in WRITTEN]
    again = world.record("withdraw", MAIL, idempotency_key="k1")
    assert (again.event_id, again.replayed) == (first.event_id, True)
    assert [world.rows(table) for table in WRITTEN] == before


def test_a_no_is_not_turned_away_because_one_of_them_was_erased(world: World, two: tuple[str, str]) -> None:
    world.close(two[0])
    recorded = world.record("withdraw", MAIL)
    assert (recorded.subject_id, recorded.also) == (two[1], ())
    assert world.reason(OWN) == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("grant", {"purpose": "newsletter", "channel": "email"}),
        ("restrict", {}),
        ("erase", {}),
        ("lift_suppression", {"reason": "objection"}),
    ],
)
def test_all_else_needs_a_name(world: World, two: tuple[str, str], kind: str, fields: dict[str, Any]) -> None:
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(errors.IdentifiersConflict):
        world.record(kind, MAIL, **fields)
    assert [world.rows(table) for table in WRITTEN] == before


def test_a_block_list_entry_sticks_to_the_mailbox(world: World, two: tuple[str, str]) -> None:
    recorded = world.record("suppress", MAIL, reason="objection")
    assert (recorded.subject_id, world.count(suppression_table)) == (None, 1)
    assert {world.reason(MAIL), world.reason(two[0])} == {"suppressed.objection"}
    assert world.reason(OWN) is None
    world.clock.move(days=1)
    world.record("lift_suppression", two[1], reason="objection", identifiers=(MAIL,))
    assert world.reason(MAIL) is None
