"""The forms in which a receipt leaves: JSON-LD for machines, Kantara for older ones, a page for people."""

import json
from collections.abc import Mapping
from typing import Any, Final

from babel.dates import format_date, format_datetime, get_timezone
from flask import Response

from api.context import services
from api.i18n import language_of
from api.pages import imprint, page
from api.wordings import channel_names
from consent.kantara import kantara_receipt
from consent.policy import Policy
from consent.receipt_facts import Covered, Links, ReceiptFacts
from consent.receipts import receipt
from consent.withdrawal_links import WithdrawalScope

JSON_LD: Final = "application/ld+json"
JSON: Final = "application/json"
PRINTED: Final = "receipt.html"


def links_of(facts: ReceiptFacts) -> Links:
    """Return the addresses that a receipt names: its own, and for each purpose the way out."""
    base = services().settings.base_url
    return Links(
        receipt=f"{base}/v1/consents/{facts.event.id}/receipt",
        withdrawal={covered.purpose.id: f"{base}/u/{_way_out(facts, covered)}" for covered in facts.covered},
    )


def json_ld(facts: ReceiptFacts, *, content_type: str = JSON_LD, file_name: str | None = None) -> Response:
    """Return the receipt after ISO/IEC TS 27560."""
    return _document(receipt(facts, links_of(facts)), content_type, file_name)


def kantara(facts: ReceiptFacts, *, file_name: str | None = None) -> Response:
    """Return the receipt in the form of Kantara 1.1; raise ReceiptIncomplete where the policy says too little."""
    return _document(kantara_receipt(facts), JSON, file_name)


def printed(facts: ReceiptFacts, catalogue: str, *, downloads: Mapping[str, str]) -> Response:
    """Return the receipt as a page that is read and printed; `downloads` are the addresses of the other forms."""
    language, links = language_of(catalogue), links_of(facts)
    controller = facts.controllers[0]
    zone = get_timezone(controller.time_zone)
    policy = services().policies.current().policy
    kept = [covered.keep_proof_until for covered in facts.covered if covered.keep_proof_until is not None]
    return page(
        PRINTED,
        catalogue,
        reference=facts.event.id,
        kind=str(facts.event.kind),
        took_effect=facts.step.took_effect,
        covers_everything=facts.covers_everything,
        happened=format_datetime(facts.event.at, "long", tzinfo=zone, locale=language),
        issued=format_datetime(facts.issued_at, "long", tzinfo=zone, locale=language),
        contact=facts.masked_contact,
        purposes=[_told(covered, links, catalogue) for covered in facts.covered],
        texts=[_text(facts, version.texts) for version in facts.notices if version.texts],
        proof_until=format_date(max(kept), "long", locale=language) if kept else None,
        parties=facts.controllers,
        log=facts.log_proof,
        entry_id=facts.step.entry_id,
        downloads=downloads,
        **imprint(policy, controller.id),
    )


def _way_out(facts: ReceiptFacts, covered: Covered) -> str:
    """Return the token of the link that ends one purpose on the channels of the receipt, no more and no less.

    The link is made when it is first shown. It changes nothing until somebody takes it.
    """
    channels = [channel.id for channel in covered.channels]
    scope = WithdrawalScope(purpose=covered.purpose.id, topic=covered.topic, channel=channels)
    return services().withdrawals.make_withdrawal_link(facts.subject_id, facts.controllers[0].id, scope)


def _document(document: Mapping[str, Any], content_type: str, file_name: str | None) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'} if file_name else {}
    return Response(
        f"{json.dumps(document, indent=2, ensure_ascii=False)}\n", content_type=content_type, headers=headers
    )


def _told(covered: Covered, links: Links, catalogue: str) -> dict[str, Any]:
    """Return what the page says of one purpose."""
    language = language_of(catalogue)
    return {
        "title": covered.purpose.title_in(language),
        "topic": covered.topic,
        "recipients": _titles(covered, services().policies.current().policy),
        "withdraw": links.withdrawal[covered.purpose.id],
        "standings": [
            {
                "channel": channel_names([standing.channel], catalogue),
                "state": str(standing.state),
                "fault": standing.fault and str(standing.fault),
                "ends": standing.ends and format_date(standing.ends, "long", locale=language),
            }
            for standing in covered.standings
        ],
    }


def _titles(covered: Covered, policy: Policy) -> list[str]:
    return [policy.recipients[name].title if name in policy.recipients else name for name in covered.recipients]


def _text(facts: ReceiptFacts, texts: Mapping[str, str]) -> dict[str, str]:
    """Return a text in the language it was probably read in; the page must say which that is."""
    language = facts.text_language if facts.text_language in texts else next(iter(texts))
    return {"language": language, "text": texts[language]}
