"""Languages of pages and mails: English stands in the templates, other languages in catalogues beside them."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

LANGUAGES: Final = ("en", "de")
DEFAULT: Final = LANGUAGES[0]
_CATALOGUES: Final = Path(__file__).parent / "locale"


def choose_language(*wishes: str | None) -> str:
    """Return the first of the wishes (language tags, RFC 5646) that there is a catalogue for, else English."""
    wanted = [wish.replace("-", "_") for wish in wishes if wish]
    found = negotiate_locale(wanted, LANGUAGES)
    return found if found in LANGUAGES else DEFAULT


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of one of LANGUAGES."""
    if language == DEFAULT:
        return NullTranslations()
    path = _CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def environment(language: str) -> Environment:
    """Return the environment that renders templates in a language; HTML is escaped, a missing value is an error."""
    made = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = language
    return made


def render(template: str, language: str, **values: object) -> str:
    """Return the template, rendered in the language."""
    return environment(language).get_template(template).render(**values)
