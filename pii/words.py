"""The words of a folded text, with what the name lists and the word lists say of each."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from pii.name_words import ACADEMIC, KIN, NOT_NAMES, NOUN_ENDINGS, ROLES, TITLES
from pii.names import Gazetteer, name_key

_WORD = re.compile(r"[^\W\d_]{1,60}(?:['-][^\W\d_]{1,60}){0,4}")
ORDINARY = frozenset(map(name_key, NOT_NAMES | TITLES | ACADEMIC | KIN | ROLES))
"""Keys of words that are no names by themselves."""

_ENDINGS = tuple(sorted(map(name_key, NOUN_ENDINGS)))
_ABBREVIATION = 5
"""Capitals up to this length (GmbH apart) are abbreviations rather than names."""
_SHORTEST_SHOUT = 3
"""A first name of so few letters, all of them capitals, may as well be an abbreviation."""


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word: where it stands, its spelling without a genitive `'s`, and what the lists say of it."""

    start: int
    end: int
    text: str
    key: str
    sure: bool
    unsure: bool
    surname: bool
    ordinary: bool
    """It is no name: a small word, a frequent noun, an abbreviation, or it ends as nouns and adjectives do."""

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter, or belongs to a script that has none."""
        return not self.text[0].islower()

    @property
    def initial(self) -> bool:
        """Whether it is a single capital letter that may stand for a name (the English `I` does not)."""
        return len(self.text) == 1 and self.text.isupper() and self.text != "I"

    @property
    def listed(self) -> bool:
        """Whether it is known as a first name."""
        return self.sure or self.unsure

    @property
    def may_follow(self) -> bool:
        """Whether it may stand behind a first name or a title as part of the name."""
        return self.capital and len(self.text) > 1 and (self.surname or self.sure or not self.ordinary)

    @property
    def may_be_name(self) -> bool:
        """Whether it may be a name that no list knows."""
        return self.capital and len(self.text) > 1 and not self.ordinary


class Words:
    """The words of one text in order."""

    def __init__(self, text: str, names: Gazetteer) -> None:
        self.text = text
        self._words = [_word(match, names) for match in _WORD.finditer(text)]
        self._starts = [word.start for word in self._words]

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, index: int) -> Word:
        return self._words[index]

    def index_from(self, position: int) -> int:
        """Return the index of the first word that begins at `position` or later."""
        return bisect_left(self._starts, position)

    def gap_after(self, index: int) -> str:
        """Return what stands between the word and the next one, a line feed behind the last."""
        if index + 1 >= len(self._words):
            return "\n"
        return self.text[self._words[index].end : self._words[index + 1].start]


def _word(match: re.Match[str], names: Gazetteer) -> Word:
    text = re.sub(r"'[sS]\Z", "", match[0])
    key = name_key(text)
    parts = key.split("-")
    # "Karstens": the genitive of a name has no apostrophe in German.
    known = key if key in names.sure or not key.endswith("s") or key[:-1] not in names.sure else key[:-1]
    sure = known in names.sure or (len(parts) > 1 and all(_is_first(part, names) for part in parts))
    shouted = text.isupper() and len(text) <= _SHORTEST_SHOUT
    ordinary = not sure and _is_ordinary(text, parts)
    return Word(
        start=match.start(),
        end=match.start() + len(text),
        text=text,
        key=key,
        sure=sure and not shouted and key not in ORDINARY,
        unsure=key in names.unsure or (sure and shouted),
        surname=(key in names.surnames and text not in names.towns)
        or any(part in names.surnames for part in parts[1:]),
        ordinary=ordinary or key in ORDINARY,
    )


def _is_first(part: str, names: Gazetteer) -> bool:
    return part in names.sure or part in names.unsure


def _is_ordinary(text: str, parts: list[str]) -> bool:
    if parts[-1] in ORDINARY or parts[0] in ORDINARY:
        return True
    if text.isupper() and 1 < len(text) <= _ABBREVIATION:
        return True
    return any(len(parts[-1]) > len(ending) + 2 and parts[-1].endswith(ending) for ending in _ENDINGS)
