"""The rules of this package as recognizers of presidio-analyzer.

Each recognizer wraps one function that reads folded text and yields spans. None is a predefined one: Presidio's
own look up hosts (e-mail), take quadratic time (URL) or reject valid German documents.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pii import addresses, contacts, dates, hashtags, numbers, people, phones, references, workplaces
from pii.known_values import KnownValues
from pii.names import gazetteer
from pii.spans import Span, SpanKind
from pii.words import ORDINARY

SOURCE: Final = "source"
"""The key under which a result names the rule that found it."""

_NO_TOKENS: Final = Doc(Vocab())

Find = Callable[[str], Iterable[Span]]


class Reading(NlpArtifacts):
    """One text being read: it carries the check of the deadline from recognizer to recognizer."""

    def __init__(self, language: str, check_deadline: Callable[[], None]) -> None:
        super().__init__(
            entities=[], tokens=_NO_TOKENS, tokens_indices=[], lemmas=[], nlp_engine=None, language=language
        )
        self.check_deadline = check_deadline


class RuleRecognizer(EntityRecognizer):
    """A recognizer made of one function from folded text to spans."""

    def __init__(self, name: str, language: str, kinds: Iterable[SpanKind], find: Find) -> None:
        self._find = find
        super().__init__(supported_entities=[kind.value for kind in kinds], name=name, supported_language=language)

    def load(self) -> None:
        """Do nothing: the function is there already."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Return what the function finds; raises DetectionTimedOut when the time for this text is over."""
        check_deadline(nlp_artifacts)
        return [result_of(span, self) for span in self._find(text)]


def check_deadline(artifacts: NlpArtifacts) -> None:
    """Raise DetectionTimedOut when the time for the text being read is over."""
    if isinstance(artifacts, Reading):
        artifacts.check_deadline()


def result_of(span: Span, recognizer: EntityRecognizer) -> RecognizerResult:
    """Return a span as a result of the recognizer, which keeps the rule that found it."""
    metadata = {RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id, SOURCE: span.source}
    return RecognizerResult(span.kind.value, span.start, span.end, span.score, recognition_metadata=metadata)


def span_of(result: RecognizerResult) -> Span:
    """Return a recognizer's result as a span."""
    return Span(
        result.start, result.end, SpanKind(result.entity_type), result.score, result.recognition_metadata[SOURCE]
    )


def rule_recognizers(language: str) -> list[RuleRecognizer]:
    """Return the recognizers for texts in `language`; most rules read German and English alike."""
    names = gazetteer()
    kind = SpanKind
    rules: tuple[tuple[str, tuple[SpanKind, ...], Find], ...] = (
        ("emails", (kind.EMAIL,), contacts.emails),
        ("handles", (kind.HANDLE,), contacts.handles),
        ("links", (kind.URL,), contacts.links),
        ("ip addresses", (kind.IP,), contacts.ip_addresses),
        ("phones", (kind.PHONE,), partial(phones.phones, language=language)),
        ("ibans", (kind.IBAN,), numbers.ibans),
        ("cards", (kind.CARD,), numbers.cards),
        ("tax ids", (kind.TAX_ID,), numbers.tax_ids),
        ("social numbers", (kind.PENSION_NO,), numbers.social_numbers),
        ("health numbers", (kind.HEALTH_INS_NO,), numbers.health_numbers),
        ("documents", (kind.ID_DOC,), numbers.documents),
        ("plates", (kind.PLATE,), numbers.plates),
        ("orders", (kind.ORDER_ID,), references.order_ids),
        ("customers", (kind.CUSTOMER_ID,), references.customer_ids),
        ("secrets", (kind.SECRET,), references.secrets),
        ("birth dates", (kind.DOB,), dates.birth_dates),
        ("appointments", (kind.DATE,), dates.appointments),
        ("ages", (kind.AGE,), dates.ages),
        ("addresses", (kind.ADDRESS,), partial(addresses.addresses, common=ORDINARY)),
        ("places", (kind.LOCATION,), partial(addresses.places, towns=names.towns, common=ORDINARY)),
        ("people", (kind.PERSON, kind.AGE), partial(people.people, names=names)),
        ("workplaces", (kind.EMPLOYER, kind.SCHOOL), partial(workplaces.workplaces, common=ORDINARY)),
    )
    return [RuleRecognizer(name, language, kinds, find) for name, kinds, find in rules]


def text_recognizers(language: str, known: KnownValues) -> list[RuleRecognizer]:
    """Return the recognizers for one text: what is known of its people beforehand."""
    tags = partial(hashtags.hashtags, names=gazetteer(), known=known.parts)
    return [
        RuleRecognizer("known values", language, (SpanKind.PERSON, SpanKind.HANDLE), known.find),
        RuleRecognizer("hashtags", language, (SpanKind.HASHTAG,), tags),
    ]
