"""How the tests of single rules show what was found."""

from collections.abc import Iterable

from pii.spans import Span


def values(spans: Iterable[Span], text: str) -> list[str]:
    """Return the stretches found, in text order, each once."""
    return [text[start:end] for start, end in sorted({(span.start, span.end) for span in spans})]
