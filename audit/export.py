"""Exporting the log as a bundle that anyone can verify offline (LOG.md sections 10 and 20)."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from audit.blocks import encode_block, entries_path
from audit.entry_form import BLOCK_ENTRIES
from audit.errors import CannotOpen, ExportRefused, LogChanged, NotSound, SubjectErased
from audit.events import EventType
from audit.ground import Ground
from audit.installation_secrets import LOG_BOX, LOG_SEED
from audit.log import NOBODYS_KEY, SALT_BYTES, microseconds, opening_aad
from audit.note import log_key
from audit.openings import opening_line
from audit.private_files import make_folder, private, write_private
from audit.reader import iter_entries, newest_head, signed_head, snapshot
from audit.report import shown
from audit.sealing import open_sealed
from audit.stored import ROWS_AT_ONCE, AsStored, stored_bytes
from audit.subject_keys import SubjectKeys
from audit.tables import checkpoint_table, event_table, leaf_table, opening_table, subject_event_table
from audit.verify import verify_bundle

EXPORTED = EventType("log.exported", pub=("size", "openings", "request"), fields=("actor", "subject"))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which openings an export shows: all fields or some, of one subject or all, from a window of time or all."""

    fields: frozenset[str] | None = frozenset()
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


NOTHING = Selection()
EVERYTHING = Selection(fields=None)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: where, how many entries the head covers, how many openings are shown."""

    path: Path
    size: int
    openings: int


class Exporter:
    """Writes bundles of the whole log; only the openings are selected."""

    def __init__(self, ground: Ground, origin: str) -> None:
        self._ground = ground
        self._origin = origin

    def policy_text(self) -> str:
        """Return the auditor's policy file for this log, without witnesses (LOG.md section 8)."""
        key = log_key(self._ground.secrets.get(LOG_SEED), self._origin)
        return f"origin {self._origin}\nlog {key.text()}\nquorum none\n"

    def export(
        self, target: Path, selection: Selection, *, actor: str, request: str = "", policy: Path | None = None
    ) -> Exported:
        """Write a bundle to `target`, verify it, log the export, and only then give it its name.

        It is verified with the auditor's `policy`, or else with that of `policy_text`. Raises ExportRefused
        when `target` exists or cannot be written, LogChanged for an entry or opening that was changed, NotSound
        when the bundle does not verify; then nothing stands under that name. The bundle fits one head: all of
        it is read in one snapshot.
        """
        if target.exists():
            raise ExportRefused(f"{target.name} exists already")
        try:
            make_folder(target.parent)
            draft = Path(tempfile.mkdtemp(prefix=".export-", dir=target.parent))
        except OSError as error:
            raise ExportRefused(f"cannot write beside {target.name}: {error.strerror}") from error
        try:
            size, openings = self._write(draft, selection)
            self._verify(draft, policy)
            self._record(size, openings, selection, actor=actor, request=request)
            draft.replace(target)
        except OSError as error:
            raise ExportRefused(f"cannot write {target.name}: {error.strerror}") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return Exported(target, size, openings)

    def _write(self, draft: Path, selection: Selection) -> tuple[int, int]:
        with snapshot(self._ground.engine) as connection:
            head = newest_head(connection)
            size = head.checkpoint.size
            _write(draft / "checkpoint", [head.note.encode()])
            _write_earlier_heads(connection, draft, size)
            _write_blocks(connection, draft, size)
            return size, _write(draft / "openings.jsonl", self._openings(connection, size, selection))

    def _verify(self, draft: Path, policy: Path | None) -> None:
        with tempfile.TemporaryDirectory() as directory:
            own = Path(directory) / "policy.txt"
            write_private(own, self.policy_text().encode())
            report = verify_bundle(draft, policy or own)
        if report.error is not None:
            raise ExportRefused(f"the bundle cannot be verified ({report.error.code}: {report.error.text})")
        for finding in report.findings:
            raise NotSound(f"the bundle does not verify ({finding.code}: {finding.text})")

    def _record(self, size: int, openings: int, selection: Selection, *, actor: str, request: str) -> None:
        # Logged before it is handed out: a crash in between leaves an entry without a bundle, never a
        # bundle that nobody knows of.
        with self._ground.unit_of_work() as uow:
            facts = {"size": size, "openings": openings, "request": request or None}
            uow.record(EXPORTED.event(pub=facts, fields={"actor": actor, "subject": selection.subject or ""}))
            uow.commit()

    def _openings(self, connection: Connection, size: int, selection: Selection) -> Iterator[bytes]:
        keys: dict[str, bytes] = {NOBODYS_KEY: self._ground.secrets.get(LOG_BOX)}
        options = {"yield_per": ROWS_AT_ONCE}
        with connection.execute(_selected(size, selection), execution_options=options) as rows:
            for row in rows:
                if row.key_id not in keys:
                    keys[row.key_id] = self._box_key(connection, row.key_id)
                opened = _opened(keys[row.key_id], row.box, row.event, row.field)
                yield opening_line(row.event, row.field, opened[:SALT_BYTES], opened[SALT_BYTES:])

    def _box_key(self, connection: Connection, key_id: str) -> bytes:
        keys: SubjectKeys | None = self._ground.subject_keys.find_by_key_id(connection, key_id)
        if keys is None:
            raise SubjectErased("an opening is boxed under keys that are gone")
        return keys.box_key


def _opened(key: bytes, box: object, event: str, field: str) -> bytes:
    what = f"the opening of {shown(field)} of event {shown(event)}"
    try:
        return open_sealed(key, stored_bytes(box, what), opening_aad(event, field))
    except CannotOpen:
        raise LogChanged(f"{what} does not open: the database was changed") from None


def _selected(size: int, selection: Selection) -> Select[str, str, str, Any]:
    query = (
        select(
            opening_table.c.event,
            opening_table.c.field,
            opening_table.c.key_id,
            AsStored(opening_table.c.box).label("box"),
        )
        .join(event_table, event_table.c.id == opening_table.c.event)
        .join(leaf_table, leaf_table.c.n == event_table.c.n)
        .where(leaf_table.c.idx < size)
        .order_by(opening_table.c.event, opening_table.c.field)
    )
    if selection.fields is not None:
        query = query.where(opening_table.c.field.in_(selection.fields))
    if selection.subject is not None:
        of_subject = select(subject_event_table.c.n).where(subject_event_table.c.pid == selection.subject)
        query = query.where(event_table.c.n.in_(of_subject))
    if selection.since is not None:
        query = query.where(event_table.c.at_us >= microseconds(selection.since))
    if selection.until is not None:
        query = query.where(event_table.c.at_us < microseconds(selection.until))
    return query


def _write_earlier_heads(connection: Connection, draft: Path, size: int) -> None:
    query = select(checkpoint_table.c.size, checkpoint_table.c.note).where(checkpoint_table.c.size < size)
    for row in connection.execute(query.order_by(checkpoint_table.c.size)).all():
        note = signed_head(connection, row.size, row.note).note
        _write(draft / "checkpoints" / f"{row.size:012}", [note.encode()])


def _write_blocks(connection: Connection, draft: Path, size: int) -> None:
    entries = (entry.leaf for entry in iter_entries(connection, 0, size))
    number = 0
    while block := list(islice(entries, BLOCK_ENTRIES)):
        _write(draft / entries_path(number, len(block)), [encode_block(block)])
        number += 1


def _write(path: Path, parts: Iterable[bytes]) -> int:
    """Write the parts to a new file, durably and for its owner only, and return how many there were."""
    make_folder(path.parent)
    count = 0
    with open(path, "xb", opener=private) as file:
        for part in parts:
            file.write(part)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count
