"""Every reader against the annotated samples: what an item is, what it says, and every value that is personal."""

import pytest

from pii.model import Event, FieldGroup, OrderKind
from tests.unit.pii.social_samples import GOLD_ITEMS, SAMPLES_READ, Sample, gold_id

every_gold_item = pytest.mark.parametrize(("sample", "gold"), GOLD_ITEMS, ids=gold_id)
every_sample = pytest.mark.parametrize("sample", SAMPLES_READ, ids=str)


@every_sample
def test_a_payload_tells_of_exactly_the_items_in_it(sample):
    told = sorted((item.item_id, item.event) for item in sample.read().told())
    assert told == sorted((item["item_id"], item["event"]) for item in sample.gold["items"])


@every_gold_item
def test_an_item_is_called_what_it_is(sample, gold):
    item = sample.told(gold)
    assert (item.kind, item.public) == (gold["kind"], gold["public"])


@every_gold_item
def test_the_text_is_found_and_canonical(sample, gold):
    item = sample.told(gold)
    assert item.text == gold["text"]
    assert (item.text_pointer, item.text_format) == (gold["text_pointer"], gold["text_format"])


@every_gold_item
def test_the_spans_of_the_gold_count_in_the_text(sample, gold):
    text = sample.told(gold).text
    assert [text[span["start"] : span["end"]] for span in gold["spans"]] == [span["text"] for span in gold["spans"]]


@every_gold_item
def test_the_language_is_that_of_the_text_and_und_without_one(sample, gold):
    assert sample.told(gold).lang == (gold["lang"] if gold["text"] is not None else "und")


@every_gold_item
def test_copies_of_the_text_are_known_as_such(sample, gold):
    copies = {(copy.pointer, copy.format) for copy in sample.told(gold).copies}
    assert copies == {(copy["pointer"], copy["format"]) for copy in gold["copies"]}


@every_gold_item
@pytest.mark.parametrize("group", list(FieldGroup), ids=str)
def test_every_personal_field_is_found(sample, gold, group):
    found = {field.pointer: field for field in sample.told(gold).fields}
    for wanted in gold[f"{group}_fields"]:
        field = found[wanted["pointer"]]
        assert (field.value, field.group) == (wanted["value"], group)
        # Whether a name is a handle is the judgement of who annotated; the feed says `name`.
        assert field.kind == wanted["field"] or (field.kind, wanted["field"]) == ("name", "handle")


@every_sample
def test_values_with_an_identifier_inside_are_found(sample):
    found = {field.pointer: field.value for item in sample.read().told() for field in item.fields}
    for embedded in sample.gold.get("embedded", []):
        assert found[embedded["pointer"]] == embedded["value"]


@every_gold_item
def test_fields_of_the_author_belong_to_the_author(sample, gold):
    item = sample.told(gold)
    named = [field for field in item.fields if field.group is FieldGroup.AUTHOR and field.person is not None]
    assert all(field.person == item.author for field in named)
    stated = {str(field["value"]) for field in gold["author_fields"] if field["field"] == "id"}
    assert not stated or item.author.id in stated


@every_sample
def test_the_brand_is_nobody(sample):
    people = [person for item in sample.read().told() for person in (item.author, *item.people) if person]
    assert not {person.handle for person in people} & {"NordlichtHilft", "nordlicht"}


@every_sample
def test_two_items_of_a_payload_never_share_a_key(sample):
    keys = [item.dedup_key for item in sample.read().told()]
    assert len(keys) == len(set(keys))


@every_sample
def test_reading_twice_gives_the_same(sample):
    assert sample.read() == sample.read()


@every_sample
def test_a_printed_reading_shows_nobody(sample):
    reading = sample.read()
    printed = repr(reading) + "".join(map(repr, (*reading.items, *reading.orders, *reading.told())))
    printed += "".join(repr((item.author, item.people, item.fields, item.copies)) for item in reading.told())
    values = {str(field.value) for item in reading.told() for field in item.fields if len(str(field.value)) > 5}
    assert not [value for value in values if value in printed]


ORDERS = [
    pytest.param(
        "x", "04_xaa_post_delete.json", [(OrderKind.DELETE, "delete", "2090000000000000301", True)], id="X delete"
    ),
    pytest.param(
        "x",
        "06_compliance_stream.ndjson",
        [
            (OrderKind.DELETE, "delete", "2090000000000000101", True),
            (OrderKind.UPDATE, "tweet_edit", "2090000000000000103", False),
            (OrderKind.HIDE, "drop", "2090000000000000104", False),
            (OrderKind.HIDE, "withheld", "2090000000000000201", False),
            (OrderKind.SCRUB_GEO, "scrub_geo", None, False),
            (OrderKind.DELETE, "user_delete", None, True),
            (OrderKind.PROTECT, "user_protect", None, False),
            (OrderKind.SUSPEND, "user_suspend", None, False),
            (OrderKind.PROFILE_UPDATE, "user_profile_modification", None, False),
            (OrderKind.UNDELETE, "user_undelete", None, False),
        ],
        id="X compliance stream",
    ),
    pytest.param(
        "x",
        "07_batch_compliance_result.ndjson",
        [
            (OrderKind.SCRUB_GEO, "scrub_geo", "2090000000000000102", False),
            (OrderKind.DELETE, "delete", "2090000000000000090", True),
            (OrderKind.UPDATE, "rehydrate", "2090000000000000103", False),
        ],
        id="X batch compliance",
    ),
    pytest.param(
        "facebook",
        "02_page_feed_edit_hide_remove.json",
        [
            (OrderKind.DELETE, "remove", "122190000455667_1340000000000002", False),
            (OrderKind.HIDE, "hide", "122190000455667_1340000000000044", False),
            (OrderKind.DELETE, "remove", "104857600112233_122190000455999", True),
        ],
        id="a removed post takes its comments along",
    ),
    pytest.param(
        "facebook",
        "06_data_deletion_callback.form",
        [(OrderKind.ERASE_PERSON, "deletion_callback", None, False)],
        id="data deletion callback",
    ),
    pytest.param(
        "mastodon",
        "05_admin_webhook_account.json",
        [(OrderKind.PROFILE_UPDATE, "account.updated", None, False)],
        id="admin webhook",
    ),
    pytest.param(
        "feeds",
        "04_atom_tombstone.xml",
        [(OrderKind.DELETE, "tombstone", "tag:blog.example.org,2026:812.c1", False)],
        id="tombstone",
    ),
]


@pytest.mark.parametrize(("platform", "file", "wanted"), ORDERS)
def test_an_order_names_its_target_and_the_platforms_word(platform, file, wanted):
    orders = Sample(platform, file).read().orders
    assert [(order.kind, order.signal, order.item_id, order.cascade) for order in orders] == wanted


def test_an_order_about_a_person_names_the_person():
    orders = Sample("x", "06_compliance_stream.ndjson").read().orders
    scrub = next(order for order in orders if order.kind is OrderKind.SCRUB_GEO)
    assert (scrub.person.id, scrub.up_to_item) == ("1600000000000000102", "2090000000000000102")


def test_an_edited_post_of_the_compliance_stream_names_its_new_version():
    orders = Sample("x", "06_compliance_stream.ndjson").read().orders
    assert next(order for order in orders if order.signal == "tweet_edit").replacement_id == "2090000000000000109"


@every_sample
def test_only_new_content_is_taken_in_as_an_item(sample):
    assert {item.event for item in sample.read().items} <= {Event.CREATE, Event.UPDATE}


@every_sample
def test_what_is_not_read_is_listed(sample):
    expected = {
        "x/01_v2_mentions_with_expansions.json": [("/errors/0", "platform_error")],
        "x/07_batch_compliance_result.ndjson": [("line:3", "platform_error")],
    }
    listed = [(rejected.place, rejected.reason) for rejected in sample.read().rejected]
    assert listed == expected.get(str(sample), [])
