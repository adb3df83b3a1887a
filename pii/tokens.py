"""The form of a pseudonym in text: `[[PERSON:k1:<26 characters>:<2 characters>]]`."""

import re
from dataclasses import dataclass
from typing import Final

from pii.spans import SpanKind

BODY_LENGTH: Final = 26
"""130 bits in base32 (RFC 4648 section 6)."""
CHECK_LENGTH: Final = 2
HIGHEST_VERSION: Final = 99_999

TOKEN: Final = re.compile(r"\[\[([A-Z][A-Z_]{0,15}):k([1-9][0-9]{0,4}):([A-Z2-7]{26}):([A-Z2-7]{2})\]\]")


@dataclass(frozen=True, slots=True)
class TokenParts:
    """What a token says openly: the kind of the value, the version of its keys, the pseudonym and its check."""

    kind: SpanKind
    version: int
    body: str
    check: str

    def __str__(self) -> str:
        return f"[[{self.kind}:k{self.version}:{self.body}:{self.check}]]"


def parts_of(token: str) -> TokenParts | None:
    """Return the parts of a token, `None` when the text has not its form or names an unknown kind."""
    match = TOKEN.fullmatch(token)
    if match is None or match[1] not in SpanKind.__members__:
        return None
    return TokenParts(SpanKind[match[1]], int(match[2]), match[3], match[4])
