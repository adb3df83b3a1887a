"""One spelling in which a value is found again, however a text writes it: no case, no accents, no invisible signs."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pii.folding import fold

# From here on a value inside a longer word is no accident: `Krögermanns`, `DankeUweKlabautz`.
LONG_ENOUGH_INSIDE = 5

_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_CONTRACTED = re.compile("ae|oe|ue")


@dataclass(frozen=True, slots=True, repr=False)
class Spelled:
    """A text in that spelling and, for each of its characters, where that character began and ended before."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def find(self, needle: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches of the original text in which `needle` stands.

        It stands alone or, if it is long enough, in a word; then the stretch is the whole word.
        """
        at = self.text.find(needle)
        while at >= 0:
            start, end = self._word_around(at, at + len(needle))
            if (start, end) == (at, at + len(needle)) or len(needle) >= LONG_ENOUGH_INSIDE:
                yield self.starts[start], self.ends[end - 1]
            # Behind the word: a text of one endless word must not be gone through from each of its letters.
            at = self.text.find(needle, end)

    def _word_around(self, start: int, end: int) -> tuple[int, int]:
        if self.text[start].isalnum():
            while start > 0 and self.text[start - 1].isalnum():
                start -= 1
        if self.text[end - 1].isalnum():
            while end < len(self.text) and self.text[end].isalnum():
                end += 1
        return start, end


def spell(text: str) -> Spelled:
    """Return the text in the spelling for finding."""
    folded = fold(text)
    if folded.text.isascii():
        return Spelled(folded.text.lower(), folded.starts, folded.ends)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        for plain in _plain(character):
            characters.append(plain)
            starts.append(start)
            ends.append(end)
    return Spelled("".join(characters), tuple(starts), tuple(ends))


def spelled(value: str) -> str:
    """Return a short value in the spelling for finding, with single blanks."""
    return " ".join(spell(value).text.split())


def variants(value: str) -> frozenset[str]:
    """Return the spellings of a name under which people write it: `Krögermann`, `Kroegermann`, `Krogermann`."""
    expanded = value.casefold().translate(_EXPANDED)
    contracted = _CONTRACTED.sub(lambda pair: pair[0][0], spelled(value))
    return frozenset({spelled(value), spelled(expanded), contracted})


def _plain(character: str) -> str:
    folded = character.casefold().translate(_LETTERS)
    if folded.isascii():
        return folded
    return "".join(part for part in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(part))
