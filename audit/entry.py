"""Entries: the bytes that a writer makes and what a reader takes from them (LOG.md sections 2 and 11)."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from audit.encoding import HASH_BYTES, encode_base64
from audit.entry_form import MAX_ENTRY_BYTES, MAX_PUB_DEPTH, MAX_VALUE_BYTES, MEMBERS, form_faults
from audit.errors import EntryRefused, NotStrict, TooLarge
from audit.faults import EntryFault, EntryJson, EntryMember, EntryType
from audit.strict_json import Json, parse_strict_json

__all__ = [
    "MAX_ENTRY_BYTES",
    "MAX_VALUE_BYTES",
    "Entry",
    "EntryShape",
    "encode_entry",
    "parse_entry",
    "writer_form_faults",
]

# `v` is checked as the token 1 and not kept.
_STRINGS = ("id", "t", "type", "tag")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says; `com` maps field names to commitments as their base64 text."""

    id: str
    t: str
    type: str
    pub: Mapping[str, Json]
    com: Mapping[str, str]
    tag: str


def encode_entry(
    *,
    id: str,  # noqa: A002 - the arguments are named like the members they become
    at: datetime,
    type: str,  # noqa: A002
    pub: Mapping[str, object],
    com: Mapping[str, str],
    tag: str,
) -> bytes:
    """Return the bytes of an entry in the writer's form; they are stored and never made a second time.

    `at` is aware; `com` maps field names to base64 of 32 bytes, in the order of the type; `tag` is 64 hex
    characters. Raises EntryRefused for whatever breaks the form, TooLarge above 65,535 bytes.
    """
    if at.tzinfo is None:
        raise EntryRefused("the time of an entry needs a time zone")
    members: dict[str, object] = {
        "v": 1,
        "id": id,
        "t": _time(at),
        "type": type,
        "pub": _plain(pub),
        "com": dict(com),
        "tag": tag,
    }
    if faults := form_faults(members):
        raise EntryRefused("; ".join(faults))
    try:
        data = _encode(members)
    except UnicodeEncodeError:
        # `from None`: the codec's error carries the text itself.
        raise EntryRefused("a text with half a surrogate pair has no UTF-8 form") from None
    if len(data) > MAX_ENTRY_BYTES:
        raise TooLarge(f"the entry has {len(data)} bytes, more than {MAX_ENTRY_BYTES}")
    return data


class EntryShape:
    """The form of entries that differ in id, time, commitments and tag only; what is common is checked once."""

    __slots__ = ("_after_id", "_after_time", "_fields")

    def __init__(self, *, type: str, pub: Mapping[str, object], fields: Sequence[str]) -> None:  # noqa: A002
        """Take what the entries have in common. Raises as `encode_entry` does, also for an entry that is too long."""
        whole = encode_entry(
            id=_NO_ID, at=_NO_TIME, type=type, pub=pub, com=dict.fromkeys(fields, _NO_COMMITMENT), tag=_NO_TAG
        ).decode()
        # The first of each: id and time stand before all that a caller could have put the same into.
        before, time = f'{{"v":1,"id":"{_NO_ID}', _time(_NO_TIME)
        start = whole.index(time, len(before))
        self._after_id = whole[len(before) : start]
        self._after_time = whole[start + len(time) : whole.rindex('"com":{')]
        self._fields = tuple(fields)

    def encode(self, *, id: str, at: datetime, commitments: Sequence[bytes], tag: bytes) -> bytes:  # noqa: A002
        """Return the bytes of an entry, those of `encode_entry`; `commitments` stand in the order of the fields.

        `id` is one that `new_event_id` gave, `at` is aware; commitments and tag have 32 bytes each.
        """
        pairs = zip(self._fields, commitments, strict=True)
        com = ",".join(f'"{name}":"{encode_base64(value)}"' for name, value in pairs)
        head = f'{{"v":1,"id":"{id}{self._after_id}{_time(at)}{self._after_time}'
        return f'{head}"com":{{{com}}},"tag":"{tag.hex()}"}}'.encode()


_NO_ID: Final = str(uuid.UUID(int=0))
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TAG: Final = bytes(HASH_BYTES).hex()
_NO_COMMITMENT: Final = encode_base64(bytes(HASH_BYTES))


def parse_entry(data: bytes) -> Entry:
    """Read an entry as a verifier does, which takes more than the writer's form.

    Raises EntryJson, EntryMember or EntryType; the class's `code` is the one of LOG.md section 11.
    """
    return _typed(_members(data))


def writer_form_faults(data: bytes) -> list[str]:
    """Return how an entry breaks the writer's form, empty if it does not (LOG.md section 12)."""
    try:
        members = _members(data)
        _typed(members)
    except EntryFault as fault:
        return [str(fault)]
    faults = form_faults(members)
    if len(data) > MAX_ENTRY_BYTES:
        faults.append(f"longer than {MAX_ENTRY_BYTES} bytes")
    # Only what is made of writer's values can be encoded again, and then the bytes must be the same.
    if not faults and _encode(members) != data:
        faults.append("white space or escapes that the writer does not use")
    return faults


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _members(data: bytes) -> dict[str, Json]:
    try:
        value = parse_strict_json(data)
    except NotStrict as fault:
        raise EntryJson(str(fault)) from None
    if not isinstance(value, dict):
        raise EntryJson("not a JSON object")
    if set(value) != set(MEMBERS):
        missing = ", ".join(name for name in MEMBERS if name not in value)
        raise EntryMember(f"lacks {missing}" if missing else "has a member that entries do not have")
    return value


def _typed(members: Mapping[str, Json]) -> Entry:
    # `True == 1` in Python, so the type is asked first.
    if type(members["v"]) is not int or members["v"] != 1:
        raise EntryType("v is not the token 1")
    for name in _STRINGS:
        if not isinstance(members[name], str):
            raise EntryType(f"{name} is not a string")
    if not members["id"] or not members["type"]:
        raise EntryType("id or type is empty")
    pub, com = members["pub"], members["com"]
    if not isinstance(pub, dict):
        raise EntryType("pub is not an object")
    if not isinstance(com, dict) or not all(isinstance(text, str) for text in com.values()):
        raise EntryType("com is not an object of strings")
    id_, t, type_, tag = (cast("str", members[name]) for name in _STRINGS)
    return Entry(id_, t, type_, pub, cast("dict[str, str]", com), tag)


def _plain(value: object, depth: int = 1) -> object:
    """Return mappings as dicts and sequences as lists, which is all that the encoder knows."""
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth > MAX_PUB_DEPTH:
        raise EntryRefused(f"pub nests more than {MAX_PUB_DEPTH} levels")
    if isinstance(value, Mapping):
        return {name: _plain(item, depth + 1) for name, item in value.items()}
    return [_plain(item, depth + 1) for item in value]


def _encode(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
