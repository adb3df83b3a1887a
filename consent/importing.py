"""Importing files of consents: batch by batch, each one transaction, and a report for every row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Final

from sqlalchemy.exc import IntegrityError

from audit.ground import Ground
from consent.errors import UnknownController
from consent.identifier_store import lock_contacts
from consent.import_batch import ImportBatch, Source
from consent.import_reading import ImportFormat, ReadRow, read_rows
from consent.import_report import RowReport
from consent.import_writing import ImportWriter
from consent.in_force import PolicySource
from consent.recorder import Recorder

AT_ONCE: Final = 1000
"""How many rows are one transaction: others who write wait for it."""
NumberedRow = tuple[int, ReadRow]


class ImportService:
    """Takes in rows of files. A row only lowers, unless it brings proof that the rule book takes."""

    def __init__(self, ground: Ground, policies: PolicySource, *, at_once: int = AT_ONCE) -> None:
        """Take the collaborators; `at_once` rows are one transaction."""
        self._ground = ground
        self._policies = policies
        self._at_once = at_once

    def take_in(
        self, file: IO[bytes], form: ImportFormat, source: Source, *, dry_run: bool = False
    ) -> Iterator[list[RowReport]]:
        """Give the reports of a file, a batch at a time and each after its commit; nothing is kept of refused rows.

        A row that was taken in before, from a file of the same digest, is reported as it was then: whoever was
        interrupted begins again. A dry run writes nothing; it holds each batch against what is on record, and not
        against the batches before. Raises UnreadableImport, UnknownController and NoPolicy before anything is
        taken in.
        """
        if source.controller not in self._policies.current().policy.controllers:
            raise UnknownController("controller: the policy has no such controller")
        rows = read_rows(file, form)
        return self._batches(rows, source, dry_run=dry_run)

    def _batches(self, rows: Iterator[ReadRow], source: Source, *, dry_run: bool) -> Iterator[list[RowReport]]:
        numbered = enumerate(rows, 1)
        while batch := list(islice(numbered, self._at_once)):
            yield self._try(batch, source) if dry_run else self._take(batch, source)

    def _take(self, rows: Sequence[NumberedRow], source: Source) -> list[RowReport]:
        try:
            return self._write(rows, source)
        except IntegrityError:
            # Somebody recorded the same new person between our reading and our writing; now it is found.
            return self._write(rows, source)

    def _try(self, rows: Sequence[NumberedRow], source: Source) -> list[RowReport]:
        with self._ground.reading() as session:
            in_force, now = self._policies.current(session), self._ground.now()
            batch = ImportBatch(self._ground, session, in_force, source, now=now)
            candidates, reports = batch.sort_out(rows)
            identifiers = [candidate.indexed for candidate in candidates]
            batch.people.load(identifiers, batch.people.find_holders(identifiers))
            return _in_order(reports, batch.judge(candidates))

    def _write(self, rows: Sequence[NumberedRow], source: Source) -> list[RowReport]:
        with self._ground.unit_of_work() as uow:
            in_force, now = self._policies.current(uow.session), self._ground.now()
            batch = ImportBatch(self._ground, uow.session, in_force, source, now=now)
            candidates, reports = batch.sort_out(rows)
            if not candidates:
                return _in_order(reports, ())
            identifiers = [candidate.indexed for candidate in candidates]
            lock_contacts(uow.session, (indexed.blind_index for indexed in identifiers))
            holders = batch.people.find_holders(identifiers)
            Recorder(self._ground, uow, in_force).lock(holders)
            batch.people.load(identifiers, holders)
            told = _in_order(reports, batch.judge(candidates))
            if batch.plan.taken:
                ImportWriter(self._ground, uow, in_force, source, now=now).write(batch.plan, batch.people)
                uow.commit()
        return told


def _in_order(reports: Mapping[int, RowReport], judged: Iterable[RowReport]) -> list[RowReport]:
    found = {**reports, **{report.row: report for report in judged}}
    return [found[number] for number in sorted(found)]
