"""Whether a text tells of special categories of personal data or of a child.

The word lists are wide on purpose: what is flagged in error waits for a consent that would not be needed, what is
overlooked goes out without one that is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pii import flag_words
from pii.dates import ages
from pii.folding import fold
from pii.names import gazetteer
from pii.people import people
from pii.spans import SpanKind

ADULT: Final = 18


class SpecialCategory(StrEnum):
    """Categories of GDPR Article 9, and of Article 10 (`crime`)."""

    HEALTH = "health"
    RELIGION = "religion"
    POLITICS = "politics"
    TRADE_UNION = "trade_union"
    ETHNICITY = "ethnicity"
    SEX_LIFE = "sex_life"
    CRIME = "crime"


@dataclass(frozen=True, slots=True)
class Flags:
    """What a text tells of: special categories, and whether somebody in it is under 18."""

    special_categories: frozenset[SpecialCategory]
    minor: bool


def _any_of(stems: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_stem, stems.split()))})(?!\w)")


def _stem(stem: str) -> str:
    words = r"\s{1,3}".join(map(re.escape, stem.strip("*").split("_")))
    return ("[\\w-]{0,30}" if stem.startswith("*") else "") + words + ("[\\w-]{0,30}" if stem.endswith("*") else "")


_CATEGORIES: Final = {
    SpecialCategory.HEALTH: _any_of(flag_words.HEALTH),
    SpecialCategory.RELIGION: _any_of(flag_words.RELIGION),
    SpecialCategory.POLITICS: _any_of(flag_words.POLITICS),
    SpecialCategory.TRADE_UNION: _any_of(flag_words.TRADE_UNION),
    SpecialCategory.ETHNICITY: _any_of(flag_words.ETHNICITY),
    SpecialCategory.SEX_LIFE: _any_of(flag_words.SEX_LIFE),
    SpecialCategory.CRIME: _any_of(flag_words.CRIME),
}
_CLINIC: Final = re.compile(r"klinik|klinikum|krankenhaus|hospital")
_WORK_BEFORE: Final = re.compile(flag_words.WORK_BEFORE_CLINIC)
_MINOR: Final = _any_of(flag_words.MINOR)
_THING: Final = re.compile(rf"(?<!\w)\w{{0,20}}(?:{'|'.join(flag_words.THINGS.split())})(?!\w)[^.!?]{{0,40}}\Z")
_CLASS: Final = re.compile(
    r"(?<!\w)(?:[1-9]|10)\.?\s?klasse(?!\w)|(?<!\w)klasse\s(?:[1-9]|10)[a-f]?(?!\w)|year\s?(?:[1-9]|1[0-3])(?!\w)"
    r"|[1-9]th\sgrade(?!\w)"
)
_PROFILE_AGE: Final = re.compile(r"\A\W*(1[0-7])\s*(?:[|•·,/]|y/?o|j\b)")


def flags_of(texts: Sequence[str], lang: str) -> Flags:
    """Return what the texts of one item (its text, its author's profile) tell of.

    `lang` is the tag of the item; the lists of both languages are read in any case, since people mix them.
    """
    folded = [fold(text).text for text in texts]
    small = [text.lower() for text in folded]
    return Flags(
        special_categories=frozenset(category for text in small for category in _categories(text)),
        minor=any(_tells_of_minor(text) for text in small) or any(_names_minor(text) for text in folded),
    )


def _categories(text: str) -> Iterable[SpecialCategory]:
    for category, pattern in _CATEGORIES.items():
        for match in pattern.finditer(text):
            if not _is_workplace(text, match):
                yield category
                break


def _is_workplace(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    return bool(_CLINIC.search(match[0])) and bool(_WORK_BEFORE.search(before))


def _tells_of_minor(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_MINOR, _CLASS, _PROFILE_AGE))


def _names_minor(text: str) -> bool:
    """Say whether the text gives an age below 18 of somebody, not of a thing."""
    found = {(span.start, span.end) for span in (*ages(text), *people(text, gazetteer())) if span.kind is SpanKind.AGE}
    for start, end in found:
        number = re.search(r"\d+", text[start:end])
        if number and int(number[0]) < ADULT and not _THING.search(text[max(0, start - 60) : start].lower()):
            return True
    return False
