"""All spellings of one value have one canonical form."""

import pytest

from pii.canonical import canonical
from pii.spans import SpanKind


@pytest.mark.parametrize(
    ("kind", "spellings", "form"),
    [
        pytest.param(
            SpanKind.EMAIL,
            ["Lea@Web.de", "lea@web.DE", "lea (at) web [punkt] de", "lea at web dot de"],
            "lea@web.de",
            id="e-mail",
        ),
        pytest.param(SpanKind.EMAIL, ["Lea@Müller.example"], "lea@xn--mller-kva.example", id="the domain in punycode"),
        pytest.param(
            SpanKind.PHONE,
            [
                "0171/1234567",
                "+49 171 1234567",
                "0049171 1234567",
                "+49 (0)171 1234567",
                "491711234567",
                "null eins sieben eins 1234567",
            ],
            "+491711234567",
            id="telephone",
        ),
        pytest.param(
            SpanKind.IBAN,
            ["de89 3704 0044 0532 0130 00", "DE89370400440532013000"],
            "DE89370400440532013000",
            id="IBAN",
        ),
        pytest.param(SpanKind.PLATE, ["ka-pa 777", "KA PA 777", "KA:PA777"], "KAPA777", id="number plate"),
        pytest.param(
            SpanKind.PERSON, ["Lea  Moor", "LEA MOOR", "lea\u00a0moor.", "Le\u200ba Moor"], "lea moor", id="name"
        ),
        pytest.param(SpanKind.PERSON, ["Jörg", "Jo\u0308rg"], "jörg", id="composed and decomposed name"),
        pytest.param(SpanKind.HANDLE, ["@Lea_M", "lea_m"], "x:lea_m", id="handle with its network"),
        pytest.param(SpanKind.HASHTAG, ["#DankeLea", "dankelea"], "dankelea", id="hashtag"),
    ],
)
def test_spellings_meet(kind: SpanKind, spellings: list[str], form: str) -> None:
    assert {canonical(kind, spelling, network="x") for spelling in spellings} == {form}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        pytest.param(SpanKind.SECRET, "Geheim1", "geheim1", id="a password is exact"),
        pytest.param(SpanKind.PHONE, "0171 1234567", "0171 1234568", id="another number"),
        pytest.param(SpanKind.PERSON, "Lea Moor", "Leo Moor", id="another name"),
    ],
)
def test_other_values_stay_apart(kind: SpanKind, one: str, other: str) -> None:
    assert canonical(kind, one) != canonical(kind, other)


def test_the_same_handle_on_two_networks_is_two_people() -> None:
    assert canonical(SpanKind.HANDLE, "lea", network="x") != canonical(SpanKind.HANDLE, "lea", network="mastodon")


def test_a_national_number_is_read_in_its_region() -> None:
    assert canonical(SpanKind.PHONE, "07700 900142", region="GB") == "+447700900142"


def test_what_is_no_number_at_all_keeps_its_digits() -> None:
    assert canonical(SpanKind.PHONE, "1 2") == "12"
