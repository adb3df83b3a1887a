import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.encoding import NUMBER_MAX, decode_base64, decode_hex, encode_base64, lp, parse_number
from audit.errors import NotStrict

BASE64_LIKE = st.text(alphabet="AQgwBZz09+/=-_ \n", max_size=12)


@given(st.binary(max_size=64))
def test_base64_comes_back_as_it_went(data: bytes) -> None:
    assert decode_base64(encode_base64(data)) == data


@given(st.one_of(BASE64_LIKE, st.text(max_size=12)))
def test_bytes_have_only_one_base64_spelling(text: str) -> None:
    try:
        data = decode_base64(text)
    except NotStrict:
        return
    assert base64.b64encode(data).decode() == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AA", id="padding is missing"),
        pytest.param("AB==", id="spare bits are set"),
        pytest.param("AA==\n", id="a line break follows"),
        pytest.param("A A==", id="a space stands inside"),
        pytest.param("-_8=", id="the alphabet is that of URLs"),
        pytest.param("AA==AA==", id="padding stands inside"),
        pytest.param("ＡＡ==", id="letters are full width"),
    ],
)
def test_other_base64_is_refused(text: str) -> None:
    with pytest.raises(NotStrict):
        decode_base64(text)


def test_base64_of_another_length_is_refused() -> None:
    with pytest.raises(NotStrict):
        decode_base64(encode_base64(bytes(31)), 32)


@pytest.mark.parametrize("text", ["0", "7", "10", str(NUMBER_MAX)])
def test_numbers_are_read(text: str) -> None:
    assert parse_number(text) == int(text)


@pytest.mark.parametrize(
    "text",
    ["", "+8", "-1", "08", "00", "0_8", "8 ", " 8", "8\n", "٨", "²", "0x8", "1e3", str(NUMBER_MAX + 1), "9" * 5000],
)
def test_other_spellings_of_numbers_are_refused(text: str) -> None:
    with pytest.raises(NotStrict):
        parse_number(text)


@pytest.mark.parametrize("text", ["AB", "abc", "ab ", "0xab", "ａｂ", "abcd", ""])
def test_hex_is_lower_case_and_of_the_length_asked_for(text: str) -> None:
    with pytest.raises(NotStrict):
        decode_hex(text, 1)


def test_hex_is_read() -> None:
    assert decode_hex("00ff", 2) == b"\x00\xff"


def test_length_prefix_is_four_bytes_big_endian() -> None:
    assert lp(b"abc") == b"\x00\x00\x00\x03abc"


@pytest.mark.parametrize(("decode", "text"), [(decode_base64, "ä" * 4), (parse_number, "geheim")])
def test_refusals_do_not_quote_the_text(decode: Callable[[str], object], text: str) -> None:
    with pytest.raises(NotStrict) as caught:
        decode(text)
    assert text not in str(caught.value)
