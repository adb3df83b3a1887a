"""The way out that goes into a message: a link to a page, and one for the button of a mail program (RFC 8058)."""

import json

from api.bootstrap import Services
from api.way_out import WayOut as WayOut
from api.way_out import way_out_at
from consent.asking import Asked
from consent.check import Answer
from consent.way_out import way_out_of
from consent.withdrawal_links import StoredLink, token_of


def way_out(services: Services, asked: Asked, answer: Answer) -> WayOut | None:
    """Return the way out for a message that may be sent, or None where there is no message or nothing to end."""
    if answer.subject_id is None:
        return None
    scope = way_out_of(asked.question, answer.decision, services.policies.current().policy)
    if scope is None:
        return None
    token = services.withdrawals.make_withdrawal_link(answer.subject_id, asked.question.controller, scope)
    return way_out_at(services.settings.base_url, token)


def way_out_text(services: Services, link: StoredLink | None) -> str:
    """Return the way out through a link that is stored as JSON; `null` where there is none."""
    if link is None:
        return "null"
    way = way_out_at(services.settings.base_url, token_of(services.ground, link))
    return f'{{"url":{json.dumps(way.url)},"one_click":{json.dumps(way.one_click)}}}'


def told_text(document: str, *, decision_id: str, decided_at: str, unsubscribe: str) -> str:
    """Return an answer as it is sent: its document, completed by what differs each time it is given."""
    rest = f'"decision_id":"{decision_id}","decided_at":"{decided_at}","unsubscribe":{unsubscribe}'
    return f'{document[:-1]},{rest},"denied":null,"decision_ids":null}}'
