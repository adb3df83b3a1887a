"""Under which names a person may be recognised in what others write, and what in a text could be such a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pii.model import PersonRef
from pii.names import COMMON_WORDS, name_key
from pii.own_values import FUNCTION_WORDS
from pii.spans import Span
from pii.spelling import spelled

LONGEST_NAME_WORDS: Final = 4
SHORTEST_NAME_LETTERS: Final = 5
SHORTEST_HANDLE: Final = 3

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_HANDLE = re.compile(r"(?<![\w@./+%-])@(\w[\w.-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)")


class NameKind(StrEnum):
    """What sort of name."""

    NAME = "name"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A stretch of text that could be the name or handle of somebody, in the spelling in which names are hashed."""

    start: int
    end: int
    kind: NameKind
    normal: str


@dataclass(frozen=True, slots=True, repr=False)
class KnownSpan:
    """A stretch of text that is the name or handle of a known data subject."""

    span: Span
    subject_id: str


def names_of(person: PersonRef) -> frozenset[tuple[NameKind, str]]:
    """Return the normalised names by which a person may be recognised in what others write.

    A single word is not enough for a name, since it is a first name or a common noun; of a handle any will do.
    """
    found = set()
    if person.handle is not None and len(handle := _normal_handle(person.handle)) >= SHORTEST_HANDLE:
        found.add((NameKind.HANDLE, handle))
    if person.name is not None and (name := _normal_name(_WORD.findall(person.name))):
        found.add((NameKind.NAME, name))
    return frozenset(found)


def _normal_handle(handle: str) -> str:
    return spelled(handle).removeprefix("@")


def _normal_name(words: list[str]) -> str | None:
    plain = [spelled(word).removesuffix(".") for word in words]
    # Whoever calls himself `Guten Morgen` must not turn the greetings of everybody else into his name.
    if all(name_key(word) in COMMON_WORDS for word in words):
        return None
    if not 2 <= len(plain) <= LONGEST_NAME_WORDS or any(word in FUNCTION_WORDS for word in plain):
        return None
    return " ".join(plain) if sum(map(len, plain)) >= SHORTEST_NAME_LETTERS else None


def candidates_in(text: str) -> Iterator[Candidate]:
    """Yield what could be a name: handles with their sign, and runs of words that all begin with a capital."""
    for match in _HANDLE.finditer(text):
        yield Candidate(match.start(), match.end(), NameKind.HANDLE, _normal_handle(match[1]))
    words = list(_WORD.finditer(text))
    for first, match in enumerate(words):
        for last in range(first + 1, min(first + LONGEST_NAME_WORDS, len(words))):
            if not words[last - 1][0][0].isupper() or not words[last][0][0].isupper():
                break
            if text[words[last - 1].end() : words[last].start()] not in (" ", "\u00a0"):
                break
            normal = _normal_name([word[0] for word in words[first : last + 1]])
            if normal:
                end = words[last].end() - (len(words[last][0]) > 2 and words[last][0].endswith("."))
                yield Candidate(match.start(), end, NameKind.NAME, normal)
