"""Where the pseudonyms of a text come from, and what stands where one stood that may stand there no more."""

from typing import Final, Protocol

from pii.spans import SpanKind

ERASED: Final = "[[ERASED]]"
"""Stands where the token of a person stood who was erased; it is nobody's and the same for everybody."""


class Tokens(Protocol):
    """Makes the pseudonyms of intake."""

    def of_subject(self, kind: SpanKind, subject_id: str) -> str:
        """Return the token of a known person: the same for every value of this kind that is theirs."""

    def of_value(self, kind: SpanKind, value: str, network: str) -> str:
        """Return the token of a value on a network whose bearer is not known."""

    def is_own(self, token: str) -> bool:
        """Say whether a token was made here."""
