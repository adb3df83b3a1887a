"""Telling that a message was sent: the use of a permission, from which its proof is kept (UWG section 7a)."""

from typing import Any

from flask.views import MethodView
from marshmallow import ValidationError, fields, validates_schema

from api.context import current_caller, services
from api.errors import NotAllowed
from api.fields import Id, Instant, StrictSchema, Text
from api.idempotency import idempotent
from api.questions import Moment, QuestionSchema, asked_of
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint

blueprint = Blueprint("uses", __name__, url_prefix="/v1/uses", description="Messages that were sent.")

_OF_THE_USE = ("decision_id", "message_ref", "used_at")


class UseSchema(QuestionSchema):
    """A use: of an answer by its `decision_id`, or of the answer to the question that stands here instead."""

    decision_id = Id()
    message_ref = Text(most=500, least=1, allow_none=True)
    used_at = Instant(allow_none=True)

    class Meta(QuestionSchema.Meta):
        """What makes no sense of a use."""

        exclude = ("all", "record_use", "as_of", "as_known")

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        question = data.keys() - set(_OF_THE_USE)
        if "decision_id" in data:
            if question:
                raise ValidationError("Give either a decision_id or a question.", min(question))
            return
        if data.get("used_at"):
            raise ValidationError("A question is answered, and used, now.", "used_at")
        super()._check(data)


class UsedSchema(StrictSchema):
    """The event that was recorded."""

    event_id = fields.String(required=True)
    decision_id = fields.String(required=True)


@blueprint.route("")
class Uses(MethodView):
    """Uses of permissions."""

    @requires(Scope.CHECK)
    @idempotent
    @blueprint.arguments(UseSchema)
    @blueprint.response(201, UsedSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Record that a message was sent; without an allowance nothing is recorded (404, or 409 with the reason)."""
        caller, check = current_caller(), services().check
        message_ref = body.get("message_ref")
        if "decision_id" in body:
            recorded = check.record_use(
                body["decision_id"], actor=caller.client_id, used_at=body.get("used_at"), message_ref=message_ref
            )
            return {"event_id": recorded.event_id, "decision_id": body["decision_id"]}
        question = {name: value for name, value in body.items() if name not in _OF_THE_USE}
        controller = caller.controller_for(question.get("controller"))
        moment = Moment.asked_for({}, services().ground.now())
        asked = asked_of(question, controller=controller, moment=moment)[0]
        answer = check.check_and_use(asked, asker=caller.client_id, message_ref=message_ref)
        if answer.use_event is None:
            raise NotAllowed(f"the answer is no: {answer.decision.reason}")
        return {"event_id": answer.use_event, "decision_id": answer.decision_id}
