"""Writing the permissions of everybody as rows of a file that can be imported again.

A consent that carries is `subscribed`, with the text and the proof it rests on; a standing no is `unsubscribed`.
What is neither is left out: requests that wait, consents that lapsed or never counted, and whatever an erasure,
a restriction or a block list closes, because a row could not say so.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.sealing import open_sealed, row_aad
from consent.answer_form import format_instant
from consent.contacts import contact_of
from consent.events import CONSENTS_EXPORTED
from consent.hearing import Hearing
from consent.history_store import HistoryLoader, Loaded
from consent.import_reading import ESCAPE, FORMULA, ImportFormat
from consent.import_row import COLUMNS
from consent.in_force import PolicySource
from consent.model import Key
from consent.permission_store import PermissionStore
from consent.permissions import Permission, hearing_for
from consent.subject_store import SubjectStore
from consent.tables import identifier_table as table
from consent.view import View
from consent.vocabulary import ConsentState, ImportStatus, Proof

AT_ONCE: Final = 200
Row = dict[str, str | None]
_NOES: Final = frozenset({ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.OBJECTED})
_HELD: Final = (
    "id",
    "subject_id",
    "kind",
    "blind_index",
    "key_id",
    "box",
    "verified_at",
)


class ExportService:
    """Tells what the people of a controller permit, with their identifiers in clear."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def lines(self, controller: str, form: ImportFormat, *, actor: str) -> Iterator[str]:
        """Give the file in pieces, people in the order of their ids; a yes stands before the noes of its person.

        That somebody took the file is written to the log before the first piece. Raises NoPolicy.
        """
        self._policies.current()
        with self._ground.unit_of_work() as uow:
            uow.record(CONSENTS_EXPORTED.event(pub={"controller": controller, "format": form}, fields={"actor": actor}))
            uow.commit()
        return self._lines(controller, form)

    def _lines(self, controller: str, form: ImportFormat) -> Iterator[str]:
        if form is ImportFormat.CSV:
            yield _csv([dict(zip(COLUMNS, COLUMNS, strict=True))])
        after: str | None = None
        while True:
            with self._ground.reading() as session:
                names = SubjectStore(self._ground, session).list_after(after, AT_ONCE)
                rows = list(self._rows(session, names, controller)) if names else []
            if not names:
                return
            after = names[-1]
            yield _csv(rows) if form is ImportFormat.CSV else "".join(map(_json, rows))

    def _rows(self, session: Session, names: Sequence[str], controller: str) -> Iterator[Row]:
        stored = PermissionStore(self._ground, session).list_some(names)
        kept = [item for item in stored if item.controller == controller and _status(item) is not None]
        if not kept:
            return
        subjects = sorted({item.subject for item in kept})
        held = self._held(session, subjects)
        countries = {each.id: each.country for each in SubjectStore(self._ground, session).list_some(subjects)}
        loaded = HistoryLoader(self._ground, session).load(subjects, {name for each in held.values() for name in each})
        view = self._view(loaded, session)
        for item in sorted(kept, key=lambda item: (item.subject, item.state is not ConsentState.GRANTED)):
            row = _row(item, held.get(item.subject, {}), view)
            if row is not None:
                yield {**row, "country": countries[item.subject]}

    def _view(self, loaded: Loaded, session: Session) -> View:
        now = self._ground.now()
        return View(loaded.history, self._policies.current(session).policy, now, now)

    def _held(self, session: Session, subjects: Sequence[str]) -> dict[str, dict[str, tuple[str, str, bool]]]:
        """Return what some subjects hold now, by contact point: kind, value, and whether control is proved."""
        keys = self._ground.subject_keys.list_of(session.connection(), subjects)
        query = (
            select(*(table.c[name] for name in _HELD))
            .where(
                table.c.group_id == self._ground.group_id,
                table.c.subject_id.in_(subjects),
                table.c.valid_to.is_(None),
                table.c.box.is_not(None),
            )
            .order_by(table.c.subject_id, table.c.place)
        )
        found: dict[str, dict[str, tuple[str, str, bool]]] = {}
        for row in session.execute(query):
            name = contact_of(row.kind, row.blind_index)
            if name is None or row.subject_id not in keys:
                continue
            aad = row_aad(self._ground.group_id, table.name, "box", row.id, row.key_id)
            value = open_sealed(keys[row.subject_id][0].for_table(table.name), row.box, aad).decode()
            found.setdefault(row.subject_id, {})[name] = (row.kind, value, row.verified_at is not None)
        return found


def _status(item: Permission) -> ImportStatus | None:
    if item.state is ConsentState.GRANTED:
        return ImportStatus.SUBSCRIBED
    return ImportStatus.UNSUBSCRIBED if item.state in _NOES else None


def _row(item: Permission, held: Mapping[str, tuple[str, str, bool]], view: View) -> Row | None:
    """Return the row of a permission but for the country, or None where a row could not say it."""
    contact = held.get(item.contact) if item.contact else next(iter(held.values()), None)
    if contact is None or item.purpose not in view.policy.purposes or item.channel not in view.policy.channels:
        return None
    kind, value, verified = contact
    hearing = hearing_for(item.subject, _key(item), view)
    evidence = _evidence(hearing) if _status(item) is ImportStatus.SUBSCRIBED else {}
    if evidence is None:
        return None
    row: Row = {
        "identifier_kind": kind,
        "identifier_value": value,
        "purpose": item.purpose,
        "topic": item.topic or None,
        "channel": item.channel,
        "status": _status(item),
        "at": format_instant(item.since),
        # What a no rests on need not be shown; that its holder holds the contact point is worth telling.
        "proof": Proof.CONFIRMED if verified else None,
    }
    return {**row, **evidence}


def _key(item: Permission) -> Key:
    return Key(item.controller, item.purpose, item.topic or None, item.channel, item.contact or None)


def _evidence(hearing: Hearing) -> Row | None:
    """Return what a consent rests on, or None where it does not carry now or something else closes it."""
    governing = hearing.governing
    if governing is None or hearing.lapse is not None or hearing.standing:
        return None
    return {"notice": governing.notice, "proof": governing.proof, "at": format_instant(governing.at)}


def _json(row: Row) -> str:
    kind, value = row["identifier_kind"], row["identifier_value"]
    others = {name: row[name] for name in COLUMNS[2:] if row.get(name) is not None}
    return json.dumps({"identifier": {"kind": kind, "value": value}, **others}, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[_cell(row.get(name)) for name in COLUMNS] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return ESCAPE + text if text.startswith(FORMULA) else text
