"""Payloads damaged by chance: whatever is missing, changed or cut, nothing but our own errors comes out."""

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii.errors import BadPayload, PiiError
from pii.platforms import READERS, read
from tests.unit.pii.social_samples import (
    JSON_SAMPLES,
    OWN_IDS,
    SAMPLES_READ,
    Steps,
    at,
    documents,
    written,
)


def all_paths(node: Any, path: Steps = ()) -> list[Steps]:
    found = [path] if path else []
    if isinstance(node, dict | list):
        for key, below in node.items() if isinstance(node, dict) else enumerate(node):
            found += all_paths(below, (*path, key))
    return found


@pytest.mark.parametrize("sample", JSON_SAMPLES, ids=str)
@pytest.mark.parametrize("gone", [True, False], ids=["missing", "null"])
def test_any_key_may_be_missing_or_null(sample, gone):
    original = documents(sample)
    # The steps that are text are keys of objects.
    paths = [path for path in all_paths(original) if isinstance(path[-1], str)]
    assert paths
    for path in paths:
        changed_documents = copy.deepcopy(original)
        holder = at(changed_documents, path[:-1])
        if gone:
            del holder[path[-1]]
        else:
            holder[path[-1]] = None
        # Nothing but BadPayload may come out of it.
        with contextlib.suppress(BadPayload):
            sample.read(written(changed_documents))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\ud800", "\x00", "2026-13-45T99:99:99Z", "1" * 400, "1500000000000000001", "direct", "add"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_wrong_types_anywhere_raise_nothing_but_our_own_errors(data):
    sample = data.draw(st.sampled_from(JSON_SAMPLES))
    found = documents(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(all_paths(found)))
        at(found, path[:-1])[path[-1]] = data.draw(anything)
    try:
        reading = sample.read(written(found))
    except PiiError:
        return
    # What was read can be written down again: nothing in it is half a character or no JSON.
    for item in reading.told():
        json.dumps([dict(item.raw), item.neutral, item.text, item.dedup_key], ensure_ascii=False).encode()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damaged_bytes_raise_nothing_but_our_own_errors(data):
    sample = data.draw(st.sampled_from(SAMPLES_READ))
    body = bytearray(sample.body)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(body) - 1))
        body[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        sample.read(bytes(body))
    except PiiError:
        return


@settings(max_examples=200, deadline=None)
@given(
    platform=st.sampled_from(sorted(READERS)),
    body=st.binary(max_size=200) | anything.map(lambda v: json.dumps(v).encode()),
)
def test_any_body_raises_nothing_but_our_own_errors(platform, body):
    try:
        read(platform, body, own_ids=OWN_IDS)
    except PiiError:
        return
