"""How far a name reaches once a word is taken for its beginning."""

import re
from enum import IntEnum

from pii.name_words import ALSO_GIVEN, PARTICLES
from pii.names import name_key
from pii.words import Word, Words

_INITIALS = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŻČŠŽİ]\.?(?:[ -]?[A-ZÀ-ÖØ-ÞŁŚŻČŠŽİ]\.|-[A-ZÀ-ÖØ-ÞŁŚŻČŠŽİ]\.?){0,2}(?!\w)")
_PARTICLE_KEYS = frozenset(map(name_key, PARTICLES))
_ALSO_GIVEN = frozenset(map(name_key, ALSO_GIVEN))
_MOST_WORDS = 5
_SHORT = 2


class Trust(IntEnum):
    """How much the words around say that a name comes here."""

    NONE = 0
    PAIR = 1
    CUE = 2
    TITLE = 3


def name_at(words: Words, index: int, trust: Trust) -> int | None:
    """Return the position where the name that begins with this word ends, `None` when it is no name."""
    first = words[index]
    if first.initial:
        return _after_initials(words, index)
    if not _begins(words, index, first, trust):
        return None
    return _extended(words, index) if first.capital else _extended_small(words, index)


def _begins(words: Words, index: int, first: Word, trust: Trust) -> bool:
    if not first.capital:
        # Who writes everything small still names people; then only a sure first name behind a sign counts.
        likely = first.listed and not first.ordinary and len(first.text) > _SHORT
        return likely and (trust >= Trust.CUE or (trust is Trust.PAIR and _small_surname_follows(words, index)))
    if first.sure:
        return True
    if trust is Trust.TITLE:
        return first.may_follow or first.unsure
    if trust is Trust.CUE and (first.may_be_name or first.unsure):
        return True
    following = words[index + 1] if words.gap_after(index) == " " else None
    if trust is Trust.PAIR and (first.unsure or first.may_be_name):
        return first.unsure or (following is not None and (following.may_be_name or following.initial))
    if following is None or len(first.text) < 2:
        return False
    if first.unsure:
        known_pair = following.capital and following.surname and (not following.ordinary or first.key in _ALSO_GIVEN)
        return known_pair or _dotted(words, following)
    return (
        first.may_be_name
        and following.capital
        and following.surname
        and not following.ordinary
        and not following.listed
    )


def _small_surname_follows(words: Words, index: int) -> bool:
    if words.gap_after(index) != " ":
        return False
    following = words[index + 1]
    return not following.capital and not following.ordinary and len(following.text) > _SHORT + 1


def _dotted(words: Words, word: Word) -> bool:
    return word.initial and words.text[word.end : word.end + 1] == "."


def _after_initials(words: Words, index: int) -> int | None:
    """Read `L. Demir`, `J.-P. van Aken`: capital letters with stops, then a surname."""
    steps = 0
    while words[index].initial and steps < 3:
        gap = words.gap_after(index)
        if gap not in (".", ". ", ".-"):
            return None
        index, steps = index + 1, steps + 1
        if index >= len(words):
            return None
    if words[index].key in _PARTICLE_KEYS and words.gap_after(index) == " ":
        index += 1
    surname = words[index]
    return _extended(words, index) if surname.may_follow and not surname.ordinary and len(surname.text) > 2 else None


def _extended(words: Words, index: int) -> int:
    """Return the end of a name that surely holds the word, with the surnames and initials that follow."""
    end = words[index].end
    taken = 1
    while taken < _MOST_WORDS and index + 1 < len(words):
        following = words[index + 1]
        if words.text[end : following.start] not in (" ", " -", "- "):
            break
        initials = _INITIALS.match(words.text, following.start) if following.text != "I" else None
        if initials:
            end = initials.end()
            index = words.index_from(end) - 1
            continue
        if _is_particle(words, index + 1):
            index += 2
            end = words[index].end
        elif following.may_follow and (taken < 2 or following.surname or following.listed):
            index += 1
            end = following.end
        else:
            break
        taken += 1
    return end


def _extended_small(words: Words, index: int) -> int:
    """Return the end of a name written small: the first name and one more word that is no plain one."""
    if words.gap_after(index) != " " or words[index + 1].ordinary or len(words[index + 1].text) <= _SHORT:
        return words[index].end
    return words[index + 1].end


def _is_particle(words: Words, index: int) -> bool:
    """Say whether a particle (`von`, `de`, `Ní`) and then a surname stand here."""
    if words[index].key not in _PARTICLE_KEYS or words.gap_after(index) not in (" ", "'"):
        return False
    surname = words[index + 1]
    return surname.may_follow and (surname.surname or not surname.ordinary)
