"""A list of many data subjects in a body: read without a schema for each, refused in the words of the schema."""

import re
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from api.subject_fields import SubjectSchema, check_identifier
from consent.identifiers import GivenIdentifier
from consent.report import SubjectRef

MOST: Final = 10_000
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class SubjectList(fields.List[Any]):
    """One to ten thousand data subjects, each `{"id": ...}` or `{"identifier": {...}}`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Nested(SubjectSchema), validate=validate.Length(min=1, max=MOST), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) <= MOST:
            plain = [_plain(item) for item in value]
            if None not in plain:
                return plain
        elif isinstance(value, list):
            # Refused before each of them is looked at.
            raise ValidationError(f"Longer than maximum length {MOST}.")
        return super()._deserialize(value, attr, data, **options)


def _plain(item: Any) -> SubjectRef | None:
    """Return a subject that is beyond doubt; all else is for the schema to judge."""
    match item:
        case {"id": str(name), **rest} if not rest:
            return name if _PLAIN_ID.fullmatch(name) else None
        case {"identifier": {"kind": "email", "value": str(value), **more}, **rest} if not rest and not more:
            given = GivenIdentifier("email", value)
            try:
                check_identifier(given)
            except ValidationError:
                return None
            return given
    return None
