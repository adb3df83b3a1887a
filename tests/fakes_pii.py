"""A detector that knows its words by heart, for tests that are about what happens to findings."""

import re
from collections.abc import Callable, Mapping, Sequence

from pii.brand import NO_BRAND, Brand
from pii.pseudonyms import PseudonymKeys
from pii.spans import Span, SpanKind


def no_token(_token: str) -> bool:
    """Say that no token is ours."""
    return False


class FakeDetector:
    """Finds the words it was given, wherever they stand; fails while it is `down`, and on texts with `poison`."""

    def __init__(self, words: Mapping[str, SpanKind], *, poison: str | None = None) -> None:
        self._words = words
        self._poison = poison
        self.down = False

    def find(
        self,
        text: str,
        lang: str,
        known: frozenset[str] = frozenset(),
        *,
        brand: Brand = NO_BRAND,
        is_own_token: Callable[[str], bool] = no_token,
    ) -> Sequence[Span]:
        """Return a span for every word of the list in `text`."""
        if self.down or (self._poison is not None and self._poison in text):
            raise ConnectionError("the detector is away")
        return sorted(
            Span(match.start(), match.end(), kind, 1.0, "fake")
            for word, kind in self._words.items()
            for match in re.finditer(re.escape(word), text)
        )


class FixedTokens:
    """Pseudonyms under a key that every test knows."""

    def __init__(self) -> None:
        self._keys = PseudonymKeys(b"k" * 32, group="main", domain="test", version=1)

    def of_subject(self, kind: SpanKind, subject_id: str) -> str:
        """Return the token of a person."""
        return self._keys.token(kind, f"person {subject_id}")

    def of_value(self, kind: SpanKind, value: str, network: str) -> str:
        """Return the token of a value."""
        return self._keys.token(kind, f"{network} {value}")

    def is_own(self, token: str) -> bool:
        """Say whether the token was made here."""
        return self._keys.owns(token)
