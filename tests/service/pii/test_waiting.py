"""While nobody can say what a post holds it waits, sealed and unused; nothing goes out unexamined."""

import json

import pytest
from sqlalchemy import select

from audit.tables import event_table
from pii.intake import Readiness
from pii.post import PostStatus, StatusReason
from pii.tables import post_table, release_table
from pii.vault import Vault
from pii.waiting import ExaminationReport
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import MONI, THEO, mentioning, x_about_post, x_about_user, x_page, x_post

TEXT = "Monika Quittenbäumer, 0171 39200 11, grüßt @th_apfelkern"
POINT = {"geo": {"coordinates": {"type": "Point", "coordinates": [12.37, 51.34]}}}


def examine(house: House, limit: int = 10) -> ExaminationReport:
    return house.intake.examine_waiting(limit=limit, actor=ACTOR)


def test_a_post_waits_while_the_detector_is_away(house: House) -> None:
    house.detector.down = True
    assert house.take("x", x_page(x_post(1, TEXT))).accepted == 1
    post = house.only_post()
    assert (post.status, post.reason) == (PostStatus.WAITING, StatusReason.DETECTOR_FAILED)
    assert (post.text, post.fields, post.findings) == (None, {}, {})
    assert house.intake.readiness() == Readiness(detector=False, waiting=1, quarantined=0)


def test_without_a_detector_every_text_waits_and_a_post_without_text_does_not(house_without_detector: House) -> None:
    house = house_without_detector
    house.take("x", x_page(x_post(1, TEXT), {**x_post(2, ""), "text": ""}))
    assert [post.status for post in house.posts()] == [PostStatus.WAITING, PostStatus.READY]
    assert house.posts()[0].reason is StatusReason.DETECTOR_MISSING
    assert not house.intake.readiness().detector


def test_nothing_that_waits_is_offered(house: House) -> None:
    house.detector.down = True
    house.take("x", x_page(x_post(1, TEXT)))
    house.say(house.subject("x", MONI["id"]) or "", "grant")
    assert house.releases.offer("service_crm", limit=10, actor=ACTOR).queued == 0
    with house.ground.reading() as session:
        assert session.execute(select(release_table)).all() == []


def test_what_waited_comes_out_as_if_it_had_not(house: House) -> None:
    body = x_page(x_post(1, TEXT, **mentioning(THEO)))
    house.detector.down = True
    house.take("x", body)
    house.detector.down = False
    assert examine(house) == ExaminationReport(ready=1)
    assert examine(house) == ExaminationReport()
    late = house.only_post()
    house.take("x", x_page(x_post(2, TEXT, **mentioning(THEO))))
    at_once = house.posts()[1]
    assert (late.text, late.fields, late.findings) == (at_once.text, at_once.fields, at_once.findings)
    with house.ground.reading() as session:
        vault = Vault(house.ground, session)
        assert len(vault.list_posts(house.subject("x", THEO["id"]) or "")) == 2
        leaves = session.scalars(select(event_table.c.leaf).where(event_table.c.type == "post.examined"))
        assert [json.loads(leaf)["pub"]["status"] for leaf in leaves] == ["ready"]


def test_nothing_is_tried_while_the_detector_is_away(house: House) -> None:
    house.detector.down = True
    house.take("x", x_page(x_post(1, TEXT), x_post(2, TEXT)))
    assert examine(house) == ExaminationReport(waiting=2)


def test_a_post_that_breaks_the_detector_is_put_aside_and_the_others_go_on(house: House) -> None:
    house.take("x", x_page(x_post(1, "☠ gift"), x_post(2, "harmlos")))
    assert [post.status for post in house.posts()] == [PostStatus.WAITING, PostStatus.READY]
    house.detector.down = True
    house.take("x", x_page(x_post(3, "später")))
    house.detector.down = False
    assert examine(house) == ExaminationReport(ready=1, quarantined=1)
    assert house.posts()[0].reason is StatusReason.DETECTOR_FAILED
    assert house.intake.readiness() == Readiness(detector=True, waiting=0, quarantined=1)


def test_what_was_ordered_while_a_post_waited_still_holds(house: House) -> None:
    house.detector.down = True
    house.take("x", x_page(x_post(1, "hier", **POINT), x_post(2, "dort")))
    house.take("x", x_about_user("scrub_geo"))
    house.take("x", x_about_post("drop", 1))
    house.take("x", x_about_post("delete", 2))
    house.detector.down = False
    assert examine(house) == ExaminationReport(ready=1)
    post = house.only_post()
    assert (post.status, post.has_geo) == (PostStatus.HIDDEN, False)


@pytest.mark.parametrize("limit", [1, 2])
def test_examining_is_bounded_and_takes_the_oldest_first(house: House, limit: int) -> None:
    house.detector.down = True
    house.take("x", x_page(x_post(1, "a"), x_post(2, "b"), x_post(3, "c")))
    house.detector.down = False
    examine(house, limit)
    with house.ground.reading() as session:
        statuses = list(session.scalars(select(post_table.c.status).order_by(post_table.c.id)))
    assert statuses == ["ready"] * limit + ["waiting"] * (3 - limit)
