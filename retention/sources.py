"""Where the data lie that the sweep walks: one source a kind of row, each with the category of its data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from audit.unit_of_work import UnitOfWork
from retention.model import Datum


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk through a source stands: the instant of collection and the id of the last datum seen."""

    collected_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class Collected:
    """A datum of a source and its place in the walk."""

    position: Position
    datum: Datum


class DataSource(Protocol):
    """Rows of one kind, oldest first, and the way to destroy some of them."""

    @property
    def categories(self) -> frozenset[str]:
        """The categories of the schedule that data of this source can have."""

    def list_collected_before(
        self, session: Session, instant: datetime, after: Position | None, limit: int
    ) -> Sequence[Collected]:
        """Return up to `limit` data collected before `instant`, oldest first, from behind `after` on."""

    def destroy(self, uow: UnitOfWork, refs: Sequence[str]) -> int:
        """Delete these data and what hangs on them in the caller's transaction; return how many there were."""
