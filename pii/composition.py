"""From what a platform's reader found to an `Item`: the same steps for every platform."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pii.cast import OWN, Cast
from pii.errors import UnreadableItem
from pii.gathering import Gathering, Spot
from pii.language import language_of
from pii.model import Event, FieldGroup, Item, Json, RejectReason, TextCopy, TextFormat
from pii.nodes import get
from pii.payload import problem_of
from pii.shapes import Treatment
from pii.text import canonical, is_oversize

AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the payload that belongs to one item.

    `of` names whose it is, by a word of `Draft.people`; None is nobody the payload names. Facts are kept from
    `main` parts. `map_key` is the key that the part stood under where the key itself names a person. `path` is
    the name of a part that is a single value.
    """

    pointer: str
    node: Json
    treatment: Treatment | None
    of: str | None = AUTHOR
    main: bool = False
    map_key: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where the text of an item stands, what stands there, and how it is written."""

    pointer: str
    value: str
    format: TextFormat


def text_place(node: Json, pointer: str, key: str, form: TextFormat = TextFormat.PLAIN) -> TextPlace | None:
    """Return the text under `key` of the object at `pointer`, or None; raise UnreadableItem if it is no text."""
    value = get(node, key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableItem(RejectReason.WRONG_TYPE)
    return TextPlace(f"{pointer}/{key}", value, form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reader found of one item, before its values are gone through.

    `dedup` is what makes a repeated delivery the same. `language` is what the platform says of
    this item, `language_around` what it says of the whole feed or account.
    """

    platform: str
    item_id: str
    kind: str
    event: Event
    dedup: tuple[Json, ...]
    cast: Cast
    parts: tuple[Part, ...]
    public: bool
    text: TextPlace | None = None
    copies: tuple[TextCopy, ...] = ()
    people: Mapping[str, str | None] = field(default_factory=dict)
    language: Json = None
    language_around: Json = None
    created_at: datetime | None = None
    parent_id: str | None = None
    thread_id: str | None = None
    references: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


def dedup_key(platform: str, parts: tuple[Json, ...]) -> str:
    """Return one text for the parts of a key; two different keys never give the same text."""
    return json.dumps([platform, *parts], ensure_ascii=False, separators=(",", ":"))


def compose(draft: Draft) -> Item:
    """Return the item of a draft; raise UnreadableItem if something in it cannot be stored and sent on."""
    for part in draft.parts:
        if problem := problem_of(part.node):
            raise UnreadableItem(problem)
    gathering = _gathered(draft)
    text = canonical(draft.text.value, draft.text.format) if draft.text else None
    return Item(
        platform=draft.platform,
        item_id=draft.item_id,
        kind=draft.kind,
        event=draft.event,
        dedup_key=dedup_key(draft.platform, draft.dedup),
        lang=language_of(text, said=draft.language, otherwise=draft.language_around),
        public=draft.public,
        text=text,
        text_pointer=draft.text.pointer if draft.text else None,
        text_format=draft.text.format if draft.text else None,
        copies=draft.copies,
        author=draft.cast.resolve(draft.cast.author),
        people=draft.cast.others(),
        fields=gathering.fields(),
        created_at=draft.created_at,
        parent_id=draft.parent_id,
        thread_id=draft.thread_id,
        references=draft.references,
        replaces=draft.replaces,
        raw={part.pointer: part.node for part in draft.parts},
        neutral=gathering.neutral,
        own=draft.cast.author == OWN,
        oversize=is_oversize(text),
    )


def _gathered(draft: Draft) -> Gathering:
    taken = {copy.pointer for copy in draft.copies} | ({draft.text.pointer} if draft.text else set())
    people = {AUTHOR: draft.cast.author, **draft.people}
    gathering = Gathering(draft.cast, people, frozenset(taken))
    for part in draft.parts:
        who = people.get(part.of) if part.of else None
        spot = Spot(
            pointer=part.pointer,
            group=FieldGroup.AUTHOR if part.of == AUTHOR else FieldGroup.PERSON,
            who=None if who == OWN else who,
            path=part.path,
            facts=part.main,
        )
        if part.map_key is not None and who != OWN:
            gathering.key(part.map_key, spot)
        gathering.walk(part.node, part.treatment, spot)
    return gathering
