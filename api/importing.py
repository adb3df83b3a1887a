"""Importing consents at the edge: what recipients hold is taken back where a row has lowered a permission."""

from collections.abc import Iterator
from typing import IO

from api.bootstrap import Services
from consent.import_batch import Source
from consent.import_reading import ImportFormat
from consent.import_report import RowReport


def take_in(
    services: Services, file: IO[bytes], form: ImportFormat, source: Source, *, dry_run: bool
) -> Iterator[list[RowReport]]:
    """Give the reports of a file, a batch at a time. Raises as `ImportService.take_in` does, before the first."""
    batches = services.imports.take_in(file, form, source, dry_run=dry_run)
    first = next(batches, [])
    return _revoking(services, first, batches, source, dry_run=dry_run)


def _revoking(
    services: Services, first: list[RowReport], rest: Iterator[list[RowReport]], source: Source, *, dry_run: bool
) -> Iterator[list[RowReport]]:
    batch: list[RowReport] | None = first
    while batch is not None:
        lowered = {report.known_subject for report in batch} - {None}
        for subject_id in () if dry_run else sorted(name for name in lowered if name is not None):
            services.releases.revoke_for_subject(subject_id, actor=source.actor)
        yield batch
        batch = next(rest, None)
