"""What is on record of one data subject: how each consent stands, and everything that was said."""

from typing import Any, Final

from flask.views import MethodView
from marshmallow import fields

from api.context import current_caller, services
from api.fields import Instant, PageSchema, Slug, StrictSchema
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.v1.subjects import sees_clear_values
from consent.notices import NO_TEXT
from consent.overview import Standing, Told

OK: Final = 200
# Shown under names of its own, or a keyed hash that means nothing outside.
_NOT_SHOWN: Final = frozenset(
    {"event", "id", "at", "recorded_at", "place", "subject", "identifier", "to", "idempotency_key"}
)

blueprint = Blueprint("histories", __name__, url_prefix="/v1/subjects", description="What a data subject said.")


class StandingSchema(StrictSchema):
    """How one purpose stands on one channel now, and what a check would say."""

    purpose = fields.String(required=True)
    topic = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True)
    identifier_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True)
    basis = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    valid_until = Instant(required=True, allow_none=True)


class StandingsSchema(StrictSchema):
    """All of them at once."""

    items = fields.List(fields.Nested(StandingSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ProofSchema(StrictSchema):
    """One thing that proves an event; `content` is null without scope `subjects:write`."""

    kind = fields.String(required=True)
    content = fields.Dict(required=True, allow_none=True)


class ToldSchema(StrictSchema):
    """One event with what proves it; `fields` are those of the rule book, `entry_id` its entry in the audit log."""

    event_id = fields.String(required=True)
    event = fields.String(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)
    fields_ = fields.Dict(required=True, data_key="fields")
    identifier_ids = fields.List(fields.String(), required=True)
    entry_id = fields.String(required=True)
    policy_version = fields.Integer(required=True)
    evidence = fields.List(fields.Nested(ProofSchema), required=True)


class HistorySchema(StrictSchema):
    """A page of the history, the newest first."""

    items = fields.List(fields.Nested(ToldSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ControllerQuerySchema(StrictSchema):
    """For which controller; another than the key's own needs scope `group`."""

    controller = Slug(load_default=None)


@blueprint.route("/<subject_id>/permissions")
class Permissions(MethodView):
    """How the consents of one data subject stand."""

    @requires(Scope.CONSENTS_READ)
    @blueprint.arguments(ControllerQuerySchema, location="query")
    @blueprint.response(OK, StandingsSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, query: dict[str, Any], subject_id: str) -> dict[str, Any]:
        """Return state and answer for every purpose, with its topics, on every channel."""
        controller = current_caller().controller_for(query["controller"])
        items = [_standing(item) for item in services().overview.permissions(subject_id, controller)]
        return {"items": items, "next_cursor": None}


@blueprint.route("/<subject_id>/consents")
class History(MethodView):
    """What was said by and about one data subject."""

    @requires(Scope.CONSENTS_READ)
    @blueprint.arguments(PageSchema, location="query")
    @blueprint.response(OK, HistorySchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, page: dict[str, Any], subject_id: str) -> dict[str, Any]:
        """Return the full history with its evidence, the newest first."""
        cursors, scope = services().cursors, f"history:{subject_id}"
        before = cursors.read(scope, page["cursor"])[0] if page["cursor"] else None
        found = services().overview.consents(subject_id, before=before, limit=page["limit"])
        return {
            "items": [_told(item) for item in found.items],
            "next_cursor": None if found.next is None else cursors.make(scope, [found.next]),
        }


def _standing(item: Standing) -> dict[str, Any]:
    decision = item.decision
    return {
        "purpose": item.purpose,
        "topic": item.topic,
        "channel": item.channel,
        "identifier_id": item.identifier_id,
        "state": decision.state,
        "decision": decision.decision,
        "basis": decision.basis,
        "reason": decision.reason,
        "valid_until": decision.valid_until,
    }


def _told(item: Told) -> dict[str, Any]:
    event = item.event
    said = {name: value for name, value in event.to_mapping().items() if name not in _NOT_SHOWN}
    if event.notice not in (None, NO_TEXT):
        notice, _, version = str(event.notice).partition("@")
        said["notice"] = {"id": notice, "version": int(version)} if version else notice
    in_clear = sees_clear_values()
    return {
        "event_id": event.id,
        "event": event.kind,
        "occurred_at": event.at,
        "recorded_at": event.recorded_at,
        "fields_": said,
        "identifier_ids": item.identifier_ids,
        "entry_id": item.entry_id,
        "policy_version": item.policy_version,
        "evidence": [{"kind": proof.kind, "content": proof.content if in_clear else None} for proof in item.evidence],
    }
