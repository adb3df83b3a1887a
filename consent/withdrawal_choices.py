"""How far a person may go who came to end one thing: less of it, the thing itself, or more. Pure.

A link opens no more than a no, so it may go further than it names: to whoever holds it, everything is as easy to end.
"""

from dataclasses import dataclass
from typing import Final

from consent.policy_model import Policy
from consent.withdrawal_scope import WithdrawalScope

AS_NAMED: Final = "link"
"""The choice that ends what the link names."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer how far a withdrawal should go."""

    name: str
    scope: WithdrawalScope


def choices(named: WithdrawalScope, policy: Policy) -> tuple[Choice, ...]:
    """Return how far a withdrawal may go: first what the link names, then its topics, then from narrow to wide."""
    found = [Choice(AS_NAMED, named), *_topics(named, policy)]
    wider = {
        "purpose": WithdrawalScope(purpose=named.purpose),
        "channel": WithdrawalScope(channel=named.channel, contact=named.contact),
        "everything": WithdrawalScope(),
    }
    for name, scope in wider.items():
        if scope.document() not in [known.scope.document() for known in found] and _is_offered(name, named):
            found.append(Choice(name, scope))
    return tuple(found)


def chosen(named: WithdrawalScope, name: str, policy: Policy) -> WithdrawalScope:
    """Return how far a withdrawal goes by the name of a choice; by an unknown one, as far as the link names.

    A no is not turned away because the page was opened under another policy.
    """
    return next((choice.scope for choice in choices(named, policy) if choice.name == name), named)


def _topics(named: WithdrawalScope, policy: Policy) -> list[Choice]:
    purpose = policy.purposes.get(named.purposes[0]) if len(named.purposes) == 1 else None
    if purpose is None or named.topic is not None:
        return []
    return [
        Choice(
            f"topic:{topic}",
            WithdrawalScope(purpose=named.purpose, topic=topic, channel=named.channel, contact=named.contact),
        )
        for topic in purpose.topics
    ]


def _is_offered(name: str, named: WithdrawalScope) -> bool:
    return bool({"purpose": named.purposes, "channel": named.channels}.get(name, True))
