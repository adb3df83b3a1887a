"""Closing a record: an erasure leaves an entry on every contact point that the person held, and nothing opens it."""

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.effects import Extras
from consent.event import ConsentEvent
from consent.history_store import HistoryLoader
from consent.kept_proof import KeptProof, dates_of_proof
from consent.recorder import Act, Recorder
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

    def dates_of_proof(self, erasure: ConsentEvent) -> KeptProof:
        """Return until when the law wants proof of the consents of the erased person kept."""
        return dates_of_proof(erasure.subject or "", self._view(erasure))

    def _view(self, erasure: ConsentEvent) -> View:
        history = HistoryLoader(self._ground, self._uow.session).load_person(erasure.subject or "").history
        return View(history, self._recorder.in_force.policy, erasure.at, erasure.recorded_at)
