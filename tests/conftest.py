"""Fixtures that every test may ask for: a fresh database of each kind, a clock, the ground."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from tests import databases
from tests.fakes import FakeClock

GROUP = "main"
LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Refuse every socket beyond this machine, for the whole run."""
    real_connect, real_getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOCAL:
            raise AssertionError("a test reached beyond this machine")
        real_connect(self, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in (*LOCAL, None, b"127.0.0.1"):
            raise AssertionError("a test looked up a host beyond this machine")
        return real_getaddrinfo(host, *arguments, **options)

    socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect, socket.getaddrinfo = real_connect, real_getaddrinfo  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with databases.sqlite_template(tmp_path_factory.mktemp("template")) as path:
        yield path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    with databases.postgres_template() as name:
        yield name


@pytest.fixture(scope="session")
def postgres_database(postgres_template: str) -> Iterator[str]:
    """The address of one migrated database for all tests of this process, one after another."""
    with databases.postgres_copy(postgres_template) as made:
        yield made.url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database; every test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        with databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path) as made:
            yield made
    else:
        databases.postgres_url()
        with databases.postgres_emptied(request.getfixturevalue("postgres_database")) as made:
            yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def own_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """As `engine`, for a test that changes tables: a database of its own, thrown away afterwards."""
    if request.param == "sqlite":
        with databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path) as made:
            yield made
    else:
        databases.postgres_url()
        with databases.postgres_copy(request.getfixturevalue("postgres_template")) as made:
            yield made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def key_ring() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def lay_ground(key_ring: KeyRing, clock: FakeClock) -> Callable[[Engine], Ground]:
    """Make the ground over an engine, with the basic secrets."""

    def lay(engine: Engine) -> Ground:
        made = Ground.lay(engine, group_id=GROUP, key_ring=key_ring, clock=clock)
        with made.unit_of_work() as uow:
            made.secrets.create_missing(uow.connection, BASIC_SECRETS, now=clock())
            uow.commit(nothing_to_record="test set-up")
        return made

    return lay


@pytest.fixture
def ground(engine: Engine, lay_ground: Callable[[Engine], Ground]) -> Ground:
    return lay_ground(engine)
