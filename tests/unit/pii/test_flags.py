"""Special categories and children are flagged from the text and the author's profile."""

import json
from typing import Any

import pytest

from pii.flags import SpecialCategory, flags_of
from tests.paths import SHARED

SAMPLES = SHARED / "social" / "samples"
WRITTEN = frozenset({"bio", "alt_text", "avatar_alt", "spoiler_text", "profile_field"})


def gold_items() -> list[Any]:
    return [
        pytest.param(item, id=f"{path.parent.name}/{path.name.partition('.')[0]}-{number}")
        for path in sorted(SAMPLES.glob("*/*.gold.json"))
        for number, item in enumerate(json.loads(path.read_text("utf-8"))["items"])
        if item.get("text")
    ]


def written(item: dict[str, Any]) -> list[str]:
    fields = [field["value"] for field in item.get("author_fields", ()) if field["field"] in WRITTEN]
    return [item["text"], *(value for value in fields if isinstance(value, str))]


@pytest.mark.parametrize("item", gold_items())
def test_the_annotated_categories_are_flagged(item: dict[str, Any]) -> None:
    # One profile of the samples calls its author a trade unionist, which its annotation leaves out.
    assert set(item.get("special_categories") or ()) <= flags_of(written(item), item["lang"]).special_categories


@pytest.mark.parametrize("item", gold_items())
def test_nothing_is_flagged_where_nothing_special_stands(item: dict[str, Any]) -> None:
    if not item.get("special_categories"):
        assert flags_of(written(item), item["lang"]).special_categories == frozenset()


@pytest.mark.parametrize("item", gold_items())
def test_children_are_flagged_exactly(item: dict[str, Any]) -> None:
    assert flags_of(written(item), item["lang"]).minor is bool(item.get("minor"))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        pytest.param("Seit der Chemo schaffe ich das nicht", SpecialCategory.HEALTH, id="illness"),
        pytest.param("Bin schwerbehindert", SpecialCategory.HEALTH, id="disability"),
        pytest.param("My insulin fridge died", SpecialCategory.HEALTH, id="illness, English"),
        pytest.param("CHEMO", SpecialCategory.HEALTH, id="capitals"),
        pytest.param("Ch\u200bemo", SpecialCategory.HEALTH, id="disguised"),
        pytest.param("Wir waren beim Freitagsgebet", SpecialCategory.RELIGION, id="faith"),
        pytest.param("as a practising Catholic", SpecialCategory.RELIGION, id="faith, English"),
        pytest.param("Als SPD-Mitglied sage ich", SpecialCategory.POLITICS, id="party"),
        pytest.param("lifelong Labour voter", SpecialCategory.POLITICS, id="party, English"),
        pytest.param("Ich bin in der IG Metall", SpecialCategory.TRADE_UNION, id="union"),
        pytest.param("trade unionist", SpecialCategory.TRADE_UNION, id="union, English"),
        pytest.param("Er ist Kurde", SpecialCategory.ETHNICITY, id="origin"),
        pytest.param("Mein Sohn ist schwul", SpecialCategory.SEX_LIFE, id="orientation"),
        pytest.param("Der ist vorbestraft", SpecialCategory.CRIME, id="conviction"),
        pytest.param("he was convicted of theft", SpecialCategory.CRIME, id="conviction, English"),
    ],
)
def test_categories(text: str, category: SpecialCategory) -> None:
    assert flags_of([text], "de").special_categories == {category}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Die Maschine ist kaputt", id="a thing"),
        pytest.param("Emma hat Nachtschicht im Klinikum", id="who works in a clinic is not ill"),
        pytest.param("Aufgang hinten, Rabbits, Christiane", id="words that begin alike"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_special(text: str) -> None:
    assert flags_of([text], "de").special_categories == frozenset()


def test_the_profile_counts_like_the_text() -> None:
    assert flags_of(["Danke!", "T1D since '09"], "en").special_categories == {SpecialCategory.HEALTH}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        pytest.param("meine Tochter (9) sagt", True, id="a daughter with her age"),
        pytest.param("(Friederike, 9 Jahre)", True, id="a name with an age"),
        pytest.param("my sister is 15 years old", True, id="English"),
        pytest.param("she's 13", True, id="only a pronoun"),
        pytest.param("eine 17-jährige", True, id="the last year"),
        pytest.param("eine 18-jährige", False, id="of age"),
        pytest.param("Oma Friederike (88)", False, id="a grandmother"),
        pytest.param("Die Waschmaschine ist 5 Jahre alt", False, id="a thing of so many years"),
        pytest.param("5 Jahre Garantie", False, id="a warranty"),
        pytest.param("geht in die 5. Klasse", True, id="at school"),
        pytest.param("15 | she/her", True, id="a profile"),
        pytest.param("unser Baby schläft", True, id="a baby"),
        pytest.param("Mama von 2 Jungs", False, id="a mother"),
    ],
)
def test_children(text: str, minor: bool) -> None:
    assert flags_of([text], "de").minor is minor
