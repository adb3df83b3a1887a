"""Delivering what waits in the outbox, each kind of letter by its own way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from api.mail import Mail, Mailer
from audit.ground import Ground
from audit.outbox import Letter, Outbox
from audit.unit_of_work import UnitOfWork

BATCH: Final = 20
# A round ends some time, so that a process that is told to stop does not go on for as long as letters come.
BATCHES: Final = 50
MAIL: Final = "mail"

# What a way has to write down about a letter, in the transaction that notes that the letter is done with.
Note = Callable[[UnitOfWork], None]
# Takes a letter, or raises: then it comes again after its pause.
Way = Callable[[Letter], Note | None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did."""

    sent: int
    failed: int


class OutboxDelivery:
    """Takes letters out in batches and hands each to the way of its kind."""

    def __init__(self, ground: Ground, outbox: Outbox, ways: Mapping[str, Way]) -> None:
        self._ground = ground
        self._outbox = outbox
        self._ways = ways

    def deliver_due(self) -> Delivered:
        """Deliver what is due now, at most one batch; a letter that fails does not hold up the next."""
        with self._ground.unit_of_work() as uow:
            letters = self._outbox.take_due(uow.connection, self._ways, now=self._ground.now(), limit=BATCH)
            uow.commit(nothing_to_record="taking a letter out changes nothing about anybody")
        sent = sum(self._deliver(letter) for letter in letters)
        return Delivered(sent, len(letters) - sent)

    def deliver_round(self) -> Delivered:
        """Deliver what is due now, batch by batch, until nothing is left or the round is long enough."""
        sent = failed = 0
        for _ in range(BATCHES):
            done = self.deliver_due()
            sent, failed = sent + done.sent, failed + done.failed
            if done.sent + done.failed < BATCH:
                break
        return Delivered(sent, failed)

    def _deliver(self, letter: Letter) -> bool:
        try:
            note = self._ways[letter.kind](letter)
        except Exception as error:
            log.warning("letter_not_taken", kind=letter.kind, attempt=letter.attempt, error=type(error).__name__)
            return False
        # After the delivery: a crash in between repeats the letter, which its id tells; the other way
        # round would lose it.
        with self._ground.unit_of_work() as uow:
            self._outbox.mark_sent(uow.connection, letter.id, now=self._ground.now())
            if note is not None:
                note(uow)
            uow.commit(nothing_to_record="the change that caused the letter was recorded")
        return True


def mail_way(mailer: Mailer) -> Way:
    """Return the way for letters that hold a finished mail (`Mail.dump`)."""

    def deliver(letter: Letter) -> None:
        mailer.send(Mail.parse(letter.id, letter.body, date=letter.created_at))

    return deliver
