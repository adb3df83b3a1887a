"""An erasure that is asked for begins when nobody else holds anything about the person; before, one door is shut."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest
import yaml

from audit.ground import Ground
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork
from consent.errors import SubjectGone
from consent.report import Report
from consent.service import ConsentService
from consent.tables import confirmation_table, permission_table, suppression_table
from tests.fakes import FakeClock
from tests.service.consent.world import CONTROLLER, MAIL, POLICY, World

ACTOR = "test"
SISTER = "sister"


@dataclass
class Carrier:
    """Notes which erasures were begun; some controllers hold data outside of consent."""

    outside: set[str] = field(default_factory=set)
    begun: list[tuple[str, str]] = field(default_factory=list)

    def holders(self, uow: UnitOfWork, subject_id: str) -> Collection[str]:
        return self.outside

    def begin(self, uow: UnitOfWork, subject_id: str, *, request: str, actor: str) -> None:
        self.begun.append((subject_id, request))


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def group(ground: Ground, clock: FakeClock, carrier: Carrier) -> World:
    """Two controllers that share their records."""
    world = World(ground, clock)
    document = yaml.safe_load(POLICY)
    document["controllers"][SISTER] = {**document["controllers"][CONTROLLER], "name": "Schwester GmbH"}
    world.policies.apply(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), actor=ACTOR)
    world.consents = ConsentService(ground, world.policies, erasures=carrier)
    return world


def said_to_sister(world: World, event: str, subject: str, **fields: str) -> None:
    world.consents.record(Report(fields={"event": event, **fields}, subject=subject), controller=SISTER, actor=ACTOR)


def test_an_erasure_begins_with_its_event_and_the_record_is_shut(group: World, carrier: Carrier) -> None:
    subject = group.person()
    group.grant(subject)
    group.sign_up(subject, topic="garden")
    erased = group.record("erase", subject)
    assert carrier.begun == [(subject, erased.event_id)]
    assert group.subjects.get(subject, in_clear=False).subject.status == "erased"
    for table in (confirmation_table, outbox_table, permission_table):
        assert group.count(table) == 0, table.name
    assert [row.controller for row in group.rows(suppression_table)] == [CONTROLLER]
    with pytest.raises(SubjectGone):
        group.grant(subject)


def test_asked_for_again_it_is_the_first_one(group: World, carrier: Carrier) -> None:
    subject = group.person()
    first = group.record("erase", subject)
    group.clock.move(days=1)
    again = group.record("erase", subject, idempotency_key="k1")
    assert (again.event_id, again.replayed) == (first.event_id, True)
    assert len(carrier.begun) == 1
    with pytest.raises(SubjectGone):
        said_to_sister(group, "erase", subject)


def test_what_another_controller_was_told_stays_until_that_one_is_asked_too(group: World, carrier: Carrier) -> None:
    subject = group.person()
    group.grant(subject)
    said_to_sister(group, "grant", subject, purpose="newsletter", channel="email")
    group.clock.move(days=1)
    group.record("erase", subject)
    assert carrier.begun == []
    assert (group.reason(), group.reason(controller=SISTER)) == ("erased", "scope.controller")
    said_to_sister(group, "withdraw", subject)
    said_to_sister(group, "erase", subject)
    assert [begun for begun, _ in carrier.begun] == [subject]
    assert group.reason(controller=SISTER) == "erased"


def test_what_another_controller_holds_outside_of_consent_stays(group: World, carrier: Carrier) -> None:
    carrier.outside = {CONTROLLER, SISTER}
    group.record("erase", group.person())
    assert carrier.begun == []
    carrier.outside = {CONTROLLER}
    group.record("erase", group.person(MAIL))
    assert len(carrier.begun) == 1


@pytest.mark.parametrize(
    ("purpose", "begins"),
    [
        pytest.param("order_confirmation", False, id="allowed"),
        pytest.param("newsletter", True, id="denied"),
    ],
)
def test_whoever_was_allowed_to_write_to_the_person_holds_something(
    group: World, carrier: Carrier, purpose: str, begins: bool
) -> None:
    subject = group.person()
    group.check(controller=SISTER, purpose=purpose)
    group.log.flush()
    group.record("erase", subject)
    assert bool(carrier.begun) is begins


def test_one_word_to_both_controllers_is_enough(group: World, carrier: Carrier) -> None:
    subject = group.person()
    said_to_sister(group, "object", subject)
    group.record("erase", subject, controller=[CONTROLLER, SISTER])
    assert len(carrier.begun) == 1


def test_what_is_not_committed_is_not_begun(group: World, carrier: Carrier) -> None:
    class Broken(Carrier):
        def begin(self, uow: UnitOfWork, subject_id: str, *, request: str, actor: str) -> None:
            raise InterruptedError

    subject = group.person()
    group.grant(subject)
    breaking = ConsentService(group.ground, group.policies, erasures=Broken())
    with pytest.raises(InterruptedError):
        breaking.record(Report(fields={"event": "erase"}, subject=subject), controller=CONTROLLER, actor=ACTOR)
    assert group.reason() is None
    assert group.count(suppression_table) == 0
