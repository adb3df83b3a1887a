"""What taking in a delivery came to."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pii.model import RejectReason

_DOCUMENT: Final = re.compile(r"\A(?:line|event|form):")
_ELEMENT: Final = re.compile(r"\[([1-9][0-9]*)\]")


class RefusedReason(StrEnum):
    """Why an item that could be read was not taken in."""

    DELETED_BEFORE = "deleted_before"
    PERSON_ERASED = "person_erased"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item or order that was not taken in: its place as `pointer_to_item` writes it, and why."""

    item: str
    reason: RejectReason | RefusedReason


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """How many items of a delivery were stored, were known already, and how many orders were followed."""

    accepted: int = 0
    duplicates: int = 0
    orders: int = 0
    rejected: tuple[Rejection, ...] = ()


class Outcome(StrEnum):
    """What became of one item or order."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Tally:
    """Counts outcomes to a report."""

    def __init__(self) -> None:
        self._accepted = self._duplicates = self._orders = 0
        self._rejected: list[Rejection] = []

    def item(self, outcome: Outcome, place: str) -> None:
        """Count what became of an item."""
        if outcome is Outcome.ACCEPTED:
            self._accepted += 1
        elif outcome is Outcome.DUPLICATE:
            self._duplicates += 1
        else:
            self.reject(place, RefusedReason.DELETED_BEFORE)

    def order(self, outcome: Outcome) -> None:
        """Count what became of an order."""
        if outcome is Outcome.DUPLICATE:
            self._duplicates += 1
        else:
            self._orders += 1

    def reject(self, place: str, reason: RejectReason | RefusedReason) -> None:
        """Count something that was not taken in."""
        self._rejected.append(Rejection(pointer_to_item(place), reason))

    def report(self) -> IntakeReport:
        """Return the counts."""
        return IntakeReport(self._accepted, self._duplicates, self._orders, tuple(self._rejected))


def pointer_to_item(place: str) -> str:
    """Return the `place` that a reader gave an item (see `pii.model`) as a JSON Pointer (RFC 6901).

    So one notation holds for whatever a platform sends: lines of JSON and events of a stream count as a list, a
    form as an object of its fields, and in XML the elements of one name below another as a list. Counted from 0,
    without empty lines and heartbeats; the whole delivery is the empty pointer.
    """
    pointer = _ELEMENT.sub(lambda found: f"/{int(found[1]) - 1}", _DOCUMENT.sub("/", place))
    return "" if pointer == "/" else pointer
