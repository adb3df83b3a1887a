"""The way out that goes into a message: a link to a page, and one for the button of a mail program (RFC 8058)."""

from dataclasses import dataclass

from api.bootstrap import Services
from consent.asking import Asked
from consent.check import Answer
from consent.steps import reclassified
from consent.vocabulary import Action, LawfulBasis, Obligation
from consent.withdrawal_links import WithdrawalScope


@dataclass(frozen=True, slots=True)
class WayOut:
    """Two addresses that hold a token and nothing about the person: `url` shows, `one_click` takes a POST."""

    url: str
    one_click: str


def way_out(services: Services, asked: Asked, answer: Answer) -> WayOut | None:
    """Return the way out for a message that may be sent, or None where there is no message or nothing to end.

    It ends exactly what carries the message: a service with advertising inside is sent as advertising.
    """
    question, decision = asked.question, answer.decision
    if not decision.allowed or question.action is not Action.SEND or answer.subject_id is None:
        return None
    if decision.basis is not LawfulBasis.CONSENT and Obligation.INCLUDE_UNSUBSCRIBE not in decision.obligations:
        return None
    policy = services.policies.current().policy
    if policy.channels[question.channel].identifier is None:
        return None
    judged = reclassified(question, policy)
    scope = WithdrawalScope(purpose=judged.purpose, topic=judged.topic, channel=judged.channel)
    token = services.withdrawals.make_withdrawal_link(answer.subject_id, question.controller, scope)
    url = f"{services.settings.base_url}/u/{token}"
    return WayOut(url, f"{url}/one-click")
