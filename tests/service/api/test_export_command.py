"""The export on the command line: a sound bundle, or one line that says why there is none."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.background import make_sequencing
from api.bootstrap import build
from api.key_service import init_keys
from api.settings import Settings
from tests.service.api.conftest import Placet
from tests.service.audit.test_changed_database import AS_TEXT


@pytest.fixture
def engine(own_engine: Engine) -> Engine:
    """A database of its own: the type of a column changes."""
    return own_engine


@pytest.fixture
def one_entry(settings: Settings) -> None:
    """An installation whose log holds one entry, which says that its keys were made."""
    init_keys(settings)
    services = build(settings)
    make_sequencing(services).run_all()
    services.close()


@pytest.mark.usefixtures("one_entry")
def test_a_log_is_exported(placet: Placet, tmp_path: Path) -> None:
    ended = placet("audit", "export", "--out", str(tmp_path / "bundle"), "--json")
    assert (ended.status, json.loads(ended.out)["entries"]) == (0, 1)


@pytest.mark.usefixtures("one_entry")
def test_a_changed_log_is_named_in_one_line(placet: Placet, engine: Engine, tmp_path: Path) -> None:
    with engine.execution_options(placet_writes=True).begin() as connection:
        connection.exec_driver_sql(AS_TEXT[engine.dialect.name].replace(":n", "1"))
    ended = placet("audit", "export", "--out", str(tmp_path / "bundle"))
    told = "placet: entry 0 is not stored as bytes: the database was changed\n"
    assert (ended.status, ended.out, ended.err) == (1, "", told)


@pytest.mark.usefixtures("one_entry")
def test_a_place_that_is_taken_is_left_alone(placet: Placet, tmp_path: Path) -> None:
    ended = placet("audit", "export", "--out", str(tmp_path))
    assert (ended.status, ended.err) == (2, f"placet: {tmp_path.name} exists already\n")
