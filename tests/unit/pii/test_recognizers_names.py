"""Names of people: listed ones anywhere, unknown ones where the words around announce them."""

import pytest

from pii.hashtags import hashtags
from pii.names import gazetteer, name_key
from pii.people import people
from pii.spans import SpanKind, resolve
from tests.unit.pii.rule_tables import values


def names_in(text: str) -> list[str]:
    spans = [span for span in people(text, gazetteer()) if span.kind is SpanKind.PERSON]
    return values(resolve(spans, text), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gestern war Friederike da", ["Friederike"], id="a listed first name"),
        pytest.param("Friederike Quandtner rief an", ["Friederike Quandtner"], id="with an unknown surname"),
        pytest.param("Friederike von der Quandt", ["Friederike"], id="with particles that lead nowhere known"),
        pytest.param("Friederike van Aken", ["Friederike van Aken"], id="with a particle"),
        pytest.param("Karl-Heinz Quandt-Moor", ["Karl-Heinz Quandt-Moor"], id="hyphens"),
        pytest.param("Friederike Q. war da", ["Friederike Q."], id="with an initial"),
        pytest.param("von Friederike Q.-M. gelöscht", ["Friederike Q.-M."], id="with two initials"),
        pytest.param("Friederike H. Quandt", ["Friederike H. Quandt"], id="an initial in the middle"),
        pytest.param("Bearbeiter R. Quandtner", ["R. Quandtner"], id="an initial before the surname"),
        pytest.param("FRIEDERIKE QUANDTNER", ["FRIEDERIKE QUANDTNER"], id="capitals"),
        pytest.param("friederike war da", ["friederike"], id="small letters"),
        pytest.param("Friederikes Gerät", ["Friederikes"], id="genitive"),
        pytest.param("Friederike's nan", ["Friederike"], id="English genitive"),
        pytest.param("Frau Quandtner nebenan", ["Quandtner"], id="behind a title, which stays outside"),
        pytest.param("Herr Koch kam", ["Koch"], id="a trade behind a title"),
        pytest.param("bei Dr. Quandtner-Moor", ["Dr. Quandtner-Moor"], id="an academic title belongs to the name"),
        pytest.param("Frau Prof. Dr. Quandtner", ["Prof. Dr. Quandtner"], id="two academic titles"),
        pytest.param("meine Nachbarin Xanthippla", ["Xanthippla"], id="behind a relative or neighbour"),
        pytest.param("mein Sohn (Xanthos, 9 Jahre)", ["Xanthos"], id="in brackets behind a relative"),
        pytest.param("Ich heiße Xanthippla", ["Xanthippla"], id="said so"),
        pytest.param("name's Xanthippa Quell b. 1988", ["Xanthippa Quell"], id="said so in English"),
        pytest.param("ask for Xanthippa on ext. 44", ["Xanthippa"], id="asked for"),
        pytest.param("Moin, Xanthos Quell hier.", ["Xanthos Quell"], id="Name here"),
        pytest.param("Danke\nGruß, Xanthos Q.", ["Xanthos Q."], id="signed"),
        pytest.param("LG Xanthos", ["Xanthos"], id="signed briefly"),
        pytest.param("Hallo Xanthos, wann", ["Xanthos"], id="greeted"),
        pytest.param("klingeln bei Quandt/Moorbach", ["Quandt", "Moorbach"], id="side by side"),
        pytest.param("Herr Quandtner sagte ja. Quandtner kam.", ["Quandtner", "Quandtner"], id="found again"),
        pytest.param("M a x i m  Q u e l l", ["M a x i m  Q u e l l"], id="letters apart"),
        pytest.param("Max Müller und Mark Fischer", ["Max Müller", "Mark Fischer"], id="names that are words"),
        pytest.param("اسمي كنده المنشاوي من", ["كنده المنشاوي"], id="Arabic, said so"),
    ],
)
def test_names_are_found(text: str, expected: list[str]) -> None:
    assert names_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ich bin Kundin und warte auf den Techniker Termin", id="nouns behind a cue"),
        pytest.param("Hallo Zusammen, liebes Team, sehr geehrte Damen und Herren", id="nobody in particular"),
        pytest.param("Meine Frau und mein Mann warten, die Tochter auch", id="relatives without names"),
        pytest.param("Im Mai will ich im Sommer die Rose kaufen", id="words that are names, too"),
        pytest.param("Vielen Dank, Gute Besserung, Beste Grüße", id="phrases"),
        pytest.param("Die Waschmaschine ist laut, der Trockner auch", id="appliances"),
        pytest.param("Will this work in May? Mark my words, I hope so", id="English words that are names"),
        pytest.param("IBAN, DHL, GmbH und USA", id="abbreviations"),
        pytest.param("Vitamin C. Das hilft. Plan B. Ich warte", id="letters at the end of a sentence"),
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert names_in(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Friederike (71) ist", ["71"], id="in brackets"),
        pytest.param("(Friederike, 9 Jahre)", ["9 Jahre"], id="inside brackets"),
        pytest.param("Friederike Quandt, 88, wohnt", ["88"], id="between commas"),
        pytest.param("Friederike ist 13", ["13"], id="said"),
        pytest.param("Friederike 5 Euro", [], id="a sum"),
    ],
)
def test_the_age_behind_a_name(text: str, expected: list[str]) -> None:
    assert values([span for span in people(text, gazetteer()) if span.kind is SpanKind.AGE], text) == expected


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        pytest.param("#DankeFriederikeQuandt", (), ["DankeFriederikeQuandt"], id="a first name in camel case"),
        pytest.param("#friederikequandt", ("Quandt",), ["friederikequandt"], id="a known name"),
        pytest.param("#dankefriederike", (), ["dankefriederike"], id="a first name behind thanks"),
        pytest.param("#DankeFrauQuandtner", (), ["DankeFrauQuandtner"], id="behind a title"),
        pytest.param("#friederike_moor", (), ["friederike_moor"], id="with an underscore"),
        pytest.param("#LüneburgLerchenweg", (), ["LüneburgLerchenweg"], id="a home"),
        pytest.param("#stannesyear8", (), ["stannesyear8"], id="a class"),
        pytest.param("#Waschmaschine #Kundendienst #fail #MontagsMuffel", (), [], id="subjects"),
    ],
)
def test_hashtags(text: str, known: tuple[str, ...], expected: list[str]) -> None:
    assert values(hashtags(text, gazetteer(), known), text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Jérôme", "jerome", id="accents"),
        pytest.param("ŁUKASZ", "lukasz", id="letters that do not decompose"),
        pytest.param("Işıl", "isil", id="the dotless i"),
    ],
)
def test_names_are_looked_up_without_accents(one: str, other: str) -> None:
    assert name_key(one) == other


def test_umlauts_may_be_written_out() -> None:
    assert {"gunther", "guenther"} <= gazetteer().sure


def test_a_word_is_no_sure_name() -> None:
    assert not {"will", "mark", "april", "may", "mai", "sommer", "rose", "kiel", "essen"} & gazetteer().sure
