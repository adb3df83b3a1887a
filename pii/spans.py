"""Where personal data stands in a text, and how overlapping findings become a clean partition.

Offsets count Unicode code points, the end is exclusive.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

VALIDATED = 0.95
"""A score from here on means that a check digit or a known value confirmed the finding."""


class SpanKind(StrEnum):
    """The kinds of personal data that are looked for in text."""

    PERSON = "PERSON"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    LOCATION = "LOCATION"
    DOB = "DOB"
    DATE = "DATE"
    AGE = "AGE"
    HANDLE = "HANDLE"
    HASHTAG = "HASHTAG"
    URL = "URL"
    ORDER_ID = "ORDER_ID"
    CUSTOMER_ID = "CUSTOMER_ID"
    IBAN = "IBAN"
    CARD = "CARD"
    IP = "IP"
    TAX_ID = "TAX_ID"
    PENSION_NO = "PENSION_NO"
    HEALTH_INS_NO = "HEALTH_INS_NO"
    ID_DOC = "ID_DOC"
    PLATE = "PLATE"
    SECRET = "SECRET"  # noqa: S105 - the name of a kind, not a password
    EMPLOYER = "EMPLOYER"
    SCHOOL = "SCHOOL"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text that holds personal data; it knows where, never what.

    `score` lies in (0, 1]; `source` names the rule that found it.
    """

    start: int
    end: int
    kind: SpanKind
    score: float
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a span starts before it ends and not before the text")
        if not 0.0 < self.score <= 1.0:
            raise ValueError("a score lies above 0 and not above 1")

    def covers(self, start: int, end: int) -> bool:
        """Say whether this span holds the whole stretch from `start` to `end`."""
        return self.start <= start and end <= self.end


JOINED = frozenset({SpanKind.PERSON, SpanKind.ADDRESS})
"""Two neighbours of these kinds with blanks between them are parts of one value."""

_KIND_ORDER = {kind: order for order, kind in enumerate(SpanKind)}


def resolve(spans: Iterable[Span], text: str) -> list[Span]:
    """Return the spans in text order without overlaps, so that no covered letter or digit is uncovered.

    Validated findings win, then longer ones, then the order of `SpanKind`. What sticks out of a loser
    stays as a span of its own kind. Resolving twice is the same as resolving once.
    """
    taken: list[Span] = []
    for span in sorted(set(spans), key=_precedence):
        for start, end in list(_gaps(span, taken)):
            if (start, end) != (span.start, span.end):
                start, end = _trimmed(text, start, end)
            if start < end:
                insort(taken, replace(span, start=start, end=end))
    return list(_joined(taken, text))


def _precedence(span: Span) -> tuple[object, ...]:
    return (
        span.score < VALIDATED,
        span.start - span.end,
        _KIND_ORDER[span.kind],
        span.start,
        -span.score,
        span.source,
    )


def _gaps(span: Span, taken: list[Span]) -> Iterator[tuple[int, int]]:
    """Yield the parts of `span` that no span of the sorted, disjoint list `taken` holds."""
    position = span.start
    index = bisect_left(taken, span.start, key=lambda other: other.end)
    while index < len(taken) and taken[index].start < span.end:
        if position < taken[index].start:
            yield position, taken[index].start
        position = max(position, taken[index].end)
        index += 1
    if position < span.end:
        yield position, span.end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _joined(spans: list[Span], text: str) -> Iterator[Span]:
    pending: Span | None = None
    for span in spans:
        if pending is not None and _belong_together(pending, span, text):
            pending = replace(pending, end=span.end, score=max(pending.score, span.score))
            continue
        if pending is not None:
            yield pending
        pending = span
    if pending is not None:
        yield pending


def _belong_together(left: Span, right: Span, text: str) -> bool:
    between = text[left.end : right.start]
    return left.kind is right.kind and left.kind in JOINED and not between.strip(" \u00a0")
