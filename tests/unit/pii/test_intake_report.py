"""What a report calls the items of a delivery: one notation, whatever the platform sends."""

from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from pii.intake_report import Tally, pointer_to_item
from pii.model import RejectReason
from pii.platforms import read
from tests.unit.pii.social_samples import SAMPLES_READ, Sample, documents

CHANNEL = "<rss><channel>{}</channel></rss>"
UNREADABLE = [
    pytest.param("x", '{"data": [{"id": "1", "text": "a", "author_id": "7"}, {"text": "b"}]}', "/data/1", id="X"),
    pytest.param("x", '{"data": {"delete": {"tweet": {"id": "1"}}}}\n\n{oops', "/1", id="lines of X"),
    pytest.param(
        "facebook", '{"object": "page", "entry": [{"id": "1", "changes": [{}]}]}', "/entry/0/changes/0", id="Facebook"
    ),
    pytest.param("mastodon", '[{"account": {}, "uri": "", "content": "a"}]', "/0", id="Mastodon"),
    pytest.param("mastodon", '{"account": {}, "uri": "", "content": "a"}', "", id="one status of Mastodon"),
    pytest.param("mastodon", "event: update\ndata: {\n\n:beat\n\nevent: update\ndata: {\n\n", "/0 /1", id="a stream"),
    pytest.param("feeds", CHANNEL.format("<item><guid>1</guid></item><item/>"), "/rss/channel/0/item/1", id="RSS"),
    pytest.param(
        "feeds", '{"version": "https://jsonfeed.org/version/1", "items": [5]}', "/items/0", id="a feed in JSON"
    ),
]


@pytest.mark.parametrize(("platform", "body", "pointers"), UNREADABLE)
def test_what_cannot_be_read_is_named_by_its_pointer(platform: str, body: str, pointers: str) -> None:
    tally = Tally()
    for rejected in read(platform, body.encode(), own_ids=frozenset()).rejected:
        tally.reject(rejected.place, rejected.reason)
    assert " ".join(rejection.item for rejection in tally.report().rejected) == pointers


def test_a_form_counts_as_an_object() -> None:
    assert pointer_to_item("form:signed_request") == "/signed_request"


def test_a_report_names_a_place_by_its_pointer() -> None:
    tally = Tally()
    tally.reject("line:3/data", RejectReason.NO_ID)
    assert [(rejection.item, rejection.reason) for rejection in tally.report().rejected] == [("/3/data", "no_id")]


@pytest.mark.parametrize("sample", SAMPLES_READ, ids=str)
def test_the_pointer_to_every_item_and_order_leads_to_it(sample: Sample) -> None:
    reading = sample.read()
    assert reading.told()
    for found in (*reading.items, *reading.orders):
        assert resolved(content_of(sample), pointer_to_item(found.place)) is not None


def content_of(sample: Sample) -> Any:
    """Return a delivery as the pointers see it."""
    if sample.file.endswith(".xml"):
        root = fromstring(sample.body)
        return {local(root.tag): tree(root)}
    if sample.file.endswith(".form"):
        return dict([sample.body.decode().split("=", 1)])
    return documents(sample) if sample.file.endswith(".ndjson") else documents(sample)[0]


def tree(element: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(local(child.tag), []).append(tree(child))
    return found


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def resolved(node: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step.rpartition(":")[2]]
    return node
