"""The operator of presidio-anonymizer that puts a pseudonym in the place of a value."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult
from presidio_anonymizer.operators import Operator, OperatorType

from pii.spans import Span

Replacement = Callable[[Span, str], str]
"""From a span and the value that stands there to what shall stand there instead."""

_REPLACEMENT, _SPAN = "replacement", "span"


class Pseudonymise(Operator):
    """Puts what the given function returns in the place of the value."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """Return the replacement of one value."""
        replacement, span = _parameters(params)
        return replacement(span, text)

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Check that the function and the span are there.

        The function is not called: what it does with a made-up value (such as noting it down) would last.
        """
        _parameters(params)

    def operator_name(self) -> str:
        """Return the name under which the engine knows the operator."""
        return "pseudonymise"

    def operator_type(self) -> OperatorType:
        """Return that it replaces, not restores."""
        return OperatorType.Anonymize


def _parameters(params: dict[str, Any] | None) -> tuple[Replacement, Span]:
    replacement, span = (params or {}).get(_REPLACEMENT), (params or {}).get(_SPAN)
    if not callable(replacement) or not isinstance(span, Span):
        raise TypeError("the operator needs a span and the function that replaces its value")
    return replacement, span


def replaced(text: str, spans: Sequence[Span], replacement: Replacement) -> str:
    """Return the text with every value replaced; `spans` do not overlap."""
    # Presidio chooses operators by type and merges neighbours of one type; a type for each span keeps them apart.
    types = {f"{span.kind}#{number}": span for number, span in enumerate(spans)}
    results = [RecognizerResult(name, span.start, span.end, span.score) for name, span in types.items()]
    operators = {
        name: OperatorConfig("pseudonymise", {_REPLACEMENT: replacement, _SPAN: span}) for name, span in types.items()
    }
    engine_result = _engine().anonymize(text, results, operators, merge_entities_with_spaces=False)
    return str(engine_result.text)


@cache
def _engine() -> AnonymizerEngine:
    """Return the engine that knows the operator; it keeps nothing of a text, so one serves all threads."""
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]  # presidio-anonymizer leaves its constructor untyped
    engine.add_anonymizer(Pseudonymise)
    return engine
