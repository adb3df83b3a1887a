"""Answers made ready beforehand: a copy of what `decide` says, for as long as nothing can change it.

A row counts in its era (no policy and nothing about everybody changed since) and between its instants (no
period ran out since). Whatever is said about a person takes away, in the same transaction, every row that
could depend on it. What is not there is decided anew.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from consent.contacts import contact_of
from consent.ready_tables import ready_answer_table as table
from consent.tables import identifier_table

_KEY: Final = ("asked", "controller", "purpose", "channel")
_FORGET: Final = delete(table).where(
    table.c.group_id == bindparam("in_group"), table.c.asked.in_(bindparam("names", expanding=True))
)
_HELD: Final = (
    select(identifier_table.c.kind, identifier_table.c.blind_index)
    .where(
        identifier_table.c.group_id == bindparam("group_id"),
        identifier_table.c.subject_id.in_(bindparam("subjects", expanding=True)),
        identifier_table.c.blind_index.is_not(None),
    )
    .distinct()
)
_HOLDERS: Final = (
    select(identifier_table.c.subject_id)
    .where(
        identifier_table.c.group_id == bindparam("group_id"),
        identifier_table.c.blind_index.in_(bindparam("hashes", expanding=True)),
    )
    .distinct()
)


class ReadyKey(NamedTuple):
    """A plain question: `asked` is a contact point by its name in events, or a data subject by its id."""

    asked: str
    controller: str
    purpose: str
    channel: str


def is_contact(asked: str) -> bool:
    """Say whether a name in a question is that of a contact point and not of a data subject."""
    return ":" in asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyAnswer:
    """The answer to a plain question, with what the log of answers notes of it; `document` is JSON."""

    key: ReadyKey
    subject_id: str
    contact: str | None
    verdict: str
    basis: str | None
    reason: str | None
    carried_by: str | None
    has_way_out: bool
    document: str
    policy_version: int
    era: int
    since: datetime
    until: datetime | None


# `dataclasses.asdict` copies every value, which takes longer than all else that is done with a row.
_BESIDES_KEY: Final = tuple(entry.name for entry in fields(ReadyAnswer) if entry.name != "key")


class ReadyAnswers:
    """The ready answers of one controller group, in the caller's transaction."""

    def __init__(self, group_id: str, session: Session) -> None:
        self._group_id = group_id
        self._session = session

    def keep(self, answers: Collection[ReadyAnswer]) -> None:
        """Store answers in the place of earlier ones to the same questions."""
        if not answers:
            return
        keys = [answer.key for answer in answers]
        same = tuple_(*(table.c[name] for name in _KEY)).in_(keys)
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, same))
        self._session.execute(insert(table), [self._row(answer) for answer in answers])

    def forget(self, subject_ids: Collection[str], contacts: Iterable[str] = ()) -> None:
        """Take away every answer that what is said about some subjects and contact points could change.

        Those are: about the subjects, about every contact point they ever held, about the others who ever
        held one of these, because all holders of a contact point must allow, and about the contact points named.
        """
        held = self._held(subject_ids)
        named = set(contacts)
        hashes = list(held.values())
        others = self._session.scalars(_HOLDERS, {"group_id": self._group_id, "hashes": hashes}) if hashes else ()
        names = {*subject_ids, *held, *named, *others}
        if names:
            self._session.execute(_FORGET, {"in_group": self._group_id, "names": sorted(names)})

    def _held(self, subject_ids: Collection[str]) -> dict[str, bytes]:
        if not subject_ids:
            return {}
        rows = self._session.execute(_HELD, {"group_id": self._group_id, "subjects": list(subject_ids)})
        named = ((contact_of(row.kind, row.blind_index), row.blind_index) for row in rows)
        return {name: digest for name, digest in named if name is not None}

    def _row(self, answer: ReadyAnswer) -> dict[str, Any]:
        values = {name: getattr(answer, name) for name in _BESIDES_KEY}
        return {"group_id": self._group_id, **answer.key._asdict(), **values}
