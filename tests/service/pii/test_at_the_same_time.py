"""Platforms deliver, order and recipients read all at once; nothing is stored twice, lost or missed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from consent.erasure import ConsentEraser
from pii.erasure import PiiEraser
from pii.intake_report import RefusedReason
from pii.release_store import EntryKind
from pii.tables import post_table, vault_table
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import MONI, THEO, mentioning, x_about_post, x_message, x_page, x_post


def all_at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Start jobs at the same moment and return what each returned; an error of one is raised."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        barrier.wait(timeout=30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


def count(house: House) -> int:
    with house.ground.reading() as session:
        return session.scalar(select(func.count()).select_from(post_table)) or 0


def test_one_delivery_by_several_workers_is_stored_once(house: House) -> None:
    body = x_page(*(x_post(number, f"nr {number}", **mentioning(THEO)) for number in range(1, 5)))
    reports = all_at_once([lambda: house.take("x", body)] * 4)
    assert sum(report.accepted for report in reports) == 4  # type: ignore[attr-defined]
    assert sum(report.duplicates for report in reports) == 12  # type: ignore[attr-defined]
    assert count(house) == 4


def test_different_posts_of_one_person_at_once_make_one_subject(house: House) -> None:
    bodies = [x_page(x_post(number, f"nr {number}")) for number in range(1, 5)]
    all_at_once([lambda body=body: house.take("x", body) for body in bodies])  # type: ignore[misc]
    assert {post.author_id for post in house.posts()} == {house.subject("x", MONI["id"])}
    assert count(house) == 4


@pytest.mark.parametrize("attempt", range(3))
def test_a_post_and_its_deletion_do_not_pass_each_other(house: House, attempt: int) -> None:
    bodies = [x_page(x_post(1, "hier")), x_about_post("delete", 1)]
    all_at_once([lambda body=body: house.take("x", body) for body in bodies[:: 1 if attempt % 2 else -1]])  # type: ignore[misc]
    assert count(house) == 0


def test_two_who_deliver_to_one_recipient_leave_no_gap_and_send_nothing_twice(house: House) -> None:
    house.take("x", x_page(*(x_post(number, f"nr {number}") for number in range(1, 9))))
    house.say(house.subject("x", MONI["id"]) or "", "grant")
    all_at_once([lambda: house.send("service_crm", limit=8)] * 3)
    house.send("service_crm")
    entries = house.releases.feed("service_crm", cursor=None, limit=100).entries
    assert [entry.position for entry in entries] == list(range(1, 9))
    assert {entry.kind for entry in entries} == {EntryKind.RELEASED}
    assert len({entry.id for entry in entries}) == 8


def test_a_post_that_comes_while_its_author_is_erased_leaves_nothing(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    moni = house.subject("x", MONI["id"]) or ""
    with house.ground.unit_of_work() as uow:
        ConsentEraser(house.ground, house.policies).close(uow, moni)
        uow.commit()
    house.take("x", x_message(2, "noch eine"))
    with house.ground.unit_of_work() as uow:
        PiiEraser(house.ground).remove(uow, moni, actor=ACTOR)
        uow.commit()
    with house.ground.reading() as session:
        assert session.scalars(select(vault_table.c.subject_id).where(vault_table.c.subject_id == moni)).all() == []
        assert session.scalars(select(post_table.c.id).where(post_table.c.author_id == moni)).all() == []


def test_nothing_is_stored_about_somebody_who_was_erased_meanwhile(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    moni = house.subject("x", MONI["id"]) or ""
    with house.ground.unit_of_work() as uow:
        ConsentEraser(house.ground, house.policies).close(uow, moni)
        uow.commit()
    report = house.take("x", x_page(x_post(2, "noch eine")))
    assert [rejection.reason for rejection in report.rejected] == [RefusedReason.PERSON_ERASED]
    assert count(house) == 1
