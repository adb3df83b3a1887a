"""Social data comes in: fetched by whoever holds a key, or pushed by a platform that signs what it sends."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request
from flask.views import MethodView
from marshmallow import EXCLUDE, fields

from api.bodies import LARGE, raw_body
from api.context import current_caller, services
from api.fields import Instant, StrictSchema
from api.hooks import challenge, hook_of
from api.idempotency import idempotent
from api.scopes import Scope
from api.security import public, requires
from api.smorest import Blueprint
from pii.intake import Delivery
from pii.intake_report import IntakeReport
from pii.post import Post
from pii.signatures import verify
from pii.store_errors import UnknownPost

ACCEPTED: Final = 202
# The item that was asked for, where the answer of the platform does not name it: a version history of Mastodon.
REQUESTED: Final = "X-Placet-Requested-Id"
MEDIA_TYPES: Final = (
    "application/json",
    "application/x-ndjson",
    "application/ndjson",
    "application/activity+json",
    "application/ld+json",
    "application/feed+json",
    "application/xml",
    "text/xml",
    "application/rss+xml",
    "application/atom+xml",
    "text/event-stream",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
)

blueprint = Blueprint("intake", __name__, url_prefix="/v1", description="Social data comes in.")


class RejectedSchema(StrictSchema):
    """An item that was not taken in: its place in the delivery, and why."""

    item = fields.String(
        required=True,
        metadata={
            "description": "JSON Pointer into the delivery, also of one that is no JSON: lines and stream events count "
            "as a list, a form as an object, the elements of one name in XML as a list."
        },
    )
    reason = fields.String(required=True)


class ReportSchema(StrictSchema):
    """What a delivery came to."""

    accepted = fields.Integer(required=True)
    duplicates = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    rejected = fields.List(fields.Nested(RejectedSchema), required=True)


class PostSchema(StrictSchema):
    """A pseudonymised post. Text and fields are null or empty until it was examined, and while it is closed."""

    id = fields.String(required=True)
    platform = fields.String(required=True)
    kind = fields.String(required=True)
    lang = fields.String(required=True)
    public = fields.Boolean(required=True)
    own = fields.Boolean(required=True)
    status = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    closed_by = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)
    text = fields.String(required=True, allow_none=True)
    fields_ = fields.Dict(required=True, data_key="fields")
    findings = fields.Dict(required=True)
    special_categories = fields.List(fields.String(), required=True)
    minor = fields.Boolean(required=True)
    created_at = Instant(required=True, allow_none=True)
    collected_at = Instant(required=True)


class ChallengeSchema(StrictSchema):
    """What platforms ask with; whatever else they add plays no part."""

    mode = fields.String(data_key="hub.mode")
    verify_token = fields.String(data_key="hub.verify_token")
    challenge = fields.String(data_key="hub.challenge")
    crc_token = fields.String()


@blueprint.route("/intake/<platform>")
class Intake(MethodView):
    """Deliveries that the controller fetched by itself."""

    @requires(Scope.INTAKE)
    @raw_body(*MEDIA_TYPES, limit=LARGE)
    @idempotent
    @blueprint.response(ACCEPTED, ReportSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
    @blueprint.doc(
        requestBody={
            "required": True,
            "description": "The body exactly as the platform delivers it.",
            "content": {media_type: {} for media_type in MEDIA_TYPES},
        },
        parameters=[
            {
                "in": "header",
                "name": REQUESTED,
                "schema": {"type": "string"},
                "description": "The item that was asked for, where the platform's answer does not name it: the status "
                "of a version history of Mastodon, the post above comments of Facebook.",
            }
        ],
    )
    def post(self, platform: str) -> dict[str, Any]:
        """Take in one delivery, as the platform made it; items known already count as duplicates."""
        caller = current_caller()
        delivery = Delivery(controller=caller.controller, actor=caller.client_id)
        body, requested = request.get_data(), request.headers.get(REQUESTED)
        return report_body(services().intake.take_in(platform, body, delivery, requested_id=requested))


@blueprint.route("/hooks/<platform>/<source_id>")
class Hook(MethodView):
    """Deliveries that a platform pushes."""

    @public
    @blueprint.arguments(ChallengeSchema, location="query", unknown=EXCLUDE)
    @blueprint.response(200, description="The platform's challenge, answered.")
    @blueprint.alt_response(403, "FORBIDDEN")
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, _query: dict[str, str], platform: str, source_id: str) -> Response:
        """Answer the question by which a platform makes sure that this address is ours."""
        answer = challenge(services(), platform, source_id, request.args.to_dict())
        return Response(answer.body, content_type=answer.media_type)

    @public
    @raw_body(limit=LARGE)
    @blueprint.response(ACCEPTED, ReportSchema)
    @blueprint.alt_response(401, "UNAUTHORIZED")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
    @blueprint.doc(requestBody={"required": True, "content": {"*/*": {}}})
    def post(self, platform: str, source_id: str) -> dict[str, Any]:
        """Take in one delivery that the platform signed; nothing is read before the signature holds."""
        hook = hook_of(services(), platform, source_id)
        body = request.get_data()
        verify(platform, body, dict(request.headers), hook.secrets)
        delivery = Delivery(controller=hook.controller, actor=f"platform:{platform}", source_id=hook.source_id)
        return report_body(services().intake.take_in(platform, body, delivery))


@blueprint.route("/posts/<post_id>")
class OnePost(MethodView):
    """One stored post."""

    # A post carries the pseudonyms of intake. Whoever only receives releases must not see them: two recipients
    # would find the same person under the same name. So this is for those who bring social data in.
    @requires(Scope.INTAKE)
    @blueprint.response(200, PostSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, post_id: str) -> dict[str, Any]:
        """Return a post under the pseudonyms of intake."""
        post = services().posts.get_post(post_id)
        if post.controller != current_caller().controller:
            raise UnknownPost("no such post")
        return post_body(post)


def report_body(report: IntakeReport) -> dict[str, Any]:
    """Return a report as it is sent."""
    return {
        "accepted": report.accepted,
        "duplicates": report.duplicates,
        "orders": report.orders,
        "rejected": [{"item": each.item, "reason": each.reason} for each in report.rejected],
    }


def post_body(post: Post) -> dict[str, Any]:
    """Return a post as it is sent; who wrote it stays inside."""
    shown: Mapping[str, Any] = {
        name: getattr(post, name) for name in PostSchema._declared_fields if name not in ("fields_", "closed_by")
    }
    return {**shown, "fields_": post.fields, "closed_by": sorted(post.closed_by)}
