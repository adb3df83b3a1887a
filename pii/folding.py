"""One spelling for characters that look alike, with the way back to the original offsets.

Personal data hides behind zero-width characters, full-width digits, key caps, composed accents and
Cyrillic look-alikes. Detection reads the folded text; spans are given in the original.
"""

import re
import unicodedata
from dataclasses import dataclass

_SPECIAL = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’‚‛ʼ´`′＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        "＠": "@",
        "﹫": "@",
    }
)

_LOOK_ALIKES = dict(
    zip("асеіјорѕухԁԛԝһАВСЕНІЈКМОРЅТХУαεινορτυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aceijopsyxdqwhABCEHIJKMOPSTXYaeivoptukABEZHIKMNOPTYX", strict=True)
)  # fmt: skip
"""Cyrillic and Greek letters that pass for Latin ones; folded only inside a word that has Latin letters."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\ufe0e\ufe0f\uffa0\u20e3")
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC_OR_GREEK = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


@dataclass(frozen=True, slots=True, repr=False)
class Folded:
    """A folded text and, for each of its characters, where that character began and ended before."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original text that folded to the non-empty `start` to `end`."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Return the text with one spelling for look-alike characters and without invisible ones."""
    if text.isascii():
        positions = tuple(range(len(text) + 1))
        return Folded(text.replace("`", "'"), positions[:-1], positions[1:])
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        spelling = _spelling(text[start:end])
        for character in spelling:
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return Folded(_without_look_alikes("".join(characters)), tuple(starts), tuple(ends))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Cut the text into characters, each with the combining marks that follow it."""
    clusters: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        if clusters and unicodedata.category(character) == "Mn" and character not in _INVISIBLE:
            clusters[-1] = (clusters[-1][0], index + 1)
        else:
            clusters.append((index, index + 1))
    return clusters


def _spelling(cluster: str) -> str:
    if len(cluster) > 1:
        # A pile of marks on one letter is an attack on the reader; the letter says enough.
        return unicodedata.normalize("NFC", cluster[:3])
    if cluster.isascii():
        return cluster.translate(_SPECIAL)
    category = unicodedata.category(cluster)
    if category == "Cf" or cluster in _INVISIBLE:
        return ""
    if category == "Zs":
        return " "
    if category == "Cs":
        # Half of a surrogate pair; the model cannot take it.
        return "\ufffd"
    special = cluster.translate(_SPECIAL)
    if special != cluster:
        return special
    if category == "Nd":
        return str(unicodedata.decimal(cluster))
    compatible = unicodedata.normalize("NFKC", cluster)
    return compatible if len(compatible) == 1 else cluster


def _without_look_alikes(text: str) -> str:
    foreign = len(_CYRILLIC_OR_GREEK.findall(text))
    if not foreign:
        return text
    mostly_latin = len(_LATIN.findall(text)) > foreign

    def latinised(word: re.Match[str]) -> str:
        """Return a word with Latin letters in place of those that only look like them."""
        letters = [_LOOK_ALIKES.get(character, character) for character in word[0]]
        # A word of nothing but look-alikes is real in Russian or Greek text, and disguised in any other.
        disguised = mostly_latin and not _CYRILLIC_OR_GREEK.search("".join(letters))
        return "".join(letters) if disguised or _LATIN.search(word[0]) else word[0]

    return _WORD.sub(latinised, text)
