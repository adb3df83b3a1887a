"""Names of people in folded text, in German, English and mixtures of both.

A known first name is enough; an unknown name needs words around it that say so: a title, a relative, an
introduction, a greeting, a sign-off. What was found once is found wherever it stands in the text.
"""

import re
from collections.abc import Iterator

from pii import name_cues as cues
from pii.dates import AGE_AFTER_NAME
from pii.name_grammar import Trust, name_at
from pii.name_words import ACADEMIC, KIN, ONLY_WITH_CAPITAL, ROLES, TITLES
from pii.names import Gazetteer, name_key
from pii.spans import Span, SpanKind
from pii.words import Words

_TITLE_KEYS = frozenset(map(name_key, TITLES))
_ACADEMIC_KEYS = frozenset(map(name_key, ACADEMIC))
_RELATION_KEYS = frozenset(map(name_key, KIN | ROLES))
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] {1,3}){3,40}[^\W\d_](?!\w)")
_AFTER_RELATION = re.compile(r"(?: |: | \(|, | - | heißt | heisst | is called | is | namens | „| \")\Z")
_ONLY_WITH_CAPITAL = frozenset(map(name_key, ONLY_WITH_CAPITAL))
_SHORTEST_SMALL = 4
_GLUED = re.compile(r"[#@._/\d-](?=\S|\Z)")
_AND = frozenset({"und", "and"})
_SHORTEST_ECHO = 3
_MOST_TITLES = 4
_FARTHEST_TITLE = 3
_BESIDE = re.compile(r"(?:/| / | & | und | and |, )\Z")


def people(text: str, names: Gazetteer) -> list[Span]:
    """Find the names of people and the ages that stand directly behind them."""
    words = Words(text, names)
    found = [
        *_alone(words),
        *_surnames(words),
        *_titled(words),
        *_related(words),
        *_announced(words),
        *_addressed(words),
        *_here(words),
    ]
    found.extend(_beside(words, found))
    found.extend(list(_echoes(words, found)))
    found.extend(_spaced(text, names))
    return [*found, *_ages(text, found)]


def _person(start: int, end: int, score: float, source: str) -> Span:
    return Span(start, end, SpanKind.PERSON, score, source)


def _alone(words: Words) -> Iterator[Span]:
    index = 0
    while index < len(words):
        word = words[index]
        end = name_at(words, index, Trust.NONE) if word.capital else None
        if end is None:
            end = _small_name(words, index)
        if end is None:
            index += 1
            continue
        yield _person(word.start, end, 0.8 if word.sure else 0.6, "first name")
        index = max(index + 1, words.index_from(end))


def _surnames(words: Words) -> Iterator[Span]:
    """Find surnames that are no words, inside a sentence: its first word has a capital in any case."""
    for index in range(1, len(words)):
        word = words[index]
        if (
            word.capital
            and word.surname
            and not word.ordinary
            and len(word.text) > 3
            and words.gap_after(index - 1) == " "
        ):
            yield _person(word.start, word.end, 0.4, "surname")


def _small_name(words: Words, index: int) -> int | None:
    """Read a first name that is written small, with a known surname behind it."""
    first = words[index]
    if first.capital or not first.sure or len(first.text) < _SHORTEST_SMALL or first.key in _ONLY_WITH_CAPITAL:
        return None
    if _GLUED.search(words.text[max(0, first.start - 1) : first.start]) or _GLUED.match(words.text, first.end):
        return None
    second = words[index + 1] if words.gap_after(index) == " " else None
    with_surname = second is not None and second.surname and not second.ordinary and len(second.text) >= _SHORTEST_SMALL
    return second.end if second is not None and with_surname else first.end


def _titled(words: Words) -> Iterator[Span]:
    for index in range(len(words) - 1):
        key = words[index].key
        if key in _ACADEMIC_KEYS and len(words[index].text) > 1:
            yield from _behind_title(words, index, index)
        elif key in _TITLE_KEYS and words.gap_after(index).strip(".:") in (" ", "  ", "\u00a0"):
            yield from _behind_title(words, index + 1, index)


def _behind_title(words: Words, first: int, title: int) -> Iterator[Span]:
    """Read the name behind a title; academic titles belong to it."""
    index = first
    while index < min(first + _MOST_TITLES, len(words) - 1) and words[index].key in _ACADEMIC_KEYS:
        if len(words.gap_after(index)) > _FARTHEST_TITLE:
            break
        index += 1
    small = not words[index].capital and (words[index].surname or words[index].sure) and not words[index].ordinary
    end = words[index].end if small and not words[title].capital else name_at(words, index, Trust.TITLE)
    if end is not None:
        yield _person(words[first].start, end, 0.85, "title")


def _related(words: Words) -> Iterator[Span]:
    for index in range(len(words) - 1):
        if words[index].key not in _RELATION_KEYS:
            continue
        gap = words.gap_after(index)
        if not _AFTER_RELATION.match(gap):
            continue
        end = name_at(words, index + 1, Trust.NONE if gap == ", " else Trust.CUE)
        if end is not None:
            yield _person(words[index + 1].start, end, 0.75, "relation")


def _announced(words: Words) -> Iterator[Span]:
    for pattern, trust, score in cues.ANNOUNCED:
        for match in pattern.finditer(words.text):
            index = words.index_from(match.end())
            if index == len(words) or words[index].start != match.end():
                continue
            end = name_at(words, index, trust)
            if end is not None:
                yield _person(match.end(), end, score, "announced")


def _addressed(words: Words) -> Iterator[Span]:
    for pattern in (cues.GREETINGS, cues.SIGN_OFFS):
        for match in pattern.finditer(words.text):
            index = words.index_from(match.end())
            if index == len(words) or words[index].start != match.end():
                continue
            end = name_at(words, index, Trust.CUE)
            known = words[index].listed and not words[index].ordinary
            if end is not None and (known or cues.ENDS.match(words.text, end)):
                yield _person(match.end(), end, 0.7, "greeting")


def _here(words: Words) -> Iterator[Span]:
    """Read `Name here`: up to three capitals before the word, behind the beginning of a phrase."""
    for index in range(1, len(words)):
        if words[index].key not in cues.HERE:
            continue
        first = index
        while (
            first > 0
            and index - first < 3
            and words.gap_after(first - 1) in (" ", ". ")
            and _may_sign(words, first - 1)
        ):
            first -= 1
        before = words.text[max(0, words[first].start - 12) : words[first].start]
        if first < index and cues.BEGINS.search(before):
            yield _person(words[first].start, words[index - 1].end, 0.7, "here")


def _may_sign(words: Words, index: int) -> bool:
    word = words[index]
    return word.initial or word.listed or word.may_be_name


def _beside(words: Words, found: list[Span]) -> list[Span]:
    """Read the others of people that are named side by side: `Meier/Schulz`, `Ida & Ann`."""
    beside: list[Span] = []
    ends = [span.end for span in found]
    seen = set(ends)
    while ends:
        span = _next_to(words, ends.pop())
        if span is not None:
            beside.append(span)
            if span.end not in seen:
                seen.add(span.end)
                ends.append(span.end)
    return beside


def _next_to(words: Words, end: int) -> Span | None:
    """Read the name that a stroke, a comma or an "und" ties to the name that ends at `end`."""
    index = words.index_from(end)
    if index == len(words):
        return None
    between = words.text[end : words[index].start]
    if words[index].key in _AND and between == " " and words.gap_after(index) == " ":
        index, between = index + 1, " und "
    if index == len(words) or not _BESIDE.match(between):
        return None
    name_end = name_at(words, index, Trust.CUE if between == "/" else Trust.NONE)
    return None if name_end is None else _person(words[index].start, name_end, 0.6, "beside a name")


def _echoes(words: Words, found: list[Span]) -> Iterator[Span]:
    keys = set()
    for span in found:
        first = words.index_from(span.start)
        for index in range(first, words.index_from(span.end)):
            word = words[index]
            # "Koch" is a trade, unless somebody of this text is called "Karla Koch".
            telling = not word.ordinary or (index > first and word.surname)
            if word.capital and telling and len(word.text) >= _SHORTEST_ECHO:
                keys.add(word.key)
    for index in range(len(words)):
        word = words[index]
        if word.key in keys and word.capital:
            yield _person(word.start, word.end, 0.6, "named before")


def _spaced(text: str, names: Gazetteer) -> Iterator[Span]:
    """Find names written with a blank between the letters."""
    for match in _SPACED.finditer(text):
        parts = [name_key(part.replace(" ", "")) for part in re.split(r" {2,}", match[0])]
        joined = name_key(match[0].replace(" ", ""))
        known = any(part in names.sure or part in names.unsure or part in names.surnames for part in (*parts, joined))
        if known or any(joined[:length] in names.sure for length in range(4, min(len(joined), 12))):
            yield _person(match.start(), match.end(), 0.6, "spaced letters")


def _ages(text: str, found: list[Span]) -> Iterator[Span]:
    for end in {span.end for span in found}:
        match = AGE_AFTER_NAME.match(text, end)
        if match:
            group = match.lastindex or 1
            yield Span(match.start(group), match.end(group), SpanKind.AGE, 0.8, "age behind a name")
