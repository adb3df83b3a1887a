"""Nothing is touched before all that is needed is there: a refused start leaves database and files as they were."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from api.errors import CannotRun
from api.key_service import init_keys, rotate_keys
from api.settings import Settings
from audit.errors import MissingKey
from audit.key_ring import KeyRing
from audit.tables import secret_table
from migrations.upgrade import BASE, current_version, downgrade, newest_version
from tests.service.api.conftest import Placet

ONE_BACK = "-1"


@pytest.fixture
def engine(own_engine: Engine) -> Engine:
    """A database of its own: its version changes."""
    return own_engine


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("command", [pytest.param(["serve"], id="serve"), pytest.param(["scheduler"], id="scheduler")])
def test_without_a_key_file_nothing_is_migrated(
    placet: Placet, engine: Engine, settings: Settings, command: list[str]
) -> None:
    downgrade(engine, BASE)
    ended = placet(*command)
    told = f"placet: there is no key file at {settings.key_file}; `placet keys init` makes one\n"
    assert (ended.status, ended.out, ended.err) == (2, "", told)
    assert current_version(engine) is None


@pytest.mark.parametrize("command", [pytest.param(["serve"], id="serve"), pytest.param(["scheduler"], id="scheduler")])
def test_with_a_key_file_that_others_may_read_nothing_is_migrated(
    placet: Placet, engine: Engine, settings: Settings, command: list[str]
) -> None:
    init_keys(settings)
    settings.key_file.chmod(0o640)
    downgrade(engine, ONE_BACK)
    before = current_version(engine)
    ended = placet(*command)
    assert (ended.status, ended.out) == (2, "")
    assert f"`chmod 600 {settings.key_file}`" in ended.err
    assert current_version(engine) == before != newest_version()


def test_without_secrets_in_the_database_nothing_is_migrated(
    placet: Placet, engine: Engine, settings: Settings
) -> None:
    KeyRing.generate().save(settings.key_file)
    downgrade(engine, BASE)
    ended = placet("serve")
    assert (ended.status, ended.out) == (2, "")
    assert "`placet keys init` makes them" in ended.err
    assert current_version(engine) is None


def test_with_one_secret_missing_nothing_is_migrated(placet: Placet, engine: Engine, settings: Settings) -> None:
    init_keys(settings)
    with engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(delete(secret_table).where(secret_table.c.name == "link.mac"))
    downgrade(engine, ONE_BACK)
    before = current_version(engine)
    ended = placet("serve")
    assert ended.status == 2
    assert "'link.mac' does not exist; `placet keys init`" in ended.err
    assert current_version(engine) == before != newest_version()


def test_while_another_server_listens_nothing_is_migrated(
    placet: Placet, engine: Engine, settings: Settings, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_BASE_URL", f"http://127.0.0.1:{taken}")
    init_keys(settings)
    downgrade(engine, ONE_BACK)
    before = current_version(engine)
    ended = placet("serve", "--port", str(taken))
    told = f"placet: cannot listen on 127.0.0.1:{taken}: Address already in use\n"
    assert (ended.status, ended.out, ended.err) == (2, "", told)
    assert current_version(engine) == before != newest_version()


def test_where_no_installation_is_none_is_begun(
    placet: Placet, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", f"sqlite:///{tmp_path}/new/placet.db")
    assert placet("serve").status == 2
    KeyRing.generate().save(settings.key_file)
    assert placet("serve").status == 2
    assert placet("scheduler").status == 2
    assert not (tmp_path / "new").exists()


def test_a_command_that_needs_the_newest_version_says_what_to_do(
    placet: Placet, engine: Engine, settings: Settings
) -> None:
    init_keys(settings)
    downgrade(engine, ONE_BACK)
    ended = placet("scheduler")
    assert (ended.status, ended.err.count("run `placet db upgrade`")) == (2, 1)


def test_a_key_file_that_is_gone_is_missed_before_anything_is_migrated(engine: Engine, settings: Settings) -> None:
    init_keys(settings)
    settings.key_file.unlink()
    downgrade(engine, ONE_BACK)
    before = current_version(engine)
    with pytest.raises(CannotRun, match="backup"):
        init_keys(settings)
    assert current_version(engine) == before != newest_version()


def test_keys_that_do_not_fit_are_not_rotated(engine: Engine, settings: Settings) -> None:
    init_keys(settings)
    other = KeyRing.generate()
    other.save(settings.key_file)
    with pytest.raises(MissingKey, match="not in the key file"):
        rotate_keys(settings)
    assert KeyRing.load(settings.key_file) == other
