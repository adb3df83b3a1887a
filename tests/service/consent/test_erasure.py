"""Erasure: at once no answer but `erased`, then nothing that identifies, and what is someone else's stays theirs."""

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import Table

from audit.tables import event_table as entry_table
from audit.tables import outbox_table
from consent.errors import SubjectGone, UnknownSubject
from consent.identifiers import GivenIdentifier
from consent.periods import add_years
from consent.tables import (
    confirmation_table,
    decision_table,
    event_table,
    evidence_table,
    identifier_table,
    link_table,
    permission_table,
    subject_table,
    suppression_table,
    use_table,
)
from consent.withdrawal_links import WithdrawalScope
from tests.service.consent.world import CAPTURE, CONTROLLER, MAIL, POLICY, World

PHONE = GivenIdentifier("phone", "+49301234567")
OTHER = GivenIdentifier("email", "andere@example.org")
ACCOUNT = GivenIdentifier("social:mastodon", "109000000000000001")
CUSTOMER_NUMBER = GivenIdentifier("crm:shop", "K-4711")
NOT_CLEARED = {"group_id", "id", "status", "kind", "created_at", "observed", "proof"}
EMPTIED: tuple[Table, ...] = (
    confirmation_table,
    decision_table,
    evidence_table,
    link_table,
    outbox_table,
    permission_table,
    use_table,
)


def full_life(world: World) -> str:
    """Make a subject of whom there is a row in every table, and return its id."""
    subject = world.person(MAIL, PHONE, ACCOUNT, CUSTOMER_NUMBER)
    facts = {
        "country": "AT",
        "region": "9",
        "kind": "business",
        "birth_date": date(1970, 2, 3),
        "time_zone": "Europe/Vienna",
    }
    world.subjects.amend(subject, facts, actor="test")
    world.grant(subject, capture=CAPTURE)
    world.clock.move(days=1)
    world.checks.check_and_use(world.asked(), asker="test", message_ref="m-1")
    world.record("sale", subject, goods="laundry")
    world.record("inquiry", subject, channel="email")
    world.sign_up(subject, topic="garden")
    world.links.make_withdrawal_link(subject, CONTROLLER, WithdrawalScope())
    world.log.flush()
    world.clock.move(days=1)
    return subject


def test_closing_denies_everything_at_once_and_twice_is_once(world: World) -> None:
    subject = full_life(world)
    world.close(subject)
    count = world.count(event_table)
    world.close(subject)
    assert world.count(event_table) == count
    for name in (subject, MAIL, PHONE):
        assert world.reason(name, channel="sms" if name is PHONE else "email") == "erased"
    assert world.reason(purpose="order_confirmation") == "erased"
    assert world.count(permission_table) == 0
    assert world.count(outbox_table) == 0


def test_closing_somebody_unknown_is_an_error(world: World) -> None:
    with pytest.raises(UnknownSubject):
        world.close("01990000-0000-7000-8000-000000000000")


def test_after_removal_nothing_identifies_and_no_row_leads_from_an_address_to_a_record(world: World) -> None:
    subject = full_life(world)
    hashes = [bytes(row.blind_index).hex() for row in world.rows(identifier_table)]
    counts = world.erase(subject)
    assert all(counts[name] for name in ("evidence", "identifiers", "uses", "events", "links"))
    for table in EMPTIED:
        assert world.count(table) == 0, table.name
    (row,) = world.rows(subject_table)
    assert {name for name, value in row._mapping.items() if value is not None} == NOT_CLEARED
    assert (row.status, row.kind, row.observed) == ("erased", "consumer", False)
    assert {(row.kind, row.blind_index, row.box) for row in world.rows(identifier_table)} == {
        ("email", None, None),
        ("phone", None, None),
        ("social:", None, None),
    }
    for row in world.rows(event_table):
        if row.subject_id is not None:
            assert not any(digits in str(row) for digits in hashes)
            assert not {"goods", "country", "region"} & row.body.keys()
    for row in world.rows(suppression_table):
        assert row.subject_id is None
        assert subject not in str(row)
    assert world.erase(subject)["identifiers"] == 0


def test_an_erased_person_still_answers_erased_with_the_date_of_proof(world: World) -> None:
    subject = full_life(world)
    before = world.check().decision.keep_proof_until
    world.close(subject)
    closed = [world.check(name).decision for name in (subject, MAIL)]
    world.erase(subject)
    removed = [world.check(name).decision for name in (subject, MAIL)]
    assert before is not None
    for decision in (*closed, *removed):
        assert (decision.reason, decision.keep_proof_until) == ("erased", before)


def with_pack(country: str, *, proof_years: int) -> str:
    """Return the policy with rules for one more country, which wants proof kept for so long."""
    policy = yaml.safe_load(POLICY)
    rule = {"for": ["electronic_mail", "data_use"], "proof_years": proof_years, "cite": "an invented law"}
    policy["packs"][country] = {"extends": "unknown", "title": country, "rules": [rule]}
    return yaml.safe_dump(policy)


def test_the_date_of_proof_outlives_the_residence_it_follows_from(world: World) -> None:
    world.policies.apply(with_pack("AT", proof_years=7), actor="test")
    subject = world.person(country="AT")
    granted = world.clock()
    world.grant(subject, purpose=["newsletter", "customer_voice"], channel=["email", "data_use"])
    world.subjects.amend(subject, {"country": "DE"}, actor="test")
    world.clock.move(days=1)
    questions: list[dict[str, Any]] = [
        {},
        {"subject": subject},
        {"subject": subject, "purpose": "customer_voice", "channel": "data_use"},
    ]
    world.erase(subject)
    answers = [world.check(**question).decision for question in questions]
    assert [(each.reason, each.keep_proof_until) for each in answers] == [("erased", add_years(granted, 7))] * 3
    assert world.check(subject, channel="post").decision.keep_proof_until is None


def test_an_erased_address_may_be_served_anew_but_not_advertised_to(world: World) -> None:
    world.grant(world.person())
    world.clock.move(days=1)
    (erased,) = world.subjects.resolve(MAIL)
    world.erase(erased)
    world.clock.move(days=1)
    assert world.reason(purpose="order_confirmation") == "erased"
    anew = world.person()
    assert anew != erased
    assert world.reason(purpose="order_confirmation") is None
    world.record("import_row", anew, status="subscribed", purpose="newsletter", channel="email", proof="documented")
    assert world.reason() == "suppressed.erasure"
    world.clock.move(days=1)
    world.grant(anew)
    assert world.reason() is None


def test_what_was_blocked_on_the_address_stays_blocked(world: World) -> None:
    subject = world.person()
    world.record("suppress", subject, reason="litigation", identifiers=(MAIL,))
    world.erase(subject)
    world.clock.move(days=1)
    world.grant(world.person())
    assert world.reason() == "suppressed.litigation"
    assert world.reason(purpose="order_confirmation") == "suppressed.litigation"


def test_a_shared_mailbox_stays_closed_for_marketing_and_open_for_the_other_ones_receipts(world: World) -> None:
    one, other = world.person(), world.person(PHONE)
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    for subject in (one, other):
        world.grant(subject, identifiers=(MAIL,))
    world.clock.move(days=1)
    assert world.reason(MAIL) is None
    world.close(one)
    closed = [world.check(MAIL, purpose=purpose).decision for purpose in ("newsletter", "order_confirmation")]
    world.erase(one)
    removed = [world.check(MAIL, purpose=purpose).decision for purpose in ("newsletter", "order_confirmation")]
    assert [decision.reason for decision in closed] == ["erased", None]
    assert [decision.reason for decision in removed] == ["erased", None]
    world.record("identifier_recycled", other, identifiers=(MAIL,), verified=True)
    world.clock.move(days=1)
    world.grant(other, identifiers=(MAIL,))
    assert world.reason(MAIL) is None


def test_the_proof_of_control_over_a_shared_mailbox_does_not_go_with_one_holder(world: World) -> None:
    one = world.person()
    other = world.person(PHONE)
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    world.grant(other, identifiers=(MAIL,))
    world.erase(one)
    assert [item.state for item in permissions(world, other)] == ["granted"]


def permissions(world: World, subject: str) -> list[object]:
    return [row for row in world.rows(permission_table) if row.subject_id == subject]


def test_noes_said_while_merged_outlive_the_one_who_said_them(world: World) -> None:
    one, other = world.person(), world.person(OTHER)
    world.grant(other)
    world.clock.move(days=1)
    world.record("merge", one, other=other)
    world.clock.move(days=1)
    world.record("object", one)
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    world.clock.move(days=1)
    assert world.reason(OTHER) == "objection"
    world.erase(one)
    assert world.reason(OTHER) == "objection"


def test_nothing_more_is_recorded_about_an_erased_person(world: World) -> None:
    subject = full_life(world)
    world.erase(subject)
    for event in ("withdraw", "restrict"):
        with pytest.raises(SubjectGone):
            world.record(event, subject)


def test_the_entries_of_an_erasure_name_nobody(world: World) -> None:
    subject = full_life(world)
    before = world.count(entry_table)
    world.erase(subject)
    entries = sorted(world.rows(entry_table), key=lambda entry: entry.n)
    added = [entry for entry in entries[before:] if entry.type != "subject.closed"]
    assert {entry.type for entry in added} == {"suppression.added"}
    for entry in added:
        assert subject.encode() not in bytes(entry.leaf)


def test_an_answer_about_the_past_of_an_address_is_gone_with_its_person(world: World) -> None:
    full_life(world)
    past = world.clock() - timedelta(days=1)
    assert world.reason(as_of=past, as_known=past) is None
    (subject,) = world.subjects.resolve(MAIL)
    world.erase(subject)
    assert world.reason(as_of=past, as_known=past) == "subject_unresolved"
