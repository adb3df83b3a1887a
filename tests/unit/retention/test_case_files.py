"""Every case of the rule book passes."""

import pytest

from retention.cases import Case, CaseKind, read_cases, run
from tests.unit.retention.builders import RULE_BOOK, schedule


def cases_of(kind: CaseKind) -> list[object]:
    cases = read_cases((RULE_BOOK / f"{kind}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case.id) for case in cases if case.kind is kind]


@pytest.mark.parametrize("case", cases_of(CaseKind.DEADLINES))
def test_deadline_is_as_the_rule_book_says(case: Case):
    assert run(case) == []


@pytest.mark.parametrize("case", cases_of(CaseKind.RETENTION))
def test_verdict_is_as_the_rule_book_says(case: Case):
    assert run(case, schedule()) == []
