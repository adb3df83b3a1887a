"""Many answers at once are the answers that single checks give, whether they lie ready or not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from consent.answer_form import answer_text
from consent.bulk import BulkCheck, Told, is_plain
from consent.identifiers import GivenIdentifier
from consent.question import Question
from consent.ready_lookup import ReadyLookup
from consent.readying import ReadyAnswerService
from consent.report import SubjectRef
from consent.vocabulary import Action
from tests.service.consent.world import ACTOR, World

PEOPLE = [GivenIdentifier("email", f"kundin{number}@example.org") for number in range(7)]
OTHERS: list[SubjectRef] = [
    GivenIdentifier("email", "niemand@example.org"),
    GivenIdentifier("crm:shop", "4711"),
    GivenIdentifier("phone", "030 1234567"),
    "nobody-knows-this-id",
]


class Desk:
    """Bulk questions to a world in which every other person said yes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lookup = ReadyLookup(world.ground.engine, world.ground.group_id)
        self.ready = ReadyAnswerService(world.ground, world.policies)
        self.bulk = BulkCheck(
            world.ground, world.policies, world.checks, self.lookup, self.ready, world.links, world.log
        )
        self.ids = [world.person(person) for person in PEOPLE]
        for name in self.ids[::2]:
            world.grant(name)
        self.everybody: list[SubjectRef] = [*PEOPLE, *self.ids, *OTHERS]

    def question(self, **fields: Any) -> Question:
        return self.world.asked(None, **fields).question

    def told(self, **fields: Any) -> list[Told]:
        parts = self.bulk.check(self.question(**fields), self.everybody, asker=ACTOR)
        return [item for part in parts for item in part]

    def single(self, **fields: Any) -> list[str]:
        answers = [self.world.check(subject, **fields) for subject in self.everybody]
        return [answer_text(answer.decision, answer.policy_version) for answer in answers]

    def allowed(self, limit: int, **fields: Any) -> list[str]:
        found: list[str] = []
        after: str | None = None
        while True:
            page, after = self.bulk.list_allowed(self.question(**fields), after=after, limit=limit)
            found += page
            if after is None:
                return found


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    made = Desk(world)
    yield made
    made.lookup.close()


@pytest.mark.parametrize("fields", [{}, {"contains_advertising": True}, {"purpose": "nothing"}], ids=str)
def test_a_batch_is_answered_as_one_by_one(desk: Desk, fields: dict[str, Any]) -> None:
    expected = desk.single(**fields)
    assert [item.document for item in desk.told(**fields)] == expected
    desk.ready.make_wanted()
    assert [item.document for item in desk.told(**fields)] == expected


def test_part_of_a_batch_may_lie_ready(desk: Desk) -> None:
    desk.told()
    desk.ready.make_wanted()
    desk.world.record("withdraw", desk.ids[0], purpose="newsletter")
    assert [item.document for item in desk.told()] == desk.single()


def test_every_answer_of_a_batch_is_noted_once(desk: Desk) -> None:
    for _ in range(2):
        told = desk.told()
        desk.ready.make_wanted()
        assert desk.world.log.flush() == len(told)
    with desk.world.ground.reading() as session:
        noted = [desk.world.log.find(session, item.decision_id) for item in told]
    assert [note and note.verdict for note in noted] == [json.loads(item.document)["decision"] for item in told]


def test_the_way_out_is_the_same_whether_the_answer_lay_ready_or_not(desk: Desk) -> None:
    fresh = [item.link for item in desk.told()]
    desk.ready.make_wanted()
    assert [item.link for item in desk.told()] == fresh
    assert sum(link is not None for link in fresh) == 2 * len(desk.ids[::2])


def test_a_segment_is_everybody_for_whom_the_answer_is_yes(desk: Desk) -> None:
    expected = sorted(desk.ids[::2])
    for _ in range(2):
        assert desk.allowed(limit=3) == expected
        desk.ready.make_wanted()
    desk.world.record("withdraw", desk.ids[0], purpose="newsletter")
    assert desk.allowed(limit=1000) == sorted(desk.ids[2::2])


def test_a_question_with_more_in_it_is_not_plain(desk: Desk) -> None:
    assert is_plain(desk.question())
    assert not is_plain(desk.question(topic="gardening"))
    assert not is_plain(desk.question(country_hint="AT"))
    assert not is_plain(desk.question(action=Action.SOLICIT))
