"""Sign-ups that nobody confirmed go when their time is over, with everybody of whom nothing else is known."""

from datetime import timedelta

from sqlalchemy.orm import Session

from consent.identifiers import GivenIdentifier
from consent.report import Capture
from consent.tables import (
    confirmation_table,
    event_table,
    evidence_table,
    identifier_table,
    permission_table,
    subject_table,
)
from consent.unconfirmed import RemovedSignUps, UnconfirmedSignUps
from tests.service.consent.world import MAIL, World

CRM = GivenIdentifier("crm:shop", "K-1")


def nowhere(_session: Session, _subject: str) -> bool:
    return False


def sweep(world: World, *, known: bool = False, limit: int = 100) -> list[RemovedSignUps]:
    """Delete what is older than a month, batch by batch."""
    sign_ups = UnconfirmedSignUps(world.ground)
    done = []
    after = None
    while True:
        with world.ground.unit_of_work() as uow:
            horizon = world.clock() - timedelta(days=30)
            batch = sign_ups.list_created_before(uow.session, horizon, after, limit)
            if not batch:
                return done
            removed = sign_ups.remove(
                uow, [item.id for item in batch], known_elsewhere=(lambda *_: True) if known else nowhere
            )
            uow.commit()
        done.append(removed)
        after = (batch[-1].created_at, batch[-1].id)


def test_an_old_sign_up_goes_with_the_person(world: World) -> None:
    subject = world.sign_up().subject_id or ""
    world.subjects.amend(subject, {"country": "DE", "language": "de"}, actor="test")
    world.letters()
    world.clock.move(days=31)
    assert sweep(world) == [RemovedSignUps(1, (subject,))]
    for table in (confirmation_table, event_table, evidence_table, identifier_table, permission_table, subject_table):
        assert world.count(table) == 0, table.name
    with world.ground.unit_of_work() as uow:
        assert world.ground.subject_keys.find(uow.connection, subject) is None
    assert world.reason() == "subject_unresolved"
    assert sweep(world) == []


def test_a_young_sign_up_stays(world: World) -> None:
    world.sign_up()
    world.clock.move(days=29)
    assert sweep(world) == []
    assert world.count(subject_table) == 1


def test_a_confirmed_sign_up_stays(world: World) -> None:
    world.sign_up()
    world.confirmations.confirm(world.token(), capture=Capture())
    world.clock.move(days=31)
    assert sweep(world) == []
    assert world.reason() is None


def test_of_somebody_else_known_only_the_sign_up_goes(world: World) -> None:
    subject = world.person(MAIL, CRM)
    world.sign_up(subject)
    world.clock.move(days=31)
    assert sweep(world) == [RemovedSignUps(1)]
    assert (world.count(confirmation_table), world.count(evidence_table)) == (0, 0)
    assert world.reason() == "doi_expired"


def test_somebody_who_said_no_stays_known(world: World) -> None:
    subject = world.sign_up().subject_id
    world.record("object", subject)
    world.clock.move(days=31)
    assert sweep(world) == [RemovedSignUps(1)]
    assert world.reason() == "objection"


def test_somebody_known_elsewhere_stays(world: World) -> None:
    world.sign_up()
    world.clock.move(days=31)
    assert sweep(world, known=True) == [RemovedSignUps(1)]
    assert world.count(subject_table) == 1


def test_a_younger_sign_up_of_the_same_person_keeps_the_person(world: World) -> None:
    world.sign_up()
    world.clock.move(days=20)
    world.sign_up()
    world.clock.move(days=11)
    assert sweep(world) == [RemovedSignUps(1)]
    assert world.reason() == "pending_doi"


def test_batches_are_bounded_and_reach_everybody(world: World) -> None:
    for number in range(5):
        world.sign_up(GivenIdentifier("email", f"kundin{number}@example.org"))
        world.clock.move(seconds=1)
    world.clock.move(days=31)
    assert [(each.sign_ups, len(each.subjects)) for each in sweep(world, limit=2)] == [(2, 2), (2, 2), (1, 1)]
    assert world.count(subject_table) == 0
