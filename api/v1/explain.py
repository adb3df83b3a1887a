"""The explanation: an answer with every step of the rule book that led to it, and what would turn it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from flask.views import MethodView
from marshmallow import ValidationError, fields, validates_schema

from api.context import current_caller, services
from api.fields import Instant, StrictSchema
from api.questions import ContentSchema, Moment, QuestionSchema, asked_of
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.unsubscribe import way_out
from api.v1.check import AnswerSchema, of_many, of_one
from api.v1.consents import NoticeSchema
from consent.changes import NEW_PERSON, By, Change, has_happened
from consent.event import ConsentEvent
from consent.explaining import Explanation
from consent.trace import STEPS, StepOutcome
from consent.vocabulary import ContentFlag, EventKind
from consent.would_allow import Way

# Told in another form than an event keeps them: people, contact points, notices and times.
_APART: Final = ("id", "at", "recorded_at", "place", "subject", "identifier", "other", "notice", "request", "until")

blueprint = Blueprint("explain", __name__, url_prefix="/v1/explain", description="Why, and what would turn it.")


class ExplainedSchema(QuestionSchema):
    """A question as it is put to a check; an explanation uses nothing."""

    @validates_schema
    def _uses_nothing(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("record_use"):
            raise ValidationError("An explanation uses nothing.", "record_use")


class StepSchema(StrictSchema):
    """One step, for the person and under the rule pack it was taken for (null: for the whole)."""

    part = fields.Integer(required=True, allow_none=True, metadata={"description": "The place in a list of questions."})
    step = fields.Integer(required=True, metadata={"minimum": 1, "maximum": max(STEPS)})
    name = fields.String(required=True, metadata={"enum": [*STEPS.values()]})
    subject_id = fields.String(required=True, allow_none=True)
    pack = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, metadata={"enum": [*StepOutcome]})
    reason = fields.String(required=True, allow_none=True)
    basis = fields.String(required=True, allow_none=True)


class RefSchema(StrictSchema):
    """A person or an identifier by its id."""

    id = fields.String(required=True)


class WouldHappenSchema(StrictSchema):
    """An event of the rule book, in the words of `POST /v1/consents`.

    A `subject` that is null is somebody without a record. Without `identifier` the contact point asked about is
    meant, or one that is yet to be given.
    """

    event = fields.String(required=True, metadata={"enum": [*EventKind]})
    subject = fields.Nested(RefSchema, allow_none=True)
    other = fields.Nested(RefSchema)
    controller = fields.List(fields.String())
    purpose = fields.List(fields.String())
    topic = fields.String()
    channel = fields.List(fields.String())
    identifier = fields.Nested(RefSchema)
    notice = fields.Nested(NoticeSchema)
    proof = fields.String()
    explicit = fields.Boolean()
    request = fields.String()
    reason = fields.String()
    until = Instant()
    kind = fields.String()
    goods = fields.String()
    address_from = fields.String()
    objection_notice = fields.Boolean()
    verified = fields.Boolean()


class WouldAskSchema(StrictSchema):
    """Fields of the question that would be otherwise; the rest stays as it was put."""

    subject = fields.Nested(RefSchema)
    identifier = fields.Nested(RefSchema)
    channel = fields.String()
    topic = fields.String(allow_none=True)
    recipient = fields.String()
    goods = fields.String()
    own_goods = fields.Boolean()
    content = fields.Nested(ContentSchema)


class ChangeSchema(StrictSchema):
    """One change and who has it in hand: an event, another question, or a wait."""

    by = fields.String(required=True, metadata={"enum": [*By]})
    event = fields.Nested(WouldHappenSchema, required=True, allow_none=True)
    question = fields.Nested(WouldAskSchema, required=True, allow_none=True)
    part = fields.Integer(required=True, allow_none=True, metadata={"description": "Whose question, in a list."})
    wait_until = Instant(required=True, allow_none=True)


class WaySchema(StrictSchema):
    """Changes that together turn the answer, made at `at`, when the question is put again."""

    at = Instant(required=True)
    changes = fields.List(fields.Nested(ChangeSchema), required=True)


class ExplanationSchema(AnswerSchema):
    """An answer, explained. `would_allow_if` has the smallest sets of changes, each of which turns it.

    `final`: all was tried, and nothing that anybody does turns this answer while the policy stays as it is.
    """

    trace = fields.List(fields.Nested(StepSchema), required=True)
    would_allow_if = fields.List(fields.Nested(WaySchema), required=True)
    final = fields.Boolean(required=True)


@blueprint.route("")
class Explain(MethodView):
    """One question, or several that are answered as one, explained."""

    @requires(Scope.CHECK)
    @blueprint.arguments(ExplainedSchema)
    @blueprint.response(200, ExplanationSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer a question as a check does, and tell how that came about and what would turn it."""
        caller = current_caller()
        controller = caller.controller_for(body.get("controller"))
        asked = asked_of(body, controller=controller, moment=Moment.asked_for(body, services().ground.now()))
        found = services().explain.explain(asked, asker=caller.client_id)
        is_list = bool(body.get("all"))
        if is_list:
            answer = of_many(found.decision, list(found.answers))
        else:
            about_now = not body.get("as_of") and not body.get("as_known")
            answer = of_one(found.answers[0], way_out(services(), asked[0], found.answers[0]) if about_now else None)
        return {
            **answer,
            "trace": [*_trace(found, is_list=is_list)],
            "would_allow_if": [_way(way, found, is_list=is_list) for way in found.ways.ways],
            "final": found.ways.is_final,
        }


def _trace(found: Explanation, *, is_list: bool) -> Iterator[dict[str, Any]]:
    for part, steps in enumerate(found.traces):
        for step in steps:
            yield {
                "part": part if is_list else None,
                "step": step.step,
                "name": step.name,
                "subject_id": step.holder,
                "pack": step.pack,
                "outcome": step.outcome,
                "reason": step.reason,
                "basis": step.basis,
            }


def _way(way: Way, found: Explanation, *, is_list: bool) -> dict[str, Any]:
    changes = [
        {
            "by": change.by,
            "event": None if change.event is None else _event(change.event, way.at, found),
            "question": _question(change, found) or None,
            "part": change.part if is_list and change.asked else None,
            "wait_until": change.until,
        }
        for change in way.changes
    ]
    return {"at": way.at, "changes": changes}


def _event(event: ConsentEvent, at: datetime, found: Explanation) -> dict[str, Any]:
    told = {name: value for name, value in event.to_mapping().items() if name not in _APART}
    if event.subject is not None:
        told["subject"] = None if event.subject == NEW_PERSON else {"id": event.subject}
    if event.other is not None:
        told["other"] = {"id": event.other}
    for contact in event.identifiers:
        identifier = found.identifier_of(contact, event.subject)
        if identifier is not None:
            told["identifier"] = {"id": identifier.id}
    if event.notice is not None:
        notice, _, version = event.notice.partition("@")
        told["notice"] = {"id": notice, "version": int(version)}
    if has_happened(event.request):
        told["request"] = event.request
    if event.until is not None:
        told["until"] = at
    return told


def _question(change: Change, found: Explanation) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in change.asked:
        if name in [*ContentFlag]:
            told["content"] = {name: value}
        elif name != "identifier":
            told[name] = value
        elif (identifier := found.identifier_of(value, found.answers[change.part].subject_id)) is not None:
            told |= {"subject": {"id": identifier.subject_id}, "identifier": {"id": identifier.id}}
    return told
