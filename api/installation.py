"""Steps that commands share: reading the settings, migrating, opening the services of an installation."""

import os

import structlog
from alembic.util import CommandError
from sqlalchemy import Engine

from api.bootstrap import Services, build, open_engine
from api.errors import CannotRun
from api.logging import configure_logging
from api.settings import Settings
from audit.errors import MissingKey
from audit.subject_keys import key_file_engine
from audit.tables import keys_metadata
from migrations.upgrade import current_version, newest_version, upgrade

log = structlog.get_logger(__name__)


def settings_from_environment() -> Settings:
    """Return the settings and send logs to standard error; raise SettingsError for what is malformed."""
    configure_logging()
    return Settings.from_environment(os.environ)


def open_services(settings: Settings) -> Services:
    """Return the services over a migrated database; raise CannotRun, saying what to do, when it is not."""
    services = build_with_keys(settings)
    if current_version(services.ground.engine) != newest_version():
        raise CannotRun("the database is not at the newest version: run `placet db upgrade`")
    return services


def build_with_keys(settings: Settings) -> Services:
    """Return the services; raise CannotRun, saying what to do, when the key file is not there."""
    try:
        return build(settings)
    except MissingKey as error:
        if settings.key_file.exists():
            raise
        raise CannotRun(f"{error}; `placet keys init` makes one") from None


def migrate(settings: Settings) -> Engine:
    """Bring the database to the newest version, with the key file's own table where it has one."""
    engine = open_engine(settings)
    try:
        before = current_version(engine)
        upgrade(engine)
    except CommandError:
        engine.dispose()
        raise CannotRun("the database is at a version that this program does not know") from None
    except BaseException:
        engine.dispose()
        raise
    if engine.dialect.name == "sqlite":
        keys = key_file_engine(engine)
        keys_metadata.create_all(keys)
        keys.dispose()
    if (after := current_version(engine)) != before:
        log.info("database_migrated", version=after)
    return engine
