"""Documents in YAML, and typed access to the plain data in them; every refusal names the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self, TypeVar

from consent.strict_yaml import KeyTwice, NotStrictYaml, load_yaml
from retention.errors import DuplicateKey, Malformed, UnknownKey, Unreadable

Choice = TypeVar("Choice", bound=StrEnum)
TITLE = "title"


def read_document(text: str) -> object:
    """Return the plain data that a YAML text writes; raise Unreadable, or DuplicateKey for a key said twice."""
    try:
        return load_yaml(text)
    except KeyTwice as defect:
        raise DuplicateKey(defect.place, "a key stands twice in one mapping") from None
    except NotStrictYaml as defect:
        raise Unreadable(defect.place, "this is no YAML") from None


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """A value of a document and the place where it stands, such as `categories.voucher.limits`.

    All methods raise Malformed for a value of another shape.
    """

    value: object
    place: str

    def entries(self) -> dict[str, Self]:
        """Return the values of a mapping by its keys, which are text."""
        if not isinstance(self.value, Mapping):
            raise Malformed(self.place, "this is no mapping")
        if not all(isinstance(key, str) for key in self.value):
            raise Malformed(self.place, "a key is not text")
        return {key: self._inner(value, key) for key, value in self.value.items()}

    def fields(self, names: Iterable[str]) -> dict[str, Self]:
        """Return the values of a mapping that knows only these keys and `title`; raise UnknownKey for another.

        A field without value counts as not there.
        """
        entries = self.entries()
        for unknown in entries.keys() - {*names, TITLE}:
            raise UnknownKey(entries[unknown].place, "this key is not known here")
        return {name: entry for name, entry in entries.items() if entry.value is not None}

    def required(self, fields: Mapping[str, Self], name: str) -> Self:
        """Return one of `fields`; raise Malformed if it is not there."""
        if name not in fields:
            raise Malformed(self.place, f"{name} is missing")
        return fields[name]

    def items(self) -> tuple[Self, ...]:
        """Return the values of a list."""
        if not isinstance(self.value, list | tuple):
            raise Malformed(self.place, "this is no list")
        return tuple(self._inner(value, str(number)) for number, value in enumerate(self.value, 1))

    def one_or_more(self) -> tuple[Self, ...]:
        """Return the values of a list, or the one value that is written without it."""
        return self.items() if isinstance(self.value, list | tuple) else (self,)

    def text(self) -> str:
        """Return a text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise Malformed(self.place, "this is no text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return one text or several."""
        return tuple(node.text() for node in self.one_or_more())

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise Malformed(self.place, "this is neither true nor false")
        return self.value

    def whole_number(self) -> int:
        """Return a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise Malformed(self.place, "this is no whole number")
        return self.value

    def scalar(self) -> str | int | float | bool:
        """Return a text, a number, true or false."""
        if not isinstance(self.value, str | int | float | bool):
            raise Malformed(self.place, "this is no single value")
        return self.value

    def day(self) -> date:
        """Return a day written as YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.text())
        except ValueError as error:
            raise Malformed(self.place, "this is no day written as YYYY-MM-DD") from error

    def choice(self, kind: type[Choice]) -> Choice:
        """Return the member of `kind` that is written."""
        try:
            return kind(self.text())
        except ValueError as error:
            raise Malformed(self.place, f"this is none of {', '.join(kind)}") from error

    def _inner(self, value: object, step: str) -> Self:
        return type(self)(value, f"{self.place}.{step}" if self.place else step)

    def __repr__(self) -> str:
        return f"Node({self.place})"
