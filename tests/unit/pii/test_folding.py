"""Look-alike characters get one spelling, and every offset finds its way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Lea Moor", "Lea Moor", id="plain text stays"),
        pytest.param("L\u200bea\u00ad \u2068Moor\u2069", "Lea Moor", id="invisible characters go"),
        pytest.param("Mu\u0308ller", "Müller", id="accents are composed"),
        pytest.param("ｌｅａ＠ｗｅｂ．ｄｅ", "lea@web.de", id="full width"),
        pytest.param("0\ufe0f\u20e31\ufe0f\u20e3", "01", id="key caps"),
        pytest.param("𝐋𝐞𝐚 ①", "Lea 1", id="mathematical and circled"),
        pytest.param("٠١٧١", "0171", id="digits of other scripts"),
        pytest.param("0171–123 4", "0171-123 4", id="dashes"),
        pytest.param("O’Hara", "O'Hara", id="apostrophes"),
        pytest.param("a\u00a0b\u202fc", "a b c", id="blanks"),
        pytest.param("Lеа Moor", "Lea Moor", id="Cyrillic letters inside a Latin word"),
        pytest.param("der Мах war da", "der Max war da", id="a word of look-alikes in Latin text"),
        pytest.param("мама мыла раму", "мама мыла раму", id="Russian stays Russian"),
    ],
)
def test_one_spelling(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(st.text(max_size=60))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(st.text(max_size=60))
def test_no_letter_or_digit_is_lost(text: str) -> None:
    folded = fold(text)
    reached = {at for start, end in zip(folded.starts, folded.ends, strict=True) for at in range(start, end)}
    fillers = "\u115f\u1160\u3164\uffa0"
    assert all(at in reached for at, sign in enumerate(text) if sign.isalnum() and sign not in fillers)


def test_a_span_covers_the_disguise() -> None:
    text = "an l\u200bеa hin"
    folded = fold(text)
    start = folded.text.index("l")
    assert text[slice(*folded.original(start, start + 3))] == "l\u200bеa"
