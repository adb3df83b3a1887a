"""Data subjects: who is known, by what, and the facts about them."""

from typing import Any, Final

from flask.views import MethodView
from marshmallow import ValidationError, fields, validate, validates_schema

from api.context import current_caller, services
from api.fields import Flag, Id, Instant, StrictSchema, Text
from api.idempotency import idempotent
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from api.subject_fields import BirthDate, Country, IdentifierSchema, TimeZone, check_identifier
from consent.identifiers import MAX_LENGTH, GivenIdentifier
from consent.registry import SubjectFacts
from consent.subjects import ShownIdentifier, ShownSubject
from consent.vocabulary import FormOfAddress, SubjectKind

CREATED: Final = 201
FOUND: Final = 200
MOST_IDENTIFIERS: Final = 50
# A word such as `double_opt_in`, `signed_in` or `paper_form`.
HOW: Final = "[a-z][a-z0-9_]*"

blueprint = Blueprint("subjects", __name__, url_prefix="/v1/subjects", description="Data subjects.")


class FactsSchema(StrictSchema):
    """Facts about a data subject; for what is unknown the strictest rules apply. No name and no address."""

    country = Country(allow_none=True)
    region = Text(most=8, pattern="[A-Z0-9]{1,8}", allow_none=True)
    kind = fields.Enum(SubjectKind, by_value=fields.String)
    birth_date = BirthDate(allow_none=True)
    time_zone = TimeZone(allow_none=True)
    language = Text(most=35, pattern=r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", allow_none=True)
    form_of_address = fields.Enum(FormOfAddress, by_value=fields.String, allow_none=True)


class NewSubjectSchema(StrictSchema):
    """The identifiers of one person; `verified_how` says how control over all of them was proved."""

    identifiers = fields.List(
        fields.Nested(IdentifierSchema), required=True, validate=validate.Length(min=1, max=MOST_IDENTIFIERS)
    )
    facts = fields.Nested(FactsSchema, load_default=dict)
    verified_how = Text(most=40, pattern=HOW, allow_none=True, load_default=None)


class NewIdentifierSchema(StrictSchema):
    """An identifier that the subject holds from now on; where another holds it, say `shared` or `recycled`.

    `replaces` is the id of the identifier that the subject gave up for it.
    """

    kind = Text(most=80, least=1, required=True)
    value = Text(most=MAX_LENGTH, least=1, required=True)
    verified_how = Text(most=40, pattern=HOW, allow_none=True)
    shared = Flag()
    recycled = Flag()
    replaces = Id(allow_none=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        check_identifier(GivenIdentifier(data["kind"], data["value"]))
        if data.get("shared") and data.get("recycled"):
            raise ValidationError("It is either shared or given anew.", "recycled")
        if data.get("shared") and data.get("replaces"):
            raise ValidationError("What is given up for another is given up for one of one's own.", "replaces")


class CreatedSchema(StrictSchema):
    """The subject that was found or made."""

    id = fields.String(required=True)


class ShownIdentifierSchema(StrictSchema):
    """An identifier; `value` is null without scope `subjects:write`, and where it was erased."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    value = fields.String(required=True, allow_none=True)
    verified_at = Instant(required=True, allow_none=True)
    verified_how = fields.String(required=True, allow_none=True)
    valid_from = Instant(required=True)
    valid_to = Instant(required=True, allow_none=True)


class ShownSubjectSchema(StrictSchema):
    """A data subject with facts and identifiers."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    country = fields.String(required=True, allow_none=True)
    region = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    birth_date = fields.Date(required=True, allow_none=True)
    time_zone = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    form_of_address = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    merged_with = fields.String(
        required=True, allow_none=True, metadata={"description": "The other record of the same person."}
    )
    identifiers = fields.List(fields.Nested(ShownIdentifierSchema), required=True)


@blueprint.route("")
class Subjects(MethodView):
    """All data subjects of the group."""

    @requires(Scope.SUBJECTS_WRITE)
    @idempotent
    @blueprint.arguments(NewSubjectSchema)
    @blueprint.response(CREATED, CreatedSchema)
    @blueprint.alt_response(FOUND, schema=CreatedSchema, description="The subject was known.")
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Create a data subject, or find the one that holds these identifiers.

        Facts about somebody who was known fill what is empty; one that contradicts the record is a conflict.
        """
        found = services().subjects.create_or_find(
            body["identifiers"],
            SubjectFacts(**body["facts"]),
            actor=current_caller().client_id,
            verified_how=body["verified_how"],
        )
        return {"id": found.subject_id}, CREATED if found.created else FOUND


@blueprint.route("/<subject_id>")
class Subject(MethodView):
    """One data subject."""

    @requires(Scope.CONSENTS_READ)
    @blueprint.response(FOUND, ShownSubjectSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, subject_id: str) -> dict[str, Any]:
        """Return what is known about a data subject; identifiers in clear need scope `subjects:write`."""
        return shown(services().subjects.get(subject_id, in_clear=sees_clear_values()))

    @requires(Scope.SUBJECTS_WRITE)
    @idempotent
    @blueprint.arguments(FactsSchema)
    @blueprint.response(FOUND, ShownSubjectSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def patch(self, facts: dict[str, Any], subject_id: str) -> dict[str, Any]:
        """Change facts; another country or region is recorded as a move."""
        services().subjects.amend(subject_id, facts, actor=current_caller().client_id)
        return shown(services().subjects.get(subject_id, in_clear=True))


@blueprint.route("/<subject_id>/identifiers")
class Identifiers(MethodView):
    """The identifiers of one data subject."""

    @requires(Scope.SUBJECTS_WRITE)
    @idempotent
    @blueprint.arguments(NewIdentifierSchema)
    @blueprint.response(CREATED, CreatedSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, body: dict[str, Any], subject_id: str) -> dict[str, Any]:
        """Give an identifier to a data subject, or note that control over one that it holds was proved.

        Consent stays with the address that it was given for, also where the new one replaces that.
        """
        how, actor = body.get("verified_how"), current_caller().client_id
        given, recycled = GivenIdentifier(body["kind"], body["value"]), bool(body.get("recycled"))
        replaces, identifiers = body.get("replaces"), services().identifiers
        if replaces is None:
            shared = bool(body.get("shared"))
            row = identifiers.add_identifier(
                subject_id, given, actor=actor, verified_how=how, shared=shared, recycled=recycled
            )
        else:
            row = identifiers.replace_identifier(
                subject_id, replaces, given, actor=actor, verified_how=how, recycled=recycled
            )
        if how is not None and row.verified_at is None:
            services().identifiers.verify_identifier(subject_id, row.id, how=how, actor=actor)
        return {"id": row.id}


@blueprint.route("/<subject_id>/identifiers/<identifier_id>")
class Identifier(MethodView):
    """One identifier of one data subject."""

    @requires(Scope.SUBJECTS_WRITE)
    @blueprint.response(204)
    @blueprint.alt_response(404, "NOT_FOUND")
    def delete(self, subject_id: str, identifier_id: str) -> None:
        """Note that the data subject gave the identifier up; what was said stays on record."""
        services().identifiers.retire_identifier(subject_id, identifier_id, actor=current_caller().client_id)


def sees_clear_values() -> bool:
    """Say whether the caller may see identifiers, and what can hold them, in clear."""
    return Scope.SUBJECTS_WRITE in current_caller().scopes


def shown(found: ShownSubject) -> dict[str, Any]:
    """Return a data subject as it is sent."""
    subject = found.subject
    names = ("id", "status", "country", "region", "kind", "birth_date", "time_zone", "language", "form_of_address")
    facts = {name: getattr(subject, name) for name in (*names, "created_at")}
    facts["merged_with"] = found.merged_with
    return {**facts, "identifiers": [_identifier(item) for item in found.identifiers]}


def _identifier(item: ShownIdentifier) -> dict[str, Any]:
    names = ("id", "kind", "verified_at", "verified_how", "valid_from", "valid_to")
    return {**{name: getattr(item.stored, name) for name in names}, "value": item.value}
