"""Languages of pages and mails: English stands in the templates, other languages in catalogues beside them.

German has a catalogue that avoids the address, and one each for *du* and *Sie* that holds only what differs. They
are named as gettext names variants of a language: `de`, `de@informal`, `de@formal`.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from consent.vocabulary import FormOfAddress

LANGUAGES: Final = ("en", "de")
DEFAULT: Final = LANGUAGES[0]
VARIANTS: Final[Mapping[tuple[str, FormOfAddress], str]] = {
    ("de", FormOfAddress.FAMILIAR): "de@informal",
    ("de", FormOfAddress.FORMAL): "de@formal",
}
_CATALOGUES: Final = Path(__file__).parent / "locale"


def choose_language(*wishes: str | None) -> str:
    """Return the first of the wishes (language tags, RFC 5646) that there is a catalogue for, else English."""
    wanted = [wish.replace("-", "_") for wish in wishes if wish]
    found = negotiate_locale(wanted, LANGUAGES)
    return found if found in LANGUAGES else DEFAULT


def addressed(language: str, form: FormOfAddress | None) -> str:
    """Return the catalogue for one of LANGUAGES that speaks to a person in a form of address."""
    return VARIANTS.get((language, form or FormOfAddress.NEUTRAL), language)


def language_of(catalogue: str) -> str:
    """Return the language of a catalogue."""
    return catalogue.partition("@")[0]


@cache
def translations(catalogue: str) -> NullTranslations:
    """Return a catalogue; where a variant has no text of its own, it has that of its language."""
    language = language_of(catalogue)
    if catalogue == DEFAULT:
        return NullTranslations()
    path = _CATALOGUES / catalogue / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    found = GNUTranslations(compiled)
    if catalogue != language:
        found.add_fallback(translations(language))
    return found


@cache
def environment(catalogue: str) -> Environment:
    """Return the environment that renders templates by a catalogue; HTML is escaped, a missing value is an error."""
    made = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.install_gettext_translations(translations(catalogue), newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = language_of(catalogue)
    return made


def render(template: str, catalogue: str, **values: object) -> str:
    """Return the template, rendered by a catalogue."""
    return environment(catalogue).get_template(template).render(**values)
