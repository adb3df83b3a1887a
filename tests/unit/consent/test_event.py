import json
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import EventError, FactError, QuestionError
from consent.event import ConsentEvent
from consent.history import History
from consent.model import Subject
from consent.periods import add_days, add_months, add_years, as_instant, birthday, to_iso
from consent.question import Question
from consent.random_cases import RandomCase, as_case
from consent.random_draw import Draw
from consent.vocabulary import BounceKind, EventKind, Proof, SaleKind
from tests.unit.consent.small import policy

BASE = {"id": "x", "at": "2025-03-01T09:00:00Z", "subject": "s1", "controller": "acme"}
PLACE = {"purpose": "newsletter", "channel": "email"}


def event(kind: str, **fields: Any) -> ConsentEvent:
    return ConsentEvent.from_mapping({**BASE, "event": kind, **fields})


@given(st.integers(0, 2**63))
def test_an_event_survives_as_a_json_document(seed: int) -> None:
    for one in as_case(RandomCase(Draw(Random(seed), policy()), size=8).document).events:
        assert ConsentEvent.from_mapping(json.loads(json.dumps(one.to_mapping()))) == one


def test_a_flag_that_says_no_survives_where_leaving_out_says_something_else() -> None:
    added = event("identifier_added", identifier="e1", verified=False)
    assert added.to_mapping()["verified"] is False
    assert ConsentEvent.from_mapping(added.to_mapping()) == added


def test_what_is_left_out_is_what_the_rule_book_says() -> None:
    assert event("grant", **PLACE).proof is Proof.CONFIRMED
    assert event("import_row", status="subscribed", **PLACE).proof is Proof.CLAIMED
    assert event("sale").sale is SaleKind.PURCHASE
    assert event("bounce", identifier="e1").bounce is BounceKind.HARD
    assert event("withdraw").recorded_at == event("withdraw").at


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        pytest.param({"event": "wish"}, "event: no such kind", id="an unknown kind"),
        pytest.param({}, "event: no such kind", id="no kind"),
        pytest.param({"event": "withdraw", "mood": "bad"}, "mood: no such field in withdraw", id="an unknown field"),
        pytest.param({"event": "withdraw", "until": "2025-01-01"}, "until: no such field", id="another kind's field"),
        pytest.param({"event": "withdraw", "at": "soon"}, "at: not what this field holds", id="no time"),
        pytest.param({"event": "withdraw", "at": None}, "at: missing", id="no instant"),
        pytest.param({"event": "withdraw", "id": None}, "id: missing", id="no id"),
        pytest.param({"event": "withdraw", "subject": None}, "subject: missing in withdraw", id="nobody"),
        pytest.param({"event": "grant", "purpose": "newsletter"}, "channel: missing in grant", id="no channel"),
        pytest.param({"event": "grant", **PLACE, "proof": "oath"}, "proof: not what", id="an unknown proof"),
        pytest.param({"event": "grant", **PLACE, "coupled": "no"}, "coupled: not what", id="a flag in words"),
        pytest.param({"event": "grant", **PLACE, "purpose": [3]}, "purpose: not what", id="a number for a name"),
        pytest.param({"event": "suppress", "reason": "mood"}, "reason: not what", id="an unknown block list"),
        pytest.param({"event": "withdraw", "place": True}, "place: not what", id="a place that is none"),
        pytest.param(
            {"event": "withdraw", "recorded_at": "2025-02-01"}, "recorded_at: earlier", id="known before it happened"
        ),
    ],
)
def test_a_malformed_event_is_refused_with_the_field(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(EventError) as refused:
        ConsentEvent.from_mapping({**BASE, **mapping})
    assert message in str(refused.value)


def test_a_refusal_does_not_tell_the_value() -> None:
    with pytest.raises(EventError) as refused:
        event("grant", **PLACE, notice=["eva@example.org"])
    assert "eva" not in str(refused.value)


def test_in_one_instant_facts_come_before_yes_and_yes_before_no() -> None:
    no, yes, fact = event("withdraw"), event("grant", **PLACE), event("use", **PLACE)
    assert sorted([no, yes, fact], key=lambda one: one.position) == [fact, yes, no]
    rows = [event("import_row", status=status, **PLACE) for status in ("unsubscribed", "subscribed")]
    assert sorted(rows, key=lambda one: one.position) == rows[::-1]


def test_an_event_whose_idempotency_key_was_seen_is_dropped() -> None:
    first = event("withdraw", idempotency_key="k", place=0, at="2025-05-01")
    again = event("withdraw", idempotency_key="k", place=1, at="2025-04-01")
    assert History.of(events=[again, first]).events == (first,)


def test_every_kind_of_event_can_be_written_down() -> None:
    fields = {
        "import_row": {"status": "subscribed"},
        "signal": {"name": "gpc"},
        "suppress": {"reason": "complaint"},
        "lift_suppression": {"reason": "complaint"},
        "pause": {"until": "2026-01-01"},
        "notice_shown": {"notice": "news@1"},
        "notice_published": {"notice": "news@1"},
        "identifier_changed": {"to": "e2"},
        "merge": {"other": "s2"},
        "unmerge": {"other": "s2"},
    }
    for kind in EventKind:
        one = event(kind, identifier="e1", **PLACE, **fields.get(kind, {}))
        assert ConsentEvent.from_mapping(one.to_mapping()) == one


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        pytest.param({"kind": "alien"}, "kind or birth_date", id="an unknown kind"),
        pytest.param({"birth_date": "yesterday"}, "kind or birth_date", id="no date"),
        pytest.param({"country": 49}, "country: not a text", id="a number for a country"),
        pytest.param({"time_zone": "Mars/Olympus"}, "time_zone: no such", id="an unknown time zone"),
        pytest.param({"mood": "bad"}, "mood: no such fact", id="an unknown fact"),
    ],
)
def test_a_malformed_fact_about_a_subject_is_refused(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(FactError) as refused:
        Subject.from_mapping("s1", facts)
    assert message in str(refused.value)


def test_a_birth_date_is_not_printed() -> None:
    assert "1990" not in repr(Subject(id="s1", birth_date=date(1990, 1, 2)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"purpose": None}, "purpose: missing", id="no purpose"),
        pytest.param({"at": None}, "as_of: missing", id="no time"),
        pytest.param({"mood": "bad"}, "mood: no such field", id="an unknown field"),
        pytest.param({"action": "beg"}, "action: neither", id="an unknown action"),
        pytest.param({"tracking": "yes"}, "tracking: neither", id="a flag in words"),
        pytest.param({"topic": 3}, "topic: not a text", id="a number for a name"),
    ],
)
def test_a_malformed_question_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(QuestionError) as refused:
        Question.from_mapping({"controller": "acme", **PLACE, "at": "2025-01-01", **fields})
    assert message in str(refused.value)


def test_as_of_and_as_known_stand_for_themselves() -> None:
    asked = Question.from_mapping(
        {"controller": "acme", **PLACE, "at": "2025-01-03", "as_of": "2025-01-01", "as_known": None}
    )
    assert (asked.as_of.day, asked.as_known.day) == (1, 3)


DAY = datetime(2024, 1, 31, 9, tzinfo=UTC)


def test_months_are_calendar_months_and_end_with_the_month() -> None:
    assert add_months(DAY, 1) == DAY.replace(month=2, day=29)
    assert add_months(DAY, 13) == DAY.replace(year=2025, month=2, day=28)
    assert add_years(DAY.replace(month=2, day=29), 1) == DAY.replace(year=2025, month=2, day=28)


def test_nothing_lasts_longer_than_the_calendar() -> None:
    end = datetime.max.replace(tzinfo=UTC)
    assert add_months(DAY, 12 * 9000) == add_days(end, 1) == end


def test_a_birthday_on_29_february_falls_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert birthday(born, 16) == datetime(2024, 2, 29, tzinfo=UTC)
    assert birthday(born, 18) == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        pytest.param("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC), id="a date is its first instant"),
        pytest.param(date(2025, 3, 1), datetime(2025, 3, 1, tzinfo=UTC), id="a date as a value"),
        pytest.param("2025-03-01T09:00:00+02:00", datetime(2025, 3, 1, 7, tzinfo=UTC), id="another zone"),
        pytest.param(
            datetime(2025, 3, 1, 9, tzinfo=timezone(timedelta(hours=2))),
            datetime(2025, 3, 1, 7, tzinfo=UTC),
            id="another zone as a value",
        ),
        pytest.param("2025-03-01T09:00:00.000001Z", datetime(2025, 3, 1, 9, 0, 0, 1, UTC), id="a microsecond"),
    ],
)
def test_times_are_read_as_utc(value: object, instant: datetime) -> None:
    assert as_instant(value) == instant
    assert as_instant(to_iso(instant)) == instant


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 1, 1)), st.integers(0, 12_000))  # noqa: DTZ001 - made aware below
def test_adding_months_keeps_the_order(naive: datetime, months: int) -> None:
    instant = naive.replace(tzinfo=UTC)
    assert instant <= add_months(instant, months) <= add_months(instant + timedelta(days=1), months)
