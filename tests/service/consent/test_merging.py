"""Merged records: the least permissive answer for both, an entry about each, and back again with nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select

from audit.tables import event_table as entry_table
from audit.tables import opening_table, subject_event_table
from consent import errors
from consent.identifiers import GivenIdentifier
from consent.recorder import Act, Recorder
from consent.report import Report
from consent.report_reading import ReportReader
from consent.tables import event_table, permission_table
from tests.service.consent.world import CONTROLLER, MAIL, WRITTEN, World

OTHER = GivenIdentifier("email", "kunde@example.com")
THIRD = GivenIdentifier("email", "dritte@example.net")
NOBODY = "01990000-0000-7000-8000-000000000000"


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """Two records; time went on since they were made."""
    made = world.person(), world.person(OTHER)
    world.clock.move(days=1)
    return made


def entries(world: World, subject: str, kind: str) -> list[str]:
    """Return the ids of the log entries of one type that are sealed under a subject's keys."""
    query = (
        select(entry_table.c.id)
        .join(subject_event_table, subject_event_table.c.n == entry_table.c.n)
        .where(subject_event_table.c.pid == subject, entry_table.c.type == kind)
        .order_by(entry_table.c.n)
    )
    with world.ground.reading() as session:
        return list(session.scalars(query))


def states(world: World, subject: str) -> list[tuple[str, str]]:
    rows = [row for row in world.rows(permission_table) if row.subject_id == subject]
    return sorted((row.purpose, row.state) for row in rows)


def test_each_of_the_two_has_an_entry_under_its_own_keys(world: World, two: tuple[str, str]) -> None:
    one, other = two
    recorded = world.record("merge", one, other=other)
    assert (recorded.subject_id, recorded.other_id) == (one, other)
    world.clock.move(days=1)
    world.record("unmerge", other, other=one)
    for kind in ("subject.merged", "subject.parted"):
        (mine,), (theirs,) = entries(world, one, kind), entries(world, other, kind)
        assert mine != theirs
    opened = {row.event: row.key_id for row in world.rows(opening_table)}
    assert opened[entries(world, one, "subject.merged")[0]] != opened[entries(world, other, "subject.merged")[0]]
    assert [row.kind for row in world.rows(event_table)].count("merge") == 1


def test_a_yes_of_one_does_not_speak_for_what_the_other_refused(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.grant(one)
    world.record("withdraw", other, purpose="newsletter")
    assert (world.reason(MAIL), world.reason(OTHER)) == (None, "withdrawn")
    world.clock.move(days=1)
    world.record("merge", one, other=other)
    assert (world.reason(MAIL), world.reason(OTHER)) == ("withdrawn", "withdrawn")
    assert states(world, one) == [("newsletter", "withdrawn")]


def test_merging_gives_no_yes_to_the_other(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.grant(one)
    world.grant(one, purpose="customer_voice", channel="data_use")
    world.clock.move(days=1)
    asked = {"purpose": "customer_voice", "channel": "data_use"}
    before = world.reason(OTHER), world.reason(other, **asked)
    assert before == ("no_consent", "no_consent")
    world.record("merge", other, other=one)
    assert (world.reason(OTHER), world.reason(other, **asked)) == before


def test_parting_gives_each_its_answer_back(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.grant(one)
    world.record("object", other)
    before = states(world, one), states(world, other), world.reason(MAIL), world.reason(OTHER)
    world.clock.move(days=1)
    world.record("merge", one, other=other)
    assert world.reason(MAIL) == "objection"
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    assert (states(world, one), states(world, other), world.reason(MAIL), world.reason(OTHER)) == before


def test_what_is_refused_while_merged_stays_refused_in_both(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.grant(one)
    world.grant(other)
    world.clock.move(days=1)
    world.record("merge", one, other=other)
    world.clock.move(days=1)
    world.record("withdraw", other)
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    assert (world.reason(MAIL), world.reason(OTHER)) == ("withdrawn", "withdrawn")


def test_a_record_tells_with_which_other_it_is_merged(world: World, two: tuple[str, str]) -> None:
    one, other = two

    def partners() -> list[str | None]:
        return [world.subjects.get(name, in_clear=False).merged_with for name in two]

    assert partners() == [None, None]
    world.record("merge", one, other=other)
    assert partners() == [other, one]
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    assert partners() == [None, None]
    world.clock.move(days=1)
    third = world.person(THIRD)
    world.record("merge", third, other=one)
    assert partners() == [third, None]


def test_the_same_key_is_the_same_merge(world: World, two: tuple[str, str]) -> None:
    one, other = two
    first = world.record("merge", one, other=other, idempotency_key="k1")
    again = world.record("merge", one, other=other, idempotency_key="k1")
    assert (again.event_id, again.other_id, again.replayed) == (first.event_id, other, True)


@pytest.mark.parametrize("kind", ["merge", "unmerge"])
def test_what_is_not_known_is_not_merged(world: World, two: tuple[str, str], kind: str) -> None:
    one, _ = two
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(errors.UnknownSubject):
        world.record(kind, one, other=NOBODY)
    with pytest.raises(errors.UnknownSubject):
        world.record(kind, NOBODY, other=one)
    with pytest.raises(errors.UnknownSubject, match=r"^other: "):
        world.record(kind, one, other=THIRD)
    assert [world.rows(table) for table in WRITTEN] == before


def test_nobody_is_merged_with_the_erased(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.erase(other)
    for first, second in ((one, other), (other, one)):
        with pytest.raises(errors.SubjectGone):
            world.record("merge", first, other=second)


REFUSED: list[tuple[str, str, float, type[Exception]]] = [
    ("a merge within the time of another", "merge", -1, errors.AlreadyMerged),
    ("a parting before the merge", "unmerge", -3, errors.NotMerged),
]


@pytest.mark.parametrize(("kind", "days", "error"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_what_would_do_nothing_is_refused(world: World, kind: str, days: float, error: Any) -> None:
    one, other, third = world.person(), world.person(OTHER), world.person(THIRD)
    world.clock.move(days=10)
    world.record("merge", one, other=other, at=world.clock() - timedelta(days=2))
    partner = other
    if kind == "merge":
        world.record("unmerge", one, other=other)
        world.clock.move(seconds=1)
        partner = third
    count = world.count(event_table)
    with pytest.raises(error):
        world.record(kind, one, other=partner, at=world.clock() + timedelta(days=days))
    assert world.count(event_table) == count


def test_a_mailbox_that_one_person_has_in_two_records_tells_who_is_meant(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    world.record("merge", one, other=other)
    assert world.record("restrict", MAIL).subject_id == one


@pytest.mark.parametrize("attempt", range(3))
def test_those_who_merge_the_same_records_at_the_same_time_do_not_wait_in_a_circle(world: World, attempt: int) -> None:
    one, other, third = (world.person(GivenIdentifier("device", f"{attempt}{name}")) for name in "abc")
    orders = [(one, other), (other, one), (one, third), (third, one), (other, third), (third, other)]
    together = Barrier(len(orders))

    def merge(order: tuple[str, str]) -> str:
        together.wait()
        try:
            world.record("merge", order[0], other=order[1])
        except errors.AlreadyMerged:
            return "merged already"
        return "merged"

    with ThreadPoolExecutor(len(orders)) as pool:
        assert sorted(pool.map(merge, orders)).count("merged") == 1


def test_whoever_waits_for_a_merge_writes_about_both(world: World, two: tuple[str, str]) -> None:
    one, other = two
    world.grant(one)
    world.grant(other)
    world.clock.move(days=1)
    act = Act(actor="test", controller=CONTROLLER)
    with ThreadPoolExecutor(2) as pool, world.ground.unit_of_work() as uow:
        recorder = Recorder(world.ground, uow, world.policies.current(uow.session))
        report = Report(fields={"event": "merge"}, subject=one, other=other)
        read = ReportReader(world.ground, uow, recorder).read(report, act)
        recorder.project([recorder.append(read.event, act, read.extras)])
        waiting = [pool.submit(world.record, "withdraw", name, purpose="newsletter") for name in two]
        sleep(0.5)
        assert not any(each.done() for each in waiting)
        uow.commit()
    assert {each.result().subject_id for each in waiting} == set(two)
    assert states(world, one) == states(world, other) == [("newsletter", "withdrawn")]
