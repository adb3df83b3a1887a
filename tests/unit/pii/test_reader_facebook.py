"""Facebook beyond the samples: Graph comments, leads, mentions, echoes, and what brings no content."""

import json
from typing import Any

import pytest

from pii.model import OrderKind, Reading, RejectReason
from pii.platforms import read

PAGE = "100"


def reading(document: Any, requested_id: str | None = None) -> Reading:
    return read("facebook", json.dumps(document).encode(), own_ids=frozenset({PAGE}), requested_id=requested_id)


def webhook(*changes: Any, **more: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": list(changes), **more}]}


def change(value: Any, field: str = "feed") -> dict[str, Any]:
    return {"field": field, "value": value}


def comment(sign: str, **more: Any) -> dict[str, Any]:
    return {"id": sign, "message": "Hallo zusammen", "created_time": "2026-11-12T08:00:00+0000", **more}


def test_comments_of_the_graph_are_read_with_those_they_tag():
    tag = {"id": "8", "name": "Probe Acht", "type": "user", "offset": 0, "length": 5}
    picture = {"data": {"url": "https://media.example/p.jpg", "height": 50, "width": 50, "is_silhouette": False}}
    author = {"id": "7", "name": "Probe Sieben", "picture": picture}
    node = comment(
        "1_2", message_tags=[tag], permalink_url="https://pages.example/1_2", like_count=3, **{"from": author}
    )
    document = {"data": [node], "paging": {"next": "https://graph.example/?access_token=secret"}}
    (item,) = reading(document, requested_id="100_1").items
    assert (item.kind, item.lang, item.parent_id, item.author.name) == ("comment", "de", "100_1", "Probe Sieben")
    assert [(person.role, person.id, person.name) for person in item.people] == [("mention", "8", "Probe Acht")]
    found = {field.pointer: (field.kind, field.group) for field in item.fields}
    assert found["/data/0/from/picture/data/url"] == ("avatar_url", "author")
    assert found["/data/0/message_tags/0/name"] == ("name", "person")
    assert found["/data/0/permalink_url"] == ("permalink", "author")
    assert item.neutral["like_count"] == 3
    assert "secret" not in json.dumps(dict(item.raw))


def test_a_hidden_comment_of_the_graph_also_orders_to_hide_it():
    result = reading({"data": [comment("1_2", is_hidden=True)], "paging": {}})
    assert [item.item_id for item in result.items] == ["1_2"]
    assert [(order.kind, order.item_id, order.notice) for order in result.orders] == [(OrderKind.HIDE, "1_2", None)]


def test_a_private_comment_of_the_graph_is_not_public():
    assert not reading({"data": [comment("1_2", is_private=True)]}).items[0].public


def test_answers_below_a_comment_are_items_of_their_own():
    answers = {"data": [comment("1_3", message="Tief unten")]}
    first, second = reading({"data": [comment("1_2", comments=answers)]}).items
    assert (first.kind, second.kind, second.parent_id) == ("comment", "reply", "1_2")
    assert second.text_pointer == "/data/0/comments/data/0/message"
    assert "Tief unten" not in json.dumps(dict(first.raw))


def test_an_answer_without_comments_is_an_empty_reading():
    assert reading({"data": [], "paging": {}}).told() == ()


def test_a_lead_is_private_and_its_fields_are_personal():
    value = {"leadgen_id": "55", "page_id": PAGE, "form_id": "5", "created_time": 1794470520, "note": "Frau Probe"}
    (item,) = reading(webhook(change(value, "leadgen"))).items
    assert (item.kind, item.public, item.item_id) == ("lead", False, "55")
    assert ("unknown", "Frau Probe") in [(field.kind, field.value) for field in item.fields]
    assert PAGE not in [field.value for field in item.fields]


def test_a_mention_comes_without_author():
    value = {"item": "comment", "verb": "add", "comment_id": "1_2", "post_id": "9_1", "message": "Danke, das ist gut"}
    (item,) = reading(webhook(change(value, "mention"))).items
    assert (item.kind, item.author, item.text) == ("mention", None, "Danke, das ist gut")


def test_a_post_of_the_page_itself_is_the_brands_own():
    value = {
        "item": "status",
        "verb": "add",
        "post_id": "100_1",
        "from": {"id": PAGE, "name": "Marke"},
        "message": "Neu",
    }
    (item,) = reading(webhook(change(value))).items
    assert (item.kind, item.own, item.author) == ("post", True, None)
    assert "Marke" not in [field.value for field in item.fields]


def test_the_page_of_an_entry_is_the_brand_even_if_nobody_said_so():
    document = webhook(
        messaging=[{"sender": {"id": PAGE}, "recipient": {"id": "7"}, "message": {"mid": "m1", "text": "x"}}]
    )
    (item,) = read("facebook", json.dumps(document).encode(), own_ids=frozenset()).items
    assert (item.own, [person.id for person in item.people]) == (True, ["7"])


def test_messages_in_standby_are_messages():
    event = {"sender": {"id": "7"}, "recipient": {"id": PAGE}, "message": {"mid": "m1", "text": "Hallo"}}
    assert [item.text for item in reading(webhook(standby=[event])).items] == ["Hallo"]


SILENT = [
    pytest.param(
        webhook(change({"item": "reaction", "verb": "add", "post_id": "1"})), RejectReason.NO_CONTENT, id="reaction"
    ),
    pytest.param(webhook(messaging=[{"sender": {"id": "7"}, "read": {}}]), RejectReason.NO_CONTENT, id="read mark"),
    pytest.param(webhook(change("just a string")), RejectReason.WRONG_TYPE, id="a value that is a string"),
    pytest.param(webhook({"field": "feed"}), RejectReason.WRONG_TYPE, id="no value"),
    pytest.param(
        webhook(change({"item": "post", "verb": "bless", "post_id": "1"})), RejectReason.UNSUPPORTED, id="new verb"
    ),
    pytest.param(webhook(change({}, "weather")), RejectReason.UNSUPPORTED, id="new field"),
    pytest.param(webhook(change({"item": "comment", "verb": "add"})), RejectReason.NO_ID, id="no id"),
    pytest.param({"object": "page", "entry": [{"id": PAGE}]}, RejectReason.WRONG_TYPE, id="an entry of nothing"),
]


@pytest.mark.parametrize(("document", "reason"), SILENT)
def test_what_brings_no_content_is_listed(document, reason):
    result = reading(document)
    assert result.told() == ()
    assert reason in [rejected.reason for rejected in result.rejected]


@pytest.mark.parametrize(
    ("verb", "kind"), [("remove", OrderKind.DELETE), ("hide", OrderKind.HIDE), ("unhide", OrderKind.UNHIDE)]
)
def test_a_verb_is_an_order(verb, kind):
    value = {"item": "comment", "verb": verb, "comment_id": "1_2", "post_id": "9_1", "created_time": 1794474060}
    (order,) = reading(webhook(change(value))).orders
    assert (order.kind, order.item_id, order.signal, order.person) == (kind, "1_2", verb, None)


def test_the_key_of_a_repeat_is_field_item_verb_and_time():
    value = {"item": "comment", "verb": "add", "comment_id": "1_2", "created_time": 1794470520}
    assert reading(webhook(change(value))).items[0].dedup_key == '["facebook","feed","1_2","add","1794470520"]'


def test_a_second_edit_of_a_message_is_not_a_repeat_of_the_first():
    def edit(number: Any) -> str:
        event = {"sender": {"id": "7"}, "message_edit": {"mid": "m1", "num_edit": number, "text": "x"}}
        return reading(webhook(messaging=[event])).items[0].dedup_key

    assert edit("1") == edit(1) != edit("2")
