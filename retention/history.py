"""What is known about one datum at one instant (part 0, "Knowledge", and part B.4)."""

from dataclasses import dataclass
from datetime import datetime

from retention.model import DESTROYED_EVENT, RESTORED_EVENT, Datum, Facts, RequestFact
from retention.rules import Occurrences


@dataclass(frozen=True, slots=True)
class History:
    """A datum with the events known at `at`, by name and in order of time.

    `born_at` is the earliest of them; a datum without a known event has always been there (None).
    """

    datum: Datum
    at: datetime
    occurrences: Occurrences
    born_at: datetime | None

    def held_when(self, request: RequestFact, effective_at: datetime, facts: Facts) -> bool:
        """Say whether a request that took effect at `effective_at` concerns the datum and found it there.

        It does not reach data born later, and has no effect before it is known.
        """
        return (
            effective_at <= self.at
            and self.born_by(effective_at)
            and request.scope.covers(self.datum, facts.identities)
        )

    def born_by(self, instant: datetime) -> bool:
        """Say whether the datum was there at `instant`."""
        return self.born_at is None or self.born_at <= instant

    @property
    def restored_at(self) -> tuple[datetime, ...]:
        """When the datum came back after a destruction, each time."""
        destroyed = self.occurrences.get(DESTROYED_EVENT)
        if destroyed is None:
            return ()
        return tuple(at for at in self.occurrences.get(RESTORED_EVENT, ()) if at >= destroyed[0])

    @property
    def is_destroyed(self) -> bool:
        """Whether the datum was destroyed and has not been restored since."""
        destroyed = self.occurrences.get(DESTROYED_EVENT)
        return destroyed is not None and not any(at >= destroyed[-1] for at in self.restored_at)


def history_of(datum: Datum, names: frozenset[str], at: datetime) -> History:
    """Return what is known of `datum` at `at`: events called by one of `names`, destruction and restoring.

    Others have no effect.
    """
    occurrences: dict[str, tuple[datetime, ...]] = {}
    for event in sorted(datum.events, key=lambda event: event.at):
        if event.at <= at and event.event in names | {DESTROYED_EVENT, RESTORED_EVENT}:
            occurrences[event.event] = (*occurrences.get(event.event, ()), event.at)
    born_at = min((instants[0] for instants in occurrences.values()), default=None)
    return History(datum, at, occurrences, born_at)
