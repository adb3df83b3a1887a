"""Numbers of accounts, cards, taxes, insurances, documents, cars, orders and customers, and secrets."""

from collections.abc import Callable, Iterable

import pytest

from pii import numbers, references
from pii.spans import VALIDATED, Span
from tests.unit.pii.rule_tables import values

Find = Callable[[str], Iterable[Span]]


@pytest.mark.parametrize(
    ("find", "text", "expected"),
    [
        pytest.param(
            numbers.ibans, "DE89 3704 0044 0532 0130 00 bitte", ["DE89 3704 0044 0532 0130 00"], id="IBAN before a word"
        ),
        pytest.param(numbers.ibans, "de89370400440532013000", ["de89370400440532013000"], id="IBAN in small letters"),
        pytest.param(numbers.ibans, "GB29NWBK60161331926819.", ["GB29NWBK60161331926819"], id="IBAN with letters"),
        pytest.param(
            numbers.ibans,
            "Konto DE89 3704 0044 0532 0130 01",
            ["DE89 3704 0044 0532 0130 01"],
            id="mistyped IBAN by its words",
        ),
        pytest.param(numbers.ibans, "Modell DE89 3704", [], id="no IBAN"),
        pytest.param(numbers.cards, "4111 1111 1111 1111 gültig 09/28", ["4111 1111 1111 1111"], id="card"),
        pytest.param(numbers.cards, "5555-5555-5555-4444", ["5555-5555-5555-4444"], id="card with hyphens"),
        pytest.param(
            numbers.cards, "Karte 4111 1111 1111 1112", ["4111 1111 1111 1112"], id="mistyped card by its words"
        ),
        pytest.param(numbers.cards, "4111 1111 1111 1112", [], id="a number that is no card"),
        pytest.param(numbers.tax_ids, "86 095 742 719", ["86 095 742 719"], id="tax id with blanks"),
        pytest.param(numbers.tax_ids, "Steuernummer 12/345/67890", ["12/345/67890"], id="tax number"),
        pytest.param(
            numbers.tax_ids, "Steuer-ID 86 095 742 718", ["86 095 742 718"], id="mistyped tax id by its words"
        ),
        pytest.param(numbers.tax_ids, "86 095 742 718", [], id="a number that is no tax id"),
        pytest.param(numbers.social_numbers, "15 070649 C 103", ["15 070649 C 103"], id="pension number with blanks"),
        pytest.param(numbers.social_numbers, "AHV 756.9217.0769.85", ["756.9217.0769.85"], id="Swiss"),
        pytest.param(numbers.social_numbers, "SVNR 1237 010180", ["1237 010180"], id="Austrian"),
        pytest.param(numbers.social_numbers, "NI AB 12 34 56 C", ["AB 12 34 56 C"], id="British"),
        pytest.param(numbers.social_numbers, "123-45-6789", ["123-45-6789"], id="American"),
        pytest.param(numbers.health_numbers, "A123456780", ["A123456780"], id="health insurance"),
        pytest.param(numbers.health_numbers, "A123456789", [], id="wrong health insurance number"),
        pytest.param(numbers.health_numbers, "Versichertennr. A123456789", ["A123456789"], id="mistyped, by its words"),
        pytest.param(
            numbers.documents, "Ausweis L01X00T47.", ["L01X00T47"], id="the printed serial has no check digit"
        ),
        pytest.param(numbers.documents, "L01X00T471", ["L01X00T471"], id="serial with its check digit"),
        pytest.param(numbers.documents, "passport 123456789", ["123456789"], id="passport by its words"),
        pytest.param(numbers.documents, "123456789", [], id="a plain number"),
        pytest.param(numbers.plates, "KA-PA 777", ["KA-PA 777"], id="number plate"),
        pytest.param(numbers.plates, "Kennzeichen KA:PA 777", ["KA:PA 777"], id="number plate with a colon"),
        pytest.param(numbers.plates, "AB12 CDE", ["AB12 CDE"], id="British plate"),
        pytest.param(numbers.plates, "in der IG Metall 12", [], id="no plate"),
        pytest.param(references.order_ids, "Auftrag NL-2026-448812, bitte", ["NL-2026-448812"], id="order"),
        pytest.param(references.order_ids, "Vorgang 4711-0815: ich", ["4711-0815"], id="case"),
        pytest.param(references.order_ids, "Bestellnummer: 123 456 789", ["123 456 789"], id="order with blanks"),
        pytest.param(references.order_ids, "RX-2026-551", ["RX-2026-551"], id="order by its shape"),
        pytest.param(references.order_ids, "Model no RX-2026-551", [], id="a model has the same shape"),
        pytest.param(references.order_ids, "Rechnung über 120 Euro", [], id="a sum"),
        pytest.param(references.order_ids, "Auftrag vom 12.03.2026, Bestellung seit 2025", [], id="dates"),
        pytest.param(references.order_ids, "UTF-8, COVID-19, DIN-4102", [], id="standards"),
        pytest.param(references.customer_ids, "Kundennr. K-0093371.", ["K-0093371"], id="customer"),
        pytest.param(
            references.customer_ids,
            "Kundin seit 2016 (Nr. KD 55 80 12)",
            ["KD 55 80 12"],
            id="customer with words between",
        ),
        pytest.param(references.customer_ids, "customer number 99812", ["99812"], id="English customer"),
        pytest.param(references.customer_ids, "Kunde seit 2016", [], id="a year"),
        pytest.param(references.secrets, "Passwort war Waschtag2026!, ja", ["Waschtag2026!"], id="password"),
        pytest.param(references.secrets, "PIN: 4711", ["4711"], id="PIN"),
        pytest.param(references.secrets, "Passwort vergessen", [], id="no password"),
    ],
)
def test_numbers(find: Find, text: str, expected: list[str]) -> None:
    assert values(find(text), text) == expected


@pytest.mark.parametrize(
    ("find", "right", "mistyped"),
    [
        pytest.param(numbers.ibans, "IBAN DE89370400440532013000", "IBAN DE89370400440532013001", id="IBAN"),
        pytest.param(numbers.cards, "Karte 4111111111111111", "Karte 4111111111111112", id="card"),
        pytest.param(numbers.tax_ids, "Steuer-ID 86095742719", "Steuer-ID 86095742718", id="tax id"),
        pytest.param(numbers.health_numbers, "Kasse A123456780", "Kasse A123456789", id="health insurance"),
    ],
)
def test_only_a_right_check_digit_counts_as_validated(find: Find, right: str, mistyped: str) -> None:
    assert max(span.score for span in find(right)) >= VALIDATED
    assert max(span.score for span in find(mistyped)) < VALIDATED
