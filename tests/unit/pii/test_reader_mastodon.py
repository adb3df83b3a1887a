"""Mastodon beyond the samples: the stream, boosts and quotes, deletions, who may see a status."""

import json
from typing import Any

import pytest

from pii.errors import BadPayload
from pii.model import Event, OrderKind, Reading, RejectReason
from pii.platforms import read

BRAND = "900"


def reading(body: Any, **more: Any) -> Reading:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read("mastodon", content, own_ids=frozenset({BRAND}), **more)


def account(sign: str) -> dict[str, Any]:
    return {"id": sign, "username": f"user{sign}", "acct": f"user{sign}@dorf.example", "display_name": f"Name {sign}"}


def status(sign: str, **more: Any) -> dict[str, Any]:
    return {
        "id": sign,
        "created_at": "2026-11-12T08:00:00.000Z",
        "visibility": "public",
        "uri": f"https://dorf.example/{sign}",
        "content": f"<p>Text {sign}</p>",
        "account": account("7"),
        **more,
    }


def stream(*events: tuple[str, str]) -> bytes:
    return (":thump\n\n" + "".join(f"event: {name}\ndata: {data}\n\n" for name, data in events)).encode()


def test_the_stream_tells_of_new_edited_and_deleted_statuses():
    result = reading(
        stream(
            ("update", json.dumps(status("1"))),
            ("filters_changed", "undefined"),
            ("status.update", json.dumps(status("1", edited_at="2026-11-12T09:00:00.000Z"))),
            ("delete", "115000000000000009"),
            (
                "notification",
                json.dumps({"id": "5", "type": "mention", "account": account("7"), "status": status("2")}),
            ),
            ("update", "{oops"),
        )
    )
    assert [(item.item_id, item.kind, item.event) for item in result.items] == [
        ("1", "post", Event.CREATE),
        ("1", "post", Event.UPDATE),
        ("2", "mention", Event.CREATE),
    ]
    assert [(order.kind, order.signal, order.item_id) for order in result.orders] == [
        (OrderKind.DELETE, "delete", "115000000000000009")
    ]
    assert result.items[1].text_pointer == "event:2/content"
    assert [(rejected.place, rejected.reason) for rejected in result.rejected] == [
        ("event:1", RejectReason.NO_CONTENT),
        ("event:5", RejectReason.NOT_JSON),
    ]


def test_new_and_edited_versions_of_a_status_are_no_repeats_of_each_other():
    new, edited = reading([status("1"), status("1", edited_at="2026-11-12T09:00:00.000Z")]).items
    assert new.dedup_key != edited.dedup_key


@pytest.mark.parametrize(
    ("visibility", "kind", "public"),
    [
        ("public", "post", True),
        ("unlisted", "post", True),
        ("private", "post", False),
        ("direct", "dm", False),
        pytest.param("limited", "post", False, id="a word that nobody knows is not public"),
        pytest.param(None, "post", False, id="no word is not public"),
    ],
)
def test_who_may_see_a_status(visibility, kind, public):
    (item,) = reading([status("1", visibility=visibility)]).items
    assert (item.kind, item.public) == (kind, public)


def test_a_mention_in_private_is_a_message():
    notification = {"id": "5", "type": "mention", "account": account("7"), "status": status("2", visibility="direct")}
    assert [(item.kind, item.public) for item in reading([notification]).items] == [("dm", False)]


def test_boosted_and_quoted_statuses_are_items_of_their_own():
    quoted = {"state": "accepted", "quoted_status": status("3", account=account("8"))}
    result = reading([status("1", content="", reblog=status("2", account=account("9"))), status("4", quote=quoted)])
    assert [(item.item_id, item.kind, item.author.id) for item in result.items] == [
        ("1", "repost", "7"),
        ("2", "referenced_post", "9"),
        ("4", "post", "7"),
        ("3", "referenced_post", "8"),
    ]
    assert "Text 2" not in json.dumps(dict(result.items[0].raw))
    assert "Text 3" not in json.dumps(dict(result.items[2].raw))
    assert (result.items[0].references, result.items[2].references) == (("2",), ("3",))


def test_the_answer_to_a_deletion_is_an_order_to_delete():
    deleted = status("1", text="Rohtext von Probe")
    del deleted["content"]
    result = reading(deleted)
    assert result.items == ()
    assert [(order.kind, order.item_id, order.person.id) for order in result.orders] == [(OrderKind.DELETE, "1", "7")]


def test_an_answer_names_whom_it_answers():
    (item,) = reading([status("1", in_reply_to_id="0", in_reply_to_account_id="8")]).items
    assert (item.kind, item.parent_id, [person.id for person in item.people]) == ("reply", "0", ["8"])


def test_an_answer_to_the_brand_names_nobody():
    (item,) = reading([status("1", in_reply_to_id="0", in_reply_to_account_id=BRAND)]).items
    assert item.people == ()


@pytest.mark.parametrize("word", ["follow", "favourite", "reblog", "poll", "admin.sign_up"])
def test_a_notification_without_words_is_listed(word):
    notification = {"id": "5", "type": word, "account": account("7"), "group_key": "g", "status": status("1")}
    result = reading([notification])
    assert (result.told(), [rejected.reason for rejected in result.rejected]) == ((), [RejectReason.NO_CONTENT])


def test_others_in_a_conversation_are_third_persons():
    conversation = {
        "id": "1",
        "accounts": [account("7"), account("8")],
        "last_status": status("2", visibility="direct"),
    }
    (item,) = reading([conversation]).items
    assert [(person.role, person.id) for person in item.people] == [("third", "8")]
    groups = {field.pointer: field.group for field in item.fields}
    assert (groups["/0/accounts/0/id"], groups["/0/accounts/1/id"]) == ("author", "person")


def test_a_conversation_that_has_no_message_left_is_listed():
    result = reading([{"id": "1", "accounts": [account("7")], "last_status": None}])
    assert [rejected.reason for rejected in result.rejected] == [RejectReason.NO_CONTENT]


def test_a_history_that_nobody_asked_for_has_no_ids():
    version = {"content": "<p>a</p>", "account": account("7"), "created_at": "2026-11-12T08:00:00.000Z"}
    assert [rejected.reason for rejected in reading([version]).rejected] == [RejectReason.NO_ID]
    assert [item.item_id for item in reading([version, version], requested_id="5").items] == ["5#v1", "5#v2"]


def test_webhooks_about_statuses_are_statuses_and_reports_are_not_read():
    created = reading({"event": "status.created", "object": status("1")})
    reported = reading({"event": "report.created", "object": {"id": "1"}})
    assert [item.text_pointer for item in created.items] == ["/object/content"]
    assert [rejected.reason for rejected in reported.rejected] == [RejectReason.UNSUPPORTED]


def test_an_empty_answer_is_an_empty_reading():
    assert reading([]).told() == ()


def test_a_list_of_other_things_is_refused():
    with pytest.raises(BadPayload):
        reading([{"id": "1", "name": "x"}])
