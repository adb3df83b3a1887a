"""Decision cases: reading them, with the defaults of the rule book, and running them against `decide`.

Reading (`read_cases`), asking (`questions_of`) and comparing (`differences`) are apart, so that the same
cases can be put to the pure function, to the services and over HTTP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from consent.case_reader import Ask, Case, Expectation
from consent.case_reader import read_cases as read_cases
from consent.decision import all_of, decide_many
from consent.model import Decision
from consent.periods import to_iso
from consent.policy_model import Policy
from consent.question import Question


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that was not met: of which case, of which of its questions (from 0), and how."""

    case: str
    ask: int
    what: str
    expected: object
    got: object

    def __str__(self) -> str:
        """Return one line for people."""
        return f"{self.case} ask {self.ask}: {self.what} should be {self.expected}, is {self.got}"


def questions_of(ask: Ask, case: Case, policy: Policy) -> tuple[Question, ...]:
    """Return the questions of an ask, with the contact point filled in that the rule book means."""
    return tuple(_with_contact_point(question, case, policy) for question in ask.questions)


def _with_contact_point(question: Question, case: Case, policy: Policy) -> Question:
    channel = policy.channels.get(question.channel)
    if channel is None or question.identifier is not None or question.subject is not None:
        return question
    if channel.identifier is None:
        return replace(question, subject=Case.DEFAULT_SUBJECT)
    point = case.history.default_contact_point(Case.DEFAULT_SUBJECT, channel.identifier)
    return replace(question, identifier=point)


def answer_case(case: Case, policy: Policy) -> tuple[tuple[Decision, ...], ...]:
    """Return, for each ask of a case, the answers to its questions; all are put in one call."""
    policy = policy.with_parameters(**case.parameters)
    asked = [questions_of(ask, case, policy) for ask in case.asks]
    answers = iter(decide_many([question for questions in asked for question in questions], case.history, policy))
    return tuple(tuple(next(answers) for _ in questions) for questions in asked)


def run_case(case: Case, policy: Policy) -> list[Failure]:
    """Put all questions of a case to `decide` and return the expectations that are not met."""
    failures: list[Failure] = []
    for place, (ask, answers) in enumerate(zip(case.asks, answer_case(case, policy), strict=True)):
        whole = all_of(answers, policy) if ask.is_list else answers[0]
        compared: list[tuple[Expectation | None, Decision]] = [(ask.expectation, whole)]
        if ask.is_list:
            compared += zip(ask.parts, answers, strict=True)
        for expectation, answer in compared:
            if expectation is None:
                continue
            failures += [
                Failure(case.id, place, what, expected, got)
                for what, expected, got in differences(expectation, answer_of(answer))
            ]
    return failures


def answer_of(decision: Decision) -> dict[str, object]:
    """Return an answer as plain values, by the names of the expectations; times are ISO 8601 text."""
    return {
        "expect": decision.decision.value,
        "basis": decision.basis and decision.basis.value,
        "reason": decision.reason and decision.reason.value,
        "notes": [note.value for note in decision.notes],
        "obligations": [obligation.value for obligation in decision.obligations],
        "carried_by": decision.carried_by,
        "state": decision.state and decision.state.value,
        "keep_proof_until": decision.keep_proof_until and to_iso(decision.keep_proof_until),
        "retry_after": decision.retry_after and to_iso(decision.retry_after),
        "denied": None if decision.denied is None else list(decision.denied),
    }


def differences(expectation: Expectation, answer: Mapping[str, object]) -> list[tuple[str, object, object]]:
    """Return what an answer lacks: (name, expected, got) for each expectation that it does not meet.

    Obligations and notes must be contained, or equal where the expectation is exact; `without` must be
    absent; everything else is equal.
    """
    found: list[tuple[str, object, object]] = []
    for name, expected in expectation.equal.items():
        if answer.get(name) != expected:
            found.append((name, expected, answer.get(name)))
    for name, wanted in (("obligations", expectation.obligations), ("notes", expectation.notes)):
        got = _names(answer.get(name))
        if not wanted <= got or (expectation.exact and wanted != got):
            found.append((name, sorted(wanted), sorted(got)))
    unwanted = expectation.without & (_names(answer.get("obligations")) | _names(answer.get("notes")))
    if unwanted:
        found.append(("without", sorted(expectation.without), sorted(unwanted)))
    return found


def _names(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in value) if isinstance(value, list | tuple) else frozenset()
