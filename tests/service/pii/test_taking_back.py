"""What went out is taken back when its ground is gone: withdrawn, ended, edited or no longer wanted."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit.tables import event_table
from consent.report import Report
from pii.release import DeliveryReport
from pii.release_store import EntryKind
from pii.revocation import RevokeCause
from tests.service.pii.conftest import ACTOR, CONTROLLER, House
from tests.service.pii.payloads import MONI, THEO, facebook_comment, x_about_post, x_page, x_post
from tests.service.pii.releasing import CRM, OTHER, author, deliver, feed, offer, take_and_grant


def test_consent_withdrawn_after_delivery_shows_as_revoked_at_once_and_once(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    assert feed(house) == [(1, EntryKind.RELEASED, True)]
    house.say(author(house), "withdraw")
    assert feed(house) == [(2, EntryKind.REVOKED, False)]
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 0
    assert feed(house) == [(2, EntryKind.REVOKED, False)]
    assert feed(house, OTHER) == []


def test_whoever_follows_a_feed_learns_of_each_revocation_once(house: House) -> None:
    house.take("x", x_page(x_post(1, "eins"), x_post(2, "zwei"), x_post(3, "drei", THEO)))
    for user in (MONI, THEO):
        house.say(author(house, user), "grant")
    house.send(CRM)
    first = house.releases.feed(CRM, cursor=None, limit=1)
    house.say(author(house), "withdraw")
    house.releases.revoke_for_subject(author(house), actor=ACTOR)
    seen, cursor = list(first.entries), first.next_cursor
    while cursor is not None:
        page = house.releases.feed(CRM, cursor=cursor, limit=1)
        seen, cursor = [*seen, *page.entries], page.next_cursor
    revoked = [entry.id for entry in seen if entry.kind is EntryKind.REVOKED]
    assert len(revoked) == len(set(revoked)) == 2
    assert [(entry.kind, entry.position) for entry in seen[:2]] == [(EntryKind.RELEASED, 1), (EntryKind.RELEASED, 3)]


def test_many_denied_posts_are_taken_back_before_a_page_is_shown(house: House) -> None:
    house.take("x", x_page(*(x_post(number, f"nr {number}") for number in range(1, 6))))
    house.say(author(house), "grant")
    house.send(CRM)
    house.say(author(house), "withdraw")
    page = house.releases.feed(CRM, cursor=None, limit=2)
    assert [(entry.position, entry.kind) for entry in page.entries] == [(6, EntryKind.REVOKED), (7, EntryKind.REVOKED)]
    assert page.next_cursor == "7"


def test_taking_back_for_a_person_leaves_what_is_still_allowed(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 0
    assert feed(house) == [(1, EntryKind.RELEASED, True)]


def test_a_no_in_a_merged_record_takes_back_what_is_out_of_the_other(house: House) -> None:
    take_and_grant(house)
    house.take("x", x_page(x_post(2, "auch hier", THEO)))
    one, other = author(house), author(house, THEO)
    house.send(CRM)
    house.consents.record(
        Report(fields={"event": "merge"}, subject=one, other=other), controller=CONTROLLER, actor=ACTOR
    )
    house.clock_forward()
    house.say(other, "withdraw")
    assert house.releases.revoke_for_subject(other, actor=ACTOR) == 1


def test_a_new_yes_lets_the_post_out_again(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.clock_forward()
    house.say(author(house), "withdraw")
    house.releases.revoke_for_subject(author(house), actor=ACTOR)
    house.clock_forward()
    house.say(author(house), "grant")
    house.send(CRM)
    assert feed(house) == [(2, EntryKind.REVOKED, False), (3, EntryKind.RELEASED, True)]


def test_a_recheck_takes_back_what_nobody_was_told_of(house: House) -> None:
    take_and_grant(house)
    house.take("x", x_page(x_post(2, "auch hier", THEO)))
    house.say(author(house, THEO), "grant")
    house.send(CRM)
    house.say(author(house), "withdraw")
    taken_back, behind = house.releases.recheck(CRM, limit=1, actor=ACTOR)
    assert (taken_back, behind is not None) == (1, True)
    assert house.releases.recheck(CRM, limit=1, after=behind or "", actor=ACTOR)[0] == 0


CHANGES: list[tuple[str, Callable[[House], object], RevokeCause, bool]] = [
    ("hidden", lambda house: house.take("x", x_about_post("drop", 1)), RevokeCause.CLOSED, False),
    ("deleted", lambda house: house.take("x", x_about_post("delete", 1)), RevokeCause.DELETED, False),
    (
        "edited",
        lambda house: house.take(
            "x",
            x_page({**x_post(2, "neu"), "edit_history_tweet_ids": [x_post(1, "")["id"], x_post(2, "")["id"]]}),
        ),
        RevokeCause.EDITED,
        True,
    ),
    (
        "by hand",
        lambda house: house.releases.revoke_for_post(house.only_post().id, RevokeCause.RETENTION, actor=ACTOR),
        RevokeCause.RETENTION,
        True,
    ),
]


@pytest.mark.parametrize(("change", "cause", "comes_again"), [pytest.param(*rest, id=name) for name, *rest in CHANGES])
def test_what_ends_a_post_takes_its_release_back(
    house: House, change: Callable[[House], object], cause: RevokeCause, comes_again: bool
) -> None:
    take_and_grant(house)
    house.send(CRM)
    change(house)
    page = house.releases.feed(CRM, cursor=None, limit=10)
    assert [(entry.kind, entry.cause, entry.content) for entry in page.entries] == [(EntryKind.REVOKED, cause, None)]
    house.send(CRM)
    assert [kind for _, kind, _ in feed(house)[1:]] == ([EntryKind.RELEASED] if comes_again else [])


def test_an_edit_of_what_is_only_queued_leaves_no_trace_with_the_recipient(house: House) -> None:
    house.take("facebook", facebook_comment(1, "alt"))
    house.say(house.only_post().author_id or "", "grant")
    offer(house)
    house.take("facebook", facebook_comment(1, "neu", verb="edited"))
    assert deliver(house) == DeliveryReport()
    house.send(CRM)
    (entry,) = house.releases.feed(CRM, cursor=None, limit=10).entries
    assert entry.content is not None
    assert entry.content["text"] == "neu"


def test_a_recipient_that_the_policy_names_no_more_sees_nothing(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.without_recipients()
    assert feed(house) == [(2, EntryKind.REVOKED, False)]
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 0


def test_every_release_is_an_entry_filed_under_its_author_with_counts_and_codes_only(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.say(author(house), "withdraw")
    house.releases.revoke_for_subject(author(house), actor=ACTOR)
    with house.ground.reading() as session:
        types = ("posts.offered", "post.released", "release.revoked")
        query = select(event_table.c.leaf).where(event_table.c.type.in_(types)).order_by(event_table.c.n)
        pubs = [json.loads(leaf)["pub"] for leaf in session.scalars(query)]
    assert pubs == [
        {"recipient": CRM, "queued": 1, "held": 0},
        {"recipient": CRM, "purpose": "customer_voice", "basis": "consent", "platform": "x", "position": 1},
        {"recipient": CRM, "cause": "consent", "position": 2},
    ]
