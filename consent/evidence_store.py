"""What proves an event, sealed under the key of the person it is about."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from audit.sealing import open_sealed, row_aad, seal
from consent.report import Evidence
from consent.tables import evidence_table as table

TABLE = "evidence"


class EvidenceStore:
    """The evidence of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def add(self, event_id: str, subject_id: str, items: Iterable[Evidence], *, now: datetime) -> None:
        """Seal and store what proves an event about a subject; raise SubjectErased for one without keys."""
        rows = []
        for item in items:
            keys = self._ground.subject_keys.get_first(self._session.connection(), subject_id)
            row_id = new_id()
            content = json.dumps(dict(item.content), ensure_ascii=False).encode()
            rows.append(
                {
                    "group_id": self._ground.group_id,
                    "id": row_id,
                    "event_id": event_id,
                    "subject_id": subject_id,
                    "kind": item.kind,
                    "key_id": keys.key_id,
                    "box": seal(keys.for_table(TABLE), content, self._aad(row_id, keys.key_id)),
                    "created_at": now,
                }
            )
        if rows:
            self._session.execute(insert(table), rows)

    def list_of(self, event_ids: Collection[str]) -> dict[str, list[Evidence]]:
        """Return what proves some events, by event; raise SubjectErased where the key is gone."""
        found: dict[str, list[Evidence]] = {event_id: [] for event_id in event_ids}
        query = (
            select(table)
            .where(table.c.group_id == self._ground.group_id, table.c.event_id.in_(event_ids))
            .order_by(table.c.id)
        )
        for row in self._session.execute(query):
            keys = self._ground.subject_keys.get_first(self._session.connection(), row.subject_id)
            content = open_sealed(keys.for_table(TABLE), row.box, self._aad(row.id, row.key_id))
            found[row.event_id].append(Evidence(row.kind, json.loads(content)))
        return found

    def remove_of_subject(self, subject_id: str) -> int:
        """Delete all evidence about a subject; return how much there was."""
        condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        return len(self._session.execute(delete(table).where(condition).returning(table.c.id)).all())

    def remove_of_events(self, event_ids: Collection[str]) -> int:
        """Delete the evidence of some events; return how much there was."""
        condition = (table.c.group_id == self._ground.group_id) & table.c.event_id.in_(event_ids)
        return len(self._session.execute(delete(table).where(condition).returning(table.c.id)).all())

    def _aad(self, row_id: str, key_id: str) -> bytes:
        return row_aad(self._ground.group_id, TABLE, "box", row_id, key_id)
