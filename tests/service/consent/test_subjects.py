"""Data subjects: one record a person, found by any identifier, and no identifier with two owners by accident."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from audit.database import Base
from consent import errors
from consent.identifiers import GivenIdentifier
from consent.registry import SubjectFacts
from consent.tables import event_table, subject_table
from consent.vocabulary import FormOfAddress, SubjectKind
from tests.service.consent.world import MAIL, WRITTEN, World

PHONE = GivenIdentifier("phone", "030 1234567")
SAME_PHONE = GivenIdentifier("phone", "+49 (30) 123-4567")
CRM = GivenIdentifier("crm:shop", "K-4711")
GERMAN = SubjectFacts(country="DE")


def find(world: World, *given: GivenIdentifier, facts: SubjectFacts = GERMAN) -> Any:
    return world.subjects.create_or_find(given, facts, actor="test")


def test_whoever_is_known_by_one_identifier_is_found_and_gains_the_others(world: World) -> None:
    first = find(world, MAIL)
    again = find(world, CRM, MAIL, PHONE)
    assert (first.created, again.created, again.subject_id) == (True, False, first.subject_id)
    assert find(world, SAME_PHONE).subject_id == first.subject_id
    shown = world.subjects.get(first.subject_id, in_clear=True)
    assert [(item.stored.kind, item.value) for item in shown.identifiers] == [
        ("email", "kundin@example.org"),
        ("crm:shop", "K-4711"),
        ("phone", "+49301234567"),
    ]
    assert all(item.stored.verified_at is None for item in shown.identifiers)


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("Kundin@Example.ORG", id="capital letters"),
        pytest.param("  kundin@example.org ", id="white space"),
    ],
)
def test_one_mailbox_has_one_record_however_it_is_written(world: World, spelling: str) -> None:
    first = find(world, MAIL)
    assert find(world, GivenIdentifier("email", spelling)).subject_id == first.subject_id
    world.grant(first.subject_id)
    world.record("withdraw", GivenIdentifier("email", spelling))
    assert world.reason() == "withdrawn"


def test_identifiers_of_two_people_are_a_conflict_and_change_nothing(world: World) -> None:
    find(world, MAIL)
    find(world, PHONE)
    before = world.rows(event_table)
    with pytest.raises(errors.IdentifiersConflict):
        find(world, MAIL, PHONE, CRM)
    assert world.rows(event_table) == before
    assert world.subjects.resolve(CRM) == []


def test_a_shared_mailbox_is_told_apart_by_what_is_not_shared(world: World) -> None:
    one, other = find(world, MAIL).subject_id, find(world, PHONE).subject_id
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    assert world.subjects.resolve(MAIL) == [one, other]
    assert find(world, MAIL, PHONE).subject_id == other
    with pytest.raises(errors.IdentifiersConflict):
        find(world, MAIL)


def test_an_identifier_somebody_else_holds_is_not_taken_away_unsaid(world: World) -> None:
    find(world, MAIL)
    other = find(world, PHONE).subject_id
    with pytest.raises(errors.IdentifierHeld):
        world.identifiers.add_identifier(other, MAIL, actor="test")


def test_a_recycled_number_belongs_to_the_new_holder_alone(world: World) -> None:
    one, other = find(world, PHONE).subject_id, find(world, MAIL).subject_id
    world.identifiers.add_identifier(other, PHONE, actor="test", recycled=True)
    assert world.subjects.resolve(PHONE, region="DE") == [other]
    assert world.reason(one, channel="sms") == "identity_changed"


def test_an_identifier_given_up_is_nobodys_and_the_answer_says_so(world: World) -> None:
    subject = find(world, MAIL).subject_id
    (identifier,) = world.subjects.get(subject, in_clear=False).identifiers
    world.grant(subject)
    world.clock.move(days=1)
    world.identifiers.retire_identifier(subject, identifier.stored.id, actor="test")
    count = world.count(event_table)
    world.identifiers.retire_identifier(subject, identifier.stored.id, actor="test")
    assert world.count(event_table) == count
    assert world.subjects.resolve(MAIL) == []
    assert (world.reason(), world.reason(subject)) == ("identity_changed", "identity_changed")


def test_the_contact_point_meant_is_the_first_one_still_held(world: World) -> None:
    subject = find(world, MAIL).subject_id
    second = GivenIdentifier("email", "neu@example.org")
    world.identifiers.add_identifier(subject, second, actor="test", verified_how="test")
    world.record("identifier_changed", subject, identifiers=(MAIL,), to=second)
    world.grant(subject)
    assert world.reason(second) is None
    assert world.reason(subject) is None


def test_values_in_clear_only_for_whoever_may_see_them(world: World) -> None:
    subject = find(world, MAIL).subject_id
    shown = world.subjects.get(subject, in_clear=False)
    assert [item.value for item in shown.identifiers] == [None]
    assert "kundin" not in repr(world.subjects.get(subject, in_clear=True))


def test_an_unknown_subject_is_not_got(world: World) -> None:
    with pytest.raises(errors.UnknownSubject):
        world.subjects.get("01990000-0000-7000-8000-000000000000", in_clear=False)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(GivenIdentifier("email", "no address"), id="address"),
        pytest.param(GivenIdentifier("phone", "12"), id="number"),
        pytest.param(GivenIdentifier("telepathy", "x"), id="kind"),
    ],
)
def test_a_malformed_identifier_is_refused_without_its_value(world: World, given: GivenIdentifier) -> None:
    with pytest.raises(errors.InvalidIdentifier) as refusal:
        find(world, given)
    assert given.value not in str(refusal.value)
    assert world.count(subject_table) == 0


def test_a_move_keeps_the_rules_of_the_country_left_for_a_year(world: World) -> None:
    subject = find(world, MAIL, facts=SubjectFacts(country="FR")).subject_id
    world.record("sale", subject, goods="laundry", objection_notice=True)
    world.clock.move(days=1)
    world.subjects.amend(subject, {"country": "DE"}, actor="test")
    assert world.reason(goods="laundry") == "no_consent"
    world.clock.move(days=366)
    assert world.reason(goods="laundry") is None
    assert world.subjects.get(subject, in_clear=False).subject.country == "DE"


def test_learning_where_somebody_lives_is_no_move(world: World) -> None:
    subject = find(world, MAIL, facts=SubjectFacts()).subject_id
    world.record("sale", subject, goods="laundry", objection_notice=True)
    world.clock.move(days=1)
    yesterday = world.asked(goods="laundry", at=world.clock())
    assert world.reason(goods="laundry") == "no_consent"
    world.clock.move(days=1)
    world.subjects.amend(subject, {"country": "DE"}, actor="test")
    assert world.reason(goods="laundry") is None
    assert world.checks.check(yesterday, asker="test").decision.reason == "no_consent"


FACTS = SubjectFacts(
    country="US",
    region="CA",
    kind=SubjectKind.CONSUMER,
    birth_date=date(1980, 2, 29),
    time_zone="America/Los_Angeles",
    language="en",
    form_of_address=FormOfAddress.NEUTRAL,
)


def told(world: World, subject_id: str) -> SubjectFacts:
    subject = world.subjects.get(subject_id, in_clear=False).subject
    return SubjectFacts(**{item.name: getattr(subject, item.name) for item in fields(SubjectFacts)})


def test_facts_about_somebody_known_fill_what_is_empty_once(world: World) -> None:
    subject = world.record("refuse", MAIL, purpose="customer_voice").subject_id or ""
    world.clock.move(days=1)
    found = find(world, MAIL, CRM, facts=FACTS)
    assert (found.subject_id, found.created) == (subject, False)
    assert told(world, subject) == FACTS
    before = [world.rows(table) for table in WRITTEN]
    for again in (FACTS, SubjectFacts(language="en"), SubjectFacts()):
        assert find(world, MAIL, facts=again) == found
    assert [world.rows(table) for table in WRITTEN] == before


def test_a_residence_that_is_filled_in_counts_from_the_start(world: World) -> None:
    world.record("sale", MAIL, goods="laundry", objection_notice=True)
    world.clock.move(days=1)
    assert world.reason(goods="laundry") == "no_consent"
    find(world, MAIL, facts=GERMAN)
    assert world.reason(goods="laundry") is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"country": "DE"}, id="country"),
        pytest.param({"region": "NY"}, id="region"),
        pytest.param({"kind": SubjectKind.BUSINESS}, id="kind"),
        pytest.param({"birth_date": date(1980, 3, 1)}, id="birth_date"),
        pytest.param({"time_zone": "Europe/Berlin"}, id="time_zone"),
        pytest.param({"language": "de"}, id="language"),
        pytest.param({"form_of_address": FormOfAddress.FORMAL}, id="form_of_address"),
    ],
)
def test_a_fact_that_contradicts_the_record_is_refused_and_nothing_is_added(
    world: World, other: dict[str, Any]
) -> None:
    (name,) = other
    known = SubjectFacts(**{"country": "US", name: getattr(FACTS, name)})
    find(world, MAIL, facts=known)
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(errors.FactConflict, match=rf"^facts\.{name}: "):
        find(world, MAIL, CRM, facts=replace(FACTS, **other))
    assert [world.rows(table) for table in WRITTEN] == before
    assert world.subjects.resolve(CRM) == []


def test_a_closed_record_takes_no_facts_and_tells_none(world: World) -> None:
    subject = find(world, MAIL).subject_id
    world.close(subject)
    for facts in (SubjectFacts(language="de"), SubjectFacts(country="FR")):
        with pytest.raises(errors.SubjectGone):
            find(world, MAIL, facts=facts)


def test_facts_change_and_what_is_no_fact_is_refused(world: World) -> None:
    subject = find(world, MAIL).subject_id
    changed = world.subjects.amend(subject, {"language": "en", "form_of_address": FormOfAddress.FORMAL}, actor="test")
    assert (changed.language, changed.form_of_address) == ("en", "Sie")
    for facts in ({"name": "x"}, {"time_zone": "Nowhere/Land"}):
        with pytest.raises(errors.FactError):
            world.subjects.amend(subject, facts, actor="test")
    assert world.subjects.get(subject, in_clear=False).subject.time_zone is None


def test_nothing_is_added_to_an_erased_subject(world: World) -> None:
    subject = find(world, MAIL, CRM).subject_id
    world.close(subject)
    with pytest.raises(errors.SubjectGone):
        world.identifiers.add_identifier(subject, PHONE, actor="test")
    with pytest.raises(errors.SubjectGone):
        find(world, CRM, PHONE)
    with pytest.raises(errors.SubjectGone):
        world.grant(subject)


def test_every_key_of_consent_begins_with_the_group() -> None:
    names = {table.name for table in Base.metadata.sorted_tables if table.name in CONSENT}
    assert names == CONSENT
    for name in CONSENT:
        table = Base.metadata.tables[name]
        unique = [constraint for constraint in table.constraints if hasattr(constraint, "columns")]
        for constraint in unique:
            assert next(iter(constraint.columns)).name == "group_id", name
        for index in table.indexes:
            assert index.columns[0].name == "group_id", index.name


CONSENT = {
    "data_subject",
    "identifier",
    "policy_version",
    "notice_version",
    "recipient",
    "consent_event",
    "permission",
    "evidence",
    "suppression",
    "confirmation",
    "link_token",
    "consent_use",
    "decision_log",
}
