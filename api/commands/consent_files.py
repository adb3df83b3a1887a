"""`placet consent import` and `export`: consents in files, row by row."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from api.bootstrap import Services
from api.cli import DONE
from api.commands.client import ACTOR, first_controller
from api.commands.output import json_option, show
from api.importing import take_in
from api.installation import open_services, settings_from_environment
from audit.private_files import private
from consent.errors import UnknownController
from consent.import_batch import Source
from consent.import_reading import ImportFormat
from consent.import_report import RowOutcome

FORMAT = click.Choice([form.value for form in ImportFormat])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--format", "form", type=FORMAT, help="Default: by the name of the file, NDJSON unless it ends in .csv.")
@click.option("--dry-run", is_flag=True, help="Report what would become of the rows; write nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of each row here.")
@click.option("--controller", help="To whom the consents were given; default: the policy's first controller.")
@json_option
def import_file(
    file: Path, form: str | None, dry_run: bool, report: Path | None, controller: str | None, as_json: bool
) -> int:
    """Take in a file of consents. A row only lowers a permission, unless it brings proof that the policy takes.

    Whoever was interrupted gives the same command again: no row is taken in twice.
    """
    counts: Counter[str] = Counter()
    with _services() as services, open(file, "rb") as rows, _lines(report) as lines, _progress(rows) as bar:
        digest = hashlib.file_digest(rows, "sha256").hexdigest()
        rows.seek(0)
        source = Source(controller or first_controller(services), ACTOR, digest)
        read = 0
        for batch in take_in(services, rows, _format(file, form), source, dry_run=dry_run):
            counts.update(each.outcome for each in batch)
            if lines is not None:
                lines.writelines(f"{json.dumps(each.document())}\n" for each in batch)
            bar.update(rows.tell() - read)
            read = rows.tell()
    show({"rows": counts.total(), **{outcome.value: counts[outcome] for outcome in RowOutcome}}, as_json=as_json)
    return DONE


@click.command("export")
@click.option("--format", "form", type=FORMAT, default=ImportFormat.NDJSON.value, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here; default: standard output.")
@click.option("--controller", help="Whose consents; default: the policy's first controller.")
def export_file(form: str, output: Path | None, controller: str | None) -> int:
    """Write the consents that carry and the standing noes, identifiers in clear, in a form that can be imported."""
    with _services() as services:
        owner = _known(services, controller or first_controller(services))
        pieces = services.exports.lines(owner, ImportFormat(form), actor=ACTOR)
        if output is None:
            for piece in pieces:
                click.echo(piece, nl=False)
            return DONE
        with open(output, "w", encoding="utf-8", newline="", opener=private) as file:
            file.writelines(pieces)
    return DONE


def _services() -> closing[Services]:
    return closing(open_services(settings_from_environment()))


def _known(services: Services, controller: str) -> str:
    if controller not in services.policies.current().policy.controllers:
        raise UnknownController("controller: the policy has no such controller")
    return controller


def _format(file: Path, named: str | None) -> ImportFormat:
    if named is not None:
        return ImportFormat(named)
    return ImportFormat.CSV if file.suffix.lower() == ".csv" else ImportFormat.NDJSON


def _progress(file: IO[bytes]) -> Any:
    size = Path(file.name).stat().st_size
    return click.progressbar(length=size, file=sys.stderr, hidden=not sys.stderr.isatty())


@contextmanager
def _lines(report: Path | None) -> Iterator[IO[str] | None]:
    if report is None:
        yield None
        return
    with open(report, "w", encoding="utf-8", opener=private) as lines:
        yield lines
