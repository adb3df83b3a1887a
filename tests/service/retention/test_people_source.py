"""Whoever was only seen in posts ends with the last of them; whoever said anything, or was told of, does not."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from audit.database import Base
from audit.ground import Ground
from consent.identifiers import GivenIdentifier
from consent.registry import SubjectFacts
from consent.report import Report
from consent.tables import identifier_table, subject_table
from pii.tables import known_name_table
from retention.people_source import PeopleSource
from retention.post_source import PostSource
from retention.schedules import ScheduleService
from retention.sign_up_source import SignUpSource
from retention.sweep import Sweep
from tests.fakes import FakeClock
from tests.fakes_pii import FakeDetector
from tests.paths import ROOT
from tests.service.pii.conftest import ACTOR, CONTROLLER, House, make_house
from tests.service.pii.payloads import MONI, THEO, mentioning, x_about_post, x_page, x_post

SCHEDULE = (ROOT / "examples" / "schedule.yaml").read_text("utf-8")
DELETION_CALLBACK = (ROOT / "examples/payloads/facebook/06_data_deletion_callback.form").read_bytes()
MAIL = GivenIdentifier("email", "kundin@example.org")


@pytest.fixture
def house(ground: Ground, clock: FakeClock) -> House:
    return make_house(ground, clock, FakeDetector({}))


@pytest.fixture
def schedules(house: House) -> ScheduleService:
    made = ScheduleService(house.ground, house.policies)
    made.apply(SCHEDULE, actor=ACTOR)
    return made


@pytest.fixture
def sweep(house: House, schedules: ScheduleService) -> Sweep:
    ground = house.ground
    return Sweep(ground, schedules, (PostSource(ground), SignUpSource(ground), PeopleSource(ground, schedules)))


def who(house: House, user: dict[str, str]) -> str:
    found = house.subject("x", user["id"])
    assert found is not None
    return found


def known(house: House) -> set[str]:
    with house.ground.reading() as session:
        return set(session.scalars(select(subject_table.c.id)))


def say(house: House, subject: object, event: str, **fields: object) -> None:
    house.consents.record(
        Report(fields={"event": event, **fields}, subject=subject),  # type: ignore[arg-type]
        controller=CONTROLLER,
        actor=ACTOR,
    )


def test_author_and_mentioned_end_with_the_last_post_and_leave_nothing(house: House, sweep: Sweep) -> None:
    house.take("x", x_page(x_post(1, "hier", **mentioning(THEO))))
    people = {who(house, MONI), who(house, THEO)}
    house.send("service_crm")
    house.clock.move(days=89)
    assert sweep.run().destroyed == {}
    assert known(house) == people
    house.clock.move(days=3)
    assert dict(sweep.run().destroyed) == {"social_post": 1, "social_profile": 2}
    with house.ground.unit_of_work() as uow:
        for table in Base.metadata.sorted_tables:
            rows = [repr(tuple(row)) for row in uow.session.execute(select(table))]
            assert not [row for row in rows if any(subject_id in row for subject_id in people)], table.name
        for subject_id in people:
            assert house.ground.subject_keys.find(uow.connection, subject_id) is None
        for table in (subject_table, identifier_table, known_name_table):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0, table.name
    assert sweep.run().destroyed == {}


def test_whoever_is_still_mentioned_stays(house: House, sweep: Sweep) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    moni = who(house, MONI)
    house.clock.move(days=60)
    house.take("x", x_page(x_post(2, "dort", THEO, **mentioning(MONI))))
    house.clock.move(days=32)
    assert dict(sweep.run().destroyed) == {"social_post": 1}
    assert moni in known(house)
    house.clock.move(days=60)
    assert dict(sweep.run().destroyed) == {"social_post": 1, "social_profile": 2}


def test_whose_only_post_a_platform_took_back_ends_at_the_next_sweep(house: House, sweep: Sweep) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    house.take("x", x_about_post("delete", 1))
    house.clock.move(days=2)
    assert dict(sweep.run().destroyed) == {"social_profile": 1}
    assert known(house) == set()


KEEPERS: list[tuple[str, Callable[[House, str], object]]] = [
    ("a yes", lambda house, moni: house.say(moni, "grant")),
    ("a no", lambda house, moni: house.say(moni, "withdraw")),
    ("a sale", lambda house, moni: say(house, moni, "sale", goods="laundry")),
    (
        "a merge",
        lambda house, moni: house.consents.record(
            Report(fields={"event": "merge"}, subject=who(house, THEO), other=moni), controller=CONTROLLER, actor=ACTOR
        ),
    ),
    ("a fact", lambda house, moni: house.subjects.amend(moni, {"language": "de"}, actor=ACTOR)),
    ("a country", lambda house, moni: house.subjects.amend(moni, {"country": "DE"}, actor=ACTOR)),
    (
        "an address",
        lambda house, _: house.subjects.create_or_find(
            [GivenIdentifier("social:x", MONI["id"]), MAIL], SubjectFacts(), actor=ACTOR
        ),
    ),
]


@pytest.mark.parametrize("keep", [pytest.param(keep, id=name) for name, keep in KEEPERS])
def test_whoever_said_anything_or_was_told_of_stays(
    house: House, sweep: Sweep, keep: Callable[[House, str], object]
) -> None:
    house.take("x", x_page(x_post(1, "hier", **mentioning(THEO))))
    moni = who(house, MONI)
    keep(house, moni)
    house.clock.move(days=92)
    sweep.run()
    assert moni in known(house)


def test_whoever_asked_a_platform_to_be_erased_stays_until_somebody_handled_it(house: House, sweep: Sweep) -> None:
    house.take("facebook", DELETION_CALLBACK)
    house.clock.move(days=92)
    assert sweep.run().destroyed == {}
    (order,) = house.intake.orders.list_open()
    assert known(house) == {order.subject_id}
    house.intake.orders.close(order.id, actor=ACTOR)
    assert dict(sweep.run().destroyed) == {"social_profile": 1}


def test_whom_a_client_reported_under_an_account_alone_stays(house: House, sweep: Sweep) -> None:
    house.subjects.create_or_find([GivenIdentifier("social:x", MONI["id"])], SubjectFacts(), actor=ACTOR)
    house.take("x", x_page(x_post(1, "hier")))
    house.clock.move(days=92)
    assert dict(sweep.run().destroyed) == {"social_post": 1}
    assert len(known(house)) == 1


def test_a_sign_up_in_vain_keeps_nobody_longer_than_the_posts(house: House, sweep: Sweep) -> None:
    account = GivenIdentifier("social:x", MONI["id"])
    house.subjects.create_or_find([MAIL, account], SubjectFacts(country="DE"), actor=ACTOR)
    house.take("x", x_page(x_post(1, "hier")))
    say(house, MAIL, "grant_requested", purpose="newsletter", channel="email")
    house.clock.move(days=20)
    assert dict(sweep.run().destroyed) == {"doi_unconfirmed": 1}
    assert len(known(house)) == 1
    house.clock.move(days=72)
    assert dict(sweep.run().destroyed) == {"social_post": 1, "social_profile": 1}
    assert known(house) == set()


def test_a_sign_up_in_vain_after_the_posts_takes_the_names_along(house: House, sweep: Sweep) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    account = GivenIdentifier("social:x", MONI["id"])
    house.subjects.create_or_find([account, MAIL], SubjectFacts(), actor=ACTOR)
    house.clock.move(days=80)
    say(house, MAIL, "grant_requested", purpose="newsletter", channel="email")
    house.clock.move(days=16)
    assert dict(sweep.run().destroyed) == {"social_post": 1, "doi_unconfirmed": 1}
    with house.ground.reading() as session:
        assert session.scalar(select(func.count()).select_from(known_name_table)) == 0
    assert known(house) == set()


def test_a_schedule_without_a_category_for_them_ends_people_as_it_ends_posts(
    house: House, schedules: ScheduleService, sweep: Sweep
) -> None:
    schedules.apply(SCHEDULE.replace("social_profile:", "another:"), actor=ACTOR)
    house.take("x", x_page(x_post(1, "hier")))
    house.take("x", x_about_post("delete", 1))
    house.clock.move(days=89)
    assert sweep.run().destroyed == {}
    house.clock.move(days=3)
    assert dict(sweep.run().destroyed) == {"social_post": 1}
    assert known(house) == set()


def test_whoever_was_seen_again_meanwhile_stays(house: House, schedules: ScheduleService) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    moni = who(house, MONI)
    with house.ground.unit_of_work() as uow:
        assert PeopleSource(house.ground, schedules).destroy(uow, [moni]) == 0
        uow.commit(nothing_to_record="test")
    assert known(house) == {moni}


class SweepingDetector(FakeDetector):
    """Lets a sweep pass by while it looks at a text, once."""

    def __init__(self) -> None:
        super().__init__({})
        self.sweep: Callable[[], object] | None = None

    def find(self, text: str, *args: object, **options: object) -> list[object]:  # type: ignore[override]
        sweep, self.sweep = self.sweep, None
        if sweep is not None:
            sweep()
        return []


def test_whoever_is_forgotten_while_a_post_is_looked_at_is_somebody_new(ground: Ground, clock: FakeClock) -> None:
    detector = SweepingDetector()
    house = make_house(ground, clock, detector)
    schedules = ScheduleService(ground, house.policies)
    schedules.apply(SCHEDULE, actor=ACTOR)
    house.take("x", x_page(x_post(1, "hier")))
    forgotten = who(house, MONI)
    house.take("x", x_about_post("delete", 1))
    clock.move(days=2)
    detector.sweep = Sweep(ground, schedules, (PeopleSource(ground, schedules),)).run
    assert house.take("x", x_page(x_post(2, "noch einmal"))).accepted == 1
    assert house.only_post().author_id == who(house, MONI) != forgotten
