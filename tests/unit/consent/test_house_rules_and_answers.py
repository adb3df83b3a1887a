"""Step 10 and soliciting, and what an answer tells besides yes or no."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.rows import GRANT, MOVED, NOON, REQUEST, SECOND, SHARE, SHARED_BOX, SMS, SOLICIT, TRACKING, row
from tests.unit.consent.small import ask, case, happened, why


@pytest.mark.parametrize(
    ("told", "asked", "retry", "says"),
    [
        pytest.param(
            case(GRANT, happened("03-01", "pause", until="2026-01-01"), happened("04-01", "pause",
            until="2025-05-01")),
            {"at": NOON}, None, "consent", id="the latest pause counts, though an older one lasts longer"),
        pytest.param(
            case(GRANT, happened("03-01", "pause", until="2026-01-01", channel="sms")),
            {"at": NOON}, None, "consent", id="a pause of another channel"),
        pytest.param(
            case(GRANT, SHARED_BOX, happened("02-02", "grant", subject="s2", identifier="e1"),
                 happened("03-01", "pause", until="2026-01-01", subject="s2"), **SECOND),
            {"at": NOON, "identifier": "e1"}, "2026-01-01", "policy.paused", id="a pause of any holder counts"),
        pytest.param(
            case(happened("02-01", "grant", **SMS)), {"at": "2025-07-01T18:00:00Z", "channel": "sms"},
            "2025-07-02T06:00:00", "policy.quiet_hours", id="quiet hours begin at their first instant"),
        pytest.param(
            case(happened("02-01", "grant", **SMS)), {"at": "2025-07-01T06:00:00Z", "channel": "sms"},
            None, "consent", id="quiet hours end at their last"),
        pytest.param(
            case(happened("02-01", "grant", **SMS), subject={"time_zone": "America/New_York"}),
            {"at": "2025-07-01T06:00:00Z", "channel": "sms"}, "2025-07-01T12:00:00", "policy.quiet_hours",
            id="the person's own time zone counts"),
        pytest.param(
            case(happened("02-01", "grant", **SMS)), {"at": "2025-03-30T00:30:00Z", "channel": "sms"},
            "2025-03-30T06:00:00", "policy.quiet_hours", id="the night the clock is set forward"),
        pytest.param(
            case(GRANT, *(happened(f"06-2{day}", "use") for day in (5, 6, 7, 8, 9))),
            {"at": NOON}, "2025-07-03", "policy.frequency_cap", id="the next is free when four are left"),
        pytest.param(
            case(GRANT, happened("03-01", "pause", until="2026-01-01"), *(happened(f"06-2{day}",
            "use") for day in (6, 7, 8, 9))),
            {"at": NOON}, "2026-01-01", "policy.paused", id="the pause goes before the cap"),
        pytest.param(
            case(happened("06-01", "refuse")), {"at": NOON, **SOLICIT}, "2026-06-01", "reask_cooldown",
            id="not asked again for a year"),
        pytest.param(
            case(GRANT, happened("03-01", "pause", until="2026-01-01")), {"at": NOON, **SOLICIT}, None,
            "not_required", id="house rules do not stop a question in passing"),
        pytest.param(
            case(happened("03-01", "restrict")), {"at": NOON, **SOLICIT}, None, "restricted",
            id="restriction stops it"),
    ],
)  # fmt: skip
def test_10_house_rules_and_soliciting(told: Case, asked: dict[str, Any], retry: str | None, says: str) -> None:
    answer = ask(told, **asked)
    assert why(told, **asked) == says
    assert (answer.retry_after and answer.retry_after.isoformat()[: len(retry or "")]) == retry


@pytest.mark.parametrize(
    ("told", "asked", "state"),
    [
        row("an objection goes before a refusal", happened("03-01", "object"), happened("04-01", "refuse"), ask={},
            says="objected"),
        row("erased is left untouched", GRANT, happened("03-01", "erase"), ask={}, says="granted"),
        row("an opt-out by a signal is left untouched", happened("02-01", "grant", **TRACKING),
            happened("03-01", "signal", name="gpc"), ask=TRACKING, says="granted"),
        row("a lapse that is no state of its own", happened("02-01", "grant", **SHARE),
            ask={**SHARE, "recipient": "nobody"}, says="granted"),
        row("pending goes before invalid", happened("02-01", "grant", coupled=True), REQUEST, ask={}, says="pending"),
        row("informed of what the key is about", happened("02-01", "notice_shown", notice="news@2"), ask={},
            says="asked"),
        row("where nobody is known", ask={"identifier": "e9"}, says="none"),
    ],
)  # fmt: skip
def test_state(told: Case, asked: dict[str, Any], state: str) -> None:
    assert ask(told, **asked).state == state


def test_an_answer_says_what_it_rests_on() -> None:
    allowed = ask(case(GRANT), NOON)
    assert [(item.event, item.rule, item.citation) for item in allowed.rests_on] == [
        ("g1", "DE.electronic_mail", "UWG § 7(2) no. 2, § 7(3)")
    ]
    denied = ask(case(GRANT, happened("03-01", "withdraw", id="w1")), NOON)
    assert [(item.event, item.rule, item.citation) for item in denied.rests_on] == [
        ("w1", "own_word.withdrawn", "GDPR Art. 7(3)")
    ]


@pytest.mark.parametrize(
    ("told", "asked", "until"),
    [
        row("the end of a consent", happened("02-01", "grant", valid_until="2025-08-01"), ask={}, says="2025-08-01"),
        row("dormancy", happened("02-01", "grant"), ask={}, says="2026-02-01"),
        row("the end of a pause", GRANT, happened("03-01", "pause", until="2025-07-05"), ask={}, says="2025-07-05"),
        row("the beginning of quiet hours", happened("02-01", "grant", **SMS), ask={"channel": "sms"},
            says="2025-07-01T18:00"),
        row("a birthday", subject={"country": "US", "region": "CA", "birth_date": "2009-09-01"},
            ask={**SHARE, "recipient": "adnet"}, says="2025-09-01"),
        row("the year after a move", MOVED, GRANT, ask={}, says="2025-07-02"),
        row("a text that is yet to be published", happened("02-01", "grant", purpose="location_offers"), GRANT,
            ask={"purpose": "location_offers"}, says="2025-09-01"),
        row("a request that runs out", REQUEST, ask={}, says="2025-07-04"),
        row("nothing", happened("02-01", "withdraw"), ask={}, says="None"),
    ],
)  # fmt: skip
def test_how_long_an_answer_may_be_relied_upon(told: Case, asked: dict[str, Any], until: str) -> None:
    end = ask(told, **asked).valid_until
    assert (end.isoformat() if end else "None").startswith(until)
