"""The counters of what may change anything about everybody: they tell whether what is remembered still counts."""

from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from consent.ready_tables import era_table as table

_CURRENT: Final = select(table.c.answers, table.c.clients).where(table.c.group_id == bindparam("group_id"))


class Eras:
    """The counters of one controller group, in the caller's transaction."""

    def __init__(self, group_id: str, session: Session) -> None:
        self._group_id = group_id
        self._session = session

    def of_answers(self) -> int | None:
        """Return the era in which answers are given now, or None before there is a policy."""
        row = self._session.execute(_CURRENT, {"group_id": self._group_id}).one_or_none()
        return None if row is None else int(row.answers)

    def of_clients(self) -> int | None:
        """Return the era in which keys are accepted now, or None before there is a client."""
        row = self._session.execute(_CURRENT, {"group_id": self._group_id}).one_or_none()
        return None if row is None else int(row.clients)

    def end_of_answers(self) -> None:
        """Begin another era of answers: no answer made ready before counts from the commit on."""
        self._end("answers")

    def end_of_clients(self) -> None:
        """Begin another era of clients: what is remembered of any key counts no longer from the commit on."""
        self._end("clients")

    def _end(self, name: str) -> None:
        column = table.c[name]
        changed = self._session.execute(
            update(table)
            .where(table.c.group_id == self._group_id)
            .values({name: column + 1})
            .returning(table.c.group_id)
        )
        if not changed.all():
            first = {"answers": 1, "clients": 1}
            self._session.execute(insert(table).values(group_id=self._group_id, **first))
