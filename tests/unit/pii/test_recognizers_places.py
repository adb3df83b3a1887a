"""Addresses, places, dates of birth, ages, appointments, employers and schools."""

import pytest

from pii import dates
from pii.addresses import addresses, places
from pii.names import gazetteer
from pii.words import ORDINARY
from pii.workplaces import workplaces
from tests.unit.pii.rule_tables import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Lindengasse 3, 04109 Leipzig rum", "Lindengasse 3, 04109 Leipzig", id="street, postcode, town"),
        pytest.param(
            "Ulmenring 41 (Hinterhof), 28195 Bremen, ja", "Ulmenring 41 (Hinterhof), 28195 Bremen", id="with an aside"
        ),
        pytest.param(
            "an Zum Dachsbau 7a, 34117 Kassel liefern", "Zum Dachsbau 7a, 34117 Kassel", id="a street that is a phrase"
        ),
        pytest.param("Karl-Marx-Str. 5a", "Karl-Marx-Str. 5a", id="hyphens and an abbreviation"),
        pytest.param("Straße des 17. Juni 135", "Straße des 17. Juni 135", id="a street named after a day"),
        pytest.param("in der lindenallee 12, 12345 berlin", "lindenallee 12, 12345 berlin", id="all small"),
        pytest.param("Feldweg 3\n48143 Münster", "Feldweg 3\n48143 Münster", id="on two lines"),
        pytest.param("Lindengasse 17, Bamberg", "Lindengasse 17, Bamberg", id="without a postcode"),
        pytest.param("nach 83071 Stephanskirchen", "83071 Stephanskirchen", id="postcode and town"),
        pytest.param("A-1010 Wien", "A-1010 Wien", id="Austrian postcode"),
        pytest.param("4 Heron Row, Swansea SA3 9ZZ <-", "4 Heron Row, Swansea SA3 9ZZ", id="British"),
        pytest.param("Flat 2, 12 Canal Mews, Leeds", "Flat 2, 12 Canal Mews, Leeds", id="a flat"),
        pytest.param("12 Main St., Springfield, IL 62704", "12 Main St., Springfield, IL 62704", id="American"),
        pytest.param(
            "im Seniorenheim Abendstern, Zimmer 214, Kassel.",
            "Seniorenheim Abendstern, Zimmer 214, Kassel",
            id="a room in a home",
        ),
    ],
)
def test_addresses_are_covered(text: str, expected: str) -> None:
    start = text.index(expected)
    assert any(span.covers(start, start + len(expected)) for span in addresses(text, ORDINARY))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Die Aurora 7 ist leise", id="a model"),
        pytest.param("Platz 1 in den Charts, Weg 3", id="a rank"),
        pytest.param("Im Juni 2000 und im Jahr 2002. Im Sommer 96.", id="a time"),
        pytest.param("Programm 3 kostet 300 Euro", id="a sum"),
        pytest.param("Vorgang 4711", id="a case"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert values(addresses(text, ORDINARY), text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ich bin Ilka aus Flensburg.", ["Flensburg"], id="where somebody is from"),
        pytest.param("Ich wohne jetzt in Bad Tölz und", ["Bad Tölz"], id="where somebody lives"),
        pytest.param("Gruß aus Wolfenbüttel", ["Wolfenbüttel"], id="a greeting from somewhere"),
        pytest.param("Same here in Swansea.", ["Swansea"], id="English"),
        pytest.param("jemand in Obermooskirchen", ["Obermooskirchen"], id="a name like a town"),
        pytest.param("lag in der Kinderklinik Rosenheim.", ["Kinderklinik Rosenheim"], id="a clinic"),
        pytest.param("in Ordnung, aus Versehen, bei Regen", [], id="no places"),
    ],
)
def test_places(text: str, expected: list[str]) -> None:
    assert values(places(text, gazetteer().towns, ORDINARY), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("geb. 1.1.80", ["1.1.80"], id="short year"),
        pytest.param("b. 14/02/1988", ["14/02/1988"], id="English"),
        pytest.param("born on Feb 3rd, 1990", ["Feb 3rd, 1990"], id="month in words"),
        pytest.param("am 12. Februar 1938 geboren", ["12. Februar 1938"], id="the word behind"),
        pytest.param("*03.07.1979", ["03.07.1979"], id="a star"),
        pytest.param("Jahrgang 1985", ["1985"], id="only a year"),
        pytest.param("geliefert am 1.1.2020", [], id="a delivery"),
        pytest.param("geb. 45.45.1980", [], id="no day"),
    ],
)
def test_dates_of_birth(text: str, expected: list[str]) -> None:
    assert values(dates.birth_dates(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Termin am 20.11. klappt", ["20.11."], id="day and month"),
        pytest.param("19.11. um 8:30 in", ["19.11. um 8:30"], id="with the hour"),
        pytest.param("Am 3. November stand", ["3. November"], id="month in words"),
        pytest.param("on November 3rd", ["November 3rd"], id="English"),
        pytest.param("gültig 09/28, Version 2.1.0, 99.99.", [], id="no days"),
    ],
)
def test_appointments(text: str, expected: list[str]) -> None:
    assert values(dates.appointments(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("er ist 11 Jahre alt", ["11", "11 Jahre alt"], id="years old"),
        pytest.param("eine 13-jährige", ["13-jährige"], id="as an adjective"),
        pytest.param("(she's 13, hands off)", ["13"], id="English"),
        pytest.param("@lea.moor is 13 and", ["13"], id="behind a handle"),
        pytest.param("meine Tochter (9) sagt", ["9"], id="behind a relative"),
        pytest.param("5 Jahre Garantie, mit 8 Personen, it is 20 minutes", [], id="no ages"),
    ],
)
def test_ages(text: str, expected: list[str]) -> None:
    assert values(dates.ages(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("bei Quandt & Moor GmbH gekauft", ["Quandt & Moor GmbH"], id="by its legal form"),
        pytest.param("Betriebsrat bei Huber Feinblech und", ["Huber Feinblech"], id="by what somebody is there"),
        pytest.param("I work at Brightwater Mills", ["Brightwater Mills"], id="English"),
        pytest.param("im Gymnasium Rosenhof", ["Gymnasium Rosenhof"], id="school"),
        pytest.param("bei der Arbeit, Schule fällt aus", [], id="no names"),
    ],
)
def test_workplaces(text: str, expected: list[str]) -> None:
    assert values(workplaces(text, ORDINARY), text) == expected
