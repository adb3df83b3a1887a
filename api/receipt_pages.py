"""The receipt as its data subject opens it, from a link in a mail: a page to read and print, and the data to keep."""

from collections.abc import Callable
from typing import Final

from flask import Response, request
from flask.views import MethodView

from api.context import services
from api.i18n import choose_language
from api.pages import HTML, dead_link
from api.parser import for_people
from api.receipt_forms import JSON, JSON_LD, json_ld, kantara, printed
from api.security import public
from api.smorest import Blueprint
from consent.errors import NoReceipt, SubjectGone, UnknownEvent
from consent.kantara import is_complete
from consent.links import ConfirmationOutcome
from consent.receipt_facts import ReceiptFacts

RECEIPT_FILE: Final = "receipt.jsonld"
KANTARA_FILE: Final = "receipt-kantara.json"

blueprint = Blueprint("receipt_pages", __name__, url_prefix="/r", description="Receipts behind links in mails.")


@blueprint.route("/<token>")
class ReceiptPage(MethodView):
    """The receipt for one event, for the person it is about."""

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def get(self, token: str) -> Response:
        """Show the receipt; change nothing."""
        downloads = {"27560": f"/r/{token}/{RECEIPT_FILE}"}

        def show(facts: ReceiptFacts) -> Response:
            if is_complete(facts):
                downloads["kantara"] = f"/r/{token}/{KANTARA_FILE}"
            return printed(facts, _language(facts.language), downloads=downloads)

        return _behind(token, show)


@blueprint.route(f"/<token>/{RECEIPT_FILE}")
class ReceiptData(MethodView):
    """The same as data."""

    @public
    @for_people
    @blueprint.response(200, description="The receipt after ISO/IEC TS 27560.", content_type=JSON_LD)
    def get(self, token: str) -> Response:
        """Return the receipt as JSON-LD, to keep."""
        return _behind(token, lambda facts: json_ld(facts, file_name=RECEIPT_FILE))


@blueprint.route(f"/<token>/{KANTARA_FILE}")
class KantaraData(MethodView):
    """The same in the older form."""

    @public
    @for_people
    @blueprint.response(200, description="The Kantara Consent Receipt 1.1.", content_type=JSON)
    @blueprint.alt_response(409, "CONFLICT")
    def get(self, token: str) -> Response:
        """Return the receipt in the form of Kantara 1.1, to keep."""
        return _behind(token, lambda facts: kantara(facts, file_name=KANTARA_FILE))


def _behind(token: str, show: Callable[[ReceiptFacts], Response]) -> Response:
    """Return what `show` makes of the receipt behind a token; a link that leads nowhere is a page too."""
    event_id = services().receipts.event_behind(token)
    if event_id is None:
        return dead_link(ConfirmationOutcome.UNKNOWN, _language(None))
    try:
        facts = services().receipts.gather(event_id, in_clear=True)
    except (UnknownEvent, NoReceipt, SubjectGone):
        return dead_link(ConfirmationOutcome.UNKNOWN, _language(None))
    return show(facts)


def _language(own: str | None) -> str:
    return choose_language(own, *request.accept_languages.values())
