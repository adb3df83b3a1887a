"""X beyond the samples: the other shapes of its APIs."""

import json
from typing import Any

import pytest

from pii.model import Event, OrderKind, Reading, RejectReason
from pii.platforms import read

BRAND = "900"


def reading(document: Any) -> Reading:
    return read("x", json.dumps(document).encode(), own_ids=frozenset({BRAND}))


def post(**more: Any) -> dict[str, Any]:
    return {"id": "11", "text": "Hallo", "author_id": "7", "edit_history_tweet_ids": ["11"], **more}


def activity(event_type: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = {"event_uuid": "-5", "filter": {"user_id": BRAND}, "event_type": event_type, "payload": payload, **more}
    return {"data": data}


def test_an_activity_event_is_known_by_its_event_and_keeps_the_inferred_place():
    places = {
        "potential_locations": [{"geo_entity": {"locality": "Ulm", "geo_point": {"latitude": 48.4, "longitude": 10}}}]
    }
    user = {"id": "7", "name": "Probe", "username": "probe7", "profile_geo_enrichment": places}
    (item,) = reading(activity("post.mention.create", post(lang="de"), includes={"users": [user]})).items
    assert (item.kind, item.dedup_key, item.text_pointer) == ("mention", '["x","-5"]', "/data/payload/text")
    assert item.has_geo
    found = {field.pointer: (field.kind, field.group, field.value) for field in item.fields}
    below = "/data/includes/users/0/profile_geo_enrichment/potential_locations/0/geo_entity"
    assert found[f"{below}/locality"] == ("place", "geo", "Ulm")
    assert found[f"{below}/geo_point"] == ("coordinates", "geo", {"latitude": 48.4, "longitude": 10})


def test_users_wrapped_in_data_and_bare_ones_are_the_same():
    wrapped = {"users": [{"data": {"id": "7", "name": "Probe"}}]}
    bare = {"users": [{"id": "7", "name": "Probe"}]}
    names = [reading(activity("post.create", post(), includes=users)).items[0].author.name for users in (wrapped, bare)]
    assert names == ["Probe", "Probe"]


@pytest.mark.parametrize(
    ("event_type", "payload", "reason"),
    [
        pytest.param("chat.received", {"id": "1", "encoded_event": "x"}, RejectReason.ENCRYPTED, id="encrypted chat"),
        pytest.param("post.like.create", {"id": "1"}, RejectReason.NO_CONTENT, id="a like"),
        pytest.param("space.start", {"id": "1"}, RejectReason.UNSUPPORTED, id="an event that nobody knows"),
    ],
)
def test_an_event_without_readable_content_is_listed(event_type, payload, reason):
    result = reading(activity(event_type, payload))
    assert result.told() == ()
    assert [rejected.reason for rejected in result.rejected] == [reason]


def test_a_changed_handle_is_a_change_of_identifier():
    document = activity("profile.update.screenname", {"before": "old_name", "after": "new_name"})
    document["data"]["filter"]["user_id"] = "7"
    (order,) = reading(document).orders
    assert (order.kind, order.person.id, order.item_id) == (OrderKind.IDENTIFIER_CHANGE, "7", None)
    assert [field.value for field in order.notice.fields if field.kind == "handle"] == ["old_name", "new_name"]


def test_a_changed_profile_text_is_an_update_of_the_profile():
    document = activity("profile.update.bio", {"before": "alt", "after": "neu"})
    document["data"]["filter"]["user_id"] = "7"
    (order,) = reading(document).orders
    assert order.kind is OrderKind.PROFILE_UPDATE
    assert [field.value for field in order.notice.fields if field.kind == "bio"] == ["alt", "neu"]


def test_an_edited_post_replaces_its_earlier_versions():
    (item,) = reading({"data": [post(edit_history_tweet_ids=["9", "10", "11"])]}).items
    assert (item.event, item.replaces) == (Event.UPDATE, ("9", "10"))


def test_an_old_version_of_a_post_replaces_nothing():
    (item,) = reading({"data": [post(edit_history_tweet_ids=["11", "12"])]}).items
    assert (item.event, item.replaces) == (Event.CREATE, ())


def test_a_long_post_has_its_whole_text_apart():
    (item,) = reading({"data": [post(note_tweet={"text": "Hallo &lt;Welt&gt;"})]}).items
    assert (item.text, item.text_pointer) == ("Hallo <Welt>", "/data/0/note_tweet/text")
    assert [(copy.pointer, copy.format) for copy in item.copies] == [("/data/0/text", "cut")]


def test_posts_of_protected_accounts_are_not_public():
    includes = {"users": [{"id": "7", "username": "probe7", "protected": True}]}
    assert not reading({"data": [post()], "includes": includes}).items[0].public


def test_the_people_of_a_post_are_those_it_names_and_not_those_beside_it():
    users = [{"id": sign, "username": f"user{sign}", "name": f"Name {sign}"} for sign in ("7", "8", "9", BRAND)]
    mentions = [{"username": "user8", "id": "8"}, {"username": "brand", "id": BRAND}]
    (item,) = reading({"data": [post(entities={"mentions": mentions})], "includes": {"users": users}}).items
    assert [(person.role, person.id, person.name) for person in item.people] == [("mention", "8", "Name 8")]
    assert "/includes/users/2" not in item.raw
    groups = {field.pointer: field.group for field in item.fields}
    assert groups["/includes/users/1/name"] == "person"
    assert groups["/includes/users/0/name"] == "author"


def test_a_post_of_the_brand_has_no_author_but_its_mentions():
    mentions = [{"username": "user8", "id": "8"}]
    (item,) = reading({"data": [post(author_id=BRAND, entities={"mentions": mentions})]}).items
    assert (item.own, item.author) == (True, None)
    assert [person.id for person in item.people] == ["8"]
    assert "/data/0/author_id" not in {field.pointer for field in item.fields}


def test_messages_of_api_v2_are_private():
    message = {
        "id": "11",
        "event_type": "MessageCreate",
        "text": "Hallo",
        "sender_id": "7",
        "dm_conversation_id": "7-900",
    }
    (item,) = reading({"data": [message]}).items
    assert (item.kind, item.public, item.author.id) == ("dm", False, "7")
    assert "7-900" in [field.value for field in item.fields]


def test_a_single_post_may_stand_alone():
    assert [item.item_id for item in reading({"data": post()}).items] == ["11"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"meta": {"result_count": 0}}, id="no data at all"),
        pytest.param({"data": [], "meta": {"result_count": 0}}, id="an empty list"),
        pytest.param({"errors": [{"title": "Not Found Error", "resource_type": "tweet"}]}, id="only errors"),
    ],
)
def test_an_answer_without_hits_is_an_empty_reading(document):
    assert reading(document).told() == ()


def classic(sign: str, **more: Any) -> dict[str, Any]:
    user = {"id": int(sign) * 10, "id_str": f"{sign}0", "screen_name": f"user{sign}", "name": "N"}
    return {"id": int(sign), "id_str": sign, "text": f"Text {sign}", "user": user, **more}


def test_posts_inside_classic_posts_are_items_of_their_own():
    result = reading([classic("1", quoted_status=classic("2"), retweeted_status=classic("3"))])
    assert [(item.item_id, item.kind) for item in result.items] == [
        ("1", "repost"),
        ("3", "referenced_post"),
        ("2", "referenced_post"),
    ]
    assert "Text 2" not in json.dumps(dict(result.items[0].raw))
    assert result.items[0].references == ("3", "2")


def test_account_activity_tells_of_deletions_and_of_access_taken_back():
    result = reading(
        {
            "for_user_id": BRAND,
            "tweet_delete_events": [{"status": {"id": "11", "user_id": "7"}, "timestamp_ms": "1794470700000"}],
            "user_event": {"revoke": {"date_time": "2026-11-12T08:05:00+00:00", "source": {"user_id": "8"}}},
            "favorite_events": [{"id": "x"}],
        }
    )
    deleted, revoked = result.orders
    assert (deleted.kind, deleted.item_id, deleted.person.id, deleted.at.hour) == (OrderKind.DELETE, "11", "7", 8)
    assert (revoked.kind, revoked.person.id) == (OrderKind.REVOKE_ACCESS, "8")
    assert [rejected.place for rejected in result.rejected] == ["/favorite_events"]


def test_a_message_to_somebody_else_names_them():
    message = {
        "id": "1",
        "message_create": {"sender_id": BRAND, "target": {"recipient_id": "7"}, "message_data": {"text": "Hi"}},
    }
    users = {"7": {"id": "7", "name": "Probe"}, BRAND: {"id": BRAND, "name": "Marke"}}
    (item,) = reading({"for_user_id": BRAND, "direct_message_events": [message], "users": users}).items
    assert (item.own, [(person.id, person.name) for person in item.people]) == (True, [("7", "Probe")])
    keys = [field.value for field in item.fields if field.kind == "map_key"]
    assert keys == ["7"]
    assert "Marke" not in [field.value for field in item.fields]


def test_a_line_that_is_no_json_is_listed_and_the_others_are_read():
    lines = [b'{"id":"1","action":"delete"}', b"{oops", b"", b'{"data":{"undrop":{"tweet":{"id":"2"}}}}', b'{"a":1}']
    result = read("x", b"\r\n".join(lines), own_ids=frozenset())
    assert [(order.kind, order.item_id) for order in result.orders] == [("delete", "1"), ("unhide", "2")]
    assert [(rejected.place, rejected.reason) for rejected in result.rejected] == [
        ("line:1", RejectReason.NOT_JSON),
        ("line:3", RejectReason.UNSUPPORTED),
    ]


def test_a_single_line_of_a_stream_is_a_stream():
    (order,) = reading({"data": {"user_unsuspend": {"user": {"id": "7"}, "event_at": "2026-11-12T11:00:00Z"}}}).orders
    assert (order.kind, order.person.id) == (OrderKind.UNSUSPEND, "7")
    assert "line:0/data/user_unsuspend/user/id" in {field.pointer for field in order.notice.fields}
