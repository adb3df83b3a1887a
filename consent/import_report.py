"""What became of the rows of a file: one line of a report for each, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RowOutcome(StrEnum):
    """What became of a row: a yes that counts, a no, a yes that a standing no closes out, or nothing."""

    APPLIED = "applied"
    LOWERED = "lowered"
    CONFLICT = "conflict"
    REJECTED = "rejected"


STORED = frozenset({RowOutcome.APPLIED, RowOutcome.LOWERED})
"""The outcomes of rows that became events. Of the others nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """What became of one row, counted from 1.

    `reason` is the rule book's code where a rule decides, or what is wrong with `column`; of an applied row, why
    its consent does not carry any more. `known_subject` is the person whose permissions a no has lowered, who
    was on record before. `before` says that the row had been taken in earlier.
    """

    row: int
    outcome: RowOutcome
    reason: str | None = None
    column: str | None = None
    event_id: str | None = None
    known_subject: str | None = field(default=None, repr=False)
    before: bool = False

    def document(self) -> Mapping[str, object]:
        """Return the line of the report."""
        line = {"row": self.row, "outcome": self.outcome.value, "reason": self.reason, "event_id": self.event_id}
        return line if self.column is None else {**line, "field": self.column}
