"""A JSON body has one reading or is refused, and the refusal names the place but repeats nothing."""

import json

import pytest

from api.errors import InvalidInput, MalformedBody
from api.json_body import MAX_DEPTH, parse_json_body


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": [1, -2.5, 1e3, true, null, "x"]}', id="every kind of value"),
        pytest.param('{"a": "\\ud83d\\ude00"}', id="a whole surrogate pair"),
        pytest.param('"\\\\u0000"', id="a backslash before what looks like an escape"),
        pytest.param("[" * MAX_DEPTH + "]" * MAX_DEPTH, id="as deep as allowed"),
        pytest.param('"' + "[" * 500 + '"', id="brackets inside text are no depth"),
        pytest.param('{"a": {"b": 1}, "c": {"b": 2}}', id="the same name in two objects"),
    ],
)
def test_strict_json_is_read_as_it_stands(text: str) -> None:
    assert parse_json_body(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        pytest.param(b"{", "", "malformed", id="cut off"),
        pytest.param(b"{} {}", "", "malformed", id="a second value"),
        pytest.param(b"\xff\xfe{\x00}\x00", "", "malformed", id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', "", "malformed", id="byte order mark"),
        pytest.param(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "", "depth", id="one deeper than allowed"),
        pytest.param(b"[" * 200_000, "", "depth", id="deep enough to crash a reader"),
        pytest.param(b'{"a": {"b": NaN}}', "/a/b", "number", id="NaN"),
        pytest.param(b'{"a": [0, -Infinity]}', "/a/1", "number", id="Infinity"),
        pytest.param(b'{"a": 1e999}', "/a", "number", id="a number beyond all bounds"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "/a", "number", id="a number of too many digits"),
        pytest.param(b'{"x": {"a": 1, "a": 2}}', "/x/a", "duplicate", id="a name twice"),
        pytest.param(b'{"erika@example.org": NaN}', "", "number", id="a name that must not be repeated"),
    ],
)
def test_what_is_not_strict_json_is_malformed(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        parse_json_body(body)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        pytest.param(b'{"subject": {"value": "a\\u0000b"}}', "/subject/value", "nul", id="U+0000 in a value"),
        pytest.param(b'{"a": {"x\\u0000": 1}}', "/a", "nul", id="U+0000 in a name"),
        pytest.param(b'{"items": ["ok", "\\ud800"]}', "/items/1", "surrogate", id="half a pair"),
        pytest.param(b'{"a": "\\udfff\\ud800"}', "/a", "surrogate", id="a pair the wrong way round"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_at_its_place(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_json_body(body)
    assert not isinstance(refused.value, MalformedBody)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
