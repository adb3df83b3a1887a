"""The check digits of numbers: official examples pass, one wrong digit does not."""

from collections.abc import Callable

import pytest

from pii import check_digits as check

RIGHT = [
    pytest.param(check.is_iban, "DE89370400440532013000", id="German IBAN"),
    pytest.param(check.is_iban, "de89370400440532013000", id="IBAN in small letters"),
    pytest.param(check.is_iban, "GB29NWBK60161331926819", id="British IBAN"),
    pytest.param(check.is_iban, "NL91ABNA0417164300", id="Dutch IBAN"),
    pytest.param(check.is_card, "4111111111111111", id="Visa"),
    pytest.param(check.is_card, "5555555555554444", id="Mastercard"),
    pytest.param(check.is_card, "378282246310005", id="American Express"),
    pytest.param(check.is_german_tax_id, "86095742719", id="tax id, one digit twice"),
    pytest.param(check.is_german_tax_id, "36574261809", id="tax id, another"),
    pytest.param(check.is_german_pension_number, "15070649C103", id="pension number"),
    pytest.param(check.is_german_health_insurance_number, "A123456780", id="health insurance number"),
    pytest.param(check.is_german_document_number, "T220001293", id="old identity card with its check digit"),
    pytest.param(check.is_german_document_number, "L01X00T471", id="specimen identity card"),
    pytest.param(check.is_german_document_number, "C01X00T478", id="specimen passport"),
    pytest.param(check.is_austrian_social_number, "1237010180", id="Austrian social insurance"),
    pytest.param(check.is_swiss_social_number, "7569217076985", id="Swiss AHV"),
    pytest.param(check.is_ean13, "4006381333931", id="EAN"),
]


@pytest.mark.parametrize(("is_right", "number"), RIGHT)
def test_examples_are_right(is_right: Callable[[str], bool], number: str) -> None:
    assert is_right(number)


@pytest.mark.parametrize(("is_right", "number"), RIGHT)
def test_a_wrong_last_digit_is_noticed(is_right: Callable[[str], bool], number: str) -> None:
    assert not any(is_right(number[:-1] + digit) for digit in "0123456789" if digit != number[-1])


@pytest.mark.parametrize(
    ("is_right", "number"),
    [
        pytest.param(check.is_iban, "DE8937040044053201300", id="IBAN too short for its country"),
        pytest.param(check.is_iban, "ZZ89370400440532013000", id="IBAN of no country"),
        pytest.param(check.is_card, "0000000000000000", id="card of no scheme"),
        pytest.param(check.is_luhn, "", id="no digits"),
        pytest.param(check.is_german_tax_id, "02345678900", id="tax id with a leading zero"),
        pytest.param(check.is_german_tax_id, "11111111111", id="tax id of one digit"),
        pytest.param(check.is_german_pension_number, "15990649C103", id="pension number with no such day"),
        pytest.param(check.is_german_document_number, "A123456780", id="vowels are not used in documents"),
        pytest.param(check.is_austrian_social_number, "1237990180", id="Austrian number with no such day"),
        pytest.param(check.is_swiss_social_number, "4006381333931", id="an EAN is no AHV number"),
    ],
)
def test_other_numbers_are_wrong(is_right: Callable[[str], bool], number: str) -> None:
    assert not is_right(number)


@pytest.mark.parametrize(
    ("day", "real"),
    [pytest.param((2024, 2, 29), True, id="leap day"), pytest.param((2023, 2, 29), False, id="no leap day")],
)
def test_calendar_dates(day: tuple[int, int, int], real: bool) -> None:
    assert check.is_calendar_date(*day) is real
