import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import NotStrict
from audit.strict_json import OtherNumber, parse_strict_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def nested(depth: int) -> list[object]:
    """Return an empty list inside lists, so many in all."""
    value: list[object] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@given(VALUES)
def test_json_of_values_is_read_back(value: object) -> None:
    assert parse_strict_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=40) | st.text(alphabet='{}[]":,\\u0dD8eE+-.1a ', max_size=40).map(str.encode))
def test_no_input_raises_anything_but_not_strict(data: bytes) -> None:
    with suppress(NotStrict):
        parse_strict_json(data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(" \t\r\n[1 , 2]\n", [1, 2], id="white space around tokens"),
        pytest.param("1.0", OtherNumber("1.0"), id="a fraction is no integer"),
        pytest.param("1e3", OtherNumber("1e3"), id="an exponent is no integer"),
        pytest.param("-0", OtherNumber("-0"), id="minus zero is no integer"),
        pytest.param("7" * 100, int("7" * 100), id="a number of 100 characters"),
        pytest.param('"\\ud83d\\ude00"', "😀", id="an escaped surrogate pair"),
        pytest.param('"\\\\ud83d"', "\\ud83d", id="a backslash before letters is no escape"),
        pytest.param('"[[[["', "[[[[", id="brackets in a string"),
        pytest.param("[" * 100 + "]" * 100, nested(100), id="100 levels"),
        pytest.param('["' + "[" * 200 + '"]', ["[" * 200], id="many brackets in a string"),
        pytest.param('["\\"' + "{" * 200 + '"]', ['"' + "{" * 200], id="brackets behind an escaped quote"),
    ],
)
def test_strict_json_is_read(text: str, value: object) -> None:
    assert parse_strict_json(text.encode()) == value


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{} {}", id="two values"),
        pytest.param(b'{"a":1,"a":2}', id="a name twice"),
        pytest.param(b'{"a":1,"\\u0061":2}', id="a name twice after unescaping"),
        pytest.param(b'[{"b":{"a":1,"a":1}}]', id="a name twice, deep"),
        pytest.param(b'"\\ud83d"', id="half a pair"),
        pytest.param(b'{"\\uDE00":1}', id="half a pair in a name"),
        pytest.param(b'"\\ude00\\ud83d"', id="a pair in the wrong order"),
        pytest.param(b'"\xed\xa0\xbd"', id="UTF-8 of a surrogate"),
        pytest.param(b'"\xff"', id="no UTF-8"),
        pytest.param(b"\xef\xbb\xbf1", id="byte order mark"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b"NaN", id="NaN"),
        pytest.param(b"[-Infinity]", id="Infinity"),
        pytest.param(b"7" * 101, id="a number of 101 characters"),
        pytest.param(b"1." + b"7" * 99, id="a fraction of 101 characters"),
        pytest.param(b"7" * 6000, id="a number that the reader's own limit refuses"),
        pytest.param(b"[" * 101 + b"]" * 101, id="101 levels"),
        pytest.param(b'{"a":' * 101 + b"1" + b"}" * 101, id="101 levels of objects"),
        pytest.param(b"[" * 5000, id="5,000 brackets"),
        pytest.param(b"[" * 200_000 + b"]" * 200_000, id="200,000 levels"),
        pytest.param(b'"\n"', id="a raw line end in a string"),
        pytest.param(b"01", id="a leading zero"),
        pytest.param(b"+1", id="a plus sign"),
        pytest.param(b"[1,]", id="a trailing comma"),
        pytest.param(b"'a'", id="single quotes"),
        pytest.param("１".encode(), id="digits beyond ASCII"),
        pytest.param("\u00a01".encode(), id="a no-break space"),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NotStrict):
        parse_strict_json(data)


def test_refusal_does_not_quote_what_it_refuses() -> None:
    with pytest.raises(NotStrict) as caught:
        parse_strict_json(b'{"subject":"ada@example.org"')
    assert "ada" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
