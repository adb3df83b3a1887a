"""The check: one answer however it is asked, remembered with who asked, and a use recorded with it or not at all."""

import pytest
from sqlalchemy.exc import IntegrityError

from audit.tables import event_table as entry_table
from consent.asking import Asked
from consent.errors import UnknownDecision
from consent.identifiers import GivenIdentifier
from consent.tables import decision_table, event_table, use_table
from tests.service.consent.world import MAIL, World

PHONE = GivenIdentifier("phone", "+49301234567")
CRM = GivenIdentifier("crm:shop", "K-4711")
UNKNOWN = GivenIdentifier("email", "niemand@example.org")


def test_a_person_is_meant_by_id_by_address_and_by_an_outside_id(world: World) -> None:
    subject = world.person(MAIL, CRM)
    world.grant(subject)
    assert [world.reason(name) for name in (subject, MAIL, CRM)] == [None, None, None]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param(UNKNOWN, "subject_unresolved", id="an address nobody holds"),
        pytest.param(GivenIdentifier("email", "no address"), "subject_unresolved", id="no address at all"),
        pytest.param(GivenIdentifier("crm:shop", "K-1"), "subject_unresolved", id="an outside id nobody has"),
        pytest.param(GivenIdentifier("telepathy", "x"), "subject_unresolved", id="no kind of identifier"),
        pytest.param("01990000-0000-7000-8000-000000000000", "subject_unresolved", id="an id nobody has"),
        pytest.param(None, "subject_unresolved", id="nobody named"),
        pytest.param(PHONE, "bad_request", id="a contact point of another kind"),
    ],
)
def test_whoever_cannot_be_meant_is_denied_like_anybody_else(world: World, name: object, reason: str) -> None:
    world.grant(world.person(MAIL, PHONE))
    answer = world.check(name)
    assert (answer.decision.reason, answer.decision.allowed) == (reason, False)


def test_bulk_equals_the_single_questions_in_their_order(world: World) -> None:
    subject = world.person(MAIL, PHONE)
    world.grant(subject)
    other = world.person(GivenIdentifier("email", "andere@example.org"))
    asked = [
        world.asked(MAIL),
        world.asked(UNKNOWN),
        world.asked(other),
        world.asked(subject, topic="garden"),
        world.asked(MAIL, purpose="horoscope"),
        world.asked(MAIL),
    ]
    single = [world.checks.check(item, asker="test").decision for item in asked]
    bulk = [answer.decision for answer in world.checks.check_many(asked * 100, asker="test")]
    assert bulk == single * 100


def test_a_list_of_questions_is_allowed_if_all_are(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    voice = world.asked(subject, purpose="customer_voice", channel="data_use", recipient="sales_crm")
    whole, _ = world.checks.check_all([world.asked(), voice], asker="test")
    assert (whole.allowed, whole.reason, whole.denied) == (False, "scope.purpose", (1,))


def test_asking_changes_nothing_but_the_log_of_answers(world: World) -> None:
    world.person()
    counts = world.count(event_table), world.count(entry_table)
    answer = world.check()
    assert (world.count(event_table), world.count(entry_table), world.count(decision_table)) == (*counts, 0)
    assert world.log.flush() == 1
    (row,) = world.rows(decision_table)
    assert (row.id, row.verdict, row.reason) == (answer.decision_id, "deny", "no_consent")
    assert world.log.flush() == 0


def test_a_batch_of_answers_is_one_entry_that_names_nobody(world: World) -> None:
    world.person()
    for _ in range(5):
        world.check()
    before = world.count(entry_table)
    world.log.flush()
    entries = world.rows(entry_table)[before:]
    assert [entry.type for entry in entries] == ["decisions.logged"]
    assert b'"pub":{"count":5,"allowed":0,"denied":5},"com":{}' in bytes(entries[0].leaf)


def test_answers_that_could_not_be_written_stay_for_the_next_time(world: World) -> None:
    answer = world.check()
    with world.ground.reading() as session:
        noted = world.log.find(session, answer.decision_id)
    assert noted is not None
    with world.ground.unit_of_work() as uow:
        world.log.write(uow.session, [noted])
        uow.commit(nothing_to_record="test")
    for _ in range(2):
        with pytest.raises(IntegrityError):
            world.log.flush()


def test_an_allowance_and_its_use_are_recorded_together(world: World) -> None:
    subject = world.person()
    granted = world.grant(subject)
    answer = world.checks.check_and_use(world.asked(), asker="test", message_ref="m-1")
    assert answer.decision.allowed
    (use,) = world.rows(use_table)
    assert (use.event_id, use.decision_id, use.carried_by) == (
        answer.use_event,
        answer.decision_id,
        granted.event_id,
    )
    assert [row.id for row in world.rows(decision_table)] == [answer.decision_id]


def test_a_denial_uses_nothing(world: World) -> None:
    world.person()
    answer = world.checks.check_and_use(world.asked(), asker="test")
    assert (answer.decision.allowed, answer.use_event, world.count(use_table)) == (False, None, 0)
    assert world.count(decision_table) == 1


def test_uses_keep_a_consent_awake_and_count_against_the_cap(world: World) -> None:
    world.grant(world.person())
    for _ in range(4):
        world.clock.move(hours=1)
        assert world.checks.check_and_use(world.asked(), asker="test").use_event
    world.clock.move(hours=1)
    assert world.checks.check_and_use(world.asked(), asker="test").decision.reason == "policy.frequency_cap"
    world.clock.move(days=365 + 300)
    assert world.reason() is None


def test_a_use_can_be_reported_afterwards_for_an_allowance_only(world: World) -> None:
    subject = world.person()
    denied = world.check(purpose="email_tracking", channel="tracking_pixel")
    world.grant(subject)
    allowed = world.check()
    world.clock.move(minutes=5)
    used = world.checks.record_use(allowed.decision_id, actor="test", message_ref="m-1")
    world.log.flush()
    world.checks.record_use(allowed.decision_id, actor="test", used_at=world.clock())
    assert used.subject_id == subject
    assert world.count(use_table) == 2
    for decision_id in (denied.decision_id, "01990000-0000-7000-8000-000000000000"):
        with pytest.raises(UnknownDecision):
            world.checks.record_use(decision_id, actor="test")


def test_a_service_with_advertising_inside_is_used_as_what_it_is(world: World) -> None:
    world.grant(world.person())
    asked = world.asked(purpose="order_confirmation", contains_advertising=True)
    world.checks.check_and_use(asked, asker="test")
    assert [row.purpose for row in world.rows(use_table)] == ["newsletter"]


def test_the_overview_tells_how_every_purpose_stands_on_every_channel(world: World) -> None:
    subject = world.person()
    world.grant(subject, topic="kitchen")
    policy = world.policies.current().policy
    standing = world.overview.permissions(subject, "nordlicht")
    topics = sum(1 + len(purpose.topics) for purpose in policy.purposes.values())
    assert len(standing) == topics * len(policy.channels)
    told = {(item.purpose, item.topic, item.channel): item for item in standing}
    assert told["newsletter", "kitchen", "email"].decision.state == "granted"
    assert told["newsletter", None, "email"].decision.state == "none"
    (identifier,) = world.subjects.get(subject, in_clear=False).identifiers
    assert told["newsletter", "kitchen", "email"].identifier_id == identifier.stored.id
    for item in standing:
        asked: Asked = world.asked(subject, purpose=item.purpose, topic=item.topic, channel=item.channel)
        assert item.decision == world.checks.check(asked, asker="test").decision


def test_the_history_is_told_page_by_page_the_newest_first(world: World) -> None:
    subject = world.person()
    for number in range(4):
        world.clock.move(days=1)
        world.record("sale", subject, goods=f"goods {number}")
    first = world.overview.consents(subject, limit=3)
    assert [item.event.goods for item in first.items] == ["goods 3", "goods 2", "goods 1"]
    rest = world.overview.consents(subject, before=first.next, limit=3)
    assert [item.event.kind for item in rest.items] == ["sale", "identifier_added"]
    assert rest.next is None
