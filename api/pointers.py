"""Saying where something is wrong without repeating what stands there: JSON Pointers made of safe names only.

A member name can hold personal data as well as a value can. Only names that look like a field's name or
a place in a list are repeated; a pointer ends before the first that does not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from api.errors import FieldError

_FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}|[0-9]{1,6}")
# The texts of marshmallow, and what a program reads in their place.
_CODES: Final[Mapping[str, str]] = {
    "Missing data for required field.": "required",
    "Unknown field.": "unknown_field",
    "Field may not be null.": "null",
    "Invalid input type.": "type",
    "Invalid type.": "type",
}
_ELSEWHERE: Final = "_schema"


def pointer_to(steps: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) to `steps`, cut off before the first name that must not be repeated."""
    pointer = ""
    for step in steps:
        if isinstance(step, str) and not _FIELD_NAME.fullmatch(step):
            break
        pointer += f"/{step}"
    return pointer


def field_errors(messages: Any, steps: tuple[str | int, ...] = ()) -> Iterator[FieldError]:
    """Give the errors that marshmallow nested by field, flat and in order."""
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from field_errors(below, steps if name == _ELSEWHERE else (*steps, name))
    elif isinstance(messages, list):
        for message in messages:
            yield from field_errors(message, steps)
    else:
        text = str(messages)
        code = _CODES.get(text) or ("type" if text.startswith("Not a valid") else "invalid")
        yield FieldError(pointer_to(steps), text, code)
