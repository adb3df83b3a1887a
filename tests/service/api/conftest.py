"""An installation as the command line sees it: settings, key file, database."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.settings import Settings


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    """The settings of an installation on a fresh, migrated database, without keys."""
    return Settings.from_environment(
        {
            "PLACET_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "PLACET_KEY_FILE": str(tmp_path / "keys.json"),
            "PLACET_VAR": str(tmp_path / "var"),
        }
    )
