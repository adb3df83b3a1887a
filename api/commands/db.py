"""`placet db`: the version of the database's schema."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from alembic.util import CommandError
from sqlalchemy import Engine

from api.bootstrap import open_engine
from api.commands.output import json_option, show
from api.errors import CannotRun
from api.installation import migrate, settings_from_environment
from migrations.upgrade import current_version, downgrade, newest_version

DONE: Final = 0
NO: Final = 1


@click.group("db")
def db() -> None:
    """Bring the database to a version of the schema."""


@db.command("upgrade")
@json_option
def db_upgrade(as_json: bool) -> None:
    """Bring the database to the newest version."""
    with _closing(migrate(settings_from_environment())) as engine:
        show({"version": current_version(engine)}, as_json=as_json)


@db.command("downgrade")
@click.argument("version")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def db_downgrade(version: str, yes: bool, as_json: bool) -> int:
    """Bring the database down to VERSION (`base`: to nothing). Data of removed tables are gone; exit 1 on a no."""
    if not yes and not _is_wanted():
        return NO
    with _closing(open_engine(settings_from_environment())) as engine:
        try:
            downgrade(engine, version)
        except CommandError:
            raise CannotRun("no version of the schema below the present one has this name") from None
        show({"version": current_version(engine)}, as_json=as_json)
    return DONE


@db.command("current")
@json_option
def db_current(as_json: bool) -> int:
    """Print the version of the database and the newest one; exit 1 when they differ."""
    with _closing(open_engine(settings_from_environment())) as engine:
        found = current_version(engine)
    newest = newest_version()
    show({"version": found, "newest": newest}, as_json=as_json)
    return DONE if found == newest else NO


@contextmanager
def _closing(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _is_wanted() -> bool:
    if not sys.stdin.isatty():
        raise CannotRun("data of the removed tables will be gone, and nobody can be asked here: give --yes")
    return click.confirm("Data of the removed tables will be gone. Go on?", err=True)
