"""Bodies as they arrive, read strictly where strictness costs nothing and tolerantly where platforms differ.

Integers keep every digit (ids above 2^53), numbers that JSON does not have are refused, and so is nesting that
no platform uses. A body that is broken as a whole raises BadPayload, with a place and never with content.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from pii.errors import BadPayload
from pii.model import Json
from pii.text import decode, is_sound

DEPTH_LIMIT = 40
FORM_FIELDS_LIMIT = 20
FORM_BODY = b"signed_request="
IDENTIFIER_LIMIT = 2_000

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One document of several in a body; `problem` says that it is no JSON."""

    number: int
    document: Json = None
    problem: bool = False


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event of a server-sent event stream that carried data; `data` is text, not yet read as JSON."""

    number: int
    name: str
    data: str


def read_json(text: str) -> Json:
    """Return the JSON document in `text` (RFC 8259); raise BadPayload if it is none or nests without end."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise BadPayload("nested too deeply") from None
    except json.JSONDecodeError as error:
        # Its text is the place only, but it carries the document, which a traceback would show.
        raise BadPayload("not JSON", pointer=f"character {error.pos}") from None
    except ValueError:
        raise BadPayload("a number that cannot be read") from None


def _refuse_constant(_: str) -> Json:
    raise BadPayload("a number that JSON does not have")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadPayload("a number beyond every measure")
    return number


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the documents of newline-delimited JSON; empty lines are keep-alives and do not count."""
    return tuple(_line(number, line) for number, line in enumerate(filled(text)))


def _line(number: int, text: str) -> Line:
    try:
        return Line(number, read_json(text))
    except BadPayload:
        return Line(number, problem=True)


def filled(text: str) -> list[str]:
    """Return the lines of `text` that are not empty; only LF ends a line, U+2028 and its like do not."""
    return [line for line in text.split("\n") if line.strip()]


def read_documents(body: bytes) -> Json | tuple[Line, ...]:
    """Return the one JSON document of `body`, or its lines where it is newline-delimited JSON."""
    text = decode(body)
    try:
        return read_json(text)
    except BadPayload:
        lines = read_lines(text)
        if len(lines) > 1 and any(not line.problem for line in lines):
            return lines
        raise


def read_event_stream(text: str) -> Iterator[StreamEvent]:
    """Yield the events of a `text/event-stream` that carry data; lines that begin with a colon are heartbeats."""
    number, name, data = 0, "message", list[str]()
    for line in [*re.split(r"\r\n|\n|\r", text), ""]:
        key, _, value = line.partition(":")
        if key == "event":
            name = value.strip()
        elif key == "data":
            data.append(value.removeprefix(" "))
        elif not line:
            if data:
                yield StreamEvent(number, name, "\n".join(data))
                number += 1
            name, data = "message", []


def is_form(body: bytes) -> bool:
    """Say whether `body` is the form that Meta posts to its callbacks (one field, `signed_request`)."""
    return body.startswith(FORM_BODY)


def signed_request(body: bytes) -> tuple[str, str]:
    """Return signature and payload of a `signed_request`, both still base64url text; raise BadPayload if broken."""
    try:
        form = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=FORM_FIELDS_LIMIT)
    except ValueError:
        raise BadPayload("not a form") from None
    parts = form.get("signed_request", [""])
    signature, dot, payload = parts[0].partition(".")
    if len(parts) != 1 or not dot or not (_BASE64URL.fullmatch(signature) and _BASE64URL.fullmatch(payload)):
        raise BadPayload("not a signed request", pointer="form:signed_request")
    return signature, payload


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url with or without padding (RFC 4648 section 5); raise BadPayload if it is none."""
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        raise BadPayload("not base64url") from None


def problem_of(node: Json) -> str | None:
    """Return why `node` cannot be stored and sent on (`too_deep`, `unsound_text`), or None.

    It goes without recursion, so that its own depth is no limit.
    """
    stack: list[tuple[Json, int]] = [(node, 1)]
    while stack:
        current, depth = stack.pop()
        if depth > DEPTH_LIMIT:
            return "too_deep"
        if isinstance(current, str) and not is_sound(current):
            return "unsound_text"
        if isinstance(current, dict):
            stack.extend((key, depth) for key in current)
            stack.extend((value, depth + 1) for value in current.values())
        elif isinstance(current, list):
            stack.extend((value, depth + 1) for value in current)
    return None


def identifier(value: Json) -> str | None:
    """Return an id as text, whether the platform sends text or an integer; None if it is neither or unfit."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > IDENTIFIER_LIMIT:
        return None
    return value if is_sound(value) and not _CONTROL.search(value) else None


def escape(key: str) -> str:
    """Return `key` as one step of a JSON pointer (RFC 6901 section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
