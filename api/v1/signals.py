"""Signals: what a browser, a consent service, a text message, a mail server or a register says for a person."""

from typing import Any, Final

from flask.views import MethodView
from marshmallow import ValidationError, fields, validate, validates_schema

from api.context import current_caller, services
from api.fields import Instant, Slug, StrictSchema, Text
from api.idempotency import idempotent
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.subject_fields import SubjectSchema
from api.v1.consents import CaptureSchema, ScopeSchema
from consent.identifiers import GivenIdentifier
from consent.policy import Policy
from consent.report import Capture, ContactRef, Evidence, Report
from consent.stop_texts import Stop, stop_in
from consent.vocabulary import BlockList, BounceKind, EventKind

CREATED: Final = 201
OK: Final = 200
BOUNCE: Final = "bounce"
REGISTER: Final = "register"
STOP_TEXT: Final = "stop_text"
REGISTERS: Final = (BlockList.ROBINSON, BlockList.DO_NOT_CALL, BlockList.ECG_LIST)
_SCOPE: Final = ("purpose", "topic", "channel")
# Which fields belong to which signal alone.
_OF: Final = {"text": STOP_TEXT, "kind": BOUNCE, "register": REGISTER}

blueprint = Blueprint("signals", __name__, url_prefix="/v1/signals", description="Signals that speak for a person.")


class SignalSchema(ScopeSchema):
    """A signal. What scope is left out is that of the policy, or all.

    `signal` is a signal of the policy (`gpc`, `einwv`, `stop_text`, `spam_complaint` ...), `bounce` or `register`.
    One that the policy does not know is heard as an objection.
    """

    signal = Slug(required=True)
    subject = fields.Nested(SubjectSchema, required=True)
    controller = Slug(allow_none=True)
    occurred_at = Instant(allow_none=True)
    capture = fields.Nested(CaptureSchema, allow_none=True)
    text = Text(
        most=2000,
        allow_none=True,
        metadata={"description": "Of `stop_text`: what was written. Without it the caller says that it means stop."},
    )
    kind = fields.Enum(BounceKind, by_value=fields.String, allow_none=True, metadata={"description": "Of `bounce`."})
    register = fields.String(
        allow_none=True, validate=validate.OneOf(REGISTERS), metadata={"description": "Of `register`: which one."}
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        for name, signal in _OF.items():
            if data.get(name) is not None and data["signal"] != signal:
                raise ValidationError(f"Only a signal `{signal}` has this.", name)
        if data["signal"] == REGISTER and data.get("register") is None:
            raise ValidationError("Say which register.", "register")
        if data["signal"] in (BOUNCE, REGISTER) and not contacts_of(data):
            raise ValidationError("Name the contact point.", "identifier")


class HeardSchema(StrictSchema):
    """What became of a signal: the events it came to, several where several people share the contact point.

    `heard` is false for a text that does not say stop: nothing was recorded, and somebody should read it.
    """

    heard = fields.Boolean(required=True)
    event_ids = fields.List(fields.String(), required=True)


@blueprint.route("")
class Signals(MethodView):
    """Signals from outside."""

    @requires(Scope.CONSENTS_WRITE)
    @idempotent
    @blueprint.arguments(SignalSchema)
    @blueprint.response(CREATED, HeardSchema)
    @blueprint.alt_response(OK, schema=HeardSchema, description="The text does not say stop.")
    @blueprint.alt_response(404, "NOT_FOUND")
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Hear what is said for a person; it counts from the next question on.

        A text counts as *stop* by any reasonable wording; a bare command such as `STOP GARDEN` names a topic, a
        purpose or a channel of the policy, `STOP ALL` reaches everything.
        """
        caller = current_caller()
        controller = caller.controller_for(body.get("controller"))
        report = report_of(body, controller, services().policies.current().policy)
        if report is None:
            return {"heard": False, "event_ids": []}, OK
        heard = services().signals.receive(report, controller=controller, actor=caller.client_id)
        for subject_id in {event.subject_id for event in heard} - {None}:
            services().releases.revoke_for_subject(subject_id or "", actor=caller.client_id)
        return {"heard": True, "event_ids": [event.event_id for event in heard]}, CREATED


def report_of(body: dict[str, Any], controller: str, policy: Policy) -> Report | None:
    """Return the report that a signal makes, or None for a text that does not say stop."""
    scope = {name: body[name] for name in _SCOPE if body.get(name) is not None}
    identifiers: tuple[ContactRef, ...] = tuple(body.get("identifier") or ())
    subject, text = body["subject"], body.get("text")
    fact = _fact(body)
    if fact is not None:
        identifiers = contacts_of(body)
        # A contact point in clear stands for whoever holds it; the id of one needs its data subject.
        subject = subject if isinstance(subject, str) else None
    elif text is not None:
        stop = stop_in(text, policy)
        if stop is None:
            return None
        if stop.everything:
            scope, identifiers = {}, ()
        scope = narrowed(scope, stop)
    return Report(
        fields={**(fact or {"event": EventKind.SIGNAL, "name": body["signal"]}), "controller": [controller], **scope},
        subject=subject,
        identifiers=identifiers,
        at=body.get("occurred_at"),
        capture=body.get("capture") or Capture(),
        evidence=() if text is None else (Evidence("text_message", {"text": text}),),
    )


def narrowed(scope: dict[str, Any], stop: Stop) -> dict[str, Any]:
    """Return the scope that the caller named as far as the person did not name another."""
    said = {name: getattr(stop, name) for name in _SCOPE if getattr(stop, name) is not None}
    if "purpose" in said or "topic" in said:
        scope = {name: value for name, value in scope.items() if name == "channel"}
    return {**scope, **said}


def contacts_of(body: dict[str, Any]) -> tuple[ContactRef, ...]:
    """Return the contact point that a bounce or a register is about: that named, or by which the person is."""
    named = tuple(body.get("identifier") or ())
    subject = body.get("subject")
    return named or ((subject,) if isinstance(subject, GivenIdentifier) else ())


def _fact(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the event of a signal that is a fact about a contact point, or None for what somebody says."""
    if body["signal"] == BOUNCE:
        return {"event": EventKind.BOUNCE, **({"kind": body["kind"]} if body.get("kind") else {})}
    if body["signal"] == REGISTER:
        return {"event": EventKind.SUPPRESS, "reason": body["register"]}
    return None
