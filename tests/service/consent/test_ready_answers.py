"""An answer made ready is the answer that would be decided anew, whatever is said meanwhile and whoever says it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, select

from audit.ground import Ground
from audit.key_ring import KeyRing
from consent.answer_form import answer_text
from consent.asking import Asked
from consent.case_reader import Case
from consent.case_replay import CaseReplay
from consent.check import CheckService
from consent.contacts import contact_of
from consent.decision_log import DecisionLog
from consent.identifiers import GivenIdentifier
from consent.policies import PolicyService
from consent.question import Question
from consent.ready_answers import ReadyKey, is_contact
from consent.ready_lookup import Found, ReadyLookup
from consent.ready_tables import ready_answer_table
from consent.readying import ReadyAnswerService
from consent.tables import identifier_table, subject_table
from tests.fakes import FakeClock
from tests.service.consent.test_cases import CASES, POLICY, group_of
from tests.service.consent.world import CONTROLLER, MAIL, World
from tests.service.consent.world import POLICY as WORLD_POLICY

BATCHES = 4


class Watch:
    """Makes answers ready after everything that happens, and compares those that lie ready with decided ones."""

    def __init__(self, ground: Ground, clock: FakeClock) -> None:
        self.ground, self.clock = ground, clock
        self.policies = PolicyService(ground)
        self.ready = ReadyAnswerService(ground, self.policies)
        self.checks = CheckService(ground, self.policies, DecisionLog(ground))
        self.lookup = ReadyLookup(ground.engine, ground.group_id)
        self.compared = 0

    def find(self, key: ReadyKey) -> Found:
        found = self.lookup.find(key, self.clock())
        assert found is not None
        return found

    def last_moments(self) -> list[datetime]:
        """Return the last instants at which answers that lie ready hold, and the first at which they do not."""
        column = ready_answer_table.c.until
        query = select(column).where(ready_answer_table.c.group_id == self.ground.group_id, column.is_not(None))
        with self.ground.reading() as session:
            ends = set(session.scalars(query))
        return sorted(moment for end in ends for moment in (end - timedelta(microseconds=1), end))

    def has_policy(self) -> bool:
        return self.lookup.find(ReadyKey("", "", "", ""), self.clock()) is not None

    def decided(self, key: ReadyKey) -> str:
        now = self.clock()
        asked = {"identifier": key.asked} if is_contact(key.asked) else {"subject": key.asked}
        question = Question(
            controller=key.controller, purpose=key.purpose, channel=key.channel, as_of=now, as_known=now, **asked
        )
        answer = self.checks.check(Asked(question=question), asker="test")
        return answer_text(answer.decision, answer.policy_version)

    def compare(self) -> None:
        """Hold every answer that lies ready against the one that is decided now."""
        for key in self.stored():
            ready = self.find(key).ready
            if ready is not None:
                assert ready.document == self.decided(key), key
                self.compared += 1

    def stored(self) -> list[ReadyKey]:
        columns = [ready_answer_table.c[name] for name in ReadyKey._fields]
        with self.ground.reading() as session:
            return [
                ReadyKey(*row)
                for row in session.execute(
                    select(*columns).where(ready_answer_table.c.group_id == self.ground.group_id).order_by(*columns)
                )
            ]

    def everybody(self) -> list[str]:
        with self.ground.reading() as session:
            held = session.execute(
                select(identifier_table.c.kind, identifier_table.c.blind_index)
                .where(identifier_table.c.group_id == self.ground.group_id, identifier_table.c.blind_index.is_not(None))
                .order_by(identifier_table.c.id)
            )
            contacts = [contact_of(row.kind, row.blind_index) for row in held]
            subjects = session.scalars(
                select(subject_table.c.id)
                .where(subject_table.c.group_id == self.ground.group_id)
                .order_by(subject_table.c.id)
            )
            return sorted({name for name in contacts if name is not None} | set(subjects))


@pytest.fixture
def watch(ground: Ground, clock: FakeClock) -> Iterator[Watch]:
    made = Watch(ground, clock)
    yield made
    made.lookup.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_lies_ready_is_what_the_rule_book_says_all_through_its_cases(
    engine: Engine, key_ring: KeyRing, clock: FakeClock, batch: int
) -> None:
    compared = 0
    for case in CASES[batch::BATCHES]:
        watch = Watch(group_of(engine, key_ring, clock, case.id), clock)
        try:
            set_clock = follow(watch, plain_keys(case))
            CaseReplay(watch.ground, set_clock).run(case, POLICY)
            for moment in watch.last_moments():
                set_clock(moment)
        finally:
            watch.lookup.close()
        compared += watch.compared
    assert compared > 20


def follow(watch: Watch, keys: list[tuple[str, str, str]]) -> Callable[[datetime], None]:
    """Return the setting of a clock that looks at everything that lies ready before it makes all of it anew."""
    latest = datetime.min.replace(tzinfo=UTC)

    def set_clock(now: datetime) -> None:
        nonlocal latest
        watch.clock.now = now
        # Histories may be told out of order; a clock that goes back shows what was not known then.
        if now >= latest and watch.has_policy():
            watch.compare()
            watch.ready.make(ReadyKey(name, *key) for name, key in product(watch.everybody(), keys))
        latest = max(now, latest)

    return set_clock


def plain_keys(case: Case) -> list[tuple[str, str, str]]:
    asked = {(q.controller, q.purpose, q.channel) for ask in case.asks for q in ask.questions}
    # One of them for each case: there are many cases, and all of them take their time.
    return sorted(asked)[:1]


def test_an_answer_about_nobody_on_record_leaves_no_trace(watch: Watch, world: World) -> None:
    contact = contact_of("email", world.ground.secrets.blind_index("email", MAIL.value))
    assert contact is not None
    assert watch.ready.make([ReadyKey(contact, CONTROLLER, "newsletter", "email")]) == 0
    assert watch.stored() == []


def test_what_was_asked_for_is_made_ready_once(watch: Watch, world: World) -> None:
    key = ReadyKey(world.person(), CONTROLLER, "newsletter", "email")
    assert watch.find(key).ready is None
    for _ in range(2):
        watch.ready.want(key)
    assert watch.ready.make_wanted() == 1
    assert watch.ready.make_wanted() == 0
    assert watch.find(key).ready is not None


def test_facts_about_a_person_take_the_answers_away(watch: Watch, world: World) -> None:
    subject = world.person()
    world.grant(subject)
    key = ReadyKey(subject, CONTROLLER, "newsletter", "email")
    watch.ready.make([key])
    world.subjects.amend(subject, {"birth_date": date(2015, 5, 5)}, actor="test")
    assert watch.find(key).ready is None


def test_what_one_holder_of_a_mailbox_says_takes_away_the_answer_about_the_other(watch: Watch, world: World) -> None:
    first, second = world.person(), world.person(GivenIdentifier("email", "zweite@example.org"))
    world.record("identifier_shared", second, identifiers=(MAIL,))
    key = ReadyKey(first, CONTROLLER, "newsletter", "email")
    watch.ready.make([key])
    assert watch.find(key).ready is not None
    world.record("object", second, identifiers=(MAIL,))
    assert watch.find(key).ready is None


def test_a_policy_ends_the_era_of_all_answers(watch: Watch, world: World) -> None:
    key = ReadyKey(world.person(), CONTROLLER, "newsletter", "email")
    watch.ready.make([key])
    world.policies.apply(f"{WORLD_POLICY}\n# another edition\n", actor="test")
    assert watch.find(key).ready is None
    watch.ready.make([key])
    assert watch.find(key).ready is not None


def test_an_erased_person_leaves_no_answer(watch: Watch, world: World) -> None:
    subject = world.person()
    contact = contact_of("email", world.ground.secrets.blind_index("email", MAIL.value))
    assert contact is not None
    watch.ready.make([ReadyKey(name, CONTROLLER, "newsletter", "email") for name in (subject, contact)])
    assert len(watch.stored()) == 2
    world.erase(subject)
    assert watch.stored() == []
