"""Reading and running of case files."""

import pytest

from retention.cases import Case, CaseKind, read_cases, run
from retention.errors import DocumentError, DuplicateKey, Malformed, Unreadable
from tests.unit.retention.builders import schedule

DEADLINE = """
deadlines:
- id: T1
  regime: gdpr_art12
  received_at: "2026-03-05"
  expect: {due: "2026-04-07", due_extended: null, plan_by: "2026-04-02",
           ends_at_utc: "2026-04-07T22:00:00Z", accepted: true, state: RUNNING}
"""
RETENTION = """
retention:
- id: T2
  at: "2026-06-01"
  data:
    - {ref: a, category: social_post}
    - {ref: b, category: crm_export}
  expect:
    a: {state: ACTIVE, blocked_until: null, destroyable_from: null, reasons: [PURPOSE],
        legal_source: "GDPR Art. 6(1)", unusable_for: []}
    b: {error: UNCLASSIFIED}
"""


def only(text: str) -> Case:
    (case,) = read_cases(text)
    return case


def failures(text: str) -> list[str]:
    return [str(failure) for failure in run(only(text), schedule())]


@pytest.mark.parametrize("text", [pytest.param(DEADLINE, id="deadline"), pytest.param(RETENTION, id="retention")])
def test_a_right_answer_leaves_no_failure(text: str):
    assert failures(text) == []


def test_a_file_may_hold_both_lists():
    assert [(case.kind, case.id) for case in read_cases(RETENTION + DEADLINE)] == [
        (CaseKind.DEADLINES, "T1"),
        (CaseKind.RETENTION, "T2"),
    ]


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        pytest.param(
            DEADLINE,
            '"2026-04-02"',
            '"2026-04-03"',
            ["plan_by: expected '2026-04-03', found '2026-04-02'"],
            id="another value",
        ),
        pytest.param(DEADLINE, "accepted: true, ", "", ["accepted: expected '(absent)', found True"], id="missing key"),
        pytest.param(
            DEADLINE,
            "state: RUNNING",
            "state: RUNNING, rejected: []",
            ["rejected: expected [], found '(absent)'"],
            id="additional key",
        ),
        pytest.param(
            DEADLINE, "accepted: true", "accepted: 1", ["accepted: expected 1, found True"], id="true is not one"
        ),
        pytest.param(
            RETENTION,
            "[PURPOSE]",
            "[PURPOSE, HOLD]",
            ["a.reasons: expected ['PURPOSE', 'HOLD'], found ['PURPOSE']"],
            id="another list",
        ),
        pytest.param(
            RETENTION,
            "    b: {error: UNCLASSIFIED}",
            "",
            ["b: expected '(absent)', found {'error': 'UNCLASSIFIED'}"],
            id="a datum without expectation",
        ),
    ],
)
def test_each_difference_is_told(text: str, old: str, new: str, told: list[str]):
    assert failures(text.replace(old, new)) == told


def test_a_case_that_cannot_be_answered_fails_with_the_code():
    text = DEADLINE.replace("gdpr_art12", "lgpd\n  duty: confirm")
    assert "error: expected '(absent)', found 'unknown_duty'" in failures(text)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param('received_at: "2026-03-05"', "title: t", "MALFORMED", id="no receipt"),
        pytest.param('"2026-03-05"', "[]", "MALFORMED", id="an empty list of receipts"),
        pytest.param('"2026-03-05"', '"2026-03-05T10:00:00"', "MALFORMED", id="an instant without offset"),
        pytest.param('"2026-03-05"', '"2026-02-30"', "MALFORMED", id="a day that does not exist"),
        pytest.param("gdpr_art12", "gdpr_art99", "MALFORMED", id="unknown regime"),
        pytest.param("gdpr_art12", "gdpr_art12\n  land: XX", "MALFORMED", id="unknown Land"),
        pytest.param("gdpr_art12", "gdpr_art12\n  local: [carnival]", "MALFORMED", id="unknown local holiday"),
        pytest.param("gdpr_art12", "gdpr_art12\n  zone: Europe/Atlantis", "unknown_zone", id="unknown zone"),
        pytest.param(
            "gdpr_art12", 'gdpr_art12\n  events: [{at: "2026-03-06", clock: rewind}]', "MALFORMED", id="unknown event"
        ),
    ],
)
def test_a_case_that_cannot_be_read_answers_with_an_error(old: str, new: str, code: str):
    text = DEADLINE[: DEADLINE.index("  expect")] + f"  expect: {{error: {code}}}\n"
    assert failures(text.replace(old, new)) == []
    assert failures(text) != []


def test_a_case_of_retention_needs_a_schedule():
    assert [failure.found for failure in run(only(RETENTION))][-1] == "MALFORMED"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("deadlines: [", Unreadable, id="no YAML"),
        pytest.param("- id: T1", Malformed, id="no mapping"),
        pytest.param("{}", Malformed, id="neither list"),
        pytest.param("deadlines: {}", Malformed, id="no list"),
        pytest.param("deadlines: [{title: t}]", Malformed, id="case without id"),
        pytest.param("deadlines: [{id: a, id: b}]", DuplicateKey, id="key twice"),
    ],
)
def test_a_file_that_is_no_case_file_is_refused(text: str, error: type[DocumentError]):
    with pytest.raises(error):
        read_cases(text)
