"""The controller's own names, accounts and numbers: they identify a company, not a person."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pii.canonical import canonical
from pii.contacts import link_host
from pii.names import COMMON_WORDS, name_key
from pii.spans import Span, SpanKind

_NAMED = frozenset({SpanKind.PERSON, SpanKind.EMPLOYER, SpanKind.SCHOOL, SpanKind.LOCATION, SpanKind.HASHTAG})
_REACHED = frozenset({SpanKind.PHONE, SpanKind.EMAIL, SpanKind.URL, SpanKind.IBAN, SpanKind.ADDRESS})
_PART = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Brand:
    """What belongs to the controller.

    `names` are names of the company and its products, `handles` its accounts with or without their sign,
    `contacts` its telephone numbers, e-mail addresses, web addresses, account numbers and postal addresses in any
    spelling.
    """

    names: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()

    def owns(self, kind: SpanKind, value: str, region: str) -> bool:
        """Say whether a value found in a text is the controller's own."""
        if kind is SpanKind.HANDLE:
            return _account(value) in _accounts(self.handles)
        if kind in _NAMED:
            return self._bears(value)
        if kind in _REACHED:
            return _form(kind, value, region) in _contacts(self.contacts, kind, region)
        return False

    def without(self, spans: Iterable[Span], text: str, region: str) -> list[Span]:
        """Return the spans but those that are the controller's own."""
        return [span for span in spans if not self.owns(span.kind, text[span.start : span.end], region)]

    def _bears(self, value: str) -> bool:
        """Say whether the value is made of words of the names only, small words and frequent nouns aside."""
        parts = _PART.findall(name_key(value))
        own = _name_parts(self.names)
        return any(part in own for part in parts) and all(part in own or part in COMMON_WORDS for part in parts)


NO_BRAND = Brand()


def _account(handle: str) -> str:
    return handle.casefold().removeprefix("@")


@lru_cache(maxsize=256)
def _accounts(handles: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_account, handles))


@lru_cache(maxsize=256)
def _name_parts(names: frozenset[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in _PART.findall(name_key(name)))


@lru_cache(maxsize=1024)
def _contacts(contacts: frozenset[str], kind: SpanKind, region: str) -> frozenset[str]:
    return frozenset(_form(kind, contact, region) for contact in contacts)


def _form(kind: SpanKind, value: str, region: str) -> str:
    return link_host(value) if kind is SpanKind.URL else canonical(kind, value, region=region)
