"""Steps that commands share: reading the settings, migrating, opening the services of an installation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, make_url

from api.bootstrap import Services, build, open_engine
from api.errors import CannotRun
from api.logging import configure_logging
from api.settings import Settings
from audit.installation_secrets import BASIC_SECRETS, InstallationSecrets
from audit.key_ring import KeyRing
from audit.subject_keys import key_file_engine
from audit.tables import keys_metadata, secret_table
from migrations.upgrade import current_version, newest_version, upgrade

log = structlog.get_logger(__name__)


def settings_from_environment() -> Settings:
    """Return the settings and send logs to standard error; raise SettingsError for what is malformed."""
    configure_logging()
    return Settings.from_environment(os.environ)


def open_services(settings: Settings) -> Services:
    """Return the services over a migrated database; raise CannotRun, saying what to do, when it is not."""
    require_keys(settings)
    services = build(settings)
    if current_version(services.ground.engine) != newest_version():
        services.close()
        raise CannotRun("the database is not at the newest version: run `placet db upgrade`")
    return services


def require_keys(settings: Settings) -> None:
    """Raise CannotRun, saying what to do, or MissingKey, unless the keys are there and fit the database.

    Nothing is made or changed on the way, not even an empty database.
    """
    if not settings.key_file.exists():
        raise CannotRun(f"there is no key file at {settings.key_file}; `placet keys init` makes one")
    ring = KeyRing.load(settings.key_file)
    with existing_database(settings) as engine:
        if engine is None:
            raise CannotRun("the database holds no secrets of this installation; `placet keys init` makes them")
        secrets = InstallationSecrets(engine, ring, settings.group)
        for name in BASIC_SECRETS:
            secrets.get(name)


@contextmanager
def existing_database(settings: Settings) -> Iterator[Engine | None]:
    """Give an engine for the database as it is, of whatever version, or None where none of ours is; make nothing."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield None
        return
    engine = open_engine(settings)
    try:
        yield engine if inspect(engine).has_table(secret_table.name) else None
    finally:
        engine.dispose()


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
