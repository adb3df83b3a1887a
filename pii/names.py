"""Known first names, surnames and towns, taken from the name lists of the package `faker` (MIT licence)."""

import importlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pii.name_words import ALSO_GIVEN, MORE_FIRST_NAMES, NOT_NAMES, SENTENCE_WORDS

_NEAR = """
    de_DE de_AT de_CH de_LI de_LU en_GB en_US en_IE en_NZ en_IN tr_TR pl_PL it_IT es_ES fr_FR fr_CH fr_BE hr_HR
    cs_CZ sk_SK sl_SI nl_NL nl_BE da_DK sv_SE no_NO fi_FI hu_HU ro_RO pt_PT pt_BR es_MX ga_IE ru_RU uk_UA bg_BG
    el_GR
"""
"""Locales whose first names stand for a person on their own, unless they are words as well."""

_FAR = """
    en en_PK en_KE es_AR es_CO fr_DZ id_ID is_IS az_AZ uz_UZ lt_LT lv_LV et_EE zu_ZA yo_NG ig_NG ha_NG sw vi_VN
"""
"""Locales whose first names need a sign beside them that a person is meant."""

_TOWNS = ("de_DE", "de_AT", "de_CH")
_LARGE_TOWNS = """
    London Manchester Birmingham Leeds Liverpool Bristol Sheffield Glasgow Edinburgh Cardiff Swansea Belfast
    Nottingham Leicester Newcastle Brighton Oxford Cambridge York Dublin Köln Leipzig Dresden Düsseldorf
    Dortmund Essen Bonn Nürnberg Hannover Freiburg Kiel Lübeck Rostock Mainz Kassel Wien Graz Linz Salzburg
    Innsbruck Zürich Bern Basel Genf Luzern Frankfurt Stuttgart München Berlin Hamburg Bremen
"""
_MORE_TOWNS = frozenset(_LARGE_TOWNS.split())


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Sets of known names, all in the spelling of `name_key`; `towns` keep their capitals."""

    sure: frozenset[str]
    unsure: frozenset[str]
    surnames: frozenset[str]
    towns: frozenset[str]


def name_key(name: str) -> str:
    """Return the spelling under which a name is looked up: case-folded, without accents.

    The Turkish dotless i and the letters that do not decompose are written as readers abroad write them.
    """
    folded = name.casefold().translate(_LETTERS)
    if folded.isascii():
        return folded
    return "".join(
        character for character in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(character)
    )


_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "’": "'", "ð": "d", "þ": "th"})

COMMON_WORDS = frozenset(map(name_key, NOT_NAMES))
"""Words that only look like names, in the spelling of `name_key`."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _keys(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folded = name.casefold()
        yield name_key(name)
        yield name_key(folded.translate(_UMLAUTS))


def _listed(kind: str, locale: str, beginning: str) -> Iterator[str]:
    provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
    for attribute in dir(provider):
        value = getattr(provider, attribute)
        if attribute.startswith(beginning) and isinstance(value, (tuple, list, dict)):
            yield from (name.strip() for name in value if isinstance(name, str) and len(name.strip()) > 1)


@cache
def gazetteer() -> Gazetteer:
    """Return the known names; the lists are read once, at the first call."""
    never = frozenset(map(name_key, SENTENCE_WORDS - ALSO_GIVEN))
    near = set(_keys(name for locale in _NEAR.split() for name in _listed("person", locale, "first_names")))
    far = set(_keys(name for locale in _FAR.split() for name in _listed("person", locale, "first_names")))
    surnames = set(_keys(name for locale in _NEAR.split() for name in _listed("person", locale, "last_names")))
    towns = {town for locale in _TOWNS for town in _listed("address", locale, "cities")} | _MORE_TOWNS
    town_keys = set(map(name_key, towns))
    sure = {name for name in near | set(_keys(MORE_FIRST_NAMES)) if len(name) > 2} - COMMON_WORDS - town_keys
    return Gazetteer(
        sure=frozenset(sure),
        unsure=frozenset((near | far) - sure - never),
        surnames=frozenset(surnames),
        towns=frozenset(towns),
    )
