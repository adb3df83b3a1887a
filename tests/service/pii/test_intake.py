"""Social data in: examined, pseudonymised, stored with boxes, names and entry; each item for itself."""

import json

import pytest
from sqlalchemy import func, select

from audit.tables import event_table
from pii.errors import BadPayload, UnknownPlatform
from pii.intake import Delivery
from pii.intake_report import IntakeReport, RefusedReason, Rejection
from pii.model import RejectReason
from pii.post import PostStatus, StatusReason
from pii.tables import known_name_table, post_person_table, seen_item_table, vault_table
from pii.vault import Vault
from tests.service.pii.conftest import ACTOR, CONTROLLER, House
from tests.service.pii.payloads import (
    MONI,
    RITA,
    THEO,
    facebook_comment,
    mentioning,
    x_about_post,
    x_about_user,
    x_message,
    x_page,
    x_post,
)


def rows(house: House, *tables: object) -> list[int]:
    with house.ground.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def entries(house: House, type_: str) -> list[dict[str, object]]:
    with house.ground.reading() as session:
        leaves = session.scalars(
            select(event_table.c.leaf).where(event_table.c.type == type_).order_by(event_table.c.n)
        )
        return [json.loads(leaf)["pub"] for leaf in leaves]


def test_a_post_is_stored_under_pseudonyms_with_its_original_in_the_vault(house: House) -> None:
    text = "Ich bin Monika Quittenbäumer, Tel. 0171 39200 11, Gruß @quitten_moni"
    assert house.take("x", x_page(x_post(1, text))) == IntakeReport(accepted=1)
    post = house.only_post()
    assert post.status is PostStatus.READY
    assert post.text is not None
    assert post.text.startswith("Ich bin [[PERSON:k1:")
    assert post.findings == {"PERSON": 1, "PHONE": 1, "HANDLE": 1}
    assert not any(name in post.text for name in ("Monika", "Quitten", "0171", "quitten"))
    assert post.author_id == house.subject("x", MONI["id"])
    with house.ground.reading() as session:
        kept = Vault(house.ground, session).find(post.id, post.author_id or "")
    assert kept is not None
    assert kept.item is not None
    assert kept.item.text == text


def test_an_entry_tells_platform_kind_and_counts_and_is_filed_under_the_author(house: House) -> None:
    house.take("x", x_page(x_post(1, "Ruf 0171 39200 11 an")))
    assert entries(house, "post.taken_in") == [{"platform": "x", "kind": "post", "status": "ready", "findings": 1}]


def test_fields_hold_tokens_of_people_and_facts_that_identify_nobody(house: House) -> None:
    house.take("x", x_page(x_post(1, "Hallo @th_apfelkern", **mentioning(THEO), public_metrics={"like_count": 7})))
    fields = house.only_post().fields
    assert set(fields) == {"author", "people", "facts"}
    assert fields["facts"] == {"public_metrics/like_count": 7}
    assert fields["author"]["person"].startswith("[[PERSON:k1:")
    assert [person["role"] for person in fields["people"]] == ["mention"]


def test_a_person_has_one_token_in_every_post_and_role(house: House) -> None:
    house.take("x", x_page(x_post(1, "Monika Quittenbäumer hier"), x_post(2, "Danke, Moni", THEO, **mentioning(MONI))))
    first, second = house.posts()
    assert first.fields["author"]["person"] == second.fields["people"][0]["person"]
    assert first.text is not None
    assert first.fields["author"]["person"] in first.text


def test_two_people_of_one_name_have_two_tokens(house: House) -> None:
    other = {**MONI, "id": "1600000000000000999"}
    body = json.loads(x_page(x_post(1, "a"), x_post(2, "b", other)))
    body["includes"]["users"].append(other)
    house.take("x", json.dumps(body).encode())
    first, second = house.posts()
    assert first.fields["author"]["person"] != second.fields["author"]["person"]


def test_a_mention_has_a_box_of_its_own_and_is_cut_out_of_the_authors(house: House) -> None:
    house.take("x", x_page(x_post(1, "Frag @th_apfelkern, also Theo Apfelkern", **mentioning(THEO))))
    post, theo = house.only_post(), house.subject("x", THEO["id"])
    with house.ground.reading() as session:
        vault = Vault(house.ground, session)
        authors, mentioned = vault.find(post.id, post.author_id or ""), vault.find(post.id, theo or "")
    assert authors is not None
    assert authors.item is not None
    assert authors.item.text is not None
    assert "apfelkern" not in repr((authors.item.text, [found.value for found in authors.item.fields])).casefold()
    assert authors.item.people == ()
    assert mentioned is not None
    assert mentioned.item is None
    values = {value for found in mentioned.values.values() for value in found}
    assert {"@th_apfelkern", "Theo Apfelkern"} <= values
    assert rows(house, vault_table, post_person_table) == [2, 1]


def test_somebody_known_is_recognised_in_what_others_write(house: House) -> None:
    house.take("x", x_page(x_post(1, "erster Beitrag", THEO)))
    house.take("x", x_page(x_post(2, "Der Theo Apfelkern von nebenan und @th_apfelkern")))
    first, second = house.posts()
    assert second.text is not None
    assert first.fields["author"]["person"] in second.text
    assert "pfelkern" not in second.text
    assert rows(house, post_person_table) == [1]


def test_a_name_that_two_people_bear_links_nobody(house: House) -> None:
    for number, account in ((1, "1600000000000000902"), (2, "1600000000000000777")):
        twin = {"id": account, "username": f"theo_{number}", "name": "Theo Apfelkern"}
        body = {"data": [x_post(number, "eins", twin)], "includes": {"users": [twin]}}
        house.take("x", json.dumps(body).encode())
    house.take("x", x_page(x_post(3, "Theo Apfelkern war da", RITA)))
    assert house.posts()[2].text == "Theo Apfelkern war da"
    assert rows(house, post_person_table) == [0]


def test_a_delivery_again_is_counted_and_changes_nothing(house: House) -> None:
    body = x_page(x_post(1, "einmal"), x_post(2, "zweimal", THEO))
    house.take("x", body)
    before = rows(house, event_table, vault_table, known_name_table, seen_item_table)
    assert house.take("x", body) == IntakeReport(duplicates=2)
    assert rows(house, event_table, vault_table, known_name_table, seen_item_table) == before


def test_the_same_item_by_another_way_is_a_duplicate(house: House) -> None:
    post = x_post(1, "einmal")
    house.take("x", x_page(post))
    activity = {"data": {"event_uuid": "77", "event_type": "post.mention.create", "payload": post}}
    assert house.take("x", json.dumps(activity).encode()) == IntakeReport(duplicates=1)
    assert len(house.posts()) == 1


def test_two_controllers_may_have_the_same_post(house: House) -> None:
    for controller in ("nordlicht", "suedlicht"):
        assert house.take("x", x_page(x_post(1, "einmal")), controller=controller).accepted == 1
    assert [post.controller for post in house.posts()] == ["nordlicht", "suedlicht"]


def test_an_edit_replaces_the_post_and_nothing_of_the_old_version_stays(house: House) -> None:
    house.take("facebook", facebook_comment(1, "Ruf 0171 39200 11, Wiebke"))
    old = house.only_post()
    assert house.take("facebook", facebook_comment(1, "Nummer per PN", verb="edited")).accepted == 1
    new = house.only_post()
    assert (new.id, new.text) == (old.id, "Nummer per PN")
    assert new.version > old.version
    with house.ground.reading() as session:
        kept = Vault(house.ground, session).find(new.id, new.author_id or "")
    assert kept is not None
    assert kept.item is not None
    assert kept.item.text == "Nummer per PN"
    assert len(entries(house, "post.edited")) == 1


def test_an_edit_under_a_new_id_ends_the_old_version(house: House) -> None:
    house.take("x", x_page(x_post(1, "alt")))
    old, new = x_post(1, "alt")["id"], x_post(2, "neu")
    house.take("x", x_page({**new, "edit_history_tweet_ids": [old, new["id"]]}))
    assert house.only_post().text == "neu"
    assert house.take("x", x_page({**x_post(1, "alt"), "lang": "und"})).accepted == 0


def test_a_late_first_version_does_not_undo_an_edit(house: House) -> None:
    house.take("facebook", facebook_comment(1, "neu", verb="edited"))
    assert house.take("facebook", facebook_comment(1, "alt")) == IntakeReport(duplicates=1)
    assert house.only_post().text == "neu"


def test_a_version_history_leaves_the_last_version(house: House) -> None:
    account = {"id": "1090000000009", "username": "moni_q", "acct": "moni_q", "display_name": "Moni Quitte"}
    versions = [
        {"content": f"<p>Fassung {number}</p>", "created_at": f"2026-11-12T0{number}:00:00Z", "account": account}
        for number in (1, 2, 3)
    ]
    body = json.dumps(versions).encode()
    report = house.intake.take_in("mastodon", body, Delivery(controller=CONTROLLER, actor=ACTOR), requested_id="115")
    assert report.accepted == 3
    assert house.only_post().text == "Fassung 3"


def test_a_delete_before_its_create_refuses_the_create(house: House) -> None:
    house.take("x", x_about_post("delete", 1))
    report = house.take("x", x_page(x_post(2, "bleibt"), x_post(1, "zu spät")))
    assert report.accepted == 1
    assert report.rejected == (Rejection("/data/1", RefusedReason.DELETED_BEFORE),)
    assert house.only_post().text == "bleibt"


def test_nothing_of_a_deleted_account_is_taken_in(house: House) -> None:
    house.take("x", x_about_user("user_delete"))
    assert house.take("x", x_page(x_post(1, "zu spät"), x_post(2, "bleibt", THEO))).accepted == 1


def test_a_direct_message_is_stored_as_private(house: House) -> None:
    house.take("x", x_message(1, "Meine Nummer: 0171 39200 11"))
    post = house.only_post()
    assert (post.public, post.kind, post.status) == (False, "dm", PostStatus.READY)


def test_a_post_over_20_kilobytes_is_put_aside_unread(house: House) -> None:
    house.take("facebook", facebook_comment(1, "Wort " * 5_000))
    post = house.only_post()
    assert (post.status, post.reason, post.text) == (PostStatus.QUARANTINED, StatusReason.OVERSIZE, None)
    assert entries(house, "post.quarantined") == [{"platform": "facebook", "kind": "comment", "reason": "oversize"}]


def test_a_post_in_which_a_name_is_left_is_put_aside(house: House) -> None:
    house.take("x", x_page(x_post(1, "Gruß M o n i k a Q u i t t e n b ä u m e r")))
    post = house.only_post()
    assert (post.status, post.reason, post.text, post.fields) == (
        PostStatus.QUARANTINED,
        StatusReason.RESIDUE,
        None,
        {},
    )


def test_an_address_that_nobody_found_puts_the_post_aside(house: House) -> None:
    house.take("x", x_page(x_post(1, "schreib an unbekannt@example.net")))
    assert house.only_post().reason is StatusReason.RESIDUE


def test_special_categories_and_children_are_flagged(house: House) -> None:
    house.take("x", x_page(x_post(1, "Meine Tochter (9 Jahre) hat Asthma")))
    post = house.only_post()
    assert (post.special_categories, post.minor) == (("health",), True)


@pytest.mark.parametrize(
    ("platform", "error"),
    [
        pytest.param("facebook", BadPayload, id="a body of another platform"),
        pytest.param("myspace", UnknownPlatform, id="a platform nobody reads"),
    ],
)
def test_a_body_for_the_wrong_platform_is_refused_as_a_whole(
    house: House, platform: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        house.take(platform, x_page(x_post(1, "hier")))
    assert house.posts() == []


def test_an_item_that_cannot_be_read_does_not_keep_the_others_out(house: House) -> None:
    report = house.take("x", x_page({"text": "ohne id"}, x_post(1, "mit id")))
    assert report.accepted == 1
    assert report.rejected == (Rejection("/data/0", RejectReason.NO_ID),)


def test_an_item_of_a_feed_that_is_refused_is_named_by_its_place(house: House) -> None:
    house.take(
        "feeds",
        b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
        b'<at:deleted-entry ref="urn:1" when="2026-11-12T08:00:00Z"/></feed>',
    )
    report = house.take(
        "feeds", b"<rss><channel><item><guid>urn:2</guid></item><item><guid>urn:1</guid></item></channel></rss>"
    )
    assert report.rejected == (Rejection("/rss/channel/0/item/1", RefusedReason.DELETED_BEFORE),)


def test_a_preview_shows_what_would_be_stored_and_stores_nothing(house: House) -> None:
    before = rows(house, event_table)
    (preview,) = house.intake.preview("x", x_page(x_post(1, "Monika Quittenbäumer, 0171 39200 11")))
    assert preview.item.item_id == x_post(1, "")["id"]
    assert preview.examined.content.text is not None
    assert preview.examined.content.text.count("[[") == 2
    assert rows(house, event_table, vault_table) == [*before, 0]
    assert house.subject("x", MONI["id"]) is None


def test_nothing_prints_what_it_holds(house: House) -> None:
    (preview,) = house.intake.preview("x", x_page(x_post(1, "Monika Quittenbäumer")))
    house.take("x", x_page(x_post(1, "Monika Quittenbäumer")))
    assert "Monika" not in repr((preview, house.posts()))
