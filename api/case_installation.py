"""A throw-away installation for decision cases: a temporary directory, a database, a group for each case.

On a database server the database is one of its own, made beside the one that is named and dropped in the end.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from wsgiref.types import WSGIApplication

import httpx
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.serving import WSGIRequestHandler, make_server

from api.app import create_app
from api.bootstrap import Services, assemble, open_engine
from api.clock import RequestClock
from api.errors import CannotRun
from api.key_file import load_key_ring
from api.key_service import init_keys
from api.scopes import Scope
from api.settings import Settings
from audit.clock import system_clock
from audit.ground import Ground
from audit.ids import new_id
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from consent.case_door import ACTOR
from consent.service import ConsentService

LOOPBACK: Final = "127.0.0.1"
TIMEOUT_SECONDS: Final = 60.0
_SCOPES: Final = frozenset({Scope.CHECK, Scope.CONSENTS_WRITE, Scope.SUBJECTS_WRITE, Scope.GROUP})


@dataclass(frozen=True, slots=True)
class ThrowAway:
    """An installation that ends with the context it was made in."""

    settings: Settings
    engine: Engine
    key_ring: KeyRing

    @contextmanager
    def group(self, name: str) -> Iterator[Services]:
        """Give the services of a controller group of its own; no group sees another."""
        with group_for_replay(self.engine, self.key_ring, replace(self.settings, group=name)) as services:
            yield services


@contextmanager
def group_for_replay(engine: Engine, key_ring: KeyRing, settings: Settings) -> Iterator[Services]:
    """Give the services of a new controller group on a migrated database, for what happened elsewhere.

    Nobody is asked to confirm it, and an erasure removes nothing that a later question asks about.
    """
    ground = Ground.lay(engine, group_id=settings.group, key_ring=key_ring, clock=RequestClock(system_clock))
    with ground.unit_of_work() as uow:
        ground.secrets.create_missing(uow.connection, BASIC_SECRETS, now=ground.now())
        uow.commit(nothing_to_record="the secrets of a group that ends with its case")
    built = assemble(settings, ground)
    try:
        yield replace(built, consent=ConsentService(ground, built.policies, erasures=None, asks=False))
    finally:
        built.close()


@contextmanager
def throw_away(database_url: str | None) -> Iterator[ThrowAway]:
    """Give an installation with a clock that a request sets, in a temporary directory.

    Its database is a SQLite file there; with `database_url` one beside the one named. Raises CannotRun where
    none can be made.
    """
    with TemporaryDirectory(prefix="placet-cases-") as directory:
        var = Path(directory)
        with _database(database_url, var) as url:
            settings = Settings(database_url=url, key_file=var / "keys.json", var=var, test_clock=True)
            init_keys(settings)
            engine = open_engine(settings)
            try:
                yield ThrowAway(settings, engine, load_key_ring(settings.key_file))
            finally:
                engine.dispose()


@contextmanager
def served(services: Services) -> Iterator[httpx.Client]:
    """Serve services on a free port of this machine, and give a client with a key of its own."""
    key = services.clients.create(
        "cases", _SCOPES, controller=next(iter(services.policies.current().policy.controllers)), actor=ACTOR
    ).key
    with _listening(create_app(services)) as address, http_client(address, key) as client:
        yield client


def http_client(address: str, key: str) -> httpx.Client:
    """Return a client for the API at an address."""
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT_SECONDS)


class _Silent(WSGIRequestHandler):
    """Writes no line for a request: the application has an access log of its own."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (the framework's own name)
        """Write nothing."""


@contextmanager
def _listening(app: WSGIApplication) -> Iterator[str]:
    server = make_server(LOOPBACK, 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _server(beside: str) -> URL | None:
    """Return the address of a database server, or None for a SQLite file, which needs none; raise SettingsError."""
    url = make_url(Settings.from_environment({"PLACET_DATABASE_URL": beside}).database_url)
    return None if url.get_backend_name() == "sqlite" else url


@contextmanager
def _database(beside: str | None, directory: Path) -> Iterator[str]:
    server = None if beside is None else _server(beside)
    if server is None:
        yield f"sqlite:///{directory / 'placet.db'}"
        return
    name = f"placet_cases_{new_id().replace('-', '')}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        _execute(admin, f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            _execute(admin, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        admin.dispose()


def _execute(admin: Engine, statement: str) -> None:
    try:
        with admin.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        raise CannotRun(f"beside the database that is named none can be made: {type(error).__name__}") from None
