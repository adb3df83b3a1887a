"""Whether this installation can do its work: named checks, each answering with a reason code when it cannot.

No check carries data: a reason is a fixed word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import AuditError
from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.log import microseconds
from audit.outbox import Outbox
from audit.tables import event_table, pending_table
from migrations.upgrade import current_version, newest_version

# A check returns None when all is well, or a reason code.
Check = Callable[[], str | None]

# An entry is sequenced within a second; a minute says that nobody does it.
ENTRY_WAITS_AT_MOST: Final = timedelta(minutes=1)
LETTER_WAITS_AT_MOST: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The outcome of every check, by its name: `ok` or a reason code."""

    outcomes: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        """Say whether all is well."""
        return all(outcome == "ok" for outcome in self.outcomes.values())


def examine(checks: Mapping[str, Check]) -> Readiness:
    """Run every check; a database that is away is an outcome, too."""
    return Readiness({name: _outcome(check) for name, check in checks.items()})


def _outcome(check: Check) -> str:
    try:
        return check() or "ok"
    except SQLAlchemyError:
        return "database_away"


def migrations_newest(engine: Engine) -> str | None:
    """Check that the database has the version of the schema that this code is written for."""
    return None if current_version(engine) == newest_version() else "other_version"


def secrets_present(ground: Ground) -> str | None:
    """Check that the basic secrets exist and open under the keys that are loaded."""
    try:
        for name in BASIC_SECRETS:
            ground.secrets.get(name)
    except AuditError as error:
        return error.code
    return None


def sequencer_working(ground: Ground, refusal: Path) -> str | None:
    """Check that entries get their place in the log, and that no signer refuses to go on (LOG.md section 15)."""
    if refusal.exists():
        return "log_changed"
    oldest = (
        select(func.min(event_table.c.at_us))
        .select_from(pending_table)
        .join(event_table, event_table.c.n == pending_table.c.n)
    )
    with ground.reading() as session:
        at_us = session.scalar(oldest)
    late = at_us is not None and at_us < microseconds(ground.now() - ENTRY_WAITS_AT_MOST)
    return "behind" if late else None


def outbox_moving(ground: Ground, outbox: Outbox) -> str | None:
    """Check that no letter waits longer than it should."""
    with ground.reading() as session:
        due_at = outbox.oldest_due(session.connection())
    return "behind" if due_at is not None and due_at < ground.now() - LETTER_WAITS_AT_MOST else None
