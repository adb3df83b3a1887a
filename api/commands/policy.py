"""`placet policy`: the policy as code."""

from pathlib import Path

import click

from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.installation import open_services, settings_from_environment


@click.group()
def policy() -> None:
    """Apply and show the policy: purposes, channels, notices, recipients, rule packs."""


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def apply(file: Path, as_json: bool) -> None:
    """Make FILE the policy in force; a text that is in force already changes nothing."""
    services = open_services(settings_from_environment())
    done = services.policies.apply(file.read_text("utf-8"), actor=ACTOR)
    facts = {
        "version": done.version,
        "changed": done.changed,
        "purposes": len(done.policy.purposes),
        "notices": len(done.policy.notices),
    }
    show(facts, as_json=as_json)


@policy.command("show")
@click.option("--version", type=int, help="An earlier version; default: the one in force.")
def show_policy(version: int | None) -> None:
    """Print the policy as it was applied."""
    services = open_services(settings_from_environment())
    number = services.policies.current().version if version is None else version
    click.echo(services.policies.text(number), nl=False)
