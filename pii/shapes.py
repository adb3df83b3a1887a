"""What stands where in a platform's objects, as tables: which values are personal and which identify nobody.

A `Shape` describes one kind of object by its keys. A key that no table names is personal: its strings and
numbers become fields of kind `unknown`. A neutral value must also have the form that makes it neutral, so that
a name in the place of a language tag is found all the same. Lists are transparent: the treatment of a key holds
for each element of a list that stands there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pii.model import FieldGroup, Json, Role
from pii.times import moment

UNKNOWN_KIND = "unknown"
COUNT_LIMIT = 10**9

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_COUNT_TEXT = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Neutral:
    """A value that identifies nobody if `fits` says so; `fact` keeps it among the item's facts."""

    fits: Callable[[Json], bool]
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A personal value of a `kind`.

    `of` names whose it is among the people of the item (`Cast`), otherwise it belongs to the object it stands in.
    `whole` takes a list or an object as one value (coordinates).
    """

    kind: str
    group: FieldGroup | None = None
    of: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """Under which keys an object names a person, each a list by preference, and what the person is to the item."""

    role: Role
    id: tuple[str, ...] = ()
    handle: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    email: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of object: the treatment of its `keys`, of all `other` keys, and the `person` that it describes."""

    keys: Mapping[str, "Treatment"]
    other: "Treatment | None" = None
    person: PersonKeys | None = None
    group: FieldGroup | None = None

    def treatment(self, key: str) -> "Treatment | None":
        """Return how the value of `key` is treated; None means that nobody knows it."""
        return self.keys.get(key, self.other)


Treatment = Neutral | Field | Shape


def _is_count(value: Json) -> bool:
    if isinstance(value, str):
        return _COUNT_TEXT.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < COUNT_LIMIT


def _is_share(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_language(value: Json) -> bool:
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def words(*allowed: str, fact: bool = False) -> Neutral:
    """Return the treatment of a value that is neutral if it is one of these words, and personal otherwise."""
    known = frozenset(allowed)
    return Neutral(lambda value: isinstance(value, str) and value in known, fact=fact)


def geo(kind: str, *, whole: bool = False) -> Field:
    """Return the treatment of a value that says where somebody is or was."""
    return Field(kind, group=FieldGroup.GEO, whole=whole)


COUNT = Neutral(_is_count, fact=True)
POSITION = Neutral(_is_count)
SHARE = Neutral(_is_share)
FLAG = Neutral(lambda value: isinstance(value, bool), fact=True)
TIME = Neutral(lambda value: moment(value) is not None)
LANGUAGE = Neutral(_is_language)
GEO_SHAPE = Shape({}, group=FieldGroup.GEO)
