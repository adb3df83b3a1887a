"""Readiness says what is wrong by a fixed word, and never what is inside."""

from pathlib import Path

import pytest
from sqlalchemy import delete, text

from api.readiness import examine, migrations_newest, outbox_moving, secrets_present, sequencer_working
from audit.database import create_engine
from audit.events import EventType
from audit.ground import Ground
from audit.installation_secrets import InstallationSecrets
from audit.key_ring import KeyRing
from audit.outbox import Outbox
from audit.tables import secret_table
from tests.fakes import FakeClock

HAPPENED = EventType("test.happened")


def test_a_check_that_cannot_reach_the_database_is_an_outcome(tmp_path: Path) -> None:
    away = create_engine(f"sqlite:///{tmp_path}/no/such/directory.db")
    found = examine({"migrations": lambda: migrations_newest(away), "other": lambda: None})
    assert found.outcomes == {"migrations": "database_away", "other": "ok"}
    assert not found.is_ready


def test_a_database_of_another_version_is_not_ready(ground: Ground) -> None:
    assert migrations_newest(ground.engine) is None
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert migrations_newest(ground.engine) == "other_version"


def fresh(ground: Ground, key_ring: KeyRing) -> Ground:
    """The same ground as another process sees it, with nothing opened yet."""
    unopened = InstallationSecrets(ground.engine, key_ring, ground.group_id)
    return Ground(ground.engine, ground.group_id, ground.clock, unopened, ground.subject_keys, ground.log)


def test_every_basic_secret_must_be_there_and_open(ground: Ground, key_ring: KeyRing) -> None:
    assert secrets_present(fresh(ground, key_ring)) is None
    assert secrets_present(fresh(ground, KeyRing.generate())) == "missing_key"
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(delete(secret_table).where(secret_table.c.name == "link.mac"))
    assert secrets_present(fresh(ground, key_ring)) == "missing_key"


def test_an_entry_that_waits_too_long_shows_that_nobody_sequences(
    ground: Ground, clock: FakeClock, tmp_path: Path
) -> None:
    refusal = tmp_path / "refused"
    with ground.unit_of_work() as uow:
        uow.record(HAPPENED.event())
        uow.commit()
    clock.move(minutes=1)
    assert sequencer_working(ground, refusal) is None
    clock.move(seconds=1)
    assert sequencer_working(ground, refusal) == "behind"


def test_a_signer_that_refuses_is_never_ready(ground: Ground, tmp_path: Path) -> None:
    refusal = tmp_path / "refused"
    assert sequencer_working(ground, refusal) is None
    refusal.touch()
    assert sequencer_working(ground, refusal) == "log_changed"


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [pytest.param(15, None, id="a while"), pytest.param(16, "behind", id="too long")],
)
def test_letters_may_wait_a_while(ground: Ground, clock: FakeClock, minutes: int, outcome: str | None) -> None:
    outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)
    with ground.unit_of_work() as uow:
        outbox.put(uow.connection, "mail", b"x", subject_id=None, now=ground.now())
        uow.commit(nothing_to_record="test")
    clock.move(minutes=minutes)
    assert outbox_moving(ground, outbox) == outcome
