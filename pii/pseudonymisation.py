"""From an item to the pseudonymised post: what may be stored openly, and what of the original goes into which box.

Everything that a finding covers becomes a token; a known person gets the same tokens in every post, on every
platform. Of the fields only what is known to identify nobody stays. At the end the item's own values are looked
for in the result once more: if one is still there, nothing of it is used.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pii.attribution import Subjects, attribute
from pii.brand import NO_BRAND, Brand
from pii.cutting import Cutter
from pii.detection_errors import ResidueFound
from pii.item_codec import Original
from pii.model import Item, Json, PersonRef
from pii.name_candidates import KnownSpan
from pii.own_values import OwnValues
from pii.rewriting import rewrite
from pii.spans import Span, SpanKind
from pii.token_source import Tokens
from pii.tokens import TOKEN

# Stands for a token while values are looked for, so that the letters around it do not join to one.
_GAP: Final = " \ufffc "


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """An item after pseudonymisation.

    `original` is for its author's box, with what concerns other known people cut out; `others` are for theirs.
    """

    text: str | None = field(repr=False)
    fields: Mapping[str, Json] = field(repr=False)
    findings: Mapping[str, int]
    original: Item
    others: Mapping[str, Original]


def pseudonymise(
    item: Item,
    subjects: Subjects,
    *,
    detected: Iterable[Span],
    recognised: Sequence[KnownSpan],
    tokens: Tokens,
    brand: Brand = NO_BRAND,
) -> Pseudonymised:
    """Return the item with every finding replaced.

    `detected` and `recognised` are spans of `item.text`. Raises ResidueFound if one of the item's own values is
    left, or something that is personal beyond doubt and not the `brand`'s.
    """
    own = OwnValues.of(item)
    text = item.text or ""
    findings = attribute(item, text, subjects, detected=detected, own=own, recognised=recognised)

    concerned = {finding.span: finding.subject_id for finding in findings}

    def token_of(span: Span, words: str) -> str:
        """Return the token of the data subject concerned, else of the words themselves."""
        subject_id = concerned[span]
        if subject_id is not None:
            return tokens.of_subject(span.kind, subject_id)
        return tokens.of_value(span.kind, words, item.platform)

    written = rewrite(text, concerned, token_of, brand=brand).text
    facts = _facts(item.neutral, own)
    if own.left_in([TOKEN.sub(_GAP, each) for each in (written, *_texts_in(facts))]):
        raise ResidueFound("a value of the item itself is left")
    cutter = Cutter(item, subjects, own, tokens)
    return Pseudonymised(
        text=None if item.text is None else written,
        fields={**_people(item, subjects, tokens), "facts": facts},
        findings=dict(Counter(each.span.kind.value for each in findings)),
        original=cutter.author_part(findings),
        others=cutter.other_parts(),
    )


def _people(item: Item, subjects: Subjects, tokens: Tokens) -> dict[str, Json]:
    author = None if item.author is None else _person(item, item.author, subjects, tokens)
    others = [{"role": person.role.value, **_person(item, person, subjects, tokens)} for person in item.people]
    return {"author": author, "people": others}


def _person(item: Item, person: PersonRef, subjects: Subjects, tokens: Tokens) -> dict[str, Json]:
    subject_id = subjects.of(item, person)
    signs = {
        SpanKind.PERSON: person.id or person.handle or person.email or person.name,
        SpanKind.HANDLE: person.handle,
    }
    return {
        kind.value.lower(): tokens.of_value(kind, sign, person.network)
        if subject_id is None
        else tokens.of_subject(kind, subject_id)
        for kind, sign in signs.items()
        if sign is not None
    }


def _facts(neutral: Mapping[str, Json], own: OwnValues) -> dict[str, Json]:
    """Return the facts that identify nobody, without those that hold one of the item's own values after all."""
    return {name: value for name, value in neutral.items() if not own.occur_in([name, *_texts_in(value)])}


def _texts_in(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key, each in value.items() for text in (str(key), *_texts_in(each))]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts_in(each)]
    return []
