"""Fields that every schema shares."""

from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from api.fields import Id, Instant, PageSchema, Slug, StrictSchema, Text, format_instant, parse_instant


class Probe(StrictSchema):
    text = Text(most=5)
    slug = Slug()
    id = Id()
    at = Instant()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC), id="UTC"),
        pytest.param("2026-11-20t09:00:00.5z", datetime(2026, 11, 20, 9, 0, 0, 500000, tzinfo=UTC), id="small letters"),
        pytest.param("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC), id="another zone"),
    ],
)
def test_instants_are_read_into_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-11-20T09:00:00", id="no zone"),
        pytest.param("2026-11-20", id="a day"),
        pytest.param("20261120T090000Z", id="the basic form of ISO 8601"),
        pytest.param("2026-02-30T09:00:00Z", id="a day that never was"),
        pytest.param("2026-11-20T09:00:00Z\n", id="a line break"),
        pytest.param("0001-01-01T00:00:00+23:59", id="before all time"),
        pytest.param("٢٠٢٦-11-20T09:00:00Z", id="digits that are not ASCII"),
        pytest.param(1763629200, id="a number"),
    ],
)
def test_everything_else_is_no_instant(text: object) -> None:
    with pytest.raises(ValueError) as refused:
        parse_instant(text)
    assert str(text) not in str(refused.value)


def test_instants_are_written_with_z() -> None:
    assert format_instant(datetime(2026, 11, 20, 9, tzinfo=UTC)) == "2026-11-20T09:00:00Z"
    assert Probe().dump({"at": datetime(2026, 11, 20, 9, 0, 0, 1, tzinfo=UTC)}) == {"at": "2026-11-20T09:00:00.000001Z"}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"text": "toolong"}, id="too long"),
        pytest.param({"text": "a\x00"}, id="U+0000"),
        pytest.param({"slug": "x\n"}, id="a line break after a slug"),
        pytest.param({"slug": ""}, id="an empty slug"),
        pytest.param({"id": "../x"}, id="a path in place of an id"),
        pytest.param({"at": "yesterday"}, id="no instant"),
        pytest.param({"other": 1}, id="an unknown field"),
    ],
)
def test_malformed_values_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Probe().load(given)


def test_text_may_have_lines() -> None:
    assert Probe().load({"text": "a\nb"}) == {"text": "a\nb"}


@pytest.mark.parametrize("limit", [pytest.param(0, id="none"), pytest.param(1001, id="too many")])
def test_a_page_is_bounded(limit: int) -> None:
    with pytest.raises(ValidationError):
        PageSchema().load({"limit": limit})
    assert PageSchema().load({}) == {"limit": 100, "cursor": None}
