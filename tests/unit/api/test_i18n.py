"""Every text of templates, mails and the demonstration has its translation, and every translation its text."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.i18n import LANGUAGES, choose_language, environment, render, translations
from tests.paths import ROOT

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
    found: set[str] = {"Please confirm", "A new installation: keys, database, policy, schedule"}
    for file in [*(ROOT / "api" / "demo").glob("*.py"), ROOT / "api/commands/demo.py", ROOT / "api/pages.py"]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in TELLING:
                found |= texts_in(node.args[0])
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "CHAPTERS":
                found |= texts_in(node)
    return found


def texts_in(node: ast.AST | None) -> set[str]:
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


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_take_the_same_figures(language: str) -> None:
    for text, translated in catalogue(language).items():
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


def test_values_are_escaped_in_pages() -> None:
    page = render("confirm.html", "de", text="<script>", purposes=["<script>"], controller=None, address=None)
    assert "<script>" not in page


def test_german_texts_are_german() -> None:
    assert translations("de").gettext("Please confirm") == "Bitte bestätigen"
