"""Recording once, or not at all: a report that comes again, comes twice at a time, or breaks off."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event

from audit.tables import outbox_table
from consent import errors
from consent.recorder import Act, Recorder
from consent.report_reading import Report, ReportReader
from consent.tables import confirmation_table, event_table, identifier_table
from tests.service.consent.world import CAPTURE, CONTROLLER, MAIL, WRITTEN, World


def test_the_same_key_with_the_same_content_is_the_same_event(world: World) -> None:
    subject = world.person()
    first = world.grant(subject, idempotency_key="k1")
    before = [world.rows(table) for table in WRITTEN]
    world.clock.move(seconds=5)
    again = world.grant(subject, idempotency_key="k1")
    assert (again.event_id, again.replayed, first.replayed) == (first.event_id, True, False)
    assert [world.rows(table) for table in WRITTEN] == before


def test_the_same_key_with_other_content_is_refused(world: World) -> None:
    subject = world.person()
    world.grant(subject, idempotency_key="k1")
    with pytest.raises(errors.IdempotencyConflict):
        world.grant(subject, topic="garden", idempotency_key="k1")
    assert world.reason(topic="garden") is None
    assert len([row for row in world.rows(event_table) if row.kind == "grant"]) == 1


def test_a_repeated_sign_up_sends_one_mail(world: World) -> None:
    first = world.sign_up(idempotency_key="k1")
    again = world.sign_up(idempotency_key="k1")
    assert (again.event_id, again.confirmation_sent) == (first.event_id, True)
    assert len(world.letters()) == 1


def test_one_key_reported_at_the_same_time_gives_one_event(world: World) -> None:
    subject = world.person()
    together = Barrier(4)

    def report(_: int) -> str:
        together.wait()
        return world.grant(subject, idempotency_key="k1").event_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(report, range(4)))) == 1


def test_one_new_person_reported_at_the_same_time_is_one_person(world: World) -> None:
    together = Barrier(4)

    def report(_: int) -> str | None:
        together.wait()
        return world.record("withdraw", MAIL).subject_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(report, range(4)))) == 1
    assert world.count(identifier_table) == 1


def steps_of_a_grant(world: World, recorder: Recorder, reader: ReportReader) -> list[Callable[[], object]]:
    act = Act(actor="test", controller=CONTROLLER, capture=CAPTURE)
    fields = {"event": "grant", "purpose": "newsletter", "channel": "email"}
    state: dict[str, Any] = {}

    def read() -> None:
        state["read"] = reader.read(Report(fields=fields, subject=MAIL), act)

    def append() -> None:
        state["event"] = recorder.append(state["read"].event, act, state["read"].extras)

    return [read, append, lambda: recorder.project([state["event"]])]


@pytest.mark.parametrize("taken", [pytest.param(count, id=f"after {count} of 3 steps") for count in range(4)])
def test_a_record_that_breaks_off_leaves_nothing(world: World, taken: int) -> None:
    before = [world.rows(table) for table in WRITTEN]
    with world.ground.unit_of_work() as uow:
        recorder = Recorder(world.ground, uow, world.policies.current(uow.session))
        reader = ReportReader(world.ground, uow, recorder)
        for step in steps_of_a_grant(world, recorder, reader)[:taken]:
            step()
        # The process is killed here: the block is left without a commit.
    assert [world.rows(table) for table in WRITTEN] == before
    assert world.reason() == "subject_unresolved"


class Broken(Exception):
    """The database went away."""


def test_a_sign_up_is_whole_or_not_there_whichever_statement_fails(world: World) -> None:
    tables = (*WRITTEN, confirmation_table, outbox_table)
    before = [world.rows(table) for table in tables]
    seen = count()
    limit = 0

    def fail(*_: object) -> None:
        if next(seen) == limit:
            raise Broken

    for limit in count():  # noqa: B007 - `fail` reads it
        seen = count()
        event.listen(world.ground.engine, "before_cursor_execute", fail)
        try:
            world.sign_up()
        except Broken:
            event.remove(world.ground.engine, "before_cursor_execute", fail)
            assert [world.rows(table) for table in tables] == before
        else:
            event.remove(world.ground.engine, "before_cursor_execute", fail)
            break
    assert limit > 20
    assert world.reason() == "pending_doi"
