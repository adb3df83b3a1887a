"""What an item itself says about its people: the values that may stand nowhere in what goes out.

A detector can miss a name; a name that the platform sends beside the text cannot be missed. These values are
replaced wherever they occur, and looked for once more in the result.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pii.model import FieldGroup, Item, Json, PersonalField, PersonRef
from pii.names import COMMON_WORDS, name_key
from pii.spans import Span, SpanKind
from pii.spelling import spell, spelled, variants

PART_LETTERS = 3
ID_CHARACTERS = 5
OTHER_CHARACTERS = 4
UNKNOWN_CHARACTERS = 6

NAME_KINDS = frozenset({"name", "annotation", "first_name", "last_name", "display_name"})
HANDLE_KINDS = frozenset({"handle"})
ID_KINDS = frozenset({"id", "map_key", "item_id", "reference", "place_id"})
# Words of the author, in which names may stand but which are none: the detector judges what the text repeats of
# them (a hashtag can be the brand). Counts and names of programs say nothing about anybody.
WRITTEN_KINDS = frozenset(
    {"hashtag", "title", "summary", "category", "bio", "alt_text", "avatar_alt", "spoiler_text", "poll_option"}
)
NOT_SOUGHT = WRITTEN_KINDS | {"client", "profile"}
# Below a validated finding, so that a longer one (an address with the town of the profile) stays whole.
SCORE = 0.9
_KIND_OF_FIELD = {
    "phone": SpanKind.PHONE,
    "ip": SpanKind.IP,
    "location": SpanKind.LOCATION,
    "place": SpanKind.LOCATION,
    "place_title": SpanKind.LOCATION,
}
_URL_SIGN = "://"
# Over the borders of words only what is too long to come about by chance is looked for, and no places or pages.
SQUEEZED_CHARACTERS = 8
_SQUEEZED_KINDS = frozenset({SpanKind.PERSON, SpanKind.HANDLE, SpanKind.EMAIL, SpanKind.PHONE, SpanKind.CUSTOMER_ID})
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_PART = re.compile(r"[^\W\d_]+")
_EDGE = re.compile(r"\A[\W_]+|[\W_]+\Z")
# Small words inside display names ("Der Wüterich"); as parts of a name they would hit every text.
_FUNCTION_WORDS = """
als am an and auf aus aux bei beim bin boy das dein dem den der des die dir du ein eine einem einen einer fan for frau
from für girl herr hier ich ihr ist itsme kein mama mein meine mit mom mrs nicht not nur oder oma opa papa real sir the
und uns van vom von vor was wie wir with you your zum zur team info shop blog news official
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True, repr=False)
class OwnValue:
    """One value in the spelling for finding, the kind of span it makes, and whose it is if the item says so.

    `capital` says that it is a common word as well (Klein, Wolf): then it counts only where it begins with a capital.
    """

    needle: str
    kind: SpanKind
    owner: PersonRef | None
    capital: bool = False


@dataclass(frozen=True, slots=True)
class OwnSpan:
    """Where an own value stands in a text, and whose it is."""

    span: Span
    owner: PersonRef | None


class OwnValues:
    """All own values of an item."""

    def __init__(self, values: Iterable[OwnValue]) -> None:
        # Where two people share a value the first owner counts; authors come first.
        kept: dict[str, OwnValue] = {}
        for value in values:
            kept.setdefault(value.needle, value)
        self._values = tuple(kept.values())

    def __repr__(self) -> str:
        return "OwnValues(<redacted>)"

    @classmethod
    def of(cls, item: Item) -> "OwnValues":
        """Return the values of everybody whom the item names, of its personal fields, and its ids."""
        people = [person for person in (item.author, *item.people) if person is not None]
        ids = (item.item_id, item.parent_id, item.thread_id, *item.references, *item.replaces)
        return cls(
            (
                *(value for person in people for value in _of_person(person)),
                *(value for field in item.fields for value in _of_field(field)),
                *(value for sign in ids if sign for value in _of_id(sign, None)),
            )
        )

    @classmethod
    def of_people(cls, people: Iterable[PersonRef]) -> "OwnValues":
        """Return the values of some people alone."""
        return cls(value for person in people for value in _of_person(person))

    def spans(self, text: str) -> list[OwnSpan]:
        """Return where own values stand in `text`."""
        searched = spell(text)
        return [
            OwnSpan(Span(start, end, value.kind, SCORE, "own value"), value.owner)
            for value in self._values
            for start, end in searched.find(value.needle)
            if not (value.capital and text[start].islower())
        ]

    def occur_in(self, texts: Sequence[str]) -> bool:
        """Say whether any own value stands in any of `texts`."""
        return any(True for text in texts if text for _ in self.spans(text))

    def left_in(self, texts: Sequence[str]) -> bool:
        """Say whether any own value stands in any of `texts`, also with blanks or signs between its letters."""
        squeezed = [_squeezed(spelled(text)) for text in texts]
        needles = {_squeezed(value.needle) for value in self._values if value.kind in _SQUEEZED_KINDS}
        long = [needle for needle in needles if len(needle) >= SQUEEZED_CHARACTERS]
        return self.occur_in(texts) or any(needle in text for needle in long for text in squeezed)


def _squeezed(needle: str) -> str:
    return "".join(character for character in needle if character.isalnum())


def _of_person(person: PersonRef) -> Iterator[OwnValue]:
    if person.name is not None:
        yield from _of_name(person.name, person)
    if person.handle is not None:
        yield from _of_handle(person.handle, person)
    if person.email is not None:
        yield from _of_email(person.email, person)
    if person.id is not None:
        yield from _of_id(person.id, person)


def _of_field(field: PersonalField) -> Iterator[OwnValue]:
    if field.kind in NOT_SOUGHT:
        return
    for text in _texts(field.value):
        if field.kind in NAME_KINDS:
            yield from _of_name(text, field.person)
        elif field.kind in HANDLE_KINDS:
            yield from _of_handle(text, field.person)
        elif field.kind in ID_KINDS:
            yield from _of_id(text, field.person)
        elif field.kind == "email":
            yield from _of_email(text, field.person)
        elif field.kind == "profile_field" and not _is_contact(text):
            continue
        elif field.group is FieldGroup.GEO:
            yield from _whole(text, SpanKind.LOCATION, field.person, OTHER_CHARACTERS)
        else:
            shortest = UNKNOWN_CHARACTERS if field.kind == "unknown" else OTHER_CHARACTERS
            yield from _whole(text, _kind_of(field, text), field.person, shortest)


def _kind_of(field: PersonalField, text: str) -> SpanKind:
    return SpanKind.URL if _URL_SIGN in text else _KIND_OF_FIELD.get(field.kind, SpanKind.PERSON)


def _of_name(name: str, owner: PersonRef | None) -> Iterator[OwnValue]:
    for part in _PART.findall(name):
        common = name_key(part) in COMMON_WORDS
        if len(part) < PART_LETTERS or part.casefold() in FUNCTION_WORDS or (common and part.islower()):
            continue
        yield from (OwnValue(variant, SpanKind.PERSON, owner, capital=common) for variant in sorted(variants(part)))
    for variant in sorted(variants(_EDGE.sub("", name))):
        if len(variant) >= PART_LETTERS and variant not in FUNCTION_WORDS:
            yield OwnValue(variant, SpanKind.PERSON, owner)


def _of_handle(handle: str, owner: PersonRef | None) -> Iterator[OwnValue]:
    whole = spelled(handle).removeprefix("@")
    local = whole.partition("@")[0]
    for form in (f"@{whole}", whole, f"@{local}", local):
        if len(form) >= PART_LETTERS and form not in FUNCTION_WORDS:
            yield OwnValue(form, SpanKind.HANDLE, owner)


def _of_email(email: str, owner: PersonRef | None) -> Iterator[OwnValue]:
    """Yield the address, and the name that feeds write beside it: `mail (name)`."""
    for address in _ADDRESS.findall(email):
        yield from _whole(address, SpanKind.EMAIL, owner, OTHER_CHARACTERS)
    yield from _of_name(_ADDRESS.sub(" ", email), owner)


def _is_contact(text: str) -> bool:
    return "@" in text or _URL_SIGN in text or sum(map(str.isdigit, text)) >= ID_CHARACTERS


def _of_id(sign: str, owner: PersonRef | None) -> Iterator[OwnValue]:
    kind = SpanKind.URL if _URL_SIGN in sign else SpanKind.CUSTOMER_ID
    yield from _whole(sign, kind, owner, ID_CHARACTERS)


def _whole(text: str, kind: SpanKind, owner: PersonRef | None, shortest: int) -> Iterator[OwnValue]:
    needle = spelled(text)
    if sum(character.isalnum() for character in needle) >= shortest:
        yield OwnValue(needle, kind, owner)


def _texts(value: Json) -> Iterator[str]:
    """Yield the texts and the long numbers in a value; a short number is nobody's in particular."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10 ** (ID_CHARACTERS - 1):
            yield str(value)
    elif isinstance(value, float):
        yield repr(value)
    elif isinstance(value, list):
        for element in value:
            yield from _texts(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from _texts(element)
