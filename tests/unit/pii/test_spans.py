"""Overlapping findings become a clean partition that uncovers nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.spans import Span, SpanKind, resolve

TEXT = "Handy 0511 / 1669697 von Lea Moor, Am Wehr 3"


def span(value: str, kind: SpanKind, score: float = 0.8, *, within: str = TEXT) -> Span:
    start = within.index(value)
    return Span(start, start + len(value), kind, score, "test")


def shown(spans: list[Span], text: str = TEXT) -> list[tuple[str, str]]:
    return [(found.kind.value, text[found.start : found.end]) for found in spans]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], [], id="nothing found"),
        pytest.param(
            [span("0511 / 1669697", SpanKind.PHONE), span("0511", SpanKind.LOCATION)],
            [("PHONE", "0511 / 1669697")],
            id="longer wins",
        ),
        pytest.param(
            [span("0511 / 1669697", SpanKind.PHONE, 0.6), span("1669697", SpanKind.TAX_ID, 1.0)],
            [("PHONE", "0511"), ("TAX_ID", "1669697")],
            id="validated wins, the rest of the loser stays covered",
        ),
        pytest.param(
            [span("Lea Moor", SpanKind.PERSON), span("Lea Moor", SpanKind.LOCATION)],
            [("PERSON", "Lea Moor")],
            id="equal stretches: the order of kinds decides",
        ),
        pytest.param(
            [span("Lea", SpanKind.PERSON), span("Moor", SpanKind.PERSON)],
            [("PERSON", "Lea Moor")],
            id="first name and surname are one value",
        ),
        pytest.param(
            [span("Moor", SpanKind.PERSON), span("Am Wehr 3", SpanKind.PERSON)],
            [("PERSON", "Moor"), ("PERSON", "Am Wehr 3")],
            id="a comma keeps two values apart",
        ),
        pytest.param(
            [span("Lea", SpanKind.PERSON), span("Moor", SpanKind.LOCATION)],
            [("PERSON", "Lea"), ("LOCATION", "Moor")],
            id="neighbours of two kinds stay two",
        ),
    ],
)
def test_overlaps_are_resolved_once(spans: list[Span], expected: list[tuple[str, str]]) -> None:
    assert shown(resolve(spans, TEXT)) == expected


def test_what_sticks_out_loses_its_punctuation_but_no_letter() -> None:
    text = "Am Wehr 3, (04109)"
    longer = span("Am Wehr 3, (04109)", SpanKind.ADDRESS, within=text)
    assert shown(resolve([longer, span("04109", SpanKind.PHONE, 1.0, within=text)], text), text) == [
        ("ADDRESS", "Am Wehr 3"),
        ("PHONE", "04109"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "score"),
    [
        pytest.param(-1, 2, 0.5, id="before the text"),
        pytest.param(2, 2, 0.5, id="empty"),
        pytest.param(3, 2, 0.5, id="backwards"),
        pytest.param(0, 1, 0.0, id="without any score"),
        pytest.param(0, 1, 1.1, id="more than certain"),
    ],
)
def test_a_span_that_cannot_be_is_refused(start: int, end: int, score: float) -> None:
    with pytest.raises(ValueError):
        Span(start, end, SpanKind.PERSON, score, "test")


def test_a_span_shows_no_text() -> None:
    assert "Lea" not in repr(span("Lea Moor", SpanKind.PERSON))


TEXTS = st.text(alphabet="ab1 ,.\u00a0-", min_size=1, max_size=40)


@st.composite
def findings(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXTS)
    positions = st.integers(0, len(text))
    pairs = st.tuples(positions, positions).filter(lambda pair: pair[0] != pair[1]).map(sorted)
    kinds = st.sampled_from(SpanKind)
    scores = st.sampled_from([0.3, 0.8, 0.95, 1.0])
    made = st.builds(lambda pair, kind, score: Span(pair[0], pair[1], kind, score, "any"), pairs, kinds, scores)
    return text, draw(st.lists(made, max_size=12))


@given(findings())
def test_resolved_spans_are_in_order_and_apart(found: tuple[str, list[Span]]) -> None:
    text, spans = found
    resolved = resolve(spans, text)
    assert all(left.end <= right.start for left, right in pairwise(resolved))


@given(findings())
def test_resolving_uncovers_no_letter_and_no_digit(found: tuple[str, list[Span]]) -> None:
    text, spans = found

    def covered(some: list[Span]) -> set[int]:
        return {at for one in some for at in range(one.start, one.end) if text[at].isalnum()}

    assert covered(spans) <= covered(resolve(spans, text))


@given(findings())
def test_resolving_twice_is_resolving_once(found: tuple[str, list[Span]]) -> None:
    text, spans = found
    once = resolve(spans, text)
    assert resolve(once, text) == once


@given(findings(), st.randoms(use_true_random=False))
def test_the_order_of_the_findings_does_not_matter(found: tuple[str, list[Span]], random: object) -> None:
    text, spans = found
    shuffled = list(spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(shuffled, text) == resolve(spans, text)
