"""Two records that turn out to be one person, or not to be after all."""

from typing import Any, Final

from flask.views import MethodView
from marshmallow import fields, validate

from api.context import current_caller, services
from api.fields import StrictSchema
from api.idempotency import idempotency_reference, idempotent
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.subject_fields import SubjectSchema
from api.v1.consents import MOST_EVIDENCE, EvidenceSchema
from consent.report import Report
from consent.vocabulary import EventKind

CREATED: Final = 201

blueprint = Blueprint("merging", __name__, url_prefix="/v1/subjects", description="Records of one person.")


class TwoRecordsSchema(StrictSchema):
    """Two records, and what shows that they are one person's, or that they are not; the order says nothing."""

    subject = fields.Nested(SubjectSchema, required=True)
    other = fields.Nested(SubjectSchema, required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), load_default=(), validate=validate.Length(max=MOST_EVIDENCE))


class MergedSchema(StrictSchema):
    """The event that was recorded, and the ids of the two records."""

    event_id = fields.String(required=True)
    subject = fields.String(required=True)
    other = fields.String(required=True)


@blueprint.route("/merge")
class Merge(MethodView):
    """Records that are one person's from now on."""

    @requires(Scope.SUBJECTS_WRITE)
    @idempotent
    @blueprint.arguments(TwoRecordsSchema)
    @blueprint.response(CREATED, MergedSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, two: dict[str, Any]) -> dict[str, Any]:
        """Merge two records: from now on a no in one counts for both, while each keeps its own yeses.

        A record is merged with one other at most. Merging can be undone; nothing is moved or deleted.
        """
        return _record(EventKind.MERGE, two)


@blueprint.route("/unmerge")
class Unmerge(MethodView):
    """Records that are not one person's after all."""

    @requires(Scope.SUBJECTS_WRITE)
    @idempotent
    @blueprint.arguments(TwoRecordsSchema)
    @blueprint.response(CREATED, MergedSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, two: dict[str, Any]) -> dict[str, Any]:
        """Part two merged records: each answers as before, but what was refused while merged stays refused in both."""
        return _record(EventKind.UNMERGE, two)


def _record(kind: EventKind, two: dict[str, Any]) -> dict[str, Any]:
    caller = current_caller()
    controller = caller.controller_for(None)
    report = Report(
        fields={"event": kind, "controller": [controller]},
        subject=two["subject"],
        other=two["other"],
        idempotency_key=idempotency_reference(),
        evidence=tuple(two["evidence"]),
    )
    recorded = services().consent.record(report, controller=controller, actor=caller.client_id)
    if recorded.subject_id is not None:
        # What a recipient holds of either is taken back now, not when the next round asks again.
        services().releases.revoke_for_subject(recorded.subject_id, actor=caller.client_id)
    return {"event_id": recorded.event_id, "subject": recorded.subject_id, "other": recorded.other_id}
