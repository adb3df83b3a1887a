"""`placet consent`: what is kept for quick reading, and whether it is what the events come to."""

import sys
from typing import Final

import click

from api.cli import DONE, NO
from api.commands.consent_files import export_file, import_file
from api.commands.output import json_option, show
from api.installation import open_services, settings_from_environment
from consent.rebuilding import BATCH, PermissionRebuilder

MOST_IN_JSON: Final = 1000


@click.group("consent")
def consent() -> None:
    """Take consents in from files and write them to files; rebuild or prove the permissions kept for quick reading."""


consent.add_command(import_file)
consent.add_command(export_file)


@consent.command()
@click.option(
    "--check", is_flag=True, help="Change nothing; print the ids of the subjects that differ, and leave with 1."
)
@json_option
def rebuild(check: bool, as_json: bool) -> int:
    """Write everybody's permissions anew from the events, under the policy in force.

    With --check nothing is written: what is stored is compared with what the events come to.
    """
    services = open_services(settings_from_environment())
    rebuilder = PermissionRebuilder(services.ground, services.policies)
    if not check:
        show({"subjects": _rebuild(rebuilder)}, as_json=as_json)
        return DONE
    count, differing = _check(rebuilder, as_json=as_json)
    ids = {"ids": differing[:MOST_IN_JSON]} if as_json else {}
    show({"subjects": count, "differing": len(differing), **ids}, as_json=as_json)
    return NO if differing else DONE


def _rebuild(rebuilder: PermissionRebuilder) -> int:
    total, after = rebuilder.count(), None
    with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        while (after := rebuilder.rebuild(after=after)) is not None:
            bar.update(BATCH)
    return total


def _check(rebuilder: PermissionRebuilder, *, as_json: bool) -> tuple[int, list[str]]:
    """Return how many were compared and who differs; print the latter as they are found, but not before JSON."""
    count = 0
    differing: list[str] = []
    with click.progressbar(length=rebuilder.count(), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for checked in rebuilder.check():
            count += checked.count
            bar.update(checked.count)
            differing += checked.differing
            for subject_id in () if as_json else checked.differing:
                click.echo(subject_id)
    return count, differing
