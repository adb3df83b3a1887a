"""The writer's form of entries: what `--strict` demands beyond reading them (LOG.md sections 2, 4 and 12)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from audit.encoding import HASH_BYTES, decode_base64
from audit.errors import NotStrict
from audit.special_types import ERASURE, RETENTION

MEMBERS = ("v", "id", "t", "type", "pub", "com", "tag")
MAX_ENTRY_BYTES = 65_535
MAX_VALUE_BYTES = 65_535
MAX_NAME_CHARACTERS = 64
MAX_PUB_DEPTH = 8
MAX_ERASED_EVENTS = 1_600
BLOCK_ENTRIES = 256
_INTEGER_BOUND = 2**53
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{6})Z")
_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"[0-9a-f]{64}")


def form_faults(members: Mapping[str, object]) -> list[str]:
    """Return what in the members of an entry breaks the writer's form, as texts that quote no value."""
    faults = []
    if tuple(members) != MEMBERS:
        faults.append("the members stand in another order")
    if members["v"] != 1:
        faults.append("v is not 1")
    if not _matches(_ID, members["id"]):
        faults.append("id is not a UUID in lower case")
    if not _is_time(members["t"]):
        faults.append("t is not a real UTC time with six digits")
    if not _matches(_TYPE, members["type"], longest=MAX_NAME_CHARACTERS):
        faults.append("type is not two or more names joined by dots, 64 characters at most")
    if not _matches(_TAG, members["tag"]):
        faults.append("tag is not 64 hex characters")
    pub = members["pub"]
    _collect_value_faults(pub, 1, faults)
    faults.extend(_commitment_faults(members["com"]))
    if isinstance(pub, Mapping) and members["type"] == ERASURE:
        faults.extend(_erasure_faults(pub.get("events"), members["id"]))
    if isinstance(pub, Mapping) and members["type"] == RETENTION:
        faults.extend(_retention_faults(pub.get("before")))
    return faults


def is_event_id(text: object) -> bool:
    """Say whether `text` is an event id as writers make it: a UUID in lower case, with hyphens."""
    return _matches(_ID, text)


def _matches(pattern: re.Pattern[str], value: object, *, longest: int | None = None) -> bool:
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        return False
    return pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    year, month, day, hour, minute, second, microsecond = (int(group) for group in match.groups())
    try:
        datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
    except ValueError:
        return False
    return True


def _collect_value_faults(value: object, depth: int, faults: list[str]) -> None:
    if isinstance(value, Mapping | list):
        if depth > MAX_PUB_DEPTH:
            faults.append(f"pub nests more than {MAX_PUB_DEPTH} levels")
            return
        names = value if isinstance(value, Mapping) else ()
        if not all(_matches(_NAME, name, longest=MAX_NAME_CHARACTERS) for name in names):
            faults.append("pub has a member name outside [a-z][a-z0-9_]*, 64 characters at most")
        for item in value.values() if isinstance(value, Mapping) else value:
            _collect_value_faults(item, depth + 1, faults)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= _INTEGER_BOUND:
            faults.append("pub has an integer of 2^53 or more")
    elif not isinstance(value, str):
        faults.append("pub has a value that is no string, integer, array or object")


def _commitment_faults(com: object) -> list[str]:
    if not isinstance(com, Mapping):
        return ["com is not an object"]
    faults = []
    if not all(_matches(_NAME, name, longest=MAX_NAME_CHARACTERS) for name in com):
        faults.append("com has a field name outside [a-z][a-z0-9_]*, 64 characters at most")
    if not all(_is_commitment(text) for text in com.values()):
        faults.append("com has a commitment that is not 32 bytes in strict base64")
    return faults


def _is_commitment(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(decode_base64(text, HASH_BYTES))
    except NotStrict:
        return False


def _erasure_faults(events: object, own_id: object) -> list[str]:
    if not isinstance(events, list) or not all(is_event_id(event) for event in events):
        return ["events is not an array of event ids"]
    faults = []
    if not 1 <= len(events) <= MAX_ERASED_EVENTS:
        faults.append(f"events does not list 1 to {MAX_ERASED_EVENTS} ids")
    # Ids are ASCII, so the order of characters is the order of bytes.
    if events != sorted(set(events)):
        faults.append("events is not in ascending order or has an id twice")
    if own_id in events:
        faults.append("events names the entry itself")
    return faults


def _retention_faults(before: object) -> list[str]:
    if isinstance(before, int) and not isinstance(before, bool) and before > 0 and before % BLOCK_ENTRIES == 0:
        return []
    return [f"before is not a positive multiple of {BLOCK_ENTRIES}"]
