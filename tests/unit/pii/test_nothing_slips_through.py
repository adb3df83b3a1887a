"""Every string and number of an item's raw part is its text, a known neutral form, or a personal field.

A value that nobody expects is put into each place of each sample in turn. Wherever it then stands in the raw part
of an item, it must be found, and it must never be among the facts that identify nobody.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from pii.errors import BadPayload
from pii.model import Item, Reading
from tests.unit.pii.social_samples import JSON_SAMPLES, OWN_IDS, SAMPLES_READ, Sample, Steps, at, documents, written

STRANGER = "Erika Unbekannt-Probe"
STRANGE_NUMBER = 4_915_112_345_678
XML_SAMPLES = [sample for sample in SAMPLES_READ if sample.file.endswith(".xml")]


def leaf_paths(node: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(node, dict | list):
        for key, below in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaf_paths(below, (*path, key))
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield path


def object_paths(node: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(node, dict | list):
        if isinstance(node, dict):
            yield path
        for key, below in node.items() if isinstance(node, dict) else enumerate(node):
            yield from object_paths(below, (*path, key))


def leaves_of(node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield the strings and numbers of a raw part, less the brand's own accounts."""
    if isinstance(node, dict):
        if {str(node.get(key)) for key in ("id", "id_str")} & OWN_IDS:
            return
        for key, below in node.items():
            yield from leaves_of(below, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, below in enumerate(node):
            yield from leaves_of(below, f"{pointer}/{index}")
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield pointer, node


def lost(item: Item, value: object) -> list[str]:
    """Return the places of an item's raw part where `value` stands and no one would notice."""
    taken = {item.text_pointer, *(copy_.pointer for copy_ in item.copies)}
    found = [field.pointer for field in item.fields]
    return [
        pointer
        for root, part in item.raw.items()
        for pointer, leaf in leaves_of(part, root)
        if leaf == value
        and pointer not in taken
        and not any(pointer == place or pointer.startswith(f"{place}/") for place in found)
        # A name beside the brand's id in one flat object is the brand's.
        and not pointer.endswith("/in_reply_to_screen_name")
    ]


def read_anyway(sample: Sample, body: bytes) -> Reading:
    try:
        return sample.read(body)
    except BadPayload:
        return Reading()


@pytest.mark.parametrize("sample", JSON_SAMPLES, ids=str)
@pytest.mark.parametrize("value", [STRANGER, STRANGE_NUMBER], ids=["a name", "a phone number"])
def test_a_strange_value_in_any_place_is_found(sample, value):
    original = documents(sample)
    seen = 0
    for path in leaf_paths(original):
        changed = copy.deepcopy(original)
        at(changed, path[:-1])[path[-1]] = value
        for item in read_anyway(sample, written(changed)).told():
            assert lost(item, value) == []
            assert value not in item.neutral.values()
            seen += any(value == leaf for root, part in item.raw.items() for _, leaf in leaves_of(part, root))
    assert seen > 0


@pytest.mark.parametrize("sample", JSON_SAMPLES, ids=str)
def test_a_key_that_no_table_knows_is_personal(sample):
    original = documents(sample)
    seen = 0
    for path in object_paths(original):
        changed = copy.deepcopy(original)
        at(changed, path)["never_seen_before"] = {"deeper": [STRANGER]}
        for item in read_anyway(sample, written(changed)).told():
            assert lost(item, STRANGER) == []
            seen += sum(field.value == STRANGER and field.kind == "unknown" for field in item.fields)
    assert seen > 0


@pytest.mark.parametrize("sample", XML_SAMPLES, ids=str)
def test_a_strange_value_in_any_place_of_a_feed_is_found(sample):
    count = len(list(ElementTree.fromstring(sample.body).iter()))
    seen = 0
    for number in range(count):
        for attribute in (None, *list(ElementTree.fromstring(sample.body).iter())[number].attrib, "never-seen"):
            root = ElementTree.fromstring(sample.body)
            element = list(root.iter())[number]
            if attribute is None:
                element.text = STRANGER
            else:
                element.set(attribute, STRANGER)
            for item in read_anyway(sample, ElementTree.tostring(root)).told():
                assert lost(item, STRANGER) == []
                assert STRANGER not in item.neutral.values()
                seen += STRANGER in item.raw.values()
    assert seen > 0


@pytest.mark.parametrize("sample", SAMPLES_READ, ids=str)
def test_an_item_holds_no_other_items_text(sample):
    told = sample.read().told()
    for item in told:
        raw = json.dumps(dict(item.raw), ensure_ascii=False)
        others = [other.text for other in told if other is not item and other.text and other.text != item.text]
        assert not [text for text in others if re.sub(r"\s+", " ", text[:60]) in raw]
