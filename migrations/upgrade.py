"""Bringing a database to a version of the schema; the versions are numbered and import no model."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from audit.database import WRITES

HEAD = "head"
BASE = "base"


def configuration() -> Config:
    """Return Alembic's configuration; it reads no file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, version: str = HEAD) -> None:
    """Bring the database up to `version`, one committed migration after another."""
    _run(engine, version, up=True)


def downgrade(engine: Engine, version: str = BASE) -> None:
    """Bring the database down to `version`; data of removed tables are gone."""
    _run(engine, version, up=False)


def current_version(engine: Engine) -> str | None:
    """Return the version that the database has, or None when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str | None:
    """Return the newest version that this code knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def _run(engine: Engine, version: str, *, up: bool) -> None:
    config = configuration()
    with engine.execution_options(**{WRITES: True}).connect() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, version)
        connection.commit()
