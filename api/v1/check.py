"""The check: whether a controller may use a contact point of a person for a purpose through a channel, and why."""

from typing import Any

from flask.views import MethodView
from marshmallow import fields

from api.context import current_caller, services
from api.fields import Instant, StrictSchema
from api.questions import Moment, QuestionSchema, asked_of
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.unsubscribe import WayOut, way_out
from consent.check import Answer
from consent.model import Decision

blueprint = Blueprint("check", __name__, url_prefix="/v1/check", description="May I, and why?")


class RestsOnSchema(StrictSchema):
    """One thing that an answer rests on: an event, the rule that made it count, and the source of the rule."""

    event = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True)
    citation = fields.String(required=True, allow_none=True)


class WayOutSchema(StrictSchema):
    """The way out that belongs into the message."""

    url = fields.String(required=True, metadata={"format": "uri"})
    one_click = fields.String(required=True, metadata={"format": "uri"})


class AnswerSchema(StrictSchema):
    """An answer; codes are those of the rule book. `denied` and `decision_ids` stand with a list of questions."""

    decision = fields.String(required=True, metadata={"enum": ["allow", "deny"]})
    basis = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    rests_on = fields.List(fields.Nested(RestsOnSchema), required=True)
    notes = fields.List(fields.String(), required=True)
    obligations = fields.List(fields.String(), required=True)
    unsubscribe = fields.Nested(WayOutSchema, required=True, allow_none=True)
    decision_id = fields.String(required=True)
    policy_version = fields.Integer(required=True)
    decided_at = Instant(required=True)
    valid_until = Instant(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    keep_proof_until = Instant(required=True, allow_none=True)
    retry_after = Instant(required=True, allow_none=True)
    carried_by = fields.String(required=True, allow_none=True)
    denied = fields.List(fields.Integer(), required=True, allow_none=True)
    decision_ids = fields.List(fields.String(), required=True, allow_none=True)


@blueprint.route("")
class Check(MethodView):
    """One question, or several that are answered as one."""

    @requires(Scope.CHECK)
    @blueprint.arguments(QuestionSchema)
    @blueprint.response(200, AnswerSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer a question. A no is an answer; so is a purpose, a channel or a person that nobody knows.

        With `record_use` a yes is used at once: no withdrawal comes between the answer and the use.
        """
        caller, check = current_caller(), services().check
        controller = caller.controller_for(body.get("controller"))
        asked = asked_of(body, controller=controller, moment=Moment.asked_for(body, services().ground.now()))
        if body.get("all"):
            whole, answers = check.check_all(asked, asker=caller.client_id)
            return of_many(whole, answers)
        put = check.check_and_use if body.get("record_use") else check.check
        answer = put(asked[0], asker=caller.client_id)
        about_now = not body.get("as_of") and not body.get("as_known")
        return of_one(answer, way_out(services(), asked[0], answer) if about_now else None)


def of_one(answer: Answer, unsubscribe: WayOut | None) -> dict[str, Any]:
    """Return the answer to one question as it is sent."""
    return {**_told(answer.decision, answer), "unsubscribe": unsubscribe, "decision_ids": None}


def of_many(whole: Decision, answers: list[Answer]) -> dict[str, Any]:
    """Return the answer to a list of questions as it is sent, under the id of the answer that decided it."""
    decisive = answers[whole.denied[0] if whole.denied else 0]
    ids = [answer.decision_id for answer in answers]
    return {**_told(whole, decisive), "unsubscribe": None, "decision_ids": ids}


def _told(decision: Decision, answer: Answer) -> dict[str, Any]:
    return {
        "decision": decision.decision,
        "basis": decision.basis,
        "reason": decision.reason,
        "rests_on": decision.rests_on,
        "notes": decision.notes,
        "obligations": decision.obligations,
        "decision_id": answer.decision_id,
        "policy_version": answer.policy_version,
        "decided_at": answer.decided_at,
        "valid_until": decision.valid_until,
        "state": decision.state,
        "keep_proof_until": decision.keep_proof_until,
        "retry_after": decision.retry_after,
        "carried_by": decision.carried_by,
        "denied": decision.denied,
    }
