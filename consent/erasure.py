"""The part of consent in erasing a data subject: first everything is shut, then the rows go (GDPR Art. 17).

Called inside the transactions of whoever carries an erasure out. What stays identifies nobody: keyed
hashes on the block list with dates of proof, and under the random id of the record what it takes to answer
that the person was erased and until when proof is kept. No answer about an erased person depends on where the
person lived any more, so neither country nor region stays, and no rule pack can be told from the dates.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table, delete

from audit.ground import Ground
from audit.ids import new_id
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork
from consent.closing import SYSTEM, Closing
from consent.confirmation_store import ConfirmationStore
from consent.event import ConsentEvent
from consent.evidence_store import EvidenceStore
from consent.identifier_store import IdentifierStore
from consent.in_force import PolicySource
from consent.permission_store import PermissionStore
from consent.pruning import Pruning
from consent.ready_answers import ReadyAnswers
from consent.recorder import Act, Recorder
from consent.subject_store import SubjectStatus, SubjectStore
from consent.suppression_store import SuppressionStore
from consent.tables import decision_table, use_table
from consent.vocabulary import EventKind, SubjectKind
from consent.withdrawal_links import LinkStore

_CLEARED: Final = {
    "first_country": None,
    "first_region": None,
    "country": None,
    "region": None,
    # What a record says of whom nothing is known.
    "kind": SubjectKind.CONSUMER,
    "birth_date": None,
    "time_zone": None,
    "language": None,
    "form_of_address": None,
    "observed": False,
}


class ConsentEraser:
    """Shuts and removes what consent holds about a data subject."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def close(self, uow: UnitOfWork, subject_id: str) -> None:
        """Shut everything: from the commit on every question about the subject is denied. Twice is the same as once.

        Raises UnknownSubject. For every controller of the group an event `erase` is recorded, every contact
        point held comes on the block list, permissions close, and no letter goes out any more.
        """
        subjects = SubjectStore(self._ground, uow.session)
        subjects.lock([subject_id])
        if subjects.get(subject_id).status is SubjectStatus.ERASED:
            return
        in_force = self._policies.current(uow.session)
        recorder = Recorder(self._ground, uow, in_force)
        now = self._ground.now()
        erasure = ConsentEvent(
            id=new_id(),
            kind=EventKind.ERASE,
            at=now,
            recorded_at=now,
            subject=subject_id,
            controllers=tuple(in_force.policy.controllers),
        )
        placed = recorder.append(erasure, Act(actor=SYSTEM))
        closing = Closing(self._ground, uow, recorder)
        entries = closing.list_contact_points(placed)
        closing.shut(placed)
        recorder.project([placed, *entries])

    def remove(self, uow: UnitOfWork, subject_id: str) -> Mapping[str, int]:
        """Delete the rows of a closed subject and return how many there were of each kind.

        Events are cut down to what answers for an erased subject, the entries on the block list lose what
        leads to it. Twice is the same as once.
        """
        session = uow.session
        ReadyAnswers(self._ground.group_id, session).forget([subject_id])
        pruned = Pruning(self._ground, uow, self._policies.current(session))
        counts = {
            "evidence": EvidenceStore(self._ground, session).remove_of_subject(subject_id),
            "confirmations": ConfirmationStore(self._ground, session).remove_of_subject(subject_id),
            "links": LinkStore(self._ground, session).remove_of_subject(subject_id),
            "uses": self._delete(uow, use_table, subject_id),
            "decisions": self._delete(uow, decision_table, subject_id),
            "letters": self._delete(uow, outbox_table, subject_id),
            "permissions": PermissionStore(self._ground, session).remove(subject_id),
            "events": pruned.prune(subject_id),
            "identifiers": IdentifierStore(self._ground, session).leave_traces(subject_id),
        }
        SuppressionStore(self._ground, session).forget_subject(subject_id)
        SubjectStore(self._ground, session).set(subject_id, _CLEARED)
        return counts

    def _delete(self, uow: UnitOfWork, table: Table, subject_id: str) -> int:
        condition = (table.c.group_id == self._ground.group_id) & (table.c.subject_id == subject_id)
        return len(uow.session.execute(delete(table).where(condition).returning(table.c.id)).all())
