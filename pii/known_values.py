"""Names and handles that are known beforehand, found wherever they stand in folded text."""

import re
from collections.abc import Iterable, Iterator

from pii.folding import fold
from pii.names import COMMON_WORDS, name_key
from pii.spans import Span, SpanKind

_EDGE = re.compile(r"\A[\W_]+|[\W_]+\Z")
_PART = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ACCOUNT = re.compile(r"(?=\S*[\d_.])\S+|[^\W\d_A-ZÄÖÜ]\S*")
_NO_MATCH = re.compile(r"(?!)")
_SHORTEST_PART = 3


class KnownValues:
    """Known names and handles, ready to be looked for.

    A value with a leading `@`, and one that looks like an account (no blank; a digit, a full stop, an underscore
    or a small letter at its beginning), is a handle. Names are also found by their parts: `Karla Brandl` by `Brandl`.
    """

    def __init__(self, values: Iterable[str]) -> None:
        handles: set[str] = set()
        names: set[str] = set()
        for value in values:
            plain = " ".join(_EDGE.sub("", fold(value).text).split())
            if len(plain) >= 2:
                (handles if value.startswith("@") or _ACCOUNT.fullmatch(plain) else names).add(plain)
        self.parts = frozenset(part for name in names for part in _PART.findall(name) if _tells_apart(part))
        self._handles = _any_of(handles, r"(?<![\w@])@?", r"(?!\w)")
        self._names = _any_of(names, r"(?<!\w)", r"(?:'?s)?(?!\w)")
        self._parts = _any_of(self.parts, r"(?<!\w)", r"(?:'?s)?(?!\w)")

    def find(self, text: str) -> Iterator[Span]:
        """Find the known values, whatever their case; a part of a name only where it begins with a capital."""
        for match in self._handles.finditer(text):
            yield Span(match.start(), match.end(), SpanKind.HANDLE, 0.99, "known handle")
        for match in self._names.finditer(text):
            yield Span(match.start(), match.end(), SpanKind.PERSON, 0.99, "known name")
        for match in self._parts.finditer(text):
            if match[0][0].isupper() or not match[0][0].islower():
                yield Span(match.start(), match.end(), SpanKind.PERSON, 0.9, "part of a known name")


def _tells_apart(part: str) -> bool:
    return len(part) >= _SHORTEST_PART and name_key(part) not in COMMON_WORDS


def _any_of(values: Iterable[str], before: str, behind: str) -> re.Pattern[str]:
    longest_first = sorted(values, key=lambda value: (-len(value), value))
    if not longest_first:
        return _NO_MATCH
    return re.compile(before + f"(?:{'|'.join(map(re.escape, longest_first))})" + behind, re.IGNORECASE)
