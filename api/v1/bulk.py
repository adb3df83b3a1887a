"""Asking about many people at once, many things about one, or for everybody who may be contacted."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Response, request, stream_with_context
from flask.views import MethodView
from marshmallow import ValidationError, fields, validate, validates_schema

from api.bodies import large_body
from api.context import current_caller, services
from api.errors import UnknownId
from api.fields import Instant, PageSchema, Slug, StrictSchema, format_instant
from api.questions import MOST_AT_ONCE, Moment, PartSchema, asked_of
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.subject_fields import SubjectSchema
from api.subject_list import SubjectList
from api.unsubscribe import told_text, way_out, way_out_text
from api.v1.check import AnswerSchema, of_one
from consent.bulk import Told
from consent.question import Question
from consent.vocabulary import Verdict

NDJSON: Final = "application/x-ndjson"
IDS: Final = "ids-ndjson"

blueprint = Blueprint("bulk", __name__, url_prefix="/v1", description="Many questions at once.")


class BatchSchema(PartSchema):
    """One question about many data subjects."""

    subjects = SubjectList(required=True)
    controller = Slug(allow_none=True)
    as_of = Instant(allow_none=True)
    as_known = Instant(allow_none=True)


class AnswersSchema(StrictSchema):
    """Answers, in the order of what was asked."""

    items = fields.List(fields.Nested(AnswerSchema), required=True)


class AnySchema(StrictSchema):
    """Several questions about one data subject."""

    subject = fields.Nested(SubjectSchema, required=True)
    questions = fields.List(fields.Nested(PartSchema), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))
    controller = Slug(allow_none=True)
    as_of = Instant(allow_none=True)
    as_known = Instant(allow_none=True)


class AggregateSchema(StrictSchema):
    """What the answers come to: whether any is yes, whether all are."""

    any = fields.String(required=True, metadata={"enum": ["allow", "deny"]})
    all = fields.String(required=True, metadata={"enum": ["allow", "deny"]})


class AnyAnswersSchema(AnswersSchema):
    """Answers, in the order of the questions, and what they come to."""

    aggregate = fields.Nested(AggregateSchema, required=True)


class SegmentQuerySchema(PageSchema):
    """Which people are listed; with `format=ids-ndjson` all of them in one stream, one JSON object a line."""

    topic = Slug(load_default=None)
    format = fields.String(load_default=None, validate=validate.OneOf([IDS]))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data["format"] is not None and data["cursor"] is not None:
            raise ValidationError("A stream begins at the beginning.", "cursor")


class MemberSchema(StrictSchema):
    """Somebody who may be contacted."""

    id = fields.String(required=True)


class SegmentSchema(StrictSchema):
    """A page of ids; it can be shorter than asked for, the end is where `next_cursor` is null."""

    items = fields.List(fields.Nested(MemberSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("/check/batch")
class Batch(MethodView):
    """One question about up to ten thousand people."""

    @requires(Scope.CHECK)
    @large_body
    @blueprint.arguments(BatchSchema)
    @blueprint.response(200, AnswersSchema)
    def post(self, body: dict[str, Any]) -> Response:
        """Answer in the order of the subjects; `Accept: application/x-ndjson` streams one answer a line."""
        caller, now = current_caller(), services().ground.now()
        controller = caller.controller_for(body.get("controller"))
        moment = Moment.asked_for(body, now)
        question = asked_of(body, controller=controller, moment=moment)[0].question
        about_now = not body.get("as_of") and not body.get("as_known")
        told = services().bulk.check(question, body["subjects"], asker=caller.client_id, about_now=about_now)
        # The first part is answered before anything is sent: a refusal has a status of its own.
        parts = _parts(told, format_instant(now))
        first = next(parts)
        if request.accept_mimetypes.best_match(["application/json", NDJSON]) == NDJSON:
            lines = stream_with_context("".join(f"{item}\n" for item in part) for part in _again(first, parts))
            return Response(lines, content_type=NDJSON)
        items = ",".join(",".join(part) for part in _again(first, parts))
        return Response(f'{{"items":[{items}]}}', content_type="application/json")


@blueprint.route("/check/any")
class AnyOf(MethodView):
    """Several questions about one person."""

    @requires(Scope.CHECK)
    @blueprint.arguments(AnySchema)
    @blueprint.response(200, AnyAnswersSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer each question by itself, and say whether any or all of the answers are yes."""
        caller, check = current_caller(), services().check
        controller = caller.controller_for(body.get("controller"))
        moment = Moment.asked_for(body, services().ground.now())
        asked = asked_of({**body, "all": body["questions"]}, controller=controller, moment=moment)
        answers = check.check_many(asked, asker=caller.client_id)
        about_now = not body.get("as_of") and not body.get("as_known")
        ways = [way_out(services(), *pair) if about_now else None for pair in zip(asked, answers, strict=True)]
        allowed = [answer.decision.allowed for answer in answers]
        return {
            "items": [of_one(answer, way) for answer, way in zip(answers, ways, strict=True)],
            "aggregate": {"any": _verdict(any(allowed)), "all": _verdict(all(allowed))},
        }


@blueprint.route("/segments/<purpose>/<channel>")
class Segment(MethodView):
    """Everybody for whom the answer is yes."""

    @requires(Scope.CHECK)
    @blueprint.arguments(SegmentQuerySchema, location="query")
    @blueprint.response(200, SegmentSchema)
    def get(self, page: dict[str, Any], purpose: str, channel: str) -> Any:
        """List the ids of subjects who may be contacted now, in the order of ids.

        Each is asked about again before a message goes out: a list is old as soon as it is made.
        """
        policy = services().policies.current().policy
        if purpose not in policy.purposes or channel not in policy.channels:
            raise UnknownId("the policy has no such purpose or channel")
        controller, now = current_caller().controller, services().ground.now()
        question = Question(
            controller=controller, purpose=purpose, channel=channel, topic=page["topic"], as_of=now, as_known=now
        )
        if page["format"] == IDS:
            return Response(stream_with_context(_lines(question)), content_type=NDJSON)
        scope = f"segment:{controller}:{purpose}:{channel}:{page['topic'] or ''}"
        cursors = services().cursors
        after = cursors.read(scope, page["cursor"])[0] if page["cursor"] else None
        ids, last = services().bulk.list_allowed(question, after=after, limit=page["limit"])
        return {
            "items": [{"id": name} for name in ids],
            "next_cursor": None if last is None else cursors.make(scope, [last]),
        }


def _parts(told: Iterable[list[Told]], decided_at: str) -> Iterator[list[str]]:
    for part in told:
        yield [
            told_text(
                item.document,
                decision_id=item.decision_id,
                decided_at=decided_at,
                unsubscribe=way_out_text(services(), item.link),
            )
            for item in part
        ]


def _again(first: list[str], rest: Iterable[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _lines(question: Question) -> Iterator[str]:
    last: str | None = None
    while True:
        ids, last = services().bulk.list_allowed(question, after=last)
        yield "".join(f"{json.dumps({'id': name})}\n" for name in ids)
        if last is None:
            return


def _verdict(allowed: bool) -> Verdict:
    return Verdict.ALLOW if allowed else Verdict.DENY
