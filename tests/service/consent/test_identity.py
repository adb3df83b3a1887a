"""Identity: several identifiers, each proved by itself; addresses that change, numbers given anew, shared mailboxes."""

import pytest
from sqlalchemy import select

from audit.tables import event_table as entry_table
from audit.tables import subject_event_table
from consent import errors
from consent.identifier_store import StoredIdentifier
from consent.identifiers import GivenIdentifier
from consent.registry import SubjectFacts
from consent.tables import event_table, identifier_table
from tests.service.consent.world import MAIL, POLICY, WRITTEN, World

ACTOR = "test"
NEW = GivenIdentifier("email", "neu@example.org")
OTHER = GivenIdentifier("email", "kunde@example.com")
PHONE = GivenIdentifier("phone", "030 1234567")
CRM = GivenIdentifier("crm:shop", "K-4711")
NEW_CRM = GivenIdentifier("crm:shop", "K-4712")
MOBILE = """  mobile:
    purposes: [newsletter]
    channels: [sms]
    controllers: [nordlicht]
    states_right_to_withdraw: true
    versions:
      1: {published: 2025-01-01, text: {en: "Nordlicht may text me news. I can withdraw this at any time."}}
"""
KINDS = ("email", "phone", "crm:shop")


def held(world: World, subject: str) -> dict[str, StoredIdentifier]:
    """Return what a subject holds now, by value."""
    shown = world.subjects.get(subject, in_clear=True).identifiers
    return {item.value or "": item.stored for item in shown if item.stored.is_active}


def entries(world: World, subject: str) -> list[str]:
    """Return the types of the log entries about a subject, in order."""
    query = (
        select(entry_table.c.type)
        .join(subject_event_table, subject_event_table.c.n == entry_table.c.n)
        .where(subject_event_table.c.pid == subject)
        .order_by(entry_table.c.n)
    )
    with world.ground.reading() as session:
        return list(session.scalars(query))


def replace(world: World, subject: str, old: str, new: GivenIdentifier, **options: bool | str) -> StoredIdentifier:
    identifier_id = held(world, subject)[old].id
    return world.identifiers.replace_identifier(subject, identifier_id, new, actor=ACTOR, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_each_identifier_is_proved_by_itself(world: World, kind: str) -> None:
    subject = world.person(MAIL, PHONE, CRM, verified=False)
    rows = {row.kind: row for row in held(world, subject).values()}
    world.identifiers.verify_identifier(subject, rows[kind].id, how="signed_in", actor=ACTOR)
    proved = {row.kind: row.verified_how for row in held(world, subject).values()}
    assert proved == {**dict.fromkeys(KINDS), kind: "signed_in"}
    assert entries(world, subject)[-1] == ("outside_id.verified" if kind == "crm:shop" else "identifier.verified")


@pytest.mark.parametrize("given", [MAIL, CRM], ids=["contact point", "outside id"])
def test_what_was_given_up_is_not_proved(world: World, given: GivenIdentifier) -> None:
    subject = world.person(given, PHONE, verified=False)
    identifier_id = held(world, subject)[given.value].id
    world.identifiers.retire_identifier(subject, identifier_id, actor=ACTOR)
    heir = world.person(given, verified=False)
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(errors.UnknownIdentifier):
        world.identifiers.verify_identifier(subject, identifier_id, how="signed_in", actor=ACTOR)
    assert [world.rows(table) for table in WRITTEN] == before
    assert held(world, heir)[given.value].verified_at is None


def test_the_identifiers_of_the_erased_are_nobodys_to_change(world: World) -> None:
    subject = world.person()
    identifier_id = held(world, subject)[MAIL.value].id
    world.erase(subject)
    for change in (
        lambda: world.identifiers.add_identifier(subject, PHONE, actor=ACTOR),
        lambda: world.identifiers.replace_identifier(subject, identifier_id, NEW, actor=ACTOR),
        lambda: world.identifiers.verify_identifier(subject, identifier_id, how="signed_in", actor=ACTOR),
        lambda: world.identifiers.retire_identifier(subject, identifier_id, actor=ACTOR),
    ):
        with pytest.raises(errors.SubjectGone):
            change()


def test_consent_stays_with_the_address_that_it_was_given_for(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.clock.move(days=1)
    row = replace(world, subject, MAIL.value, NEW, verified_how="double_opt_in")
    assert list(held(world, subject)) == [NEW.value]
    assert (row.verified_how, world.subjects.resolve(MAIL)) == ("double_opt_in", [])
    assert {world.reason(who) for who in (MAIL, NEW, subject)} == {"identity_changed"}
    assert entries(world, subject)[-2:] == ["identifier.changed", "identifier.verified"]
    world.clock.move(days=1)
    world.grant(subject)
    assert (world.reason(NEW), world.reason(MAIL)) == (None, "identity_changed")


def test_an_objection_goes_with_the_person_to_the_new_address(world: World) -> None:
    subject = world.person()
    world.record("object", subject)
    world.clock.move(days=1)
    replace(world, subject, MAIL.value, NEW)
    assert world.reason(NEW) == "objection"


def test_an_identifier_replaced_by_itself_is_left_as_it_is(world: World) -> None:
    subject = world.person()
    before = [world.rows(table) for table in WRITTEN]
    spelled = GivenIdentifier("email", "Kundin@EXAMPLE.org")
    assert replace(world, subject, MAIL.value, spelled) == held(world, subject)[MAIL.value]
    assert [world.rows(table) for table in WRITTEN] == before


def test_an_identifier_is_replaced_by_one_of_its_kind(world: World) -> None:
    subject = world.person(MAIL, CRM)
    before = [world.rows(table) for table in WRITTEN]
    for old, new in ((MAIL, PHONE), (CRM, MAIL), (CRM, GivenIdentifier("crm:desk", "1"))):
        with pytest.raises(errors.InvalidIdentifier, match=r"^kind: "):
            replace(world, subject, old.value, new)
    assert [world.rows(table) for table in WRITTEN] == before


@pytest.mark.parametrize(("own", "others"), [(MAIL, OTHER), (CRM, NEW_CRM)], ids=["contact point", "outside id"])
def test_what_somebody_else_holds_replaces_nothing_unless_it_was_given_anew(
    world: World, own: GivenIdentifier, others: GivenIdentifier
) -> None:
    subject, former = world.person(own), world.person(others)
    with pytest.raises(errors.IdentifierHeld):
        replace(world, subject, own.value, others)
    replace(world, subject, own.value, others, recycled=True)
    assert (list(held(world, subject)), list(held(world, former))) == ([others.value], [])


def test_an_outside_id_is_replaced_with_an_entry_for_each_step(world: World) -> None:
    subject = world.person(CRM)
    replace(world, subject, CRM.value, NEW_CRM, verified_how="shop")
    assert [(value, row.verified_how) for value, row in held(world, subject).items()] == [(NEW_CRM.value, "shop")]
    assert entries(world, subject)[-2:] == ["outside_id.retired", "outside_id.added"]


def test_an_outside_id_given_anew_is_its_new_holders_alone(world: World) -> None:
    former, heir = world.person(CRM), world.person(MAIL)
    with pytest.raises(errors.IdentifierHeld):
        world.identifiers.add_identifier(heir, CRM, actor=ACTOR)
    world.identifiers.add_identifier(heir, CRM, actor=ACTOR, recycled=True)
    assert world.subjects.resolve(CRM) == [heir]
    assert (entries(world, former)[-1], entries(world, heir)[-1]) == ("outside_id.retired", "outside_id.added")


def test_the_yes_of_a_numbers_former_holder_says_nothing_about_the_new_one(world: World) -> None:
    world.policies.apply(POLICY.replace("\nnotices:\n", f"\nnotices:\n{MOBILE}"), actor=ACTOR)
    former, heir = world.person(PHONE), world.person(MAIL)
    asked, agreed = {"channel": "sms"}, {"channel": "sms", "notice": "mobile@1"}
    world.grant(former, **agreed)
    number = GivenIdentifier("phone", "+49301234567")
    assert world.reason(number, **asked) is None
    world.clock.move(days=1)
    world.identifiers.add_identifier(heir, PHONE, actor=ACTOR, recycled=True, verified_how="code")
    assert {world.reason(who, **asked) for who in (number, former, heir)} == {"identity_changed"}
    world.clock.move(days=1)
    world.grant(heir, **agreed)
    assert (world.reason(number, **asked), world.reason(former, **asked)) == (None, "identity_changed")


def test_a_shared_mailbox_needs_the_yes_of_everybody(world: World) -> None:
    one, other = world.person(), world.person(PHONE)
    world.grant(one)
    world.identifiers.add_identifier(other, MAIL, actor=ACTOR, shared=True, verified_how="signed_in")
    world.clock.move(days=1)
    assert {world.reason(who) for who in (MAIL, one, other)} == {"identity_ambiguous"}
    world.grant(other, identifiers=(MAIL,))
    assert world.reason() is None
    world.clock.move(days=1)
    world.record("withdraw", other)
    assert {world.reason(who) for who in (MAIL, one, other)} == {"withdrawn"}


def test_what_two_merged_records_hold_finds_the_one_that_is_named_first(world: World) -> None:
    one, other = world.person(), world.person(PHONE)
    world.record("merge", one, other=other)
    country = SubjectFacts(country="DE")

    def find(*given: GivenIdentifier) -> str:
        return world.subjects.create_or_find(given, country, actor=ACTOR).subject_id

    assert (find(MAIL, PHONE), find(PHONE, MAIL, CRM)) == (one, other)
    assert world.subjects.resolve(CRM) == [other]
    world.identifiers.add_identifier(one, PHONE, actor=ACTOR, shared=True)
    assert (find(PHONE), find(MAIL)) == (other, one)


def test_a_third_holder_leaves_open_who_is_meant(world: World) -> None:
    one, other, third = world.person(), world.person(PHONE), world.person(OTHER)
    world.record("merge", one, other=other)
    for subject in (other, third):
        world.identifiers.add_identifier(subject, MAIL, actor=ACTOR, shared=True)
    with pytest.raises(errors.IdentifiersConflict):
        world.person(MAIL)
    with pytest.raises(errors.IdentifiersConflict):
        world.record("restrict", MAIL)
    assert world.person(MAIL, PHONE) == other


MISSPELT = GivenIdentifier("phone", "kein Anschluss")


def test_a_malformed_identifier_is_named_by_its_place(world: World) -> None:
    subject = world.person()
    before = world.count(event_table), world.count(identifier_table)
    for place, report in (
        ("subject.identifier.value", lambda: world.record("object", MISSPELT)),
        ("other.identifier.value", lambda: world.record("merge", subject, other=MISSPELT)),
        ("identifier.value", lambda: world.grant(subject, identifiers=(MISSPELT,))),
        ("to.value", lambda: world.record("identifier_changed", subject, identifiers=(MAIL,), to=MISSPELT)),
        ("identifiers.1.value", lambda: world.person(MAIL, MISSPELT)),
        ("value", lambda: world.identifiers.add_identifier(subject, MISSPELT, actor=ACTOR)),
    ):
        with pytest.raises(errors.InvalidIdentifier, match=f"^{place}: "):
            report()
    assert (world.count(event_table), world.count(identifier_table)) == before
