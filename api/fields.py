"""Fields and validators that all schemas share: what they refuse stands in the OpenAPI document too."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from consent.answer_form import format_instant as format_instant

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)
MAX_LIMIT: Final = 1000
DEFAULT_LIMIT: Final = 100
# U+0000 cannot be stored on PostgreSQL; the pattern says so to whoever reads the document.
_NO_NUL: Final = r"[^\u0000]*"


class StrictSchema(Schema):
    """A schema that refuses what it does not know, at every level."""

    class Meta:
        """Marshmallow's options."""

        unknown = RAISE


class FullMatch:
    """A validator: the text matches `pattern` from end to end; Python's `$` alone would let a line break pass."""

    def __init__(self, pattern: str) -> None:
        # Written into the OpenAPI document, where it is read as ECMA-262.
        self.document_pattern = f"^(?:{pattern})$"
        self._shape = re.compile(pattern)

    def __call__(self, text: str) -> None:
        """Raise ValidationError for a text of another form."""
        if not self._shape.fullmatch(text):
            raise ValidationError("Not in the form that is allowed here.")


class Text(fields.String):
    """Text of `least` to `most` code points without U+0000; with `pattern`, all of it matches."""

    def __init__(self, *, most: int = 1000, least: int = 0, pattern: str | None = None, **options: Any) -> None:
        shape = FullMatch(pattern or _NO_NUL)
        options["validate"] = [validate.Length(min=least, max=most), shape]
        metadata = {**options.pop("metadata", {}), "pattern": shape.document_pattern}
        super().__init__(metadata=metadata, **options)


class Flag(fields.Boolean):
    """True or false (or null), and no word or number for them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_none=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        # Marshmallow compares, and to Python 1 is true.
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Slug(Text):
    """A short name made of letters, digits and `_ - . :`, as policies and platforms use them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=120, least=1, pattern=r"[A-Za-z0-9][A-Za-z0-9_.:\-]*", **options)


class Id(Text):
    """An opaque id, as Placet gave it out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=64, least=1, pattern=r"[A-Za-z0-9][A-Za-z0-9_.:\-]*", **options)


class Instant(fields.Field[datetime]):
    """An instant as RFC 3339 with a time zone; loaded and written in UTC, written with `Z`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={**options.pop("metadata", {}), "type": "string", "format": "date-time"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        try:
            return parse_instant(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else format_instant(value)


class PageSchema(StrictSchema):
    """The query of a list: how many items, and where to go on."""

    limit = fields.Integer(strict=False, load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    cursor = Text(most=1000, least=1, pattern=r"[A-Za-z0-9_\-]+", load_default=None)


def parse_instant(text: object) -> datetime:
    """Return the instant that `text` names (RFC 3339), in UTC; raise ValueError, not naming it, otherwise."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("Not a valid RFC 3339 time with a time zone.")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Not a valid day or time.") from None
