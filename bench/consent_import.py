"""How fast files of consents are taken in: `python -m bench.consent_import [--rows N] [--database URL] [--profile]`.

A file of people nobody knows yet, then another one about the same people, then the first again as after an
interruption, and an export. Every row has its event, its permission and its entry in the log.
"""

import cProfile
import hashlib
import json
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from api.bootstrap import Services
from bench.consent import fresh
from bench.installation import ACTOR, CONTROLLER, address, install, settings_in
from consent.import_batch import Source
from consent.import_reading import ImportFormat

DAYS: Final = 28
SLOWEST: Final = 40
NEWSLETTER: Final = {"purpose": "newsletter", "channel": "email"}


@click.command()
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(min=1000))
@click.option("--database", default=None, help="postgresql+psycopg://... of an empty server; SQLite without it.")
@click.option("--profile", is_flag=True, help="Tell where the time of the first file goes.")
def main(rows: int, database: str | None, profile: bool) -> None:
    """Measure imports and an export."""
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as name:
        folder = Path(name)
        services = install(settings_in(folder, fresh(database)))
        try:
            first, second = folder / "first.ndjson", folder / "second.ndjson"
            _write(first, rows, {**NEWSLETTER, "status": "subscribed"})
            _write(
                second, rows, {"purpose": "newsletter", "channel": "email", "topic": "garden", "status": "unsubscribed"}
            )
            _timed("people nobody knew", rows, lambda: _take_in(services, first), profile=profile)
            _timed("the same people again", rows, lambda: _take_in(services, second))
            _timed("a file taken in before", rows, lambda: _take_in(services, first))
            _timed("export", rows, lambda: _export(services))
        finally:
            services.close()


def _write(file: Path, rows: int, fields: dict[str, str]) -> None:
    with open(file, "w", encoding="utf-8") as lines:
        for number in range(rows):
            given = address(number)
            row = {
                "identifier": {"kind": given.kind, "value": given.value},
                "country": ("DE", "AT")[number % 2],
                **fields,
                "at": f"2026-0{number % 9 + 1}-{number % DAYS + 1:02d}T09:{number % 60:02d}:00Z",
                "notice": "welcome@1",
                "proof": "confirmed",
            }
            lines.write(f"{json.dumps(row)}\n")


def _take_in(services: Services, file: Path) -> str:
    with open(file, "rb") as lines:
        source = Source(CONTROLLER, ACTOR, hashlib.file_digest(lines, "sha256").hexdigest())
        lines.seek(0)
        counts: Counter[str] = Counter()
        for batch in services.imports.take_in(lines, ImportFormat.NDJSON, source):
            counts.update(report.outcome for report in batch)
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))


def _export(services: Services) -> str:
    pieces = services.exports.lines(CONTROLLER, ImportFormat.NDJSON, actor=ACTOR)
    return f"{sum(piece.count(chr(10)) for piece in pieces):,} rows"


def _timed(what: str, rows: int, work: Callable[[], str], *, profile: bool = False) -> None:
    profiler = cProfile.Profile() if profile else None
    began, worked = time.perf_counter(), time.process_time()
    told = profiler.runcall(work) if profiler else work()
    spent, worked = time.perf_counter() - began, time.process_time() - worked
    cpu = 1e6 * worked / rows
    click.echo(f"{what}: {rows / spent:,.0f} rows/s ({spent:.1f} s, {cpu:.0f} us of CPU a row; {told})")
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(SLOWEST)


if __name__ == "__main__":
    main()
