"""Data subjects as rows: facts that a decision or a letter needs, and no name and no address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.errors import UnknownSubject
from consent.kept_proof import KeptProof
from consent.model import Subject
from consent.tables import subject_table as table
from consent.vocabulary import FormOfAddress, SubjectKind


class SubjectStatus(StrEnum):
    """How a record stands. Whether something may be done is for a decision to say, never for this."""

    ACTIVE = "active"
    RESTRICTED = "restricted"
    ERASED = "erased"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubject:
    """One data subject. `first_country` and `first_region` are where the record began, the others are now.

    `observed` is a record that was made because the person was seen somewhere, or that nothing else keeps.
    `proof` holds, of an erased one, the dates until which proof of its consents is kept.
    """

    id: str
    status: SubjectStatus
    first_country: str | None
    first_region: str | None
    country: str | None
    region: str | None
    kind: SubjectKind
    birth_date: date | None = field(repr=False)
    time_zone: str | None
    language: str | None
    form_of_address: FormOfAddress | None
    created_at: datetime
    observed: bool = False
    proof: KeptProof | None = None

    def facts(self) -> Subject:
        """Return what a decision starts from."""
        return Subject(
            id=self.id,
            country=self.first_country,
            region=self.first_region,
            kind=self.kind,
            birth_date=self.birth_date,
            time_zone=self.time_zone,
        )


# Put together once: building a statement takes longer than running it.
_ALL: Final = (
    select(*(table.c[name] for name in StoredSubject.__dataclass_fields__))
    .where(table.c.group_id == bindparam("group_id"))
    .order_by(table.c.created_at, table.c.id)
)
_SOME: Final = _ALL.where(table.c.id.in_(bindparam("names", expanding=True)))


class SubjectStore:
    """The data subjects of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._group_id = ground.group_id
        self._session = session

    def add(self, subject: StoredSubject) -> None:
        """Store a new data subject."""
        values: dict[str, Any] = {name: getattr(subject, name) for name in StoredSubject.__dataclass_fields__}
        self._session.execute(insert(table).values(group_id=self._group_id, **values))

    def list_some(self, subject_ids: Collection[str]) -> list[StoredSubject]:
        """Return some data subjects, the oldest record first; unknown ids are left out."""
        values = {"group_id": self._group_id, "names": list(subject_ids)}
        return [_stored(row) for row in self._session.execute(_SOME, values)]

    def list_after(self, subject_id: str | None, limit: int) -> list[str]:
        """Return up to `limit` ids behind `subject_id`, in the order of ids."""
        query = select(table.c.id).where(table.c.group_id == self._group_id).order_by(table.c.id).limit(limit)
        if subject_id is not None:
            query = query.where(table.c.id > subject_id)
        return list(self._session.scalars(query))

    def find(self, subject_id: str) -> StoredSubject | None:
        """Return a data subject, or None for an unknown id."""
        return next(iter(self.list_some([subject_id])), None)

    def get(self, subject_id: str) -> StoredSubject:
        """Return a data subject; raise UnknownSubject."""
        found = self.find(subject_id)
        if found is None:
            raise UnknownSubject("no data subject has this id")
        return found

    def lock(self, subject_ids: Collection[str]) -> None:
        """Make other writers about these subjects wait until this transaction ends, in one order for all."""
        query = select(table.c.id).where(table.c.group_id == self._group_id, table.c.id.in_(sorted(subject_ids)))
        self._session.execute(query.order_by(table.c.id).with_for_update())

    def set(self, subject_id: str, values: Mapping[str, Any]) -> None:
        """Change facts about a data subject."""
        condition = (table.c.group_id == self._group_id) & (table.c.id == subject_id)
        self._session.execute(update(table).where(condition).values(dict(values)))


def _stored(row: Any) -> StoredSubject:
    values = dict(row._mapping)
    values["status"] = SubjectStatus(values["status"])
    values["kind"] = SubjectKind(values["kind"])
    form = values["form_of_address"]
    values["form_of_address"] = None if form is None else FormOfAddress(form)
    return StoredSubject(**values)
