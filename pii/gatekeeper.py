"""Asking at the gate: the questions that a post needs, put to the one decision there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.ground import Ground
from consent.asking import Asked
from consent.check import Answer, CheckService
from consent.policy_model import Policy, Recipient
from consent.question import Question
from pii.gate import Hold, Passage, passage
from pii.post import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What the gate says of a post and a recipient: a purpose that is allowed, or the reason why none is.

    `facts` are those of the answer that counts, for whoever must show later on what it rested.
    """

    purpose: str | None = None
    reason: str | None = None
    basis: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Say whether the post may pass."""
        return self.purpose is not None


class Gatekeeper:
    """Asks for posts on behalf of a recipient, many with few reads."""

    def __init__(self, ground: Ground, check: CheckService) -> None:
        self._ground = ground
        self._check = check

    def ask(self, posts: Sequence[Post], recipient: Recipient, policy: Policy, *, asker: str) -> list[Permit]:
        """Return a permit for each post: by the first purpose that is allowed, else by the first denial."""
        now = self._ground.now()
        passages = [passage(post, recipient, policy, now=now) for post in posts]
        questions = [question for each in passages for question in each.questions]
        answers = self._check.check_many((_asked(question) for question in questions), asker=asker)
        answered = iter(zip(questions, answers, strict=True))
        return [_permit(each, [next(answered) for _ in each.questions]) for each in passages]


def _asked(question: Question) -> Asked:
    return Asked(question=question, subject=question.subject)


def _permit(passed: Passage, answers: Sequence[tuple[Question, Answer]]) -> Permit:
    if passed.held is not None or not answers:
        return Permit(reason=passed.held or Hold.NO_PURPOSE)
    question, answer = next((pair for pair in answers if pair[1].decision.allowed), answers[0])
    decision = answer.decision
    if not decision.allowed:
        return Permit(reason=decision.reason, facts=_facts(question, answer))
    return Permit(purpose=question.purpose, basis=decision.basis, facts=_facts(question, answer))


def _facts(question: Question, answer: Answer) -> dict[str, Any]:
    decision = answer.decision
    return {
        "decision_id": answer.decision_id,
        "decided_at": answer.decided_at.isoformat(),
        "decision": decision.decision.value,
        "purpose": question.purpose,
        "basis": decision.basis and decision.basis.value,
        "reason": decision.reason and decision.reason.value,
        "rests_on": [{"event": each.event, "rule": each.rule, "citation": each.citation} for each in decision.rests_on],
        "obligations": [obligation.value for obligation in decision.obligations],
        "policy_version": answer.policy_version,
    }
