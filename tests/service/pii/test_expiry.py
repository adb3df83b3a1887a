"""Retention lists posts, ends them in batches, takes places off them and blocks them."""

from datetime import datetime, timedelta

import pytest

from pii.access import PiiAccess
from pii.expiry import PostDatum, PostExpiry
from pii.post import Closure, PostStatus
from pii.release_store import EntryKind
from pii.store_errors import UnknownPost
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import MONI, facebook_comment, x_about_post, x_message, x_page, x_post

POINT = {"geo": {"coordinates": {"type": "Point", "coordinates": [12.37, 51.34]}}}


def listed(house: House, before: datetime, **narrowed: object) -> list[PostDatum]:
    with house.ground.reading() as session:
        return PostExpiry(house.ground).list_collected(session, before, **narrowed)  # type: ignore[arg-type]


def fill(house: House) -> datetime:
    """Take in three posts on one day and one a day later, and return the instant between."""
    house.take("x", x_page(x_post(1, "hier", **POINT)))
    house.take("x", x_message(2, "unter uns"))
    house.take("facebook", facebook_comment(3, "dort"))
    house.clock.move(days=1)
    between = house.ground.now()
    house.take("x", x_page(x_post(4, "neu")))
    return between


def test_posts_are_listed_by_when_they_were_collected(house: House) -> None:
    between = fill(house)
    assert len(listed(house, between)) == 3
    assert len(listed(house, between + timedelta(seconds=1))) == 4
    assert listed(house, between - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        pytest.param({"platform": "x"}, 2, id="by platform"),
        pytest.param({"public": False}, 1, id="direct messages"),
        pytest.param({"public": True}, 2, id="public posts"),
        pytest.param({"with_geo": True}, 1, id="with a place"),
        pytest.param({"limit": 2}, 2, id="bounded"),
    ],
)
def test_a_list_can_be_narrowed(house: House, narrowed: dict[str, object], count: int) -> None:
    assert len(listed(house, fill(house), **narrowed)) == count


def test_a_long_list_goes_on_behind_the_last_id(house: House) -> None:
    between = fill(house)
    first = listed(house, between, limit=2)
    rest = listed(house, between, after=first[-1].id)
    assert [datum.id for datum in (*first, *rest)] == [datum.id for datum in listed(house, between)]


def test_an_edit_does_not_make_a_post_younger(house: House) -> None:
    between = fill(house)
    house.take("facebook", facebook_comment(3, "anders", verb="edited"))
    assert len(listed(house, between)) == 3


def test_what_is_destroyed_is_gone_and_its_recipients_are_told(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier"), x_post(2, "dort")))
    house.say(house.subject("x", MONI["id"]) or "", "grant")
    house.send("service_crm")
    expiry = PostExpiry(house.ground)
    ids = [post.id for post in house.posts()]
    with house.ground.unit_of_work() as uow:
        assert expiry.destroy(uow, ids, actor=ACTOR) == 2
        assert expiry.destroy(uow, ids, actor=ACTOR) == 0
        uow.commit()
    assert house.posts() == []
    page = house.releases.feed("service_crm", cursor=None, limit=10)
    assert [(entry.kind, entry.cause) for entry in page.entries] == [(EntryKind.REVOKED, "retention")] * 2


def test_places_end_before_their_posts(house: House) -> None:
    fill(house)
    expiry, ids = PostExpiry(house.ground), [post.id for post in house.posts()]
    with house.ground.unit_of_work() as uow:
        assert expiry.destroy_places(uow, ids, actor=ACTOR) == 1
        assert expiry.destroy_places(uow, ids, actor=ACTOR) == 0
        uow.commit()
    assert [post.has_geo for post in house.posts()] == [False] * 4


def test_what_is_blocked_is_kept_and_not_shown(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    expiry, post_id = PostExpiry(house.ground), house.only_post().id
    with house.ground.unit_of_work() as uow:
        assert expiry.block(uow, [post_id], actor=ACTOR) == 1
        uow.commit()
    shown = PiiAccess(house.ground).get_post(post_id)
    assert (shown.status, shown.closed_by, shown.text) == (PostStatus.HIDDEN, {Closure.RETENTION}, None)
    with house.ground.unit_of_work() as uow:
        assert expiry.unblock(uow, [post_id], actor=ACTOR) == 1
        uow.commit()
    assert PiiAccess(house.ground).get_post(post_id).text == "hier"


def test_one_post_is_found_by_its_id(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    post = house.only_post()
    with house.ground.reading() as session:
        found = PostExpiry(house.ground).find(session, post.id)
        assert found is not None
        assert (found.author_id, found.collected_at) == (post.author_id, post.collected_at)
        assert PostExpiry(house.ground).find(session, "019a0000-0000-7000-8000-000000000000") is None
    with pytest.raises(UnknownPost):
        PiiAccess(house.ground).get_post("019a0000-0000-7000-8000-000000000000")


def test_what_is_only_remembered_ends_as_well(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    house.take("x", x_about_post("delete", 2))
    house.clock.move(days=100)
    expiry = PostExpiry(house.ground)
    with house.ground.unit_of_work() as uow:
        assert expiry.prune_memory(uow, house.ground.now() - timedelta(days=90), actor=ACTOR) == 3
        assert expiry.prune_memory(uow, house.ground.now() - timedelta(days=90), actor=ACTOR) == 0
        uow.commit()
