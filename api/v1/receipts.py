"""Receipts: what was said about consent, for machines (ISO/IEC TS 27560, Kantara) and for people."""

from typing import Any, Final

from flask import Response, request
from flask.views import MethodView
from marshmallow import fields, validate
from werkzeug.exceptions import NotAcceptable

from api.context import current_caller, services
from api.fields import StrictSchema
from api.i18n import choose_language
from api.receipt_forms import JSON, JSON_LD, json_ld, kantara, printed
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.v1.subjects import sees_clear_values

HTML: Final = "text/html"
KANTARA: Final = "kantara"
# The first is what is given to whoever takes anything.
OFFERED: Final = (JSON_LD, JSON, HTML)

blueprint = Blueprint("receipts", __name__, url_prefix="/v1/consents", description="Receipts for consents.")


class FormSchema(StrictSchema):
    """Which form the receipt should have; without it, that of ISO/IEC TS 27560."""

    form = fields.String(load_default=None, data_key="format", validate=validate.OneOf([KANTARA]))


@blueprint.route("/<event_id>/receipt")
class ReceiptOfEvent(MethodView):
    """The receipt for one event."""

    @requires(Scope.CONSENTS_READ)
    @blueprint.arguments(FormSchema, location="query")
    @blueprint.response(
        200,
        description="The receipt: JSON-LD with terms of DPV, or a page for people (`Accept: text/html`).",
        content_type=JSON_LD,
    )
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(406, "NOT_ACCEPTABLE")
    @blueprint.alt_response(409, "CONFLICT")
    @blueprint.alt_response(410, "GONE")
    def get(self, query: dict[str, Any], event_id: str) -> Response:
        """Return the receipt for a declaration, a refusal, a withdrawal or an objection.

        It holds the consent record, how the consent stands now, the way out, and the proof that the audit log
        holds the event as soon as a signed head covers it. Where it was said needs scope `subjects:write`.
        """
        facts = services().receipts.gather(event_id, in_clear=sees_clear_values())
        caller = current_caller()
        if caller.controller not in {controller.id for controller in facts.controllers}:
            caller.controller_for(facts.controllers[0].id)
        if query["form"] == KANTARA:
            return kantara(facts)
        accepted = request.accept_mimetypes
        wanted = accepted.best_match(OFFERED) if accepted else JSON_LD
        if wanted is None:
            raise NotAcceptable
        if wanted != HTML:
            return json_ld(facts, content_type=wanted)
        language = choose_language(*request.accept_languages.values())
        return printed(facts, language, downloads={})
