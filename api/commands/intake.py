"""`placet intake`: files of a platform come in, or are shown as they would."""

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from api.bootstrap import Services
from api.commands.client import ACTOR, first_controller
from api.commands.output import json_option, show
from api.errors import CannotRun
from api.installation import open_services, settings_from_environment
from pii.errors import BadPayload
from pii.intake import Delivery, IntakeService, Preview
from pii.intake_report import IntakeReport
from pii.post import PostStatus

REFUSED: Final = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with each file; without `delivery` it is only shown."""

    platform: str
    delivery: Delivery | None
    requested_id: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a file: `refused` says why it is no delivery of the platform at all.

    `unexamined` counts items that were to be shown and of which nobody can say what they hold.
    """

    file: str
    report: IntakeReport | None = None
    lines: tuple[str, ...] = ()
    refused: str | None = None
    unexamined: int = 0

    @property
    def problem(self) -> str | None:
        """What must be said aloud about the file, or None."""
        if self.unexamined:
            return f"items that could not be examined: {self.unexamined}"
        return self.refused


@click.command("intake")
@click.option("--platform", required=True, help="facebook, feeds, mastodon or x.")
@click.option("--source", "source_id", help="The connected source the files came through; its controller takes them.")
@click.option("--controller", help="Whose data it is, without a source; default: the policy's first.")
@click.option("--requested-id", help="The item that was asked for, where the files do not name it.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--dry-run", is_flag=True, help="Print one NDJSON line an item, and store nothing.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def intake(
    platform: str,
    source_id: str | None,
    controller: str | None,
    requested_id: str | None,
    workers: int,
    dry_run: bool,
    files: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Take in FILES, each as the platform delivers it.

    Exit 1 when one is no delivery of the platform, or holds what a dry run cannot examine.
    """
    services = open_services(settings_from_environment())
    if dry_run and (problem := services.detector.check()) is not None:
        raise CannotRun(f"the detector is missing or does not work ({problem}): nobody can say what a text holds")
    delivery = None if dry_run else _delivery(services, source_id, controller)
    job = Job(platform, delivery, requested_id)
    done: list[Done] = []
    for each in _work_off(services, job, files, workers):
        for line in each.lines:
            click.echo(line)
        if each.problem is not None:
            click.echo(f"placet: {each.file}: {each.problem}", err=True)
        done.append(each)
    if not dry_run:
        show(_facts(done), as_json=as_json)
    return REFUSED if any(each.problem is not None for each in done) else 0


def preview_line(preview: Preview) -> dict[str, Any]:
    """Return what intake would make of an item as it is printed. The platform's own id stands there in clear."""
    item, content = preview.item, preview.examined.content
    return {
        "item_id": item.item_id,
        "kind": item.kind,
        "event": item.event,
        "public": item.public,
        "status": content.status,
        "text": content.text,
        "fields": content.fields,
        "findings": content.findings,
        "special_category": bool(content.special_categories),
        "special_categories": list(content.special_categories),
        "minor": content.minor,
    }


def work_off(intake: IntakeService, job: Job, file: Path) -> Done:
    """Take in or show one file and return what became of it."""
    try:
        body = file.read_bytes()
        if job.delivery is not None:
            report = intake.take_in(job.platform, body, job.delivery, requested_id=job.requested_id)
            return Done(file.name, report)
        previews = intake.preview(job.platform, body, requested_id=job.requested_id)
    except BadPayload as error:
        return Done(file.name, refused=error.rule)
    lines = tuple(json.dumps(preview_line(each), ensure_ascii=False) for each in previews)
    unexamined = sum(each.examined.content.status is PostStatus.WAITING for each in previews)
    return Done(file.name, lines=lines, unexamined=unexamined)


def _delivery(services: Services, source_id: str | None, controller: str | None) -> Delivery:
    if source_id is not None:
        controller = services.sources.get(source_id).controller
    return Delivery(controller=controller or first_controller(services), actor=ACTOR, source_id=source_id)


def _work_off(services: Services, job: Job, files: Sequence[Path], workers: int) -> Iterator[Done]:
    if workers == 1 or len(files) == 1:
        yield from (work_off(services.intake, job, file) for file in files)
        return
    # Forked processes would share the connections to the database; each of these opens its own.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(partial(_work_apart, job), files)


def _work_apart(job: Job, file: Path) -> Done:
    services = open_services(settings_from_environment())
    try:
        return work_off(services.intake, job, file)
    finally:
        services.close()


def _facts(done: Sequence[Done]) -> dict[str, Any]:
    reports = [(each.file, each.report) for each in done if each.report is not None]
    return {
        "accepted": sum(report.accepted for _, report in reports),
        "duplicates": sum(report.duplicates for _, report in reports),
        "orders": sum(report.orders for _, report in reports),
        "rejected": [f"{file}:{item.item}:{item.reason}" for file, report in reports for item in report.rejected],
        "refused": [each.file for each in done if each.refused is not None],
    }
