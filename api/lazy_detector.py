"""The detector, loaded when it is first needed: its word lists and its model take seconds and memory."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from pii.errors import PiiError

if TYPE_CHECKING:
    from pii.detector import Detector
    from pii.spans import Span

# Invented words around an address that no detector may miss.
PROBE: Final = "Write to probe@example.org about the washing machine."
PROBE_LANGUAGE: Final = "en"


class LazyDetector:
    """A detector that makes the real one on its first use, once, for all threads."""

    def __init__(self, make: "Callable[[], Detector]") -> None:
        self._make = make
        self._guard = threading.Lock()
        self._made: Detector | None = None

    def find(self, text: str, lang: str, known: frozenset[str] = frozenset(), **options: Any) -> "Sequence[Span]":
        """Return what the real detector finds (`pii.detector.Detector.find`)."""
        return self._detector().find(text, lang, known, **options)

    def check(self) -> str | None:
        """Check that the detector can be made and finds what it must; for the readiness of the installation."""
        try:
            spans = self.find(PROBE, PROBE_LANGUAGE)
        except (PiiError, ImportError, OSError, ValueError):
            # A rule, a package, a file or the content of a file: the model is not there, or not the right one.
            return "cannot_detect"
        return None if spans else "finds_nothing"

    def _detector(self) -> "Detector":
        with self._guard:
            if self._made is None:
                self._made = self._make()
            return self._made


def presidio_detector() -> "Detector":
    """Return the detector with the rules and the model that are installed."""
    from pii.detector import PresidioDetector

    return PresidioDetector()
