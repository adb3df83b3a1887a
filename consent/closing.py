"""Closing a record: an erasure leaves an entry on every contact point that the person held, and nothing opens it."""

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.effects import Extras
from consent.event import ConsentEvent
from consent.history_store import HistoryLoader
from consent.periods import to_iso
from consent.permissions import hearing_for
from consent.recorder import Act, Recorder
from consent.state import keep_proof_until
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
        subject = erasure.subject or ""
        history = HistoryLoader(self._ground, self._uow.session).load_person(subject).history
        view = View(history, self._recorder.in_force.policy, erasure.at, erasure.recorded_at)
        entries = []
        for name in history.identifiers:
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
            extras = Extras(given={}, erased=Erased(subject, _proof(subject, name, view)))
            entries.append(self._recorder.append(entry, Act(actor=SYSTEM), extras))
        return entries


def _proof(subject: str, contact: str, view: View) -> dict[str, str]:
    """Return until when proof of consents at a contact point is kept, by purpose and channel."""
    latest: dict[str, str] = {}
    for declaration in view.record(subject).declarations:
        for part in declaration.parts:
            if part.contact_point not in (contact, None):
                continue
            until = keep_proof_until(hearing_for(subject, part, view))
            if until is not None:
                key = proof_key(part.controller, part.purpose, part.channel)
                latest[key] = max(to_iso(until), latest.get(key, ""))
    return latest


def proof_key(controller: str, purpose: str, channel: str) -> str:
    """Return the name under which the date of proof for a controller, purpose and channel is kept."""
    return f"{controller} {purpose} {channel}"
