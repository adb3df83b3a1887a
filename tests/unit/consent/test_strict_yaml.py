"""YAML is read in one way only: policies, schedules and cases share the reader."""

import pytest

from consent.strict_yaml import KeyTwice, NotStrictYaml, load_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a: [1, true, null, b]", {"a": [1, True, None, "b"]}, id="plain values"),
        pytest.param("a: 2026.10", {"a": "2026.10"}, id="a number with a fraction stays as it is written"),
        pytest.param("a: 2026-10-01", {"a": "2026-10-01"}, id="a day stays as it is written"),
        pytest.param("a: 2026-10-01 08:00:00Z", {"a": "2026-10-01 08:00:00Z"}, id="an instant stays as it is written"),
        pytest.param("{a: {b: 1}, c: {b: 2}}", {"a": {"b": 1}, "c": {"b": 2}}, id="the same key in two mappings"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_what_is_written_is_what_is_read(text: str, value: object) -> None:
    assert load_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        pytest.param("a: 1\na: 1\n", KeyTwice, "line 2", id="a key twice"),
        pytest.param("a:\n  {b: 1, b: 2}", KeyTwice, "line 2", id="a key twice, further in"),
        pytest.param('1: a\n"1": b\n', KeyTwice, "line 2", id="a key twice, once as a number"),
        pytest.param("a: &x {b: 1}\nc:\n  <<: *x", NotStrictYaml, "line 3", id="a merged mapping"),
        pytest.param("? [a]\n: b", NotStrictYaml, "line 1", id="a list as a key"),
        pytest.param("\na: [", NotStrictYaml, "line 2", id="cut off"),
        pytest.param("a: !!python/name:os.system x", NotStrictYaml, "line 1", id="a foreign object"),
        pytest.param("a: 1\n---\na: 2", NotStrictYaml, "line 2", id="two documents"),
        pytest.param("a: \x00", NotStrictYaml, "text", id="U+0000"),
        pytest.param("a: " + "9" * 5000, NotStrictYaml, "text", id="a number of too many digits"),
        pytest.param("[" * 5000, NotStrictYaml, "text", id="nested too deep"),
    ],
)
def test_a_text_that_can_be_read_in_two_ways_is_refused(text: str, kind: type[NotStrictYaml], place: str) -> None:
    with pytest.raises(NotStrictYaml) as refused:
        load_yaml(text)
    assert (type(refused.value), refused.value.place) == (kind, place)
