"""About whom a report is: found by what they hold, begun where an event can begin a record, merged with one other."""

import pytest

from consent import errors
from consent.identifiers import GivenIdentifier
from consent.tables import subject_table, suppression_table
from tests.service.consent.world import MAIL, World

PHONE = GivenIdentifier("phone", "030 1234567")


def test_a_report_by_address_begins_a_record(world: World) -> None:
    recorded = world.record("refuse", MAIL, purpose="newsletter")
    assert world.subjects.resolve(MAIL) == [recorded.subject_id]
    assert world.reason() == "refused"


def test_a_report_that_begins_no_record_needs_a_known_person(world: World) -> None:
    with pytest.raises(errors.UnknownSubject):
        world.record("erase", MAIL)
    with pytest.raises(errors.UnknownSubject):
        world.grant("01990000-0000-7000-8000-000000000000")
    assert world.count(subject_table) == 0


def test_a_yes_needs_a_contact_point_that_somebody_holds(world: World) -> None:
    subject = world.person()
    with pytest.raises(errors.UnknownIdentifier, match=r"^identifier: "):
        world.grant(subject, identifiers=(GivenIdentifier("email", "andere@example.org"),))


def test_a_contact_point_added_later_is_not_drawn_into_an_older_consent(world: World) -> None:
    subject = world.person(PHONE)
    world.grant(subject, channel=["phone_live", "email"], proof="documented")
    world.identifiers.add_identifier(subject, MAIL, actor="test", verified_how="test")
    assert world.reason(MAIL) == "no_consent"


def test_a_block_list_entry_on_an_address_nobody_holds_waits_for_its_holder(world: World) -> None:
    recorded = world.record("suppress", MAIL, reason="objection")
    assert (recorded.subject_id, world.count(subject_table), world.count(suppression_table)) == (None, 0, 1)
    world.clock.move(days=1)
    subject = world.person()
    assert world.reason(subject) == "suppressed.objection"
    world.record("lift_suppression", MAIL, reason="objection", identifiers=(MAIL,))
    assert world.reason(subject) == "no_consent"


def test_a_record_is_merged_with_one_other_at_most(world: World) -> None:
    one, other, third = world.person(), world.person(PHONE), world.person(GivenIdentifier("device", "d1"))
    world.record("merge", one, other=other)
    with pytest.raises(errors.AlreadyMerged):
        world.record("merge", third, other=other)
    with pytest.raises(errors.AlreadyMerged):
        world.record("merge", third, other=third)
    with pytest.raises(errors.NotMerged):
        world.record("unmerge", one, other=third)
    world.record("unmerge", other, other=one)
    world.record("merge", third, other=other)


def test_merging_shares_the_noes(world: World) -> None:
    one, other = world.person(), world.person(PHONE)
    world.record("object", other)
    world.clock.move(days=1)
    world.grant(one)
    assert world.reason() is None
    world.record("merge", one, other=other)
    assert world.reason() == "objection"
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    assert world.reason() is None
