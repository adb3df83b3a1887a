"""What machines, other services and free texts say for a person: heard for everybody whom it can mean."""

from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.in_force import PolicySource
from consent.recorder import Act, Recorder
from consent.registry import Registry
from consent.report import Report
from consent.report_reading import ReportReader
from consent.shared_mailbox import reports_for_each


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that a signal came to; `subject_id` is None where it is about a contact point, whoever holds it."""

    event_id: str
    subject_id: str | None


class SignalService:
    """Records signals; each is one transaction with its audit entries."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def receive(self, report: Report, *, controller: str, actor: str) -> list[Heard]:
        """Record a signal in the name of a controller, and return the events that it came to.

        From a contact point that several people hold it is heard for each of them, a mere *stop* as far as that
        contact point goes: nobody can tell who said it, and a no is not turned away for that. Raises what
        `ConsentService.record` does but IdentifiersConflict.
        """
        try:
            return self._receive(report, Act(actor=actor, controller=controller, capture=report.capture))
        except IntegrityError:
            # Somebody recorded the same new person between our reading and our writing; now it is found.
            return self._receive(report, Act(actor=actor, controller=controller, capture=report.capture))

    def _receive(self, report: Report, act: Act) -> list[Heard]:
        with self._ground.unit_of_work() as uow:
            recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
            heard = [
                self._record(uow, recorder, one, replace(act, evidence=one.evidence))
                for one in reports_for_each(report, Registry(self._ground, uow, recorder), recorder)
            ]
            uow.commit()
        return heard

    def _record(self, uow: UnitOfWork, recorder: Recorder, report: Report, act: Act) -> Heard:
        read = ReportReader(self._ground, uow, recorder).read(report, act)
        event = recorder.append(read.event, replace(act, digest=read.digest), read.extras)
        recorder.project([*read.begun, event])
        recorder.tell(event)
        return Heard(event.id, event.subject)
