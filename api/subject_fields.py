"""How a request names a person and a contact point: by the id that Placet gave, or by an identifier in clear."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from api.fields import Id, StrictSchema, Text
from consent.errors import InvalidIdentifier
from consent.identifiers import MAX_LENGTH, GivenIdentifier, normalise

# Read in the country of the person, once that is known.
_NUMBERS = frozenset({"phone", "fax"})


def check_identifier(given: GivenIdentifier) -> None:
    """Raise ValidationError, naming the field, for a kind that there is none of and a value that is not of its kind.

    A telephone number without country code is left to whoever knows the country.
    """
    if given.kind in _NUMBERS and not given.value.lstrip().startswith("+"):
        return
    try:
        normalise(given, region=None)
    except InvalidIdentifier as error:
        field, _, what = str(error).partition(": ")
        raise ValidationError(f"It is {what}.", field) from None


class IdentifierSchema(StrictSchema):
    """A contact point (email, phone, fax, postal, device, `social:<network>`) or outside id (`crm:<system>`)."""

    kind = Text(most=80, least=1, required=True)
    value = Text(most=MAX_LENGTH, least=1, required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        check_identifier(GivenIdentifier(data["kind"], data["value"]))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> GivenIdentifier:
        return GivenIdentifier(data["kind"], data["value"])


class SubjectSchema(StrictSchema):
    """A data subject: `{"id": ...}` or `{"identifier": {...}}`."""

    id = Id()
    identifier = fields.Nested(IdentifierSchema)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("Give either an id or an identifier.")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> str | GivenIdentifier:
        found: str | GivenIdentifier = data["id"] if "id" in data else data["identifier"]
        return found


class ContactSchema(StrictSchema):
    """A contact point: `{"id": ...}`, an identifier of the subject, or `{"kind": ..., "value": ...}`."""

    id = Id()
    kind = Text(most=80, least=1)
    value = Text(most=MAX_LENGTH, least=1)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.keys() == {"id"}:
            return
        if data.keys() != {"kind", "value"}:
            raise ValidationError("Give either an id or kind and value.")
        check_identifier(GivenIdentifier(data["kind"], data["value"]))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> str | GivenIdentifier:
        found: str | GivenIdentifier = data["id"] if "id" in data else GivenIdentifier(data["kind"], data["value"])
        return found
