"""Strict JSON (LOG.md section 1): one reading for each text, and no input that crashes the reader."""

import json
import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from audit.errors import NotStrict

MAX_DEPTH = 100
MAX_NUMBER_CHARACTERS = 100
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD]")


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """A number that is not a plain integer (fraction, exponent, `-0`), kept as its token."""

    token: str


Json: TypeAlias = "str | int | bool | OtherNumber | list[Json] | dict[str, Json] | None"


def parse_strict_json(data: bytes) -> Json:
    """Return the one value that `data` holds; raise NotStrict for whatever is not strict JSON (RFC 8259).

    Integers come back as `int`, every other number as `OtherNumber`, so that `1.0` is never taken for `1`.
    """
    try:
        # Decoded first: the JSON reader, given bytes, would guess UTF-16 and drop a byte order mark.
        text = data.decode("utf-8")
        if nests_deeper(text, MAX_DEPTH):
            raise NotStrict(f"nested more than {MAX_DEPTH} deep")
        value: Json = _DECODER.decode(text)
    except (ValueError, RecursionError):
        # `from None`: neither the text nor the reader's message goes on: both may quote what the entry holds.
        raise NotStrict("not strict JSON") from None
    if _SURROGATE_ESCAPE.search(text):
        _check_text(value)
    return value


def nests_deeper(text: str, limit: int) -> bool:
    """Say whether JSON text nests more than `limit` deep; brackets in strings do not count."""
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            if depth > limit:
                return True
        elif character in "]}":
            depth -= 1
    return False


def _check_text(value: Json) -> None:
    """Refuse half a surrogate pair: raw ones fell at decoding, so only an escape can have brought it."""
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise NotStrict("half a surrogate pair")
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrict("a member name stands twice in one object")
    return members


def _number(token: str) -> int | OtherNumber:
    if len(token) > MAX_NUMBER_CHARACTERS:
        raise NotStrict(f"a number longer than {MAX_NUMBER_CHARACTERS} characters")
    return int(token) if _PLAIN_INTEGER.fullmatch(token) else OtherNumber(token)


def _constant(token: str) -> NoReturn:
    raise NotStrict(f"{token} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_constant)
