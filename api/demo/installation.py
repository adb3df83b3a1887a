"""The installation that a demonstration plays on: made afresh, and only where no other one is."""

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from api.bootstrap import Services, build
from api.errors import CannotRun
from api.key_service import init_keys
from api.settings import OwnAccount, Settings
from audit.clock import system_clock
from audit.private_files import make_folder, write_private

EXAMPLES: Final = Path(__file__).resolve().parent.parent.parent / "examples"
# A file that names what a demonstration made: exactly that may be thrown away by the next one.
MARKER: Final = "demonstration"
# The accounts of the invented company in the sample payloads: they are nobody's personal data.
OWN_ACCOUNTS: Final = frozenset(
    {
        OwnAccount("x", "1500000000000000001"),
        OwnAccount("facebook", "104857600112233"),
        OwnAccount("mastodon", "109000000000000001"),
    }
)


@dataclass(slots=True)
class DemoClock:
    """The clock of the demonstration: the present, set ahead by what the story needs."""

    ahead: timedelta = field(default=timedelta(0))

    def __call__(self) -> datetime:
        """Return the instant that the story has reached."""
        return system_clock() + self.ahead


def fresh_installation(settings: Settings, clock: DemoClock) -> Services:
    """Return the services of a new, empty installation under the settings.

    Raises CannotRun where anything lies that no demonstration made: real data are never touched.
    """
    places = _places(settings)
    marker = settings.var / MARKER
    made_before = _read_marker(marker)
    for place in places:
        if place.exists() and str(place) not in made_before:
            raise CannotRun(
                f"{place} belongs to another installation; for the demonstration set PLACET_VAR, "
                "PLACET_DATABASE_URL and PLACET_KEY_FILE to another place"
            )
    for place in places:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    make_folder(settings.var)
    # Written first: what is made from here on is the demonstration's, however far it comes.
    write_private(marker, json.dumps([str(place) for place in places], indent=1).encode())
    init_keys(settings)
    return build(replace(settings, own_accounts=settings.own_accounts | OWN_ACCOUNTS), clock)


def is_demonstration(settings: Settings) -> bool:
    """Say whether the installation under the settings was made by a demonstration, and may go with the next one."""
    return str(settings.key_file.absolute()) in _read_marker(settings.var / MARKER)


def _places(settings: Settings) -> list[Path]:
    """Return everything that an installation under the settings consists of: files, and the folders of its own."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise CannotRun("the demonstration plays on SQLite: unset PLACET_DATABASE_URL")
    database = Path(str(url.database)).absolute()
    keys = database.with_name(f"{database.stem}-keys{database.suffix}")
    files = [Path(f"{file}{suffix}") for file in (database, keys) for suffix in ("", "-wal", "-shm")]
    folders = [(settings.var / name).absolute() for name in ("outbox", "exports", "signer")]
    return [settings.key_file.absolute(), *files, *folders]


def _read_marker(marker: Path) -> frozenset[str]:
    try:
        return frozenset(json.loads(marker.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return frozenset()
