"""Reporting what people said and what happened: one event of the rule book a request."""

from typing import Any, Final

from flask.views import MethodView
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from api.caller import Caller
from api.client_address import shortened
from api.context import current_caller, services
from api.fields import Flag, Id, Instant, Slug, StrictSchema, Text
from api.idempotency import idempotency_reference, idempotent
from api.one_or_many import OneOrMany
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.subject_fields import ContactSchema, Country, SubjectSchema
from consent.notices import NO_TEXT
from consent.report import Capture, Evidence, Report
from consent.vocabulary import (
    AddressSource,
    BlockList,
    BounceKind,
    ConsentState,
    EventKind,
    ImportStatus,
    Proof,
    SaleKind,
)

CREATED: Final = 201
ACCEPTED: Final = 202
SENT: Final = "sent"
MOST_EVIDENCE: Final = 20
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 120, "pattern": Slug().metadata["pattern"]}
_TEXT: Final = {"type": "string", "minLength": 1, "pattern": Text().metadata["pattern"]}
_CONTACT: Final = {
    "type": "object",
    "description": "`{id}`, an identifier of the subject, or `{kind, value}`.",
    "properties": {"id": _NAME, "kind": _TEXT, "value": _TEXT},
    "oneOf": [{"required": ["id"]}, {"required": ["kind", "value"]}],
    "additionalProperties": False,
}
_SCOPE: Final = ("purpose", "topic", "channel", "identifier")
# Fields of the body that are not fields of the event: people, contact points, and what came with the report.
_APART: Final = ("subject", "identifier", "to", "other", "occurred_at", "capture", "evidence")
_APART_TOO: Final = ("message_ref", "decision_id", "scope", "controller")

blueprint = Blueprint("consents", __name__, url_prefix="/v1/consents", description="Events of the rule book.")


class NoticeSchema(StrictSchema):
    """A version of a notice, as it was shown."""

    id = Slug(required=True)
    version = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=10**6))


class NoticeField(fields.Nested):
    """A version of a notice, or `none` where the text was not kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(NoticeSchema, metadata={"description": "`{id, version}`, or `none`."}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, partial: Any = None, **options: Any) -> str:
        if value == NO_TEXT:
            return NO_TEXT
        notice = super()._deserialize(value, attr, data, partial, **options)
        return f"{notice['id']}@{notice['version']}"


class ScopeSchema(StrictSchema):
    """What the event is about, in one object instead of four fields."""

    purpose = OneOrMany(Slug(), _NAME, allow_none=True)
    topic = Slug(allow_none=True)
    channel = OneOrMany(Slug(), _NAME, allow_none=True)
    identifier = OneOrMany(fields.Nested(ContactSchema), _CONTACT, allow_none=True)


class CaptureSchema(StrictSchema):
    """How it was said: form or system, network address (kept shortened) and browser."""

    source = Text(most=200, allow_none=True)
    ip = fields.IP(allow_none=True)
    user_agent = Text(most=500, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Capture:
        address = data.get("ip")
        return Capture(data.get("source") or "", shortened(address and str(address)), data.get("user_agent") or "")


class EvidenceSchema(StrictSchema):
    """One thing that proves the event; kept sealed."""

    kind = Text(most=40, least=1, pattern="[a-z][a-z0-9_]*", required=True)
    content = fields.Dict(keys=fields.String(), required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Evidence:
        return Evidence(data["kind"], data["content"])


def _word(words: type[Any], **options: Any) -> fields.Enum[Any]:
    return fields.Enum(words, by_value=fields.String, allow_none=True, **options)


class EventSchema(ScopeSchema):
    """One event of the rule book; which fields it takes besides the common ones depends on `event`."""

    event = fields.Enum(EventKind, by_value=fields.String, required=True)
    subject = fields.Nested(SubjectSchema, allow_none=True)
    other = fields.Nested(SubjectSchema, allow_none=True)
    controller = OneOrMany(Slug(), _NAME, allow_none=True)
    scope = fields.Nested(ScopeSchema, allow_none=True)
    to = fields.Nested(ContactSchema, allow_none=True)
    occurred_at = Instant(allow_none=True)
    capture = fields.Nested(CaptureSchema, allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), allow_none=True, validate=validate.Length(max=MOST_EVIDENCE))
    notice = NoticeField(allow_none=True)
    proof = _word(Proof)
    explicit = Flag()
    prechecked = Flag()
    coupled = Flag()
    valid_until = Instant(allow_none=True)
    request = Id(allow_none=True, metadata={"description": "The `event_id` of a request."})
    status = _word(ImportStatus)
    name = Slug(allow_none=True)
    reason = _word(BlockList)
    until = Instant(allow_none=True)
    kind = fields.String(allow_none=True, validate=validate.OneOf([*SaleKind, *BounceKind]))
    goods = Slug(allow_none=True)
    address_from = _word(AddressSource)
    objection_notice = Flag()
    rationale = Text(most=2000, least=1, allow_none=True)
    country = Country(allow_none=True)
    region = Text(pattern="[A-Z0-9]{1,8}", most=8, allow_none=True)
    verified = Flag()
    message_ref = Text(most=200, least=1, allow_none=True)
    decision_id = Id(allow_none=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        scope = data.get("scope") or {}
        if twice := [name for name in _SCOPE if scope.get(name) is not None and data.get(name) is not None]:
            raise ValidationError("This stands in `scope` too.", twice[0])


class RecordedSchema(StrictSchema):
    """What became of the report. `state` is that of the consent the event names, where it names one in full."""

    event_id = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)
    confirmation = fields.String(
        required=True, allow_none=True, metadata={"description": "`sent` where a mail asks for confirmation."}
    )


@blueprint.route("")
class Consents(MethodView):
    """The events of data subjects."""

    @requires(Scope.CONSENTS_WRITE)
    @idempotent
    @blueprint.arguments(EventSchema)
    @blueprint.response(CREATED, RecordedSchema)
    @blueprint.alt_response(ACCEPTED, schema=RecordedSchema, description="Recorded; a confirmation is pending.")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, event: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record one event.

        Somebody not known yet gets a record where an event can begin one, and the answer is the same in kind: it
        does not tell who was known before. A request of consent is `pending`, whatever was said before it. An
        `erase` is carried out before the answer, unless another controller of the group holds anything about the
        person: then the data go with the last that is told.
        """
        caller = current_caller()
        erases = event["event"] is EventKind.ERASE
        if erases:
            # The log of answers goes with the person: what is not written yet would be left.
            services().decisions.flush()
        controllers = controllers_of(event, caller)
        recorded = services().consent.record(
            report_of(event, controllers), controller=controllers[0], actor=caller.client_id
        )
        for subject_id in (recorded.subject_id, *recorded.also):
            if subject_id is not None:
                # What a recipient holds is taken back now, not when the next round asks again.
                services().releases.revoke_for_subject(subject_id, actor=caller.client_id)
        if erases and recorded.subject_id is not None:
            # What was begun with the event is carried out; where this stops, the scheduler resumes it.
            services().erasures.carry_on(recorded.subject_id)
        answer = {
            "event_id": recorded.event_id,
            "state": ConsentState.PENDING if event["event"] is EventKind.GRANT_REQUESTED else recorded.state,
            "confirmation": SENT if recorded.confirmation_sent else None,
        }
        return answer, ACCEPTED if recorded.confirmation_sent else CREATED


def controllers_of(event: dict[str, Any], caller: Caller) -> list[str]:
    """Return the controllers an event is addressed to, the caller's own unless others are named.

    Raises ControllerRefused for others without scope `group`.
    """
    return [caller.controller_for(name) for name in event.get("controller") or [None]]


def report_of(event: dict[str, Any], controllers: list[str]) -> Report:
    """Return the report that a body makes."""
    said = {name: value for name, value in event.items() if value is not None}
    said |= {name: value for name, value in (said.get("scope") or {}).items() if value is not None}
    plain = {name: value for name, value in said.items() if name not in (*_APART, *_APART_TOO)}
    return Report(
        fields={**plain, "controller": controllers},
        subject=said.get("subject"),
        identifiers=tuple(said.get("identifier", ())),
        to=said.get("to"),
        other=said.get("other"),
        at=said.get("occurred_at"),
        idempotency_key=idempotency_reference(),
        capture=said.get("capture", Capture()),
        evidence=tuple(said.get("evidence", ())),
        message_ref=said.get("message_ref"),
        decision_id=said.get("decision_id"),
    )
