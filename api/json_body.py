"""Reading a JSON body strictly: one reading for each text, and every refusal names the place.

Python's reader takes NaN, member names that stand twice and any depth. Text may hold U+0000, which
PostgreSQL cannot store, and half a surrogate pair, which no UTF-8 can write.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from api.errors import FieldError, InvalidInput, MalformedBody
from api.pointers import pointer_to
from audit.strict_json import nests_deeper

MAX_DEPTH: Final = 64
MAX_NUMBER_CHARACTERS: Final = 100
# Raw ones fall at decoding; only an escape can bring in U+0000 or half a pair.
_BAD_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

Steps = tuple[str | int, ...]


class _Wrong:
    """Stands in the parsed value where the text broke a rule, until the walk finds its place."""

    def __init__(self, message: str, code: str) -> None:
        self.message = message
        self.code = code


def parse_json_body(data: bytes) -> Any:
    """Return the value in `data`.

    Raises MalformedBody for what is not strict JSON (also: nested more than 64 deep, a number of more than
    100 characters or beyond a double's range), InvalidInput for text with U+0000 or half a surrogate pair.
    """
    try:
        # Decoded first: the JSON reader, given bytes, would guess UTF-16 and drop a byte order mark.
        text = data.decode("utf-8")
        if nests_deeper(text, MAX_DEPTH):
            _refuse("", f"nested more than {MAX_DEPTH} deep", "depth")
        reader = _Reader()
        value = reader.read(text)
    except (ValueError, RecursionError):
        _refuse("", "not JSON", "malformed")
    if reader.found_wrong:
        raise MalformedBody(
            [FieldError(pointer_to(s), w.message, w.code) for s, w in _walk(value) if isinstance(w, _Wrong)]
        )
    if _BAD_ESCAPE.search(text) and (errors := list(_bad_texts(value))):
        raise InvalidInput(errors)
    return value


class _Reader:
    """One run of the JSON reader, which notes broken rules instead of stopping where no place is known."""

    def __init__(self) -> None:
        self.found_wrong = False

    def read(self, text: str) -> Any:
        """Return the value in `text`, with a `_Wrong` where it broke a rule; raise ValueError for what is no JSON."""
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=lambda token: self._number(token, int),
            parse_float=lambda token: self._number(token, float),
            parse_constant=lambda token: self._wrong("not a JSON number", "number"),
        )
        return decoder.decode(text)

    def _wrong(self, message: str, code: str) -> _Wrong:
        self.found_wrong = True
        return _Wrong(message, code)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    members[name] = self._wrong("this name stands twice in one object", "duplicate")
                seen.add(name)
        return members

    def _number(self, token: str, kind: type[int] | type[float]) -> Any:
        if len(token) > MAX_NUMBER_CHARACTERS:
            return self._wrong("a number of too many characters", "number")
        number = kind(token)
        return number if math.isfinite(number) else self._wrong("a number beyond all bounds", "number")


def _walk(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Give every member name and every value that is neither object nor array, with its place."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield steps, name
            yield from _walk(below, (*steps, name))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _walk(below, (*steps, place))
    else:
        yield steps, value


def _bad_texts(value: Any) -> Iterator[FieldError]:
    for steps, text in _walk(value):
        if not isinstance(text, str):
            continue
        if "\x00" in text:
            yield FieldError(pointer_to(steps), "U+0000 is not allowed in text", "nul")
        if any("\ud800" <= character <= "\udfff" for character in text):
            yield FieldError(pointer_to(steps), "half a surrogate pair is no text", "surrogate")


def _refuse(pointer: str, message: str, code: str) -> NoReturn:
    raise MalformedBody([FieldError(pointer, message, code)]) from None
