"""Identifiers as rows: who holds what, sealed under the holder's key and found by a keyed hash."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, case, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from audit.sealing import open_sealed, row_aad, seal
from consent.contacts import contact_of, trace_of
from consent.errors import UnknownIdentifier
from consent.identifiers import OUTSIDE, SOCIAL, GivenIdentifier, NormalisedIdentifier, normalise
from consent.tables import identifier_table as table

TABLE = "identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIdentifier:
    """One identifier of one data subject. Without `blind_index` it is the trace of an erased one."""

    id: str
    subject_id: str
    kind: str
    blind_index: bytes | None
    place: int
    verified_at: datetime | None
    verified_how: str | None
    valid_from: datetime
    valid_to: datetime | None

    @property
    def contact(self) -> str | None:
        """Return the name of the contact point in events; None for an outside id."""
        if self.blind_index is None:
            return trace_of(self.kind, self.id)
        return contact_of(self.kind, self.blind_index)

    @property
    def is_active(self) -> bool:
        """Say whether the subject holds it now."""
        return self.valid_to is None


# Put together once: building a statement takes longer than running it.
_ALL: Final = (
    select(*(table.c[name] for name in StoredIdentifier.__dataclass_fields__))
    .where(table.c.group_id == bindparam("group_id"))
    .order_by(table.c.valid_from, table.c.place, table.c.id)
)
_OF: Final = _ALL.where(table.c.subject_id.in_(bindparam("names", expanding=True)))
_BY_HASH: Final = _ALL.where(table.c.blind_index.in_(bindparam("names", expanding=True)))
_ONE: Final = _ALL.where(table.c.subject_id == bindparam("subject"), table.c.id == bindparam("name"))
# One after another, in the order given: whoever wants some of the same waits at the first of them.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number")


class IdentifierStore:
    """The identifiers of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def normalise(self, given: GivenIdentifier, *, region: str | None) -> tuple[NormalisedIdentifier, bytes]:
        """Return an identifier in its one spelling, and its blind index; raise InvalidIdentifier."""
        normalised = normalise(given, region=region)
        return normalised, self._ground.secrets.blind_index(normalised.kind, normalised.indexed)

    def list_of(self, subject_ids: Collection[str]) -> list[StoredIdentifier]:
        """Return the identifiers of some subjects, ended ones included, in the order in which they came."""
        return self._list(_OF, names=list(subject_ids))

    def list_by_hash(self, blind_indexes: Collection[bytes]) -> list[StoredIdentifier]:
        """Return the identifiers with some blind indexes, ended ones included."""
        return self._list(_BY_HASH, names=list(blind_indexes))

    def get(self, subject_id: str, identifier_id: str) -> StoredIdentifier:
        """Return an identifier of a subject; raise UnknownIdentifier."""
        found = self._list(_ONE, subject=subject_id, name=identifier_id)
        if not found:
            raise UnknownIdentifier("the data subject has no such identifier")
        return found[0]

    def open(self, stored: StoredIdentifier) -> str:
        """Return the identifier in clear; raise SubjectErased or CannotOpen when nobody can read it any more."""
        query = select(table.c.key_id, table.c.box).where(self._is(stored.id))
        row = self._session.execute(query).one_or_none()
        if row is None or row.box is None:
            raise UnknownIdentifier("the identifier was erased")
        keys = self._ground.subject_keys.get_first(self._session.connection(), stored.subject_id)
        return open_sealed(keys.for_table(TABLE), row.box, self._aad(stored.id, row.key_id)).decode()

    def add(
        self,
        subject_id: str,
        identifier: NormalisedIdentifier,
        blind_index: bytes,
        *,
        at: datetime,
        verified_how: str | None = None,
    ) -> StoredIdentifier:
        """Store an identifier that a subject holds from `at` on, verified if somebody says how."""
        keys = self._ground.subject_keys.get_first(self._session.connection(), subject_id)
        identifier_id = new_id()
        stored = StoredIdentifier(
            id=identifier_id,
            subject_id=subject_id,
            kind=identifier.kind,
            blind_index=blind_index,
            place=self._next_place(subject_id),
            verified_at=at if verified_how else None,
            verified_how=verified_how,
            valid_from=at,
            valid_to=None,
        )
        values: dict[str, Any] = {name: getattr(stored, name) for name in StoredIdentifier.__dataclass_fields__}
        box = seal(keys.for_table(TABLE), identifier.value.encode(), self._aad(identifier_id, keys.key_id))
        self._session.execute(
            insert(table).values(group_id=self._ground.group_id, key_id=keys.key_id, box=box, **values)
        )
        return stored

    def end(self, identifier_ids: Collection[str], *, at: datetime) -> None:
        """Note that identifiers are held no longer; an identifier never ends before it began."""
        self._session.execute(
            update(table)
            .where(table.c.group_id == self._ground.group_id, table.c.id.in_(identifier_ids))
            .values(valid_to=at)
        )

    def verify(self, identifier_ids: Collection[str], *, at: datetime, how: str) -> None:
        """Note that control over identifiers was proved; what was proved before stays proved since then."""
        self._session.execute(
            update(table)
            .where(
                table.c.group_id == self._ground.group_id,
                table.c.id.in_(identifier_ids),
                table.c.verified_at.is_(None),
            )
            .values(verified_at=at, verified_how=how)
        )

    def leave_traces(self, subject_id: str) -> int:
        """Delete the identifiers of a subject and return how many there were.

        Of a contact point its kind and a random id stay, so that a question about the record still finds what it
        asks about. Outside ids go altogether, and so does the name of a network.
        """
        held = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        outside = held & table.c.kind.startswith(OUTSIDE, autoescape=True)
        deleted = self._session.execute(delete(table).where(outside).returning(table.c.id)).all()
        kind = case((table.c.kind.startswith(SOCIAL, autoescape=True), SOCIAL), else_=table.c.kind)
        emptied = self._session.execute(
            update(table)
            .where(held, table.c.blind_index.is_not(None))
            .values(kind=kind, blind_index=None, key_id=None, box=None, verified_at=None, verified_how=None)
            .returning(table.c.id)
        )
        return len(deleted) + len(emptied.all())

    def _list(self, statement: Select[Any], **values: object) -> list[StoredIdentifier]:
        rows = self._session.execute(statement, {"group_id": self._ground.group_id, **values})
        return [StoredIdentifier(**row._mapping) for row in rows]

    def _next_place(self, subject_id: str) -> int:
        query = select(func.max(table.c.place)).where(
            table.c.group_id == self._ground.group_id, table.c.subject_id == subject_id
        )
        return (self._session.scalar(query) or 0) + 1

    def _is(self, identifier_id: str) -> ColumnElement[bool]:
        return (table.c.group_id == self._ground.group_id) & (table.c.id == identifier_id)

    def _aad(self, identifier_id: str, key_id: str) -> bytes:
        return row_aad(self._ground.group_id, TABLE, "box", identifier_id, key_id)


def active(identifiers: Sequence[StoredIdentifier]) -> list[StoredIdentifier]:
    """Return those that are held now."""
    return [identifier for identifier in identifiers if identifier.is_active]


def lock_contacts(session: Session, blind_indexes: Iterable[bytes]) -> None:
    """Make others who want the same contact points wait until this transaction ends.

    Without it two sign-ups of one new address, at the same time, would make two people of it.
    """
    if session.get_bind().dialect.name != "postgresql":
        return  # on SQLite there is one writer at a time
    numbers = sorted({int.from_bytes(index[:8], "big", signed=True) for index in blind_indexes})
    if numbers:
        session.execute(_LOCK, {"numbers": numbers})
