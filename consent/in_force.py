"""The policy in force, as services hand it on: the policy and the number under which it was applied."""

from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from consent.policy_model import Policy


class InForce(NamedTuple):
    """A policy and the number under which it was applied."""

    policy: Policy
    version: int


class PolicySource(Protocol):
    """Whoever knows the policy in force."""

    def current(self, session: Session | None = None) -> InForce:
        """Return the policy in force; raise NoPolicy when none was applied."""
