"""Small histories under the policy of the rule book, written as its cases are."""

from functools import cache
from typing import Any

from consent.case_reader import Ask, Case, Expectation, read_case
from consent.cases import questions_of
from consent.decision import decide
from consent.model import Decision
from consent.policy import Policy, load_policy
from consent.question import Question
from tests.paths import SHARED

DECISIONS = SHARED / "cases" / "decisions"
DEFAULTS: dict[str, Any] = {
    "controller": "acme",
    "purpose": "newsletter",
    "channel": "email",
    "subject": {"country": "DE", "kind": "consumer"},
    "identifiers": {
        "e1": {"kind": "email"},
        "p1": {"kind": "phone"},
        "a1": {"kind": "postal"},
        "x1": {"kind": "social"},
        "d1": {"kind": "device"},
        "f1": {"kind": "fax"},
    },
}
ANYTHING = Expectation({}, frozenset(), frozenset(), frozenset(), exact=False)


@cache
def policy() -> Policy:
    """The policy of the rule book."""
    return load_policy((DECISIONS / "policy.yaml").read_text())


def happened(at: str, event: str, **fields: Any) -> dict[str, Any]:
    """An event on a day of 2025 such as `03-01`, or on a day with its year."""
    return {"at": at if len(at) > 5 else f"2025-{at}", "event": event, **fields}


def case(*history: dict[str, Any], **fields: Any) -> Case:
    """A case with a history and, by name, any other part of a case."""
    return read_case({"id": "small", "history": list(history), **fields}, DEFAULTS)


def question(told: Case, at: str, under: Policy | None = None, **fields: Any) -> Question:
    """A question about a case, by the defaults of the rule book."""
    values = {key: DEFAULTS[key] for key in ("controller", "purpose", "channel")}
    asked = Question.from_mapping({**values, "at": at if len(at) > 5 else f"2025-{at}", **fields})
    return questions_of(Ask((asked,), ANYTHING), told, under or policy())[0]


def ask(told: Case, at: str, **fields: Any) -> Decision:
    """The answer to a question about a case."""
    under = policy().with_parameters(**told.parameters)
    return decide(question(told, at, under, **fields), told.history, under)


def why(told: Case, at: str, **fields: Any) -> str:
    """The one word that tells most: the basis of an allowance, the reason of a denial."""
    answer = ask(told, at, **fields)
    return str(answer.basis if answer.allowed else answer.reason)
