"""`placet db`: the version of the database's schema."""

import click

from api.bootstrap import open_engine
from api.commands.output import json_option, show
from api.installation import migrate, settings_from_environment
from migrations.upgrade import current_version, downgrade, newest_version


@click.group("db")
def db() -> None:
    """Bring the database to a version of the schema."""


@db.command("upgrade")
@json_option
def db_upgrade(as_json: bool) -> None:
    """Bring the database to the newest version."""
    engine = migrate(settings_from_environment())
    show({"version": current_version(engine)}, as_json=as_json)


@db.command("downgrade")
@click.argument("version")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def db_downgrade(version: str, yes: bool, as_json: bool) -> None:
    """Bring the database down to VERSION (`base`: to nothing). Data of removed tables are gone."""
    if not yes:
        click.confirm("Data of the removed tables will be gone. Go on?", abort=True, err=True)
    engine = open_engine(settings_from_environment())
    downgrade(engine, version)
    show({"version": current_version(engine)}, as_json=as_json)


@db.command("current")
@json_option
def db_current(as_json: bool) -> int:
    """Print the version of the database and the newest one; exit 1 when they differ."""
    found = current_version(open_engine(settings_from_environment()))
    newest = newest_version()
    show({"version": found, "newest": newest}, as_json=as_json)
    return 0 if found == newest else 1
