"""`placet retention`: the schedule, the sweep, and the erasure of one subject."""

from pathlib import Path

import click

from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.installation import open_services, settings_from_environment


@click.group()
def retention() -> None:
    """Apply the schedule, run the sweep, erase a subject."""


@retention.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def apply(file: Path, as_json: bool) -> None:
    """Make FILE the retention schedule in force; it must speak of the purposes of the policy."""
    services = open_services(settings_from_environment())
    done = services.schedules.apply(file.read_text("utf-8"), actor=ACTOR)
    show({"version": done.version, "edition": done.schedule.edition}, as_json=as_json)


@retention.command()
@json_option
def run(as_json: bool) -> None:
    """Destroy what the schedule in force has ended by now."""
    report = open_services(settings_from_environment()).sweep.run()
    facts = {
        "run": report.run,
        "schedule_version": report.schedule_version,
        "destroyed": dict(report.destroyed),
        "kept": dict(report.kept),
    }
    show(facts, as_json=as_json)


@retention.command()
@click.argument("subject_id")
@click.option("--basis", required=True, help="The article, such as `Art.17(1)(b)`.")
@click.option("--request", required=True, help="The reference of the request; it stands in the log.")
@json_option
def erase(subject_id: str, basis: str, request: str, as_json: bool) -> None:
    """Erase SUBJECT_ID for good: gate shut, rows gone, keys destroyed. Suppression and proof stay."""
    services = open_services(settings_from_environment())
    done = services.erasures.erase(subject_id, basis=basis, request=request, actor=ACTOR)
    show({"erasure": done.id, "state": str(done.state), "counts": dict(done.counts)}, as_json=as_json)
