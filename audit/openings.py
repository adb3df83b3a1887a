"""Openings: what shows the value behind a commitment, one strict JSON object a line (LOG.md section 10)."""

import dataclasses
import json
from typing import cast

from audit.encoding import encode_base64
from audit.errors import NotStrict
from audit.faults import OpeningsFile
from audit.strict_json import parse_strict_json

MAX_LINE_BYTES = 1_000_000
MEMBERS = ("event", "field", "salt", "value")


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """One line of `openings.jsonl`; salt and value are still base64 text. Prints without them."""

    event: str
    field: str
    salt: str = dataclasses.field(repr=False)
    value: str = dataclasses.field(repr=False)


def parse_opening(line: bytes) -> Opening:
    """Read one line without its line end; raise OpeningsFile if it is no object with the four string members."""
    try:
        value = parse_strict_json(line)
    except NotStrict as error:
        raise OpeningsFile(str(error)) from None
    if not isinstance(value, dict):
        raise OpeningsFile("not a JSON object")
    members = [value.get(name) for name in MEMBERS]
    if not all(isinstance(member, str) for member in members):
        raise OpeningsFile("event, field, salt and value are not all there as strings")
    return Opening(*cast("list[str]", members))


def opening_line(event: str, name: str, salt: bytes, value: bytes) -> bytes:
    """Return the line, with its end, that opens the field `name` of an event. Writers sort by event, then field."""
    members = {"event": event, "field": name, "salt": encode_base64(salt), "value": encode_base64(value)}
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode("utf-8") + b"\n"
