import pytest

from consent.case_reader import Case, read_cases
from consent.cases import answer_case, questions_of, run_case
from consent.decision import decide
from consent.errors import CaseError
from tests.unit.consent.small import DECISIONS, policy

TEXT = (DECISIONS / "decisions.yaml").read_text()
CASES = read_cases(TEXT)


@pytest.mark.parametrize("told", CASES, ids=lambda told: told.id)
def test_every_answer_of_the_case_is_as_written(told: Case) -> None:
    assert [str(failure) for failure in run_case(told, policy())] == []


@pytest.mark.parametrize("told", CASES, ids=lambda told: told.id)
def test_bulk_gives_every_question_the_answer_it_gets_alone(told: Case) -> None:
    under = policy().with_parameters(**told.parameters)
    alone = tuple(
        tuple(decide(question, told.history, under) for question in questions_of(ask, told, under)) for ask in told.asks
    )
    assert answer_case(told, policy()) == alone


def test_every_case_of_the_file_is_read() -> None:
    assert len(CASES) == TEXT.count("\n- id: ") == 102


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        pytest.param("reason: no_consent, state: none", "reason: withdrawn", "reason", id="another reason"),
        pytest.param("deny, reason: no_consent", "allow, basis: consent", "expect", id="another verdict"),
        pytest.param("state: none", "state: granted", "state", id="another state"),
        pytest.param("state: none", "notes: [reclassified]", "notes", id="a note that is missing"),
        pytest.param("state: none", "retry_after: 2025-01-01", "retry_after", id="a time that is missing"),
    ],
)
def test_a_wrong_expectation_is_found(before: str, after: str, what: str) -> None:
    first = read_cases(TEXT.replace(before, after, 1))[0]
    assert what in [failure.what for failure in run_case(first, policy())]


def test_an_unwanted_obligation_is_found() -> None:
    told = read_cases(TEXT.replace("obligations: [include_unsubscribe", "without: [include_unsubscribe", 1))[2]
    assert [failure.what for failure in run_case(told, policy())] == ["without"]


def test_where_the_file_is_exact_an_obligation_too_many_is_found() -> None:
    told = read_cases(TEXT.replace("defaults:\n", "defaults:\n  exact: true\n", 1))
    failed = {failure.case for case in told for failure in run_case(case, policy())}
    assert "D001" not in failed
    assert "D005" in failed


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        pytest.param("cases: [{id: A, hostory: []}]", "A: hostory: no such key", id="unknown key"),
        pytest.param("cases: [{id: A}, {id: A}]", "A: stands twice", id="a case that stands twice"),
        pytest.param("cases: [{id: A, id: B}]", "line 1: cases.0.id: key stands twice", id="a key that stands twice"),
        pytest.param("cases: [{id: A, history: [{event: gant}]}]", "A: event: no such kind", id="unknown event"),
        pytest.param("cases: [{id: A, ask: [{at: soon}]}]", "A: as_of: not a time", id="a time that is none"),
        pytest.param("cases: 3", "not a list", id="no list"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(broken: str, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        read_cases(broken)
