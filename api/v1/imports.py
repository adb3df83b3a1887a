"""Consents in files: taken in row by row with a report for each, and given out in the same form."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Response, request, stream_with_context
from flask.views import MethodView
from marshmallow import fields, validate

from api.bodies import LARGE, raw_body
from api.context import current_caller, services
from api.fields import StrictSchema
from api.idempotency import idempotent
from api.importing import take_in
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from consent.import_batch import Source
from consent.import_reading import ImportFormat
from consent.import_report import RowOutcome, RowReport

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
FORMATS: Final = {
    NDJSON: ImportFormat.NDJSON,
    "application/ndjson": ImportFormat.NDJSON,
    CSV: ImportFormat.CSV,
}
FORMS: Final = tuple(form.value for form in ImportFormat)

blueprint = Blueprint("imports", __name__, url_prefix="/v1/consents", description="Consents in files.")


class ImportQuerySchema(StrictSchema):
    """How a file is taken in; a dry run reports and writes nothing."""

    dry_run = fields.Boolean(load_default=False, truthy={"true", "1"}, falsy={"false", "0"})


class ExportQuerySchema(StrictSchema):
    """The form of the file."""

    format = fields.String(load_default=ImportFormat.NDJSON.value, validate=validate.OneOf(FORMS))


class RowReportSchema(StrictSchema):
    """What became of one row; the answer holds one such object a line, in the order of the rows."""

    row = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([outcome.value for outcome in RowOutcome]))
    reason = fields.String(required=True, allow_none=True)
    event_id = fields.String(required=True, allow_none=True)
    field = fields.String()


@blueprint.route("/import")
class Import(MethodView):
    """Rows of a file."""

    @requires(Scope.CONSENTS_WRITE)
    @raw_body(*FORMATS, limit=LARGE)
    @idempotent
    @blueprint.arguments(ImportQuerySchema, location="query")
    @blueprint.response(200, RowReportSchema, content_type=NDJSON)
    @blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
    @blueprint.doc(
        requestBody={
            "required": True,
            "description": "One JSON object a line, or CSV with the names of the columns in its first line.",
            "content": {media_type: {} for media_type in FORMATS},
        }
    )
    def post(self, query: dict[str, Any]) -> Response:
        """Take in rows; each only lowers, unless it brings proof. The report is streamed, a line for each row.

        The same file sent again is taken in once: what was cut off is sent again as it was.
        """
        caller, body = current_caller(), request.get_data()
        source = Source(caller.controller, caller.client_id, hashlib.sha256(body).hexdigest())
        form = FORMATS[request.mimetype]
        batches = take_in(services(), io.BytesIO(body), form, source, dry_run=query["dry_run"])
        return Response(stream_with_context(_lines(batches)), content_type=NDJSON)


@blueprint.route("/export")
class Export(MethodView):
    """Permissions as rows of a file."""

    @requires(Scope.CONSENTS_READ)
    @blueprint.arguments(ExportQuerySchema, location="query")
    @blueprint.response(200, description="The file: one JSON object a line, or CSV.")
    def get(self, query: dict[str, Any]) -> Response:
        """Give out the consents that carry and the standing noes, in a form that can be imported again.

        Identifiers stand there in clear, so the key needs the scope `subjects:write` too.
        """
        caller, form = current_caller(), ImportFormat(query["format"])
        caller.demand(Scope.SUBJECTS_WRITE)
        lines = services().exports.lines(caller.controller, form, actor=caller.client_id)
        return Response(stream_with_context(lines), content_type=CSV if form is ImportFormat.CSV else NDJSON)


def _lines(batches: Iterable[list[RowReport]]) -> Iterator[str]:
    for batch in batches:
        yield "".join(f"{json.dumps(report.document())}\n" for report in batch)
