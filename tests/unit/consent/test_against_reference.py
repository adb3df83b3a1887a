"""The engine beside a second reading of the rule book: random histories and questions get the same answers."""

from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.case_reader import Ask, read_cases
from consent.cases import answer_of, differences, questions_of
from consent.decision import decide
from consent.question import Question
from consent.random_cases import RandomCase, as_case
from consent.random_draw import Draw
from tests.unit.consent.reference.answer import Verdict, answer
from tests.unit.consent.reference.calendar import instant
from tests.unit.consent.small import ANYTHING, DECISIONS, policy

POLICY = yaml.safe_load((DECISIONS / "policy.yaml").read_text())
FILE = yaml.safe_load((DECISIONS / "decisions.yaml").read_text())
NOTHING_SAID = {"controller": "acme", "purpose": "newsletter", "channel": "email", "identifiers": {}}
Fields = dict[str, Any]


def plain(verdict: Verdict) -> Fields:
    """The answer of the reference by the names of the expectations."""
    return {
        "expect": "allow" if verdict.reason is None else "deny",
        "reason": verdict.reason,
        "basis": verdict.basis,
        "carried_by": verdict.carried_by,
        "state": verdict.state or "none",
        "keep_proof_until": verdict.keep_proof_until,
        "retry_after": verdict.retry_after,
        "obligations": sorted(verdict.obligations),
        "notes": sorted(verdict.notes),
    }


def engine(document: Fields, fields: Fields) -> Fields:
    """The answer of the engine by the names of the expectations."""
    told = as_case(document)
    under = policy().with_parameters(**told.parameters)
    [question] = questions_of(Ask((Question.from_mapping(fields),), ANYTHING), told, under)
    got = answer_of(decide(question, told.history, under))
    for name in ("keep_proof_until", "retry_after"):
        got[name] = got[name] and instant(got[name])
    allowed = got["expect"] == "allow"
    got |= {"obligations": sorted(got["obligations"]) if allowed else [], "notes": sorted(got["notes"])}
    return {name: value for name, value in got.items() if name != "denied"}


@pytest.mark.parametrize("told", read_cases((DECISIONS / "decisions.yaml").read_text()), ids=lambda told: told.id)
def test_the_reference_answers_every_case_as_written(told: Any) -> None:
    [document] = [case for case in FILE["cases"] if case["id"] == told.id]
    for ask, written in zip(told.asks, document["ask"], strict=True):
        verdict = answer(POLICY, FILE["defaults"], document, written)
        got = plain(verdict) | {"denied": verdict.denied}
        for name in ("keep_proof_until", "retry_after"):
            got[name] = got[name] and got[name].isoformat().replace("+00:00", "Z")
        assert differences(ask.expectation, got) == []


@given(st.integers(0, 2**63))
@settings(max_examples=1000)
def test_the_engine_answers_as_the_reference(seed: int) -> None:
    made = RandomCase(Draw(Random(seed), policy()), size=12)
    for _ in range(3):
        asked = made.question()
        assert engine(made.document, asked) == plain(answer(POLICY, NOTHING_SAID, made.document, asked))
