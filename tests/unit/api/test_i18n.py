"""Every text of templates, mails and the demonstration has its translation, and every translation its text."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.i18n import LANGUAGES, VARIANTS, addressed, choose_language, environment, render, translations
from consent.vocabulary import FormOfAddress
from tests.paths import ROOT

# Words by which a German text speaks to a person. *Sie* also begins sentences about things, but not before these.
DU = r"(?i:\b(du|dich|dir|dein\w*)\b)"
SIE = r"(?<![.:] )(?<!^)\bSie\b|\bSie \w+(en|sich)\b|\bIhr\w*\b|\bIhnen\b"
# Tables of texts: of a mapping the values are texts, the keys are words of the policy.
NAMED = {"CHAPTERS", "SUBJECTS", "LEADS", "SOURCES", "CHANNELS", "MEANINGS"}
TELLING = {"say", "chapter", "quote", "rows", "gettext", "_gettext"}


def texts_of_templates() -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "api" / "templates").rglob("*.[ht]*"):
        for _, function, text in environment("en").extract_translations(file.read_text("utf-8")):  # type: ignore[attr-defined]
            assert function in ("_", "gettext")
            found.add(text[0] if isinstance(text, tuple) else text)
    return found


def texts_of_code() -> set[str]:
    """Collect the texts that are handed to something that tells them, and the titles of the chapters."""
    found: set[str] = {"A new installation: keys, database, policy, schedule"}
    speaking = ("commands/demo", "pages", "letters", "change_mail", "wordings")
    for file in [*(ROOT / "api" / "demo").glob("*.py"), *(ROOT / "api" / f"{name}.py" for name in speaking)]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in TELLING:
                found |= texts_in(node.args[0])
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in NAMED:
                found |= texts_in(node.value)
    return found


def texts_in(node: ast.AST | None) -> set[str]:
    if isinstance(node, ast.Dict):
        return {text for value in node.values for text in texts_in(value)}
    constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant)) if node else ()
    return {text for text in constants if isinstance(text, str)}


def catalogue(language: str) -> dict[str, str]:
    path = Path(ROOT / "api" / "locale" / language / "LC_MESSAGES" / "messages.po")
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_translated_and_nothing_else(language: str) -> None:
    texts = texts_of_templates() | texts_of_code()
    translated = catalogue(language)
    assert texts - set(translated) == set()
    assert set(translated) - texts == set()
    assert all(translated.values())


@pytest.mark.parametrize("name", [*LANGUAGES[1:], *VARIANTS.values()])
def test_translations_take_the_same_figures(name: str) -> None:
    for text, translated in catalogue(name).items():
        assert sorted(re.findall(r"%\(\w+\)\w", text)) == sorted(re.findall(r"%\(\w+\)\w", translated)), text


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        pytest.param(["de-AT"], "de", id="a regional form takes its language"),
        pytest.param(["fr", "de"], "de", id="the first wish that can be met"),
        pytest.param([None, "en"], "en", id="no wish of the person's own"),
        pytest.param([], "en", id="no wish at all"),
    ],
)
def test_the_language_is_the_first_wish_that_can_be_met(wishes: list[str | None], language: str) -> None:
    assert choose_language(*wishes) == language


def test_every_form_of_address_speaks_in_the_same_places() -> None:
    informal, formal = catalogue("de@informal"), catalogue("de@formal")
    assert list(informal) == list(formal)
    assert set(informal) <= set(catalogue("de"))
    assert all([*informal.values(), *formal.values()])


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        pytest.param("de", DU + "|" + SIE, id="neutral speaks to nobody"),
        pytest.param("de@informal", SIE, id="du"),
        pytest.param("de@formal", DU, id="Sie"),
    ],
)
def test_no_form_of_address_slips_into_another(name: str, foreign: str) -> None:
    assert [text for text in catalogue(name).values() if re.search(foreign, text)] == []


@pytest.mark.parametrize(
    ("form", "text"),
    [
        pytest.param(FormOfAddress.FAMILIAR, "Dein Knopfdruck gilt für:", id="du"),
        pytest.param(FormOfAddress.FORMAL, "Ihr Knopfdruck gilt für:", id="Sie"),
        pytest.param(FormOfAddress.NEUTRAL, "Der Knopfdruck gilt für:", id="neutral"),
        pytest.param(None, "Der Knopfdruck gilt für:", id="no wish"),
    ],
)
def test_a_person_is_spoken_to_as_wished(form: FormOfAddress | None, text: str) -> None:
    spoken = translations(addressed("de", form))
    assert spoken.gettext("Your press of the button counts for:") == text
    assert spoken.gettext("Withdraw now") == "Jetzt widerrufen"
    assert addressed("en", form) == "en"


def test_values_are_escaped_in_pages() -> None:
    page = render("confirm.html", "de", text="<script>", purposes=["<script>"], controller=None, address=None)
    assert "<script>" not in page


def test_german_texts_are_german() -> None:
    assert translations("de").gettext("Please confirm") == "Bitte bestätigen"
