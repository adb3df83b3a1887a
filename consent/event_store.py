"""Consent events as rows: appended, never edited, and read back as the values that decisions are made from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, bindparam, func, insert, select, union_all
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.contacts import ABOUT_CONTACT_POINTS
from consent.errors import UnknownEvent
from consent.event import ConsentEvent
from consent.tables import event_table as table
from consent.tables import place_sequence

# What stands in columns of its own, or sealed as evidence, is no part of the body.
_OUTSIDE: Final = frozenset({"id", "at", "recorded_at", "place", "subject", "idempotency_key", "rationale"})


# Put together once: building a statement takes longer than running it. A union, because each part has an
# index of its own.
_ALL: Final = select(table).where(table.c.group_id == bindparam("group_id"))
_OF: Final = _ALL.where(table.c.subject_id.in_(bindparam("subjects", expanding=True)))
_WITH: Final = _ALL.where(table.c.other_id.in_(bindparam("subjects", expanding=True)))
_ON: Final = _ALL.where(table.c.contact.in_(bindparam("contacts", expanding=True)))
_OF_NOBODY: Final = _ALL.where(table.c.subject_id.is_(None), table.c.contact.is_(None))
_PLACES: Final = select(place_sequence.next_value()).select_from(func.generate_series(1, bindparam("count")))
_FAMILY: Final = union_all(_OF, _WITH)
_EVERYTHING: Final = union_all(_OF, _WITH, _ON, _OF_NOBODY)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with what the store knows besides: its audit entry, the policy it was recorded under, its digest."""

    event: ConsentEvent
    entry_id: str
    policy_version: int
    digest: bytes | None


class EventStore:
    """The consent events of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._group_id = ground.group_id
        self._session = session

    def append(
        self,
        event: ConsentEvent,
        *,
        entry_id: str,
        policy_version: int,
        controller: str = "",
        digest: bytes | None = None,
    ) -> ConsentEvent:
        """Append an event and return it with its place in the order of recording.

        `controller` is in whose name it is recorded; idempotency keys are told apart by it.
        """
        placed = replace(event, place=self._next_place())
        self._session.execute(
            insert(table).values(
                group_id=self._group_id,
                id=placed.id,
                place=placed.place,
                subject_id=placed.subject,
                other_id=placed.other,
                contact=_contact(placed),
                controller=controller or next(iter(placed.controllers), ""),
                kind=placed.kind,
                at=placed.at,
                recorded_at=placed.recorded_at,
                body=body_of(placed),
                policy_version=policy_version,
                idempotency_key=placed.idempotency_key,
                digest=digest,
                entry_id=entry_id,
            )
        )
        return placed

    def get(self, event_id: str) -> StoredEvent:
        """Return an event; raise UnknownEvent."""
        row = self._session.execute(self._query(table.c.id == event_id)).one_or_none()
        if row is None:
            raise UnknownEvent("no consent event has this id")
        return _stored(row)

    def list_stored(self, event_ids: Collection[str]) -> dict[str, StoredEvent]:
        """Return some events by their ids; unknown ids are left out."""
        rows = self._session.execute(self._query(table.c.id.in_(event_ids)).order_by(table.c.place))
        return {row.id: _stored(row) for row in rows}

    def find_by_key(self, controller: str, idempotency_key: str) -> StoredEvent | None:
        """Return the event that was recorded under an idempotency key in a controller's name, or None."""
        condition = (table.c.controller == controller) & (table.c.idempotency_key == idempotency_key)
        row = self._session.execute(self._query(condition)).one_or_none()
        return None if row is None else _stored(row)

    def list_by_keys(self, controller: str, idempotency_keys: Collection[str]) -> dict[str, StoredEvent]:
        """Return the events recorded under some idempotency keys in a controller's name, by key."""
        condition = (table.c.controller == controller) & table.c.idempotency_key.in_(idempotency_keys)
        rows = self._session.execute(self._query(condition).order_by(table.c.place))
        return {row.idempotency_key: _stored(row) for row in rows}

    def draw_places(self, count: int) -> Sequence[int]:
        """Return as many places in the order of recording, given to nobody else."""
        if self._session.get_bind().dialect.name == "postgresql":
            return sorted(self._session.scalars(_PLACES, {"count": count}))
        first = self._next_place()
        return range(first, first + count)

    def list_of(self, subject_ids: Collection[str]) -> list[ConsentEvent]:
        """Return what is recorded about some subjects, merges that others began included."""
        return self._events(_FAMILY, subjects=list(subject_ids))

    def list_of_nobody(self) -> list[ConsentEvent]:
        """Return the events about nobody in particular: assessments, publications, texts struck down."""
        return self._events(_OF_NOBODY)

    def list_for(self, subject_ids: Collection[str], contacts: Collection[str]) -> list[ConsentEvent]:
        """Return what is recorded about some subjects, about some contact points and about nobody in particular."""
        return self._events(_EVERYTHING, subjects=list(subject_ids), contacts=list(contacts))

    def family(self, subject_ids: Collection[str]) -> set[str]:
        """Return some subjects and everybody whose record was ever merged with one of theirs, however indirectly."""
        family, new = set(subject_ids), set(subject_ids)
        while new:
            condition = table.c.other_id.is_not(None) & (table.c.subject_id.in_(new) | table.c.other_id.in_(new))
            query = select(table.c.subject_id, table.c.other_id).where(table.c.group_id == self._group_id, condition)
            new = {name for row in self._session.execute(query) for name in row} - family
            family |= new
        return family

    def list_merges(self, subject_ids: Collection[str]) -> list[ConsentEvent]:
        """Return every merge and every parting of some subjects and of all whom merges lead to from there."""
        about_two = table.c.subject_id.in_(self.family(subject_ids)) & table.c.other_id.is_not(None)
        return [event_of(row) for row in self._session.execute(self._query(about_two).order_by(table.c.place))]

    def list_newest(self, subject_id: str, *, before: int | None, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events about a subject, the newest recorded first, from below place `before` on."""
        query = self._query(table.c.subject_id == subject_id).order_by(table.c.place.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.place < before)
        return [_stored(row) for row in self._session.execute(query)]

    def _events(self, statement: Executable, **values: object) -> list[ConsentEvent]:
        rows = self._session.execute(statement, {"group_id": self._group_id, **values})
        return [event_of(row) for row in {row.id: row for row in rows}.values()]

    def _query(self, condition: ColumnElement[bool]) -> Any:
        return select(table).where(table.c.group_id == self._group_id, condition)

    def _next_place(self) -> int:
        if self._session.get_bind().dialect.name == "postgresql":
            return int(self._session.execute(place_sequence.next_value()).scalar_one())
        query = select(func.max(table.c.place)).where(table.c.group_id == self._group_id)
        return (self._session.scalar(query) or 0) + 1


def body_of(event: ConsentEvent) -> dict[str, Any]:
    """Return what stands in the body of a row: the fields of the rule book that have no column of their own."""
    return {name: value for name, value in event.to_mapping().items() if name not in _OUTSIDE}


def event_of(row: Any) -> ConsentEvent:
    """Return the event in a row. Idempotency is settled when an event is recorded; no key is read back."""
    fields = {"id": row.id, "at": row.at, "recorded_at": row.recorded_at, "place": row.place, "subject": row.subject_id}
    return ConsentEvent.from_mapping({**row.body, **fields})


def _contact(event: ConsentEvent) -> str | None:
    if event.kind not in ABOUT_CONTACT_POINTS or not event.identifiers:
        return None
    return event.identifiers[0]


def _stored(row: Any) -> StoredEvent:
    return StoredEvent(event_of(row), row.entry_id, row.policy_version, row.digest)
