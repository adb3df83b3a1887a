"""The log's part in erasing a person: openings and index rows go, the entries stay and say so (LOG.md section 19)."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, or_, select

from audit.entry_form import MAX_ERASED_EVENTS
from audit.events import Event
from audit.special_types import ERASURE
from audit.tables import event_table, opening_table, subject_event_table

METHOD = "delete+shred"


def forget_openings(connection: Connection, pid: str, key_ids: Sequence[str]) -> list[str]:
    """Delete every opening of a subject's events and every opening boxed under the subject's keys.

    Returns the ids of the subject's events, ascending bytewise: from now on they count as erased, so the
    caller appends `erasure_events` of them in the same transaction and destroys the keys after the rows.
    """
    numbers = select(subject_event_table.c.n).where(subject_event_table.c.pid == pid)
    query = select(event_table.c.id).where(event_table.c.n.in_(numbers))
    event_ids = sorted(connection.scalars(query), key=str.encode)
    of_events = select(event_table.c.id).where(event_table.c.n.in_(numbers)).scalar_subquery()
    connection.execute(
        delete(opening_table).where(or_(opening_table.c.event.in_(of_events), opening_table.c.key_id.in_(key_ids)))
    )
    connection.execute(delete(subject_event_table).where(subject_event_table.c.pid == pid))
    return event_ids


def erasure_events(event_ids: Sequence[str], *, basis: str, request: str) -> list[Event]:
    """Return the entries that name these events as erased, none of them with more than 1,600 ids."""
    return [
        Event(
            ERASURE,
            {
                "basis": basis,
                "request": request,
                "method": METHOD,
                "events": list(event_ids[start : start + MAX_ERASED_EVENTS]),
            },
            {},
        )
        for start in range(0, len(event_ids), MAX_ERASED_EVENTS)
    ]
