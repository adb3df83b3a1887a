"""What runs beside HTTP: the sequencer of the log, the outbox, and whatever else is due regularly."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

import structlog

from api.bootstrap import Services, refusal_file
from api.releasing import Releasing
from audit.errors import LogChanged, SequencerBehind
from audit.installation_secrets import LOG_SEED
from audit.private_files import make_folder, write_private
from audit.sequencer import Sequencer
from audit.signer import Signer
from pii.backlog import Backlog
from retention.errors import NoSchedule
from retention.lease import lease_for
from retention.scheduler import Job, run_scheduler

SEQUENCE_EVERY: Final = timedelta(milliseconds=200)
DELIVER_EVERY: Final = timedelta(seconds=1)
REMOVE_FILES_EVERY: Final = timedelta(minutes=1)
FORGET_EVERY: Final = timedelta(minutes=10)
LOG_ANSWERS_EVERY: Final = timedelta(seconds=1)
RELEASE_EVERY: Final = timedelta(seconds=5)
EXAMINE_EVERY: Final = timedelta(seconds=30)
RESUME_EVERY: Final = timedelta(minutes=1)
ASK_AGAIN_EVERY: Final = timedelta(minutes=5)
SWEEP_EVERY: Final = timedelta(hours=1)
EXAMINED_AT_ONCE: Final = 100
ACTOR: Final = "scheduler"

log = structlog.get_logger(__name__)


class Sequencing:
    """Runs the sequencer, and stops for good when the log is not the one that was signed (LOG.md section 15)."""

    def __init__(self, sequencer: Sequencer, refusal: Path) -> None:
        self._sequencer = sequencer
        self._refusal = refusal
        self.refused: LogChanged | None = None

    def run(self) -> None:
        """Run one round. After a refusal nothing is tried again; a person decides."""
        if self.refused is not None:
            return
        try:
            done = self._sequencer.run_round()
        except SequencerBehind:
            log.info("sequencer_behind")
            return
        except LogChanged as error:
            self.refused = error
            # Read by the readiness check of the web processes.
            make_folder(self._refusal.parent)
            write_private(self._refusal, f"{error}\n".encode())
            log.critical("log_changed", reason=error.code)
            return
        if done.damaged:
            log.critical("entries_damaged", damaged=len(done.damaged))
        if done.signed_size is not None:
            # A head was signed again, so whatever was refused before has been put in order.
            with contextlib.suppress(FileNotFoundError):
                self._refusal.unlink()

    def run_all(self) -> None:
        """Run rounds until nothing is pending and the newest head is signed; raise LogChanged on a refusal."""
        self._sequencer.drain()


def make_sequencing(services: Services) -> Sequencing:
    """Return the sequencing of the installation's log; raise MissingKey when its signing seed is not there."""
    settings, ground = services.settings, services.ground
    seed = ground.secrets.get(LOG_SEED)
    signer = Signer(origin=settings.log_origin, seed=seed, memory=settings.var / "signer" / "head")
    sequencer = Sequencer(ground.engine, signer, ground.clock, settings.var / "signer" / "sequencer.lock")
    return Sequencing(sequencer, refusal_file(settings))


def jobs_of(services: Services, sequencing: Sequencing) -> Sequence[Job]:
    """Return everything that is done regularly. A new job is added here and nowhere else."""
    releasing = Releasing(services)
    return (
        Job("sequence", SEQUENCE_EVERY, sequencing.run),
        Job("deliver_outbox", DELIVER_EVERY, services.delivery.deliver_round),
        Job("remove_mail_files", REMOVE_FILES_EVERY, services.letter_files.remove_gone),
        Job("forget_answers", FORGET_EVERY, services.idempotency.forget_expired),
        Job("log_answers", LOG_ANSWERS_EVERY, services.decisions.flush),
        Job("release", RELEASE_EVERY, releasing.release_new),
        Job("offer_held", ASK_AGAIN_EVERY, releasing.offer_held),
        Job("recheck_released", ASK_AGAIN_EVERY, releasing.recheck_released),
        Job("examine_waiting", EXAMINE_EVERY, partial(examine_waiting, services)),
        Job("resume_erasures", RESUME_EVERY, services.erasures.resume),
        Job("sweep", SWEEP_EVERY, partial(sweep, services)),
    )


def examine_waiting(services: Services) -> None:
    """Examine posts that waited for a detector; without any, none is loaded for it."""
    if Backlog(services.ground).has_unexamined():
        services.intake.examine_waiting(limit=EXAMINED_AT_ONCE, actor=ACTOR)


def sweep(services: Services) -> None:
    """Carry out the schedule in force; before there is one, nothing is destroyed."""
    try:
        services.sweep.run()
    except NoSchedule:
        log.info("sweep_without_schedule")


def run_background(services: Services, stop: Event) -> None:
    """Do the regular work until `stop` is set, as long as no other process does it.

    Raises LogChanged at the end if the signer refused meanwhile, so that the process ends as one that failed.
    """
    sequencing = make_sequencing(services)
    lease = lease_for(services.ground.engine, services.settings.var / "scheduler.lock")
    run_scheduler(jobs_of(services, sequencing), lease, stop)
    if sequencing.refused is not None:
        raise sequencing.refused
