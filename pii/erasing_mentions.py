"""Taking one person out of what concerns others: their tokens, and their names where nothing was examined yet."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from pii.item_codec import Original, decode, encode
from pii.model import Json, PersonalField
from pii.own_values import OwnValues
from pii.spans import resolve
from pii.token_source import ERASED


def without_tokens(value: Json, tokens: Collection[str]) -> Json:
    """Return texts, also in lists and objects, with a mark in the place of each of the tokens."""
    if isinstance(value, str):
        for token in tokens:
            value = value.replace(token, ERASED)
        return value
    if isinstance(value, list | tuple):
        return [without_tokens(each, tokens) for each in value]
    if isinstance(value, Mapping):
        return {name: without_tokens(each, tokens) for name, each in value.items()}
    return value


def without_tokens_in_box(original: Original, tokens: Collection[str]) -> Original:
    """Return what a box keeps with a mark in the place of each of the tokens."""
    content = encode(original).decode()
    # A token holds no sign that JSON escapes, so it stands in the encoded form as it is.
    return decode(str(without_tokens(content, tokens)).encode())


def without_person(original: Original, subject_id: str) -> Original:
    """Return an original that was sealed whole without the names of one of the people in it."""
    item = original.item
    if item is None or subject_id not in original.subjects:
        return original
    pairs = list(zip(item.people, original.subjects, strict=True))
    gone = {person for person, holder in pairs if holder == subject_id}
    names = OwnValues.of_people(gone)
    kept = [(person, holder) for person, holder in pairs if holder != subject_id]
    fields = [_cleaned_field(found, names) for found in item.fields if found.person not in gone]
    cleaned = replace(
        item,
        text=None if item.text is None else _without_names(item.text, names),
        people=tuple(person for person, _ in kept),
        # A field that was nothing but the name goes altogether: the mark itself is no value to look for.
        fields=tuple(found for found in fields if found.value != ERASED),
    )
    return Original(cleaned, tuple(holder for _, holder in kept), original.values)


def _cleaned_field(found: PersonalField, names: OwnValues) -> PersonalField:
    return replace(found, value=_cleaned(found.value, names))


def _cleaned(value: Json, names: OwnValues) -> Json:
    if isinstance(value, str):
        return _without_names(value, names)
    if isinstance(value, list):
        return [_cleaned(each, names) for each in value]
    if isinstance(value, dict):
        return {name: _cleaned(each, names) for name, each in value.items()}
    return value


def _without_names(text: str, names: OwnValues) -> str:
    pieces, position = list[str](), 0
    for span in resolve((found.span for found in names.spans(text)), text):
        pieces += [text[position : span.start], ERASED]
        position = span.end
    return "".join([*pieces, text[position:]])
