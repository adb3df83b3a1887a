"""Whether a message carries a way out, and what it ends (GDPR Art. 7(3), UWG section 7(3) no. 4, RFC 8058)."""

from consent.model import Decision
from consent.policy_model import Policy
from consent.question import Question
from consent.steps import reclassified
from consent.vocabulary import Action, LawfulBasis, Obligation
from consent.withdrawal_scope import WithdrawalScope


def way_out_of(question: Question, decision: Decision, policy: Policy) -> WithdrawalScope | None:
    """Return what the way out of a message ends, or None where there is no message or nothing to end.

    It ends exactly what carries the message: a service with advertising inside is sent as advertising.
    """
    if not decision.allowed or question.action is not Action.SEND:
        return None
    if decision.basis is not LawfulBasis.CONSENT and Obligation.INCLUDE_UNSUBSCRIBE not in decision.obligations:
        return None
    if policy.channels[question.channel].identifier is None:
        return None
    judged = reclassified(question, policy)
    return WithdrawalScope(purpose=judged.purpose, topic=judged.topic, channel=judged.channel)
