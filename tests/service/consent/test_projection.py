"""What is stored for quick reading equals the fold of the events, and the services answer as the pure function does."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, insert, select, update

from audit.ground import Ground
from consent.case_replay import CaseReplay
from consent.cases import answer_case, answer_of, read_cases
from consent.identifiers import GivenIdentifier
from consent.permission_store import PermissionStore
from consent.permissions import Permission
from consent.policies import PolicyService
from consent.policy import load_policy
from consent.rebuilding import PermissionRebuilder
from consent.tables import permission_table, subject_table
from tests.fakes import FakeClock
from tests.service.consent.test_cases import POLICY
from tests.service.consent.world import MAIL, World
from tests.service.consent.world import POLICY as SAMPLE

START = datetime(2025, 3, 1, 9, tzinfo=UTC)
PURPOSES = ("newsletter", "location_offers", "profiling", "phone_sales")
CHANNELS = {"newsletter": "email", "location_offers": "sms", "profiling": "data_use", "phone_sales": "phone_live"}
NOTICES = {
    "newsletter": "contact@2",
    "location_offers": "location@1",
    "profiling": "profile@1",
    "phone_sales": "phone@1",
}
MAILS = ("e1", "e2", "e3")
SUBJECTS = ("s1", "s2", "s3")


def history(chance: random.Random, length: int) -> list[dict[str, Any]]:
    """Make up a history of three people with four contact points, in the order in which it became known."""
    now, events = START, []
    for place in range(length):
        now += timedelta(hours=chance.randint(0, 60))
        at = now - timedelta(hours=chance.choice((0, 0, 0, 1, 30, 100)))
        events.append({"at": at, "recorded_at": now, "id": f"x{place}", **event(chance)})
    return events


def event(chance: random.Random) -> dict[str, Any]:
    subject, other = chance.sample(SUBJECTS, 2)
    purpose = chance.choice(PURPOSES)
    key = {"subject": subject, "purpose": purpose, "channel": CHANNELS[purpose], "notice": NOTICES[purpose]}
    scope = {name: value for name, value in key.items() if name in ("purpose", "channel") and chance.random() < 0.5}
    mail = chance.choice(MAILS)
    entries = ("complaint", "robinson")
    made: list[dict[str, Any]] = [
        {"event": "grant", **key, "proof": chance.choice(("stated", "confirmed", "documented"))},
        {"event": "grant", **key, "identifier": mail, "valid_until": START + timedelta(days=chance.randint(1, 60))},
        {"event": "grant", **key},
        {"event": "grant_requested", **key},
        {"event": "doi_confirmed", "subject": subject},
        {"event": "import_row", **key, "status": chance.choice(("subscribed", "unsubscribed")), "proof": "documented"},
        {"event": chance.choice(("refuse", "withdraw", "object")), "subject": subject, **scope},
        {"event": "signal", "subject": subject, "name": "stop_text", **scope},
        {
            "event": "suppress",
            "subject": subject,
            "reason": chance.choice(entries),
            "identifier": mail,
        },
        {"event": "lift_suppression", "subject": subject, "reason": "complaint", "identifier": mail},
        {"event": chance.choice(("restrict", "lift_restriction")), "subject": subject},
        {"event": chance.choice(("merge", "unmerge")), "subject": subject, "other": other},
        {"event": chance.choice(("identifier_shared", "identifier_verified")), "subject": subject, "identifier": mail},
        {"event": "identifier_recycled", "subject": subject, "identifier": mail, "verified": chance.random() < 0.5},
        {"event": "identifier_changed", "subject": subject, "identifier": "e1", "to": "e3"},
        {"event": "bounce", "subject": subject, "identifier": mail},
        {"event": "use", **{name: key[name] for name in ("subject", "purpose", "channel")}},
        {"event": "sale", "subject": subject, "goods": "shoes", "objection_notice": True},
        {"event": "moved", "subject": subject, "country": chance.choice(("US", "AT", "DE"))},
        {"event": "invalidate", "notice": "contact@2"},
    ]
    if chance.random() < 0.01:
        return {"event": "erase", "subject": subject}
    return chance.choice(made)


def questions(chance: random.Random) -> list[dict[str, Any]]:
    asked = []
    for _ in range(25):
        purpose = chance.choice((*PURPOSES, "order_confirmation"))
        as_of = START + timedelta(hours=chance.randint(0, 1500))
        known = as_of + timedelta(hours=chance.choice((0, 0, 50)))
        question = {"as_of": as_of, "as_known": known, "purpose": purpose, "expect": "deny"}
        question["channel"] = CHANNELS.get(purpose, "email")
        if question["channel"] == "email" and chance.random() < 0.7:
            question["identifier"] = chance.choice(MAILS)
        if "identifier" not in question or chance.random() < 0.2:
            question["subject"] = chance.choice(SUBJECTS)
        asked.append(question)
    return asked


def made_up(seed: int) -> str:
    chance = random.Random(seed)
    case = {
        "id": f"R{seed}",
        "subjects": {"s2": {}, "s3": {"birth_date": "2010-02-01"}},
        "history": history(chance, 22),
        "ask": questions(chance),
    }
    identifiers = {
        "e1": {"kind": "email"},
        "e2": {"kind": "email", "subject": "s2"},
        "e3": {"kind": "email", "subject": "s3", "verified": False},
        "p1": {"kind": "phone"},
        "p2": {"kind": "phone", "subject": "s2"},
        "p3": {"kind": "phone", "subject": "s3"},
    }
    defaults = {
        "controller": "acme",
        "purpose": "newsletter",
        "channel": "email",
        "subject": {"country": "DE"},
        "identifiers": identifiers,
    }
    return yaml.safe_dump({"defaults": defaults, "cases": [case]})


def stored_and_folded(ground: Ground) -> list[tuple[tuple[Permission, ...], tuple[Permission, ...]]]:
    """Return what is stored and what the events come to, for every subject."""
    in_force = PolicyService(ground).current()
    with ground.reading() as session:
        store = PermissionStore(ground, session)
        ids = [row.id for row in session.execute(subject_table.select()) if row.group_id == ground.group_id]
        return [(store.list_of(name), store.fold(name, in_force)) for name in ids]


def watched(ground: Ground, clock: FakeClock) -> Callable[[datetime], None]:
    """Return what sets the clock, and before that compares what is stored with the fold so far."""

    def set_clock(now: datetime) -> None:
        if ground_has_policy(ground):
            for stored, folded in stored_and_folded(ground):
                assert stored == folded
        clock.now = now

    return set_clock


def ground_has_policy(ground: Ground) -> bool:
    with ground.reading() as session:
        return bool(session.execute(subject_table.select().limit(1)).all())


@pytest.mark.parametrize("seed", range(8))
def test_services_answer_a_made_up_history_as_the_pure_function_and_store_its_fold(
    ground: Ground, clock: FakeClock, seed: int
) -> None:
    (case,) = read_cases(made_up(seed))
    expected = [[answer_of(part) for part in parts] for parts in answer_case(case, load_policy(POLICY))]
    answered = CaseReplay(ground, watched(ground, clock)).answer(case, POLICY)
    assert [list(one.parts) for one in answered] == expected
    folds = stored_and_folded(ground)
    assert any(folded for _, folded in folds)
    assert all(stored == folded for stored, folded in folds)


def test_permissions_are_rebuilt_to_the_same_rows(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.clock.move(days=1)
    world.record("withdraw", subject, purpose="newsletter")
    world.grant(subject, topic="garden")
    before = world.rows(permission_table)
    assert len(before) == 2
    with world.ground.unit_of_work() as uow:
        PermissionStore(world.ground, uow.session).project(subject, world.policies.current(uow.session))
        uow.commit(nothing_to_record="test")
    assert sorted(world.rows(permission_table)) == sorted(before)


def test_time_alone_changes_no_stored_permission(world: World) -> None:
    subject = world.person()
    world.grant(subject, valid_until=world.clock() + timedelta(days=1))
    world.clock.move(days=2)
    assert world.reason(MAIL) == "expired"
    assert all(stored == folded for stored, folded in stored_and_folded(world.ground))


def test_another_policy_is_carried_into_every_permission(world: World) -> None:
    people = [world.person(GivenIdentifier("email", f"kundin{number}@example.org")) for number in range(5)]
    for person in people:
        world.grant(person, proof="stated")
    assert {row.state for row in world.rows(permission_table)} == {"invalid"}
    laxer = SAMPLE.replace("proof: confirmed", "proof: stated")
    world.policies.apply(laxer, actor="test")
    with world.ground.reading() as session:
        assert PermissionStore(world.ground, session).list_outdated(2, 10) == sorted(people)
    rebuilder = PermissionRebuilder(world.ground, world.policies)
    after = rebuilder.rebuild(limit=2)
    assert after == sorted(people)[1]
    assert rebuilder.rebuild_all() == 1
    assert {(row.state, row.policy_version) for row in world.rows(permission_table)} == {("granted", 2)}
    with world.ground.reading() as session:
        assert PermissionStore(world.ground, session).list_outdated(2, 10) == []
    before = world.rows(permission_table)
    rebuilder.rebuild_all()
    assert sorted(world.rows(permission_table)) == sorted(before)


def test_a_check_names_those_whose_stored_permissions_differ_and_changes_nothing(world: World) -> None:
    people = [world.person(GivenIdentifier("email", f"kundin{number}@example.org")) for number in range(5)]
    for person in people:
        world.grant(person)
    rebuilder = PermissionRebuilder(world.ground, world.policies)
    assert [checked.count for checked in rebuilder.check(limit=2)] == [2, 2, 1]
    assert rebuilder.count() == 5
    assert differing(rebuilder) == []
    damaged, lost, _, _, invented = sorted(people)
    with world.ground.unit_of_work() as uow:
        of_subject = permission_table.c.subject_id
        row = uow.session.execute(select(permission_table).where(of_subject == invented)).one()
        uow.session.execute(update(permission_table).where(of_subject == damaged).values(state="withdrawn"))
        uow.session.execute(delete(permission_table).where(of_subject == lost))
        uow.session.execute(insert(permission_table).values({**row._mapping, "topic": "garden"}))
        uow.commit(nothing_to_record="test")
    before = world.rows(permission_table)
    assert differing(rebuilder) == [damaged, lost, invented]
    assert sorted(world.rows(permission_table)) == sorted(before)
    rebuilder.rebuild_all()
    assert differing(rebuilder) == []


def differing(rebuilder: PermissionRebuilder) -> list[str]:
    return [name for checked in rebuilder.check(limit=2) for name in checked.differing]
