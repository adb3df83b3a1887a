"""The command line over a database's versions: what would be lost is lost only when somebody says so."""

import io
import json

import pytest
from sqlalchemy import Engine

from migrations.upgrade import current_version, newest_version
from tests.service.api.conftest import Placet


class Terminal(io.StringIO):
    """An input at which a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def engine(own_engine: Engine) -> Engine:
    """A database of its own: its tables go."""
    return own_engine


def test_without_a_terminal_a_downgrade_needs_yes(
    placet: Placet, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ended = placet("db", "downgrade", "base")
    assert (ended.status, ended.out) == (2, "")
    assert "give --yes" in ended.err
    assert current_version(engine) == newest_version()


@pytest.mark.parametrize(
    ("answer", "status"), [pytest.param("n\n", 1, id="no"), pytest.param("", 130, id="nothing, and the input ends")]
)
def test_a_person_who_does_not_say_yes_loses_nothing(
    placet: Placet, engine: Engine, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert placet("db", "downgrade", "base").status == status
    assert current_version(engine) == newest_version()


@pytest.mark.parametrize("options", [pytest.param(["--yes"], id="said before"), pytest.param([], id="asked")])
def test_a_downgrade_that_is_wanted_is_done(
    placet: Placet, engine: Engine, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    ended = placet("db", "downgrade", "base", "--json", *options)
    assert (ended.status, json.loads(ended.out)) == (0, {"version": None})
    assert current_version(engine) is None


def test_a_version_that_nobody_knows_is_refused(placet: Placet, engine: Engine) -> None:
    ended = placet("db", "downgrade", "nonsense", "--yes")
    told = "placet: no version of the schema below the present one has this name\n"
    assert (ended.status, ended.out, ended.err) == (2, "", told)
    assert current_version(engine) == newest_version()
