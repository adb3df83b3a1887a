"""Items as bytes for the vault and back. The raw payload stays out: text, fields and facts say all that it said."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pii.model import Event, FieldGroup, Item, Json, PersonalField, PersonRef, Role
from pii.store_errors import UnreadableBox

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Original:
    """What the vault keeps of a post under one key.

    `item` is the post, as far as it concerns whoever holds the key. `subjects` says for each of `item.people`
    which data subject it is. `values` are what a person who is only mentioned is called in the post: for each
    token that stands in its place, the real values in order.
    """

    item: Item | None = None
    subjects: tuple[str | None, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Original(<redacted>)"


def encode(original: Original) -> bytes:
    """Return the original as bytes."""
    document = {
        "v": FORMAT,
        "item": None if original.item is None else _item(original.item),
        "subjects": list(original.subjects),
        "values": {token: list(values) for token, values in original.values.items()},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def decode(content: bytes) -> Original:
    """Return what `encode` wrote; raise UnreadableBox for anything else."""
    try:
        document = json.loads(content)
        if document["v"] != FORMAT:
            raise UnreadableBox("a format that this version does not know")
        return Original(
            None if document["item"] is None else _read_item(document["item"]),
            tuple(document["subjects"]),
            {token: tuple(values) for token, values in document["values"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        # The error's own text shows the content, so it is not chained.
        raise UnreadableBox("not what was sealed") from None


def _item(item: Item) -> dict[str, Json]:
    return {
        "platform": item.platform,
        "item_id": item.item_id,
        "kind": item.kind,
        "event": item.event,
        "dedup_key": item.dedup_key,
        "lang": item.lang,
        "public": item.public,
        "text": item.text,
        "author": _person(item.author),
        "people": [_person(person) for person in item.people],
        "fields": [_field(each) for each in item.fields],
        "created_at": None if item.created_at is None else item.created_at.isoformat(),
        "parent_id": item.parent_id,
        "thread_id": item.thread_id,
        "references": list(item.references),
        "replaces": list(item.replaces),
        "neutral": dict(item.neutral),
        "own": item.own,
        "oversize": item.oversize,
    }


def _read_item(row: Mapping[str, Any]) -> Item:
    created_at = row["created_at"]
    return Item(
        platform=row["platform"],
        item_id=row["item_id"],
        kind=row["kind"],
        event=Event(row["event"]),
        dedup_key=row["dedup_key"],
        lang=row["lang"],
        public=row["public"],
        text=row["text"],
        author=_read_person(row["author"]),
        people=tuple(person for each in row["people"] if (person := _read_person(each)) is not None),
        fields=tuple(_read_field(each) for each in row["fields"]),
        created_at=None if created_at is None else datetime.fromisoformat(created_at),
        parent_id=row["parent_id"],
        thread_id=row["thread_id"],
        references=tuple(row["references"]),
        replaces=tuple(row["replaces"]),
        neutral=row["neutral"],
        own=row["own"],
        oversize=row["oversize"],
    )


def _person(person: PersonRef | None) -> list[Json] | None:
    if person is None:
        return None
    return [person.network, person.role, person.id, person.handle, person.name, person.email]


def _read_person(row: list[Any] | None) -> PersonRef | None:
    if row is None:
        return None
    network, role, *names = row
    return PersonRef(network, Role(role), *names)


def _field(each: PersonalField) -> list[Json]:
    return [each.pointer, each.kind, each.value, each.group, _person(each.person)]


def _read_field(row: list[Any]) -> PersonalField:
    pointer, kind, value, group, person = row
    return PersonalField(pointer, kind, value, FieldGroup(group), _read_person(person))
