"""How a request names a person and a contact point, by the id that Placet gave or by an identifier in clear; facts."""

from datetime import date
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from babel import Locale
from marshmallow import ValidationError, fields, post_load, validates_schema

from api.context import services
from api.fields import Id, StrictSchema, Text
from consent.errors import InvalidIdentifier
from consent.identifiers import MAX_LENGTH, GivenIdentifier, normalise

# Read in the country of the person, once that is known.
_NUMBERS = frozenset({"phone", "fax"})
# What CLDR lists beside the countries of ISO 3166-1: groups of them, parts of them, and codes made for tests.
_NO_COUNTRIES: Final = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
# What a system lists beside the zones of the IANA database: whatever it is set to, and that it is set to nothing.
_NO_ZONES: Final = frozenset({"localtime", "Factory"})
_EARLIEST_BIRTH: Final = date(1890, 1, 1)


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


class Country(Text):
    """A country by its code of two letters (ISO 3166-1, and XK for Kosovo, which has none there)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=2, pattern="[A-Z]{2}", **options)
        self.validators.append(_check_country)


class TimeZone(Text):
    """A time zone by its name in the IANA database, such as `Europe/Berlin`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=64, **options)
        self.validators.append(_check_time_zone)


class BirthDate(fields.Date):
    """The day on which somebody who may be alive was born: not before 1890, and not later than today (UTC)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=_check_birth_date, **options)


def _check_country(code: str) -> None:
    if code not in _countries():
        raise ValidationError("Not a valid country code.")


def _check_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise ValidationError("Not a valid time zone.")


def _check_birth_date(born: date) -> None:
    if not _EARLIEST_BIRTH <= born <= services().ground.now().date():
        raise ValidationError("Must be from 1890-01-01 to today.")


@cache
def _countries() -> frozenset[str]:
    # Longer codes are those of whole continents.
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2) - _NO_COUNTRIES


@cache
def _time_zones() -> frozenset[str]:
    # Read once: the names are gathered from hundreds of files.
    return frozenset(available_timezones()) - _NO_ZONES


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
