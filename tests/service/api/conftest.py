"""An installation as the command line sees it: settings, key file, database, and the commands themselves."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from api.cli import main
from api.settings import Settings


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status and what it printed."""

    status: int
    out: str
    err: str


Placet = Callable[..., Ended]


@pytest.fixture
def environment(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """The variables of an installation on a fresh, migrated database, without keys."""
    return {
        "PLACET_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PLACET_KEY_FILE": str(tmp_path / "keys.json"),
        "PLACET_VAR": str(tmp_path / "var"),
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """The settings of that installation."""
    return Settings.from_environment(environment)


@pytest.fixture
def placet(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Placet]:
    """Run commands in this process on that installation; they set up logging, which is put back afterwards."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def run(*arguments: str) -> Ended:
        status = main(list(arguments))
        shown = capsys.readouterr()
        return Ended(status, shown.out, shown.err)

    yield run
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
