"""API keys: a prefix that scanners know, a checksum, and nothing stored that would let anybody in."""

import re

import pytest

from api.errors import KeyRefused
from api.keys import ApiKey, bearer_token

KEY = ApiKey("abcdEFG1", "x" * 43)


def test_a_key_is_what_secret_scanners_look_for() -> None:
    text = ApiKey.generate().text
    assert re.fullmatch(r"plc_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", text)
    assert ApiKey.parse(text).text == text


def test_keys_are_never_the_same() -> None:
    assert len({ApiKey.generate().text for _ in range(100)}) == 100


def test_the_form_is_pinned() -> None:
    assert KEY.text == "plc_abcdEFG1_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx23Izi3"
    assert KEY.digest.hex().startswith("cc0b1c2c")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("plc_", id="the prefix alone"),
        pytest.param(KEY.text[:-1], id="a character short"),
        pytest.param(KEY.text + "0", id="a character long"),
        pytest.param(KEY.text[:-1] + ("0" if KEY.text[-1] != "0" else "1"), id="a wrong checksum"),
        pytest.param(KEY.text.replace("x", "y", 1), id="a changed secret"),
        pytest.param(KEY.text.upper(), id="other letters"),
        pytest.param(KEY.text + "\n", id="a line break at the end"),
        pytest.param("Ⅷ" * 62, id="digits that are not ASCII"),
    ],
)
def test_what_is_not_a_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        ApiKey.parse(text)
    assert not text or text not in str(refused.value)


def test_only_the_same_secret_fits_the_digest() -> None:
    assert KEY.fits(KEY.digest)
    assert not KEY.fits(ApiKey.generate().digest)


def test_the_secret_is_not_in_the_repr() -> None:
    assert "xxx" not in repr(KEY)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Bearer abc", id="as it should be"),
        pytest.param("bearer   abc ", id="any case and spaces"),
    ],
)
def test_the_token_is_taken_from_the_header(header: str) -> None:
    assert bearer_token(header) == "abc"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Basic abc", id="another scheme"),
        pytest.param("Bearer", id="no token"),
        pytest.param("Bearer a b", id="two tokens"),
        pytest.param("abc", id="no scheme"),
    ],
)
def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(KeyRefused):
        bearer_token(header)
