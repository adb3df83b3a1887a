"""Finding personal data in text with presidio-analyzer, without any access to the network."""

import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from pii import language as languages
from pii.brand import NO_BRAND, Brand
from pii.detection_errors import DetectionTimedOut, TextTooLong
from pii.folding import fold
from pii.known_values import KnownValues
from pii.model import TEXT_LIMIT_BYTES
from pii.phones import HOME_REGION
from pii.recognizers import Reading, rule_recognizers, span_of, text_recognizers
from pii.recognizers_english import EnglishNames, EnglishRecognizer
from pii.spans import Span, SpanKind, resolve
from pii.tokens import TOKEN

LANGUAGES: Final = ("de", "en")
SECONDS_PER_TEXT: Final = 2.0
_BLANK = "\ufffc"


def no_token(token: str) -> bool:
    """Say that no token is ours: whatever looks like one was written by somebody else."""
    return False


class Detector(Protocol):
    """Something that finds personal data in a text."""

    def find(
        self,
        text: str,
        lang: str,
        known: frozenset[str] = frozenset(),
        *,
        brand: Brand = NO_BRAND,
        is_own_token: Callable[[str], bool] = no_token,
    ) -> Sequence[Span]:
        """Return the spans of personal data in `text`, in order and without overlaps.

        `lang` is a BCP 47 tag, `und` if nobody said; clear words of the text itself beat it. `known` are names
        and handles that came with the text. What belongs to the `brand` is not personal data. Tokens for which
        `is_own_token` says yes are left alone; anything else that looks like a token counts as a secret.
        Raises TextTooLong and DetectionTimedOut; then nothing is known about the text.
        """


class _NoEnhancer(ContextAwareEnhancer):
    """Leaves scores alone: the rules read the words around a finding themselves."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return the results as they are."""
        return raw_results


class PresidioDetector:
    """Detector with the rules of this package and, for English, a statistical model.

    Making one loads word lists and the model (about two seconds); it may then be used by several threads.
    """

    def __init__(self, *, timer: Callable[[], float] = time.thread_time, seconds: float = SECONDS_PER_TEXT) -> None:
        _close_suffix_lists()
        self._timer = timer
        self._seconds = seconds
        recognizers = [recognizer for language in LANGUAGES for recognizer in rule_recognizers(language)]
        model = EnglishRecognizer(EnglishNames())
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry([*recognizers, model], supported_languages=list(LANGUAGES)),
            nlp_engine=NoOpNlpEngine([{"lang_code": language, "model_name": ""} for language in LANGUAGES]),
            supported_languages=list(LANGUAGES),
            context_aware_enhancer=_NoEnhancer(),
        )

    def find(
        self,
        text: str,
        lang: str,
        known: frozenset[str] = frozenset(),
        *,
        brand: Brand = NO_BRAND,
        is_own_token: Callable[[str], bool] = no_token,
    ) -> Sequence[Span]:
        """Return the spans of personal data in `text`, as `Detector.find` promises."""
        if len(text.encode("utf-8", "surrogatepass")) > TEXT_LIMIT_BYTES:
            raise TextTooLong
        if not text.strip():
            return []
        language = _rules_for(text, lang)
        readable, foreign = _without_tokens(text, is_own_token)
        folded = fold(readable)
        found = self._analyzed(folded.text, language, KnownValues(known))
        region = HOME_REGION[language]
        personal = brand.without(found, folded.text, region)
        original = [
            Span(*folded.original(span.start, span.end), span.kind, span.score, span.source) for span in personal
        ]
        return resolve([*original, *foreign], text)

    def _analyzed(self, text: str, language: str, known: KnownValues) -> list[Span]:
        deadline = self._timer() + self._seconds

        def check_deadline() -> None:
            """Raise DetectionTimedOut when the time for this text is over."""
            if self._timer() > deadline:
                raise DetectionTimedOut

        results = self._engine.analyze(
            text,
            language,
            ad_hoc_recognizers=list[EntityRecognizer](text_recognizers(language, known)),
            nlp_artifacts=Reading(language, check_deadline),
        )
        check_deadline()
        return [span_of(result) for result in results]


def _rules_for(text: str, tag: str) -> str:
    """Return the language whose rules read the text: that of its own words, else of the tag, else German."""
    guessed = languages.guess(text)
    if guessed in LANGUAGES:
        return guessed
    stated = languages.stated(tag)
    return stated if stated in LANGUAGES else LANGUAGES[0]


def _without_tokens(text: str, is_own_token: Callable[[str], bool]) -> tuple[str, list[Span]]:
    """Return the text with every token blanked out, and a span for each that is not ours."""
    foreign = [
        Span(match.start(), match.end(), SpanKind.SECRET, 1.0, "foreign token")
        for match in TOKEN.finditer(text)
        if not is_own_token(match[0])
    ]
    return TOKEN.sub(lambda match: _BLANK * len(match[0]), text), foreign


def _close_suffix_lists() -> None:
    """Keep tldextract, which presidio-analyzer brings, on the list that it carries: no fetch, no cache on disk."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
