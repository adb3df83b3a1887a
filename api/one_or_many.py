"""A field that takes one value or a list of them, as the rule book writes purposes, channels and contact points."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields

MOST: Final = 50


class OneOrMany(fields.Field[list[Any]]):
    """One value, or a list of 1 to 50: loaded as a list. `document` is the JSON Schema of one value."""

    def __init__(self, inner: fields.Field[Any], document: Mapping[str, Any], **options: Any) -> None:
        many = {"type": "array", "minItems": 1, "maxItems": MOST, "items": dict(document)}
        super().__init__(metadata={"anyOf": [dict(document), many]}, **options)
        self._inner = inner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            return [self._inner.deserialize(value, attr, data, **options)]
        if not 1 <= len(value) <= MOST:
            # For a no, an empty list would mean all: whoever means all leaves the field out.
            raise ValidationError(f"Give 1 to {MOST}.")
        loaded, wrong = [], {}
        for place, item in enumerate(value):
            try:
                loaded.append(self._inner.deserialize(item, attr, data, **options))
            except ValidationError as error:
                wrong[place] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return loaded
