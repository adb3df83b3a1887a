"""What platforms order is done to what is stored, and holds for what arrives later."""

import base64
import json

import pytest
from sqlalchemy import select

from pii.intake_report import IntakeReport
from pii.model import FieldGroup, OrderKind
from pii.post import Closure, PostStatus, StatusReason
from pii.store_errors import UnknownOrder
from pii.tables import known_name_table
from pii.vault import Vault
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import (
    MONI,
    THEO,
    facebook_comment,
    facebook_post_removed,
    x_about_post,
    x_about_user,
    x_order,
    x_page,
    x_post,
)

POINT = {"geo": {"place_id": "307", "coordinates": {"type": "Point", "coordinates": [12.37, 51.34]}}}


def callback(user_id: str) -> bytes:
    payload = json.dumps({"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": 1794470000}).encode()
    signed = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return f"signed_request=c2lnbmF0dXJl.{signed}".encode()


def test_a_deleted_post_is_gone_with_its_boxes(house: House) -> None:
    house.take("x", x_page(x_post(1, "weg"), x_post(2, "bleibt")))
    assert house.take("x", x_about_post("delete", 1)) == IntakeReport(orders=1)
    assert [post.text for post in house.posts()] == ["bleibt"]
    with house.ground.reading() as session:
        assert len(Vault(house.ground, session).list_posts(house.posts()[0].author_id or "")) == 1


def test_the_same_order_again_is_a_duplicate(house: House) -> None:
    house.take("x", x_about_post("delete", 1))
    assert house.take("x", x_about_post("delete", 1)) == IntakeReport(duplicates=1)


def test_a_removed_post_of_a_page_takes_its_comments_along(house: House) -> None:
    house.take("facebook", facebook_comment(1, "oben"))
    house.take("facebook", facebook_comment(2, "darunter", name="Theo Apfelkern", parent=1))
    house.take("facebook", facebook_post_removed())
    assert house.posts() == []
    late = house.take("facebook", facebook_comment(3, "nachträglich"))
    assert (late.accepted, len(late.rejected)) == (0, 1)


def test_an_answer_on_x_outlives_what_it_answers_and_a_repost_does_not(house: House) -> None:
    first = x_post(1, "zuerst")
    answer = x_post(2, "Antwort", THEO, referenced_tweets=[{"type": "replied_to", "id": first["id"]}])
    repost = x_post(3, "RT zuerst", THEO, referenced_tweets=[{"type": "retweeted", "id": first["id"]}])
    house.take("x", x_page(first, answer, repost))
    house.take("x", x_about_post("delete", 1))
    assert [post.text for post in house.posts()] == ["Antwort"]


def test_a_deleted_account_loses_its_posts_and_may_come_back(house: House) -> None:
    page = x_page(x_post(1, "eins"), x_post(2, "zwei", THEO))
    house.take("x", page)
    house.take("x", x_about_user("user_delete"))
    assert [post.text for post in house.posts()] == ["zwei"]
    assert house.take("x", page).accepted == 0
    house.take("x", x_about_user("user_undelete"))
    assert house.take("x", page).accepted == 1


@pytest.mark.parametrize(
    ("close", "reopen", "cause"),
    [
        pytest.param(x_about_post("drop", 1), x_about_post("undrop", 1), Closure.HIDDEN, id="hidden post"),
        pytest.param(
            x_about_user("user_protect"), x_about_user("user_unprotect"), Closure.PROTECTED, id="protected account"
        ),
        pytest.param(
            x_about_user("user_suspend"), x_about_user("user_unsuspend"), Closure.SUSPENDED, id="suspended account"
        ),
    ],
)
@pytest.mark.parametrize("late", [False, True], ids=["stored before", "arriving later"])
def test_what_is_closed_is_hidden_until_it_is_opened(
    house: House, close: bytes, reopen: bytes, cause: Closure, late: bool
) -> None:
    for body in (close, x_page(x_post(1, "hier"))) if late else (x_page(x_post(1, "hier")), close):
        house.take("x", body)
    post = house.only_post()
    assert (post.status, post.closed_by, post.usable) == (PostStatus.HIDDEN, {cause}, False)
    house.take("x", reopen)
    assert house.only_post().usable


def test_opening_an_account_does_not_open_what_is_closed_by_itself(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    for body in (x_about_user("user_withheld"), x_about_post("drop", 1), x_about_post("undrop", 1)):
        house.take("x", body)
    assert house.only_post().closed_by == {Closure.HIDDEN}
    for body in (x_about_user("user_protect"), x_about_user("user_unprotect")):
        house.take("x", body)
    assert house.only_post().closed_by == {Closure.HIDDEN}


def kept_groups(house: House) -> list[FieldGroup]:
    post = house.only_post()
    with house.ground.reading() as session:
        kept = Vault(house.ground, session).find(post.id, post.author_id or "")
    assert kept is not None
    assert kept.item is not None
    return [found.group for found in kept.item.fields]


@pytest.mark.parametrize("late", [False, True], ids=["stored before", "arriving later"])
def test_places_are_forgotten_when_the_platform_says_so(house: House, late: bool) -> None:
    post = x_page(x_post(1, "hier", **POINT))
    scrub = x_about_user("scrub_geo", up_to_tweet_id=x_post(1, "")["id"])
    if not late:
        house.take("x", post)
        assert FieldGroup.GEO in kept_groups(house)
        assert house.only_post().has_geo
    for body in (scrub, post):
        house.take("x", body)
    assert FieldGroup.GEO not in kept_groups(house)
    assert not house.only_post().has_geo


def test_places_of_newer_posts_stay(house: House) -> None:
    house.take("x", x_page(x_post(2, "hier", **POINT)))
    house.take("x", x_about_user("scrub_geo", up_to_tweet_id=x_post(1, "")["id"]))
    assert house.only_post().has_geo


def test_an_edit_without_its_words_drops_the_version_that_is_no_more(house: House) -> None:
    house.take("x", x_page(x_post(1, "alt")))
    edited = {"initial_tweet_id": x_post(1, "")["id"], "tweet": {"id": x_post(9, "")["id"]}}
    house.take("x", x_order("tweet_edit", **edited))
    assert house.posts() == []
    assert house.take("x", x_page({**x_post(1, "alt"), "lang": "und"})).accepted == 0
    assert house.take("x", x_page(x_post(9, "neu"))).accepted == 1


def test_what_must_be_fetched_anew_is_taken_in_anew(house: House) -> None:
    house.take("x", x_page(x_post(1, "alt")))
    line = {"id": x_post(1, "")["id"], "action": "rehydrate", "redacted_at": "2026-11-12T11:21:00Z", "reason": "edited"}
    house.take("x", json.dumps(line).encode())
    assert house.posts() == []
    assert house.take("x", x_page(x_post(1, "neu"))).accepted == 1


def test_a_request_to_erase_waits_for_a_person_and_closes_the_posts(house: House) -> None:
    house.take("facebook", facebook_comment(1, "hier"))
    author = house.only_post().author_id or ""
    account = next(
        shown.value for shown in house.subjects.get(author, in_clear=True).identifiers if shown.value is not None
    )
    house.take("facebook", callback(account))
    (order,) = house.intake.orders.list_open()
    assert (order.kind, order.subject_id, order.posts) == (OrderKind.ERASE_PERSON, author, 1)
    assert house.only_post().closed_by == {Closure.ERASURE_ASKED}
    house.intake.orders.close(order.id, actor=ACTOR)
    house.intake.orders.close(order.id, actor=ACTOR)
    assert house.intake.orders.list_open() == []


def test_somebody_unknown_who_asks_to_be_erased_is_known_by_the_request(house: House) -> None:
    house.take("facebook", callback("7654321098761003"))
    (order,) = house.intake.orders.list_open()
    assert order.subject_id == house.subject("facebook", "7654321098761003")


def test_an_order_that_there_is_not_cannot_be_closed(house: House) -> None:
    with pytest.raises(UnknownOrder):
        house.intake.orders.close("019a0000-0000-7000-8000-000000000000", actor=ACTOR)


def test_a_new_handle_takes_the_place_of_the_old_one(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier", THEO)))
    change = {
        "event_uuid": "5",
        "event_type": "profile.update.handle",
        "filter": {"user_id": THEO["id"]},
        "payload": {"before": "th_apfelkern", "after": "theo_neu"},
    }
    house.take("x", json.dumps({"data": change}).encode())
    house.take("x", x_page(x_post(2, "Frag @theo_neu", MONI), x_post(3, "Frag @th_apfelkern", MONI)))
    first, new, old = house.posts()
    assert new.text == "Frag " + first.fields["author"]["handle"]
    assert old.reason is StatusReason.RESIDUE, "the old handle is nobody's, and nobody found it"
    with house.ground.reading() as session:
        kinds = session.scalars(select(known_name_table.c.kind).where(known_name_table.c.subject_id == first.author_id))
        assert sorted(kinds) == ["handle", "name"]
