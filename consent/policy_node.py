"""Reading one mapping of a policy strictly: every value has its kind, and no key is left over."""

from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from consent.errors import PolicyError
from consent.periods import as_instant

Choice = TypeVar("Choice", bound=StrEnum)

ANY_LANGUAGE = "*"
"""In place of a language: the text is the same in all (RFC 4647)."""


class Node:
    """A mapping of the policy at a place such as `purposes.newsletter`, whose keys are taken one by one.

    Every method raises `PolicyError` naming the place when the value is missing or not of its kind.
    """

    def __init__(self, place: str, value: object) -> None:
        if not isinstance(value, Mapping):
            raise PolicyError(f"{place or 'policy'}: not a mapping")
        self.place = place
        self._values = {str(key): item for key, item in value.items()}

    def at(self, key: str) -> str:
        """Return the place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        """Say whether the key stands here and was not taken yet."""
        return self._values.get(key) is not None

    def take(self, key: str) -> object:
        """Take the value of a key, which must stand here."""
        value = self._values.pop(key, None)
        if value is None:
            raise PolicyError(f"{self.at(key)}: missing")
        return value

    def keys(self) -> list[str]:
        """Return the keys that were not taken yet, in order."""
        return list(self._values)

    def finish(self) -> None:
        """Refuse what was not taken."""
        for key, value in self._values.items():
            raise PolicyError(f"{self.at(key)}: {'no value' if value is None else 'no such key'}")

    def node(self, key: str) -> "Node":
        """Take a mapping."""
        return Node(self.at(key), self.take(key))

    def nodes(self, key: str) -> dict[str, "Node"]:
        """Take a mapping of mappings; an absent one is empty."""
        if not self.has(key):
            self._values.pop(key, None)
            return {}
        children = self.node(key)
        return {name: children.node(name) for name in children.keys()}  # noqa: SIM118 - a Node is no mapping

    def items(self, key: str) -> list["Node"]:
        """Take a list of mappings; an absent one is empty."""
        if not self.has(key):
            return []
        value = self.take(key)
        if not isinstance(value, list):
            raise PolicyError(f"{self.at(key)}: not a list")
        return [Node(f"{self.at(key)}.{place}", item) for place, item in enumerate(value)]

    def text(self, key: str) -> str:
        """Take a text that is not empty."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise PolicyError(f"{self.at(key)}: not a text")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Take a text, if there is one."""
        return self.text(key) if self.has(key) else None

    def text_by_language(self, key: str) -> dict[str, str]:
        """Take a text in one language or a mapping of texts by language; a text that names none is for all."""
        if isinstance(self._values.get(key), Mapping):
            texts = self.texts(key)
            if not texts:
                raise PolicyError(f"{self.at(key)}: not in any language")
            return texts
        return {ANY_LANGUAGE: self.text(key)}

    def texts(self, key: str) -> dict[str, str]:
        """Take a mapping of texts by language."""
        node = self.node(key)
        return {name: node.text(name) for name in node.keys()}  # noqa: SIM118 - a Node is no mapping

    def names(self, key: str) -> tuple[str, ...]:
        """Take a list of names, none of them twice; an absent one is empty."""
        if not self.has(key):
            return ()
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise PolicyError(f"{self.at(key)}: not a list of names")
        if len(set(value)) != len(value):
            raise PolicyError(f"{self.at(key)}: a name stands twice")
        return tuple(value)

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Take one of the fixed words."""
        return self._chosen(key, self.text(key), choices)

    def choice_or_none(self, key: str, choices: type[Choice]) -> Choice | None:
        """Take one of the fixed words, if there is one."""
        return self.choice(key, choices) if self.has(key) else None

    def choices(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Take a list of the fixed words; an absent one is empty."""
        return tuple(self._chosen(key, name, choices) for name in self.names(key))

    def _chosen(self, key: str, name: str, choices: type[Choice]) -> Choice:
        try:
            return choices(name)
        except ValueError:
            raise PolicyError(f"{self.at(key)}: {name} is none of {', '.join(choices)}") from None

    def count(self, key: str) -> int:
        """Take a whole number that is not negative and small enough for a calendar."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 12_000:
            raise PolicyError(f"{self.at(key)}: not a whole number from 0 to 12000")
        return value

    def count_or_none(self, key: str) -> int | None:
        """Take a whole number that is not negative, if there is one."""
        return self.count(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """Take true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise PolicyError(f"{self.at(key)}: neither true nor false")
        return value

    def flag_or_none(self, key: str) -> bool | None:
        """Take true or false, if it stands here."""
        return self.flag(key) if self.has(key) else None

    def instant_or_none(self, key: str) -> datetime | None:
        """Take a date or time in UTC, if there is one."""
        if not self.has(key):
            return None
        try:
            return as_instant(self.take(key))
        except (ValueError, TypeError):
            raise PolicyError(f"{self.at(key)}: not a date") from None

    def clock_time(self, key: str) -> time:
        """Take a local time of day such as `20:00`."""
        try:
            return time.fromisoformat(self.text(key))
        except ValueError:
            raise PolicyError(f"{self.at(key)}: not a time of day") from None

    def time_zone(self, key: str) -> str:
        """Take the name of a time zone."""
        name = self.text(key)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise PolicyError(f"{self.at(key)}: no such time zone") from None
        return name
