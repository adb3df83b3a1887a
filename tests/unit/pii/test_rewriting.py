"""Replacing: every value once, nothing else touched, nothing certain left behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.brand import Brand
from pii.canonical import canonical
from pii.detection_errors import ResidueFound, SpansOverlap
from pii.detector import PresidioDetector
from pii.generalising import generalise, rounded
from pii.operators import Pseudonymise
from pii.pseudonyms import PseudonymKeys, restore
from pii.rewriting import Rewritten, rewrite
from pii.spans import Span, SpanKind, resolve

KEYS = PseudonymKeys(bytes(range(32)), group="g", domain="intake", version=1)
TEXT = "😀 Lea Moor, Handy 0511 / 1669697, lea@web.de\r\nund Lea Moor"


def token(span: Span, value: str) -> str:
    return KEYS.token(span.kind, canonical(span.kind, value, network="x"))


def span(text: str, value: str, kind: SpanKind, *, after: int = 0) -> Span:
    start = text.index(value, after)
    return Span(start, start + len(value), kind, 0.9, "test")


SPANS = [
    span(TEXT, "Lea Moor", SpanKind.PERSON),
    span(TEXT, "0511 / 1669697", SpanKind.PHONE),
    span(TEXT, "lea@web.de", SpanKind.EMAIL),
    span(TEXT, "Lea Moor", SpanKind.PERSON, after=20),
]


def test_every_value_is_replaced_where_it_stood() -> None:
    person, phone, mail = (token(found, TEXT[found.start : found.end]) for found in SPANS[:3])
    assert rewrite(TEXT, SPANS, token).text == f"😀 {person}, Handy {phone}, {mail}\r\nund {person}"


def test_what_was_replaced_is_told_in_text_order() -> None:
    told = rewrite(TEXT, reversed(SPANS), token).tokens
    assert [(one.kind, one.original) for one in told] == [
        (SpanKind.PERSON, "Lea Moor"),
        (SpanKind.PHONE, "0511 / 1669697"),
        (SpanKind.EMAIL, "lea@web.de"),
        (SpanKind.PERSON, "Lea Moor"),
    ]
    assert all(TEXT[one.start : one.end] == one.original for one in told)


def test_neighbours_of_one_kind_stay_two_values() -> None:
    text = "Lea Moor"
    spans = [span(text, "Lea", SpanKind.PERSON), span(text, "Moor", SpanKind.PERSON)]
    assert rewrite(text, spans, lambda _, value: f"<{value}>").text == "<Lea> <Moor>"


def test_each_value_is_handed_over_exactly_once() -> None:
    handed: list[str] = []

    def noting(_: Span, value: str) -> str:
        handed.append(value)
        return "x"

    rewrite(TEXT, SPANS, noting)
    assert sorted(handed) == ["0511 / 1669697", "Lea Moor", "Lea Moor", "lea@web.de"]


def test_overlapping_findings_lose_and_double_no_character() -> None:
    text = "Handy 0511 / 1669697 gehört Lea"
    found = [span(text, "0511 / 1669697", SpanKind.PHONE), span(text, "0511", SpanKind.LOCATION)]
    assert rewrite(text, resolve(found, text), lambda *_: "#").text == "Handy # gehört Lea"


def test_overlapping_spans_are_refused() -> None:
    with pytest.raises(SpansOverlap):
        rewrite("Lea Moor", [Span(0, 5, SpanKind.PERSON, 0.9, "a"), Span(4, 8, SpanKind.PERSON, 0.9, "b")], token)


def test_spans_outside_the_text_are_refused() -> None:
    with pytest.raises(SpansOverlap):
        rewrite("Lea", [Span(0, 4, SpanKind.PERSON, 0.9, "a")], token)


@pytest.mark.parametrize(
    "left",
    [
        pytest.param("lea@web.de", id="e-mail"),
        pytest.param("l\u200bea@web.de", id="e-mail in disguise"),
        pytest.param("0171 1234567", id="telephone"),
        pytest.param("+44 7700 900142", id="British telephone"),
        pytest.param("DE89 3704 0044 0532 0130 00", id="account"),
        pytest.param("4111 1111 1111 1111", id="card"),
        pytest.param("@lea_m", id="handle"),
    ],
)
def test_what_is_personal_beyond_doubt_must_not_be_left(left: str) -> None:
    with pytest.raises(ResidueFound):
        rewrite(f"Melden bei {left} bitte", [], token)


def test_what_is_the_brands_may_be_left() -> None:
    brand = Brand(handles=frozenset({"nordlicht"}), contacts=frozenset({"0171 1234567", "hilfe@nordlicht.example"}))
    text = "@Nordlicht, 0171/1234567, hilfe@nordlicht.example"
    assert rewrite(text, [], token, brand=brand).text == text


def test_the_refusal_shows_no_text() -> None:
    with pytest.raises(ResidueFound) as refused:
        rewrite("an lea@web.de", [], token)
    assert "lea" not in f"{refused.value!r}{refused.value}"


def test_nothing_of_a_value_shows() -> None:
    rewritten = rewrite(TEXT, SPANS, token)
    assert "Lea" not in f"{rewritten!r}{rewritten.tokens!r}"


def pseudonymised(detector: PresidioDetector, text: str) -> Rewritten:
    return rewrite(text, detector.find(text, "de", is_own_token=KEYS.owns), token)


def test_pseudonymising_twice_is_pseudonymising_once(detector: PresidioDetector) -> None:
    once = pseudonymised(detector, TEXT).text
    assert pseudonymised(detector, once).text == once


def test_pseudonymised_text_is_restored_to_the_letter(detector: PresidioDetector) -> None:
    made = pseudonymised(detector, TEXT)
    values = {one.token: one.original for one in made.tokens}
    assert restore(made.text, KEYS, values.get) == TEXT


@given(st.text(max_size=80), st.data())
def test_any_text_with_any_spans_is_restored_to_the_letter(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [Span(start, end, SpanKind.PERSON, 0.5, "any") for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    values: dict[str, str] = {}

    def numbered(one: Span, value: str) -> str:
        made = KEYS.token(SpanKind.PERSON, f"{one.start}")
        values[made] = value
        return made

    try:
        made = rewrite(text, spans, numbered)
    except ResidueFound:
        return
    assert restore(made.text, KEYS, values.get) == text


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"span": SPANS[0]}, id="no function"),
        pytest.param({"replacement": token}, id="no span"),
    ],
)
def test_the_operator_refuses_to_work_without_its_parameters(parameters: dict[str, object] | None) -> None:
    with pytest.raises(TypeError):
        Pseudonymise().validate(parameters)


def test_checking_the_operator_replaces_nothing() -> None:
    handed: list[str] = []

    def noting(_: Span, value: str) -> str:
        handed.append(value)
        return value

    Pseudonymise().validate({"replacement": noting, "span": SPANS[0]})
    assert handed == []


@pytest.mark.parametrize(
    ("kind", "value", "band"),
    [
        pytest.param(SpanKind.AGE, "9 Jahre", "0-17", id="a child"),
        pytest.param(SpanKind.AGE, "17", "0-17", id="the last year of childhood"),
        pytest.param(SpanKind.AGE, "18", "18-19", id="just of age"),
        pytest.param(SpanKind.AGE, "88", "80-89", id="a decade"),
        pytest.param(SpanKind.AGE, "104", "90+", id="the few who are older"),
        pytest.param(SpanKind.AGE, "alt", None, id="no number"),
        pytest.param(SpanKind.DOB, "12.02.1938", "1938", id="year of birth"),
        pytest.param(SpanKind.DOB, "1.1.80", None, id="a year that is not certain"),
        pytest.param(SpanKind.PERSON, "Lea", None, id="a name has no coarser form"),
    ],
)
def test_generalising(kind: SpanKind, value: str, band: str | None) -> None:
    assert generalise(kind, value) == band


def test_coordinates_keep_one_decimal() -> None:
    assert rounded(53.5511, 9.9937) == (53.6, 10.0)
