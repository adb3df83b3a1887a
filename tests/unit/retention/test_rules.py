"""When a rule ends."""

import pytest

from retention.document import Node
from retention.rule_reading import read_rule
from retention.rules import end_of
from tests.unit.retention.builders import BERLIN, instant, schedule

SHORTENED = {"versions": [{"rule": "C-30d"}, {"from": "2026-07-01", "rule": "C-7d"}]}
LENGTHENED = {"versions": [{"rule": "C-30d"}, {"from": "2026-06-01", "rule": "C-90d", "source": "test"}]}
THREE = {
    "versions": [
        {"rule": "C-90d"},
        {"from": "2026-06-01", "rule": "C-30d"},
        {"from": "2026-07-01", "rule": "C-7d"},
    ]
}


def end(rule: object, *events: tuple[str, str]) -> str | None:
    occurrences = {name: tuple(instant(at) for at, other in events if other == name) for _, name in events}
    found = end_of(read_rule(Node(rule, "rule"), schedule().classes), occurrences, BERLIN)
    return None if found is None else found.isoformat()


@pytest.mark.parametrize(
    ("rule", "events", "expected"),
    [
        pytest.param("C-30d", [], None, id="no start, no end"),
        pytest.param("C-30d", [("2026-01-01", "closed")], None, id="another event starts nothing"),
        pytest.param(
            "C-30d",
            [("2026-01-20", "collected"), ("2026-01-01", "collected")],
            "2026-01-31T23:00:00+00:00",
            id="earliest",
        ),
        pytest.param(
            "P-30d", [("2026-01-20", "closed"), ("2026-01-01", "closed")], "2026-02-19T23:00:00+00:00", id="latest"
        ),
        pytest.param(
            {"class": "P-30d", "after": ["sent", "received"]},
            [("2026-01-20", "sent"), ("2026-01-01", "received"), ("2026-05-01", "closed")],
            "2026-02-19T23:00:00+00:00",
            id="events are pooled, the default event is not among them",
        ),
        pytest.param(
            {"class": "P-30d", "after": ["sent", "received"], "pick": "earliest"},
            [("2026-01-20", "sent"), ("2026-01-01", "received")],
            "2026-01-31T23:00:00+00:00",
            id="pick may be chosen by the rule",
        ),
        pytest.param("P-0d", [("2026-05-04", "closed")], "2026-05-04T22:00:00+00:00", id="gone the next day"),
        pytest.param("P-3y-ye", [("2026-01-01", "closed")], "2029-12-31T23:00:00+00:00", id="end of the year"),
        pytest.param("P-3y-ye", [("2026-12-31T23:30:00Z", "closed")], "2030-12-31T23:00:00+00:00", id="local year"),
        pytest.param(
            ["P-30d", "C-30d"],
            [("2026-03-01", "collected"), ("2026-01-01", "closed")],
            "2026-01-31T23:00:00+00:00",
            id="the earliest of several ends",
        ),
        pytest.param(
            ["P-30d", "C-30d"], [("2026-03-01", "collected")], "2026-03-31T22:00:00+00:00", id="one has no end yet"
        ),
        pytest.param(["P-30d", "P-90d"], [], None, id="none has an end yet"),
        pytest.param(
            SHORTENED, [("2026-05-20", "collected")], "2026-06-19T22:00:00+00:00", id="lapsed under the old version"
        ),
        pytest.param(
            SHORTENED,
            [("2026-05-31T10:00:00Z", "collected")],
            "2026-06-30T22:00:00+00:00",
            id="both versions end when the new one begins",
        ),
        pytest.param(
            SHORTENED, [("2026-06-10", "collected")], "2026-06-30T22:00:00+00:00", id="not before the new one begins"
        ),
        pytest.param(SHORTENED, [("2026-06-28", "collected")], "2026-07-05T22:00:00+00:00", id="by the new version"),
        pytest.param(SHORTENED, [("2026-08-01", "collected")], "2026-08-08T22:00:00+00:00", id="collected afterwards"),
        pytest.param(SHORTENED, [], None, id="versions without a start"),
        pytest.param(LENGTHENED, [("2026-05-20", "collected")], "2026-08-18T22:00:00+00:00", id="running: longer"),
        pytest.param(LENGTHENED, [("2026-04-20", "collected")], "2026-05-20T22:00:00+00:00", id="lapsed: not revived"),
        pytest.param(
            LENGTHENED,
            [("2026-05-01", "collected")],
            "2026-05-31T22:00:00+00:00",
            id="ends in the instant in which the longer one begins",
        ),
        pytest.param(THREE, [("2026-05-10", "collected")], "2026-06-09T22:00:00+00:00", id="ends under the second"),
        pytest.param(
            THREE, [("2026-03-20", "collected")], "2026-05-31T22:00:00+00:00", id="the second begins when it is over"
        ),
        pytest.param(THREE, [("2026-06-15", "collected")], "2026-06-30T22:00:00+00:00", id="the third begins"),
    ],
)
def test_end_of_a_rule(rule: object, events: list[tuple[str, str]], expected: str | None):
    assert end(rule, *events) == expected
