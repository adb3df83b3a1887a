"""The regular work: the log is sequenced and signed, and a log that changed is never signed again."""

from threading import Event

import pytest
from sqlalchemy import func, select

from api.background import Sequencing, jobs_of, make_sequencing, run_background
from api.bootstrap import Services, assemble, refusal_file
from api.settings import Settings
from audit.errors import LogChanged
from audit.events import EventType
from audit.ground import Ground
from audit.tables import checkpoint_table

HAPPENED = EventType("test.happened")


@pytest.fixture
def services(settings: Settings, ground: Ground) -> Services:
    return assemble(settings, ground)


def happen(services: Services) -> None:
    with services.ground.unit_of_work() as uow:
        uow.record(HAPPENED.event())
        uow.commit()


def heads(services: Services) -> int:
    with services.ground.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(checkpoint_table)) or 0


def lose_memory(services: Services) -> Sequencing:
    """Sign a head, and forget it, as after a restore of half an installation."""
    sequencing = make_sequencing(services)
    happen(services)
    sequencing.run()
    (services.settings.var / "signer" / "head").unlink()
    happen(services)
    return sequencing


def test_a_round_signs_what_happened(services: Services) -> None:
    happen(services)
    make_sequencing(services).run()
    assert heads(services) == 1


def test_after_a_refusal_nothing_is_tried_again(services: Services) -> None:
    sequencing = lose_memory(services)
    sequencing.run()
    assert isinstance(sequencing.refused, LogChanged)
    assert refusal_file(services.settings).exists()
    assert services.checks["sequencer"]() == "log_changed"
    sequencing.run()
    assert heads(services) == 1


def test_a_new_process_refuses_as_well(services: Services) -> None:
    lose_memory(services).run()
    again = make_sequencing(services)
    again.run()
    assert again.refused is not None


def test_when_a_head_is_signed_again_the_refusal_ends(services: Services) -> None:
    refusal = refusal_file(services.settings)
    refusal.parent.mkdir(parents=True)
    refusal.touch()
    happen(services)
    make_sequencing(services).run()
    assert not refusal.exists()


def test_every_job_has_its_own_name(services: Services) -> None:
    names = [job.name for job in jobs_of(services, make_sequencing(services))]
    assert len(set(names)) == len(names)
    assert {"sequence", "deliver_outbox", "forget_answers"} <= set(names)


def test_the_process_ends_as_failed_when_the_signer_refused(services: Services) -> None:
    lose_memory(services)
    stop = Event()
    watch = services.settings.var / "signer" / "refused"

    class StopWhenRefused(Event):
        def wait(self, timeout: float | None = None) -> bool:
            while not watch.exists():
                stop.wait(0.05)
            return True

    with pytest.raises(LogChanged):
        run_background(services, StopWhenRefused())
