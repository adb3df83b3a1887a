"""Whose a finding is: the spans of a text after overlaps are resolved, each with the data subject it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pii.model import Item, PersonRef
from pii.name_candidates import KnownSpan
from pii.own_values import OwnSpan, OwnValues
from pii.spans import Span, resolve


@dataclass(frozen=True, slots=True)
class Subjects:
    """Which data subject each person of an item is; one whom nobody knows is none."""

    author: str | None
    others: Mapping[PersonRef, str]

    def __repr__(self) -> str:
        return f"Subjects(<redacted>, others={len(self.others)})"

    def of(self, item: Item, person: PersonRef | None) -> str | None:
        """Return the subject of a person of `item`, or None."""
        if person is None:
            return None
        return self.author if person == item.author else self.others.get(person)


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of text to replace, and the known subject it concerns."""

    span: Span
    subject_id: str | None


@dataclass(frozen=True, slots=True)
class _Claim:
    start: int
    end: int
    subject_id: str


def attribute(
    item: Item,
    text: str,
    subjects: Subjects,
    *,
    detected: Iterable[Span],
    own: OwnValues,
    recognised: Sequence[KnownSpan],
) -> list[Finding]:
    """Return what must be replaced in `text`, in order and without overlaps.

    What the item itself says of a person counts before a name that is known from elsewhere.
    """
    own_spans = own.spans(text)
    claims = [*_claims(item, own_spans, subjects), *(_claim(known) for known in recognised)]
    spans = resolve([*detected, *(found.span for found in own_spans), *(known.span for known in recognised)], text)
    return [Finding(span, _owner(span, claims)) for span in spans]


def _claims(item: Item, own_spans: Iterable[OwnSpan], subjects: Subjects) -> list[_Claim]:
    owned = ((found.span, subjects.of(item, found.owner)) for found in own_spans)
    return [_Claim(span.start, span.end, subject_id) for span, subject_id in owned if subject_id is not None]


def _claim(known: KnownSpan) -> _Claim:
    return _Claim(known.span.start, known.span.end, known.subject_id)


def _owner(span: Span, claims: Iterable[_Claim]) -> str | None:
    return next((claim.subject_id for claim in claims if claim.start < span.end and span.start < claim.end), None)
