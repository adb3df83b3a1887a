"""The block list by keyed hash: what must not be contacted, remembered when everything else is forgotten.

The events tell what a decision needs; these rows find an entry by its hash alone, keep the dates of proof
of an erased person, and stand for that person as a holder until somebody else takes the contact point over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from consent.contacts import contact_named, hash_of_contact, kind_of_contact
from consent.event import ConsentEvent
from consent.tables import suppression_table as table
from consent.vocabulary import BlockList, IdentifierKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionEntry:
    """One entry. `proof` holds, by "purpose channel", the dates until which proof is kept."""

    id: str
    kind: str
    reason: str
    controller: str
    since: datetime
    lifted_at: datetime | None
    proof: dict[str, str]


_COLUMNS = tuple(table.c[name] for name in SuppressionEntry.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Erased:
    """The holder whose erasure an entry stems from, and the dates until which proof of its consents is kept."""

    subject_id: str
    proof: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ErasedHolder:
    """What stands for an erased holder of a contact point: a name of its own, and from when for whom."""

    name: str
    contact: str
    controllers: tuple[str, ...]
    since: datetime
    recorded_at: datetime


# Put together once: building a statement takes longer than running it.
_STAND_INS: Final = (
    select(table)
    .where(
        table.c.group_id == bindparam("group_id"),
        table.c.blind_index.in_(bindparam("hashes", expanding=True)),
        table.c.holder.is_not(None),
        table.c.subject_id.is_(None),
    )
    .order_by(table.c.since, table.c.id)
)


class SuppressionStore:
    """The block list of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._group_id = ground.group_id
        self._session = session

    def add(self, event: ConsentEvent, contact: str, *, erased: Erased | None = None) -> None:
        """Store an entry on a contact point for each controller that a `suppress` event names."""
        blind_index = hash_of_contact(contact)
        if blind_index is None or event.reason is None:
            return  # the trace of an erased person: nobody can be contacted there
        for controller in event.controllers:
            self._session.execute(
                insert(table).values(
                    group_id=self._group_id,
                    id=new_id(),
                    blind_index=blind_index,
                    kind=kind_of_contact(contact),
                    reason=event.reason,
                    controller=controller,
                    since=event.at,
                    recorded_at=event.recorded_at,
                    lifted_at=None,
                    subject_id=erased and erased.subject_id,
                    holder=erased and event.id,
                    proof=dict(erased.proof) if erased else {},
                )
            )

    def lift(self, event: ConsentEvent) -> None:
        """Note that the entries that a `lift_suppression` event names are lifted."""
        self._session.execute(
            update(table)
            .where(
                self._on(event.identifiers),
                table.c.reason == event.reason,
                table.c.controller.in_(event.controllers),
                table.c.since <= event.at,
                table.c.lifted_at.is_(None),
            )
            .values(lifted_at=event.at)
        )

    def list_on(self, contacts: Collection[str]) -> list[SuppressionEntry]:
        """Return every entry on some contact points, lifted ones included, the oldest first."""
        query = select(*_COLUMNS).where(self._on(contacts)).order_by(table.c.since, table.c.id)
        return [_entry(row) for row in self._session.execute(query)]

    def list_shut(self, contacts: Collection[str], reason: BlockList, controller: str) -> set[str]:
        """Return those of some contact points on which an entry stands, for a reason and a controller."""
        by_hash = {digest: contact for contact in contacts if (digest := hash_of_contact(contact)) is not None}
        query = select(table.c.blind_index).where(
            self._on(contacts), table.c.reason == reason, table.c.controller == controller, table.c.lifted_at.is_(None)
        )
        return {by_hash[found] for found in self._session.scalars(query)}

    def list_erased_holders(self, contacts: Collection[str]) -> list[ErasedHolder]:
        """Return those who held some contact points and of whom nothing else is left."""
        by_hash = {digest: contact for contact in contacts if (digest := hash_of_contact(contact)) is not None}
        if not by_hash:
            return []
        values = {"group_id": self._group_id, "hashes": list(by_hash)}
        rows = self._session.execute(_STAND_INS, values).all()
        found = []
        for name, contact in dict.fromkeys((row.holder, by_hash[row.blind_index]) for row in rows):
            own = [row for row in rows if row.holder == name and by_hash[row.blind_index] == contact]
            controllers = tuple(dict.fromkeys(row.controller for row in own))
            known = min(row.recorded_at for row in own)
            found.append(ErasedHolder(name, contact, controllers, own[0].since, known))
        return found

    def holders_of(self, subject_id: str) -> dict[str, str]:
        """Return the names that stand for a subject, by contact point."""
        condition = (table.c.group_id == self._group_id) & (table.c.subject_id == subject_id)
        rows = self._session.execute(select(table).where(condition).order_by(table.c.id)).all()
        named: dict[str, str] = {}
        for row in rows:
            if row.holder is not None:
                named.setdefault(contact_named(IdentifierKind(row.kind), row.blind_index), row.holder)
        return named

    def forget_subject(self, subject_id: str) -> int:
        """Cut what leads from entries to a subject, who has one name per contact point then; return how many stay."""
        condition = (table.c.group_id == self._group_id) & (table.c.subject_id == subject_id)
        for contact, holder in self.holders_of(subject_id).items():
            here = table.c.blind_index == hash_of_contact(contact)
            self._session.execute(update(table).where(condition, here).values(holder=holder))
        kept = self._session.execute(update(table).where(condition).values(subject_id=None).returning(table.c.id))
        return len(kept.all())

    def _on(self, contacts: Collection[str]) -> ColumnElement[bool]:
        hashes = [digest for digest in map(hash_of_contact, contacts) if digest is not None]
        return (table.c.group_id == self._group_id) & table.c.blind_index.in_(hashes)


def _entry(row: Any) -> SuppressionEntry:
    return SuppressionEntry(**row._mapping)
