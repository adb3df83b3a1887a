"""Closing a record: an erasure leaves an entry on every contact point that the person held, and nothing opens it."""

from sqlalchemy import delete

from audit.ground import Ground
from audit.ids import new_id
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork
from consent.confirmation_store import ConfirmationStore
from consent.effects import Extras
from consent.event import ConsentEvent
from consent.history_store import HistoryLoader
from consent.kept_proof import dates_of_proof
from consent.recorder import Act, Recorder
from consent.subject_store import SubjectStatus, SubjectStore
from consent.suppression_store import Erased
from consent.view import View
from consent.vocabulary import BlockList, EventKind

SYSTEM = "system"


class Closing:
    """What an erasure does beside its event, for one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork, recorder: Recorder) -> None:
        self._ground = ground
        self._uow = uow
        self._recorder = recorder

    def list_contact_points(self, erasure: ConsentEvent) -> list[ConsentEvent]:
        """Put every contact point that the person held on the block list `erasure`, and return the entries.

        They repeat what follows from the erasure itself, but as events about nobody: when the record is
        removed, they are what remains. With each stay the dates until which the law wants proof kept.
        """
        subject, view = erasure.subject or "", self._view(erasure)
        entries = []
        for name in view.history.identifiers:
            point = view.contact_point(name)
            if point is None or not point.held_by(subject, erasure.position):
                continue
            entry = ConsentEvent(
                id=new_id(),
                kind=EventKind.SUPPRESS,
                at=erasure.at,
                recorded_at=erasure.recorded_at,
                controllers=erasure.controllers,
                identifiers=(name,),
                reason=BlockList.ERASURE,
            )
            extras = Extras(given={}, erased=Erased(subject, dates_of_proof(subject, view, contact=name)))
            entries.append(self._recorder.append(entry, Act(actor=SYSTEM), extras))
        return entries

    def shut(self, erasure: ConsentEvent) -> None:
        """Shut the record for every controller: nothing more is recorded, no link confirms, no letter goes out."""
        subject, session = erasure.subject or "", self._uow.session
        # The dates are told now: afterwards the record no longer says where the person lived.
        proof = dates_of_proof(subject, self._view(erasure))
        SubjectStore(self._ground, session).set(subject, {"status": SubjectStatus.ERASED, "proof": proof})
        ConfirmationStore(self._ground, session).remove_of_subject(subject)
        waiting = (outbox_table.c.group_id == self._ground.group_id) & (outbox_table.c.subject_id == subject)
        session.execute(delete(outbox_table).where(waiting))

    def _view(self, erasure: ConsentEvent) -> View:
        history = HistoryLoader(self._ground, self._uow.session).load_person(erasure.subject or "").history
        return View(history, self._recorder.in_force.policy, erasure.at, erasure.recorded_at)
