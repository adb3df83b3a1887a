"""A text with the personal data replaced, and the proof that nothing beyond doubt was left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pii.brand import NO_BRAND, Brand
from pii.contacts import emails, handles
from pii.detection_errors import ResidueFound, SpansOverlap
from pii.folding import fold
from pii.numbers import cards, ibans
from pii.phones import HOME_REGION, phones
from pii.spans import Span, SpanKind
from pii.tokens import TOKEN

if TYPE_CHECKING:
    from pii.operators import Replacement

_BLANK = "\ufffc"
_BEYOND_DOUBT = 0.9


@dataclass(frozen=True, slots=True)
class Replaced:
    """One value that was replaced: the token, what kind it is, where it stood in the original, and the value."""

    token: str
    kind: SpanKind
    start: int
    end: int
    original: str

    def __repr__(self) -> str:
        return f"Replaced({self.kind}, <redacted>)"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text without personal data and the values that stood in it, in text order."""

    text: str
    tokens: tuple[Replaced, ...]

    def __repr__(self) -> str:
        return f"Rewritten({len(self.tokens)} tokens, <redacted>)"


def rewrite(text: str, spans: Iterable[Span], pseudonymise: "Replacement", *, brand: Brand = NO_BRAND) -> Rewritten:
    """Replace what stands in the `spans`, which do not overlap, by what `pseudonymise` makes of it.

    Raises SpansOverlap when the spans overlap or leave the text, and ResidueFound when the result still holds an
    e-mail address, telephone number, account, card or handle that is not the `brand`'s: nothing goes out then.
    """
    ordered = sorted(spans)
    if any(left.end > right.start for left, right in pairwise(ordered)) or (ordered and ordered[-1].end > len(text)):
        raise SpansOverlap
    made: dict[Span, Replaced] = {}

    def replacement(span: Span, value: str) -> str:
        """Return the token for a span, and remember what it replaced."""
        token = pseudonymise(span, value)
        made[span] = Replaced(token, span.kind, span.start, span.end, value)
        return token

    # Loading presidio takes seconds; a process that rewrites nothing need not wait for it.
    from pii.operators import replaced

    rewritten = replaced(text, ordered, replacement)
    if residue(rewritten, brand):
        raise ResidueFound
    return Rewritten(rewritten, tuple(made[span] for span in ordered))


def residue(text: str, brand: Brand = NO_BRAND) -> Sequence[Span]:
    """Return what in a rewritten text is personal data beyond doubt; offsets are those of the folded text."""
    folded = fold(TOKEN.sub(lambda match: _BLANK * len(match[0]), text)).text
    found = [span for finder in (emails, handles, ibans, cards) for span in finder(folded)]
    found += [span for language in HOME_REGION for span in phones(folded, language)]
    certain = [span for span in found if span.score >= _BEYOND_DOUBT]
    for region in HOME_REGION.values():
        certain = brand.without(certain, folded, region)
    return certain
