"""Laws of what would turn a denial, over random histories, against decisions that know nothing of the search."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.asking_otherwise import elsewhere
from consent.candidates import steps
from consent.case_reader import Case
from consent.changes import Change, Standpoint
from consent.decision import decide_all
from consent.denied import Denied
from consent.history import History
from consent.model import Identifier
from consent.policy_model import Policy
from consent.question import Question
from consent.trials import Scene, draw_trial
from consent.view import View
from consent.vocabulary import EventKind, IdentifierKind
from consent.would_allow import Ways, would_allow
from tests.unit.consent.small import case, happened, policy, question

SCENES = st.integers(0, 2**63).map(lambda seed: Scene(draw_trial(Random(seed), policy()), policy()))


def carried_out(questions: Sequence[Question], history: History, under: Policy, changes: Sequence[Change]) -> bool:
    """Make the changes in fact, event by event, put the questions again and say whether the answer is yes."""
    as_of, as_known = questions[0].as_of, questions[0].as_known
    events = [change.event for change in changes if change.event is not None]
    waits = [change.until for change in changes if change.until is not None]
    moment = waits[0] if waits else as_of + timedelta(microseconds=1 if events else 0)
    seen = [event for event in history.events if event.at <= as_of and event.recorded_at <= as_known]
    made = [
        replace(
            event,
            at=moment,
            recorded_at=moment,
            place=10_000 + place,
            until=moment if event.kind is EventKind.PAUSE else event.until,
        )
        for place, event in enumerate(events)
    ]
    given_now = [Identifier(id=f"{kind}:new", kind=kind, verified=False) for kind in IdentifierKind]
    after = History.of(history.subjects.values(), (*history.identifiers.values(), *given_now), [*seen, *made])
    again = []
    for part, one in enumerate(questions):
        other = {name: value for change in changes if change.part == part for name, value in change.asked}
        again.append(replace(one, as_of=moment, as_known=max(moment, as_known), **other))
    return decide_all(again, after, under).allowed


@given(SCENES)
def test_every_way_that_is_told_turns_the_answer_and_no_part_of_it_does(scene: Scene) -> None:
    asked = [scene.question], scene.history, scene.policy
    found = would_allow(*asked)
    assert (found == Ways()) or not carried_out(*asked, ())
    for way in found.ways:
        assert carried_out(*asked, way.changes)
        for place in range(len(way.changes)):
            assert not carried_out(*asked, (*way.changes[:place], *way.changes[place + 1 :]))


@given(SCENES)
def test_a_list_is_turned_as_a_whole(scene: Scene) -> None:
    moment = {"as_of": scene.question.as_of, "as_known": scene.question.as_known}
    questions = [scene.question, *(replace(other, **moment) for other in scene.others)]
    asked = questions, scene.history, scene.policy
    found = would_allow(*asked)
    assert all(carried_out(*asked, way.changes) for way in found.ways)
    assert not found.ways or not carried_out(*asked, ())


@settings(max_examples=settings().max_examples // 3)  # each tries hundreds of sets
@given(SCENES)
def test_nothing_smaller_was_overlooked(scene: Scene) -> None:
    asked = [scene.question], scene.history, scene.policy
    found = would_allow(*asked)
    if carried_out(*asked, ()):
        return
    size = len(found.ways[0].changes) if found.ways else 3
    for changes in small_sets(Standpoint.of(*asked)):
        assert len(changes) >= size or not carried_out(*asked, changes)


def small_sets(start: Standpoint) -> Iterator[tuple[Change, ...]]:
    """Give every set of one or two changes, whether or not the first alone did anything."""
    alone = looked_at(start, ())
    yield from ((change,) for change in (*steps(alone), *elsewhere(alone)))
    for first in steps(alone):
        then = looked_at(start, (first,))
        yield from ((first, second) for second in steps(then) if second != first)


def looked_at(start: Standpoint, changes: tuple[Change, ...]) -> Denied:
    here = start.after(changes)
    one = here.questions[0]
    return Denied.at(0, one, View(here.history, here.policy, one.as_of, one.as_known))


def ways_of(told: Case, asked: Question) -> Ways:
    return would_allow([asked], told.history, policy())


def test_waiting_brings_nothing_to_light_that_came_later() -> None:
    told = case(happened("06-01", "grant", prechecked=True), happened("07-02", "grant"))
    found = ways_of(told, question(told, "07-01"))
    assert [change.event and change.event.kind for way in found.ways for change in way.changes] == [EventKind.GRANT]


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        pytest.param(case(happened("03-01", "grant"), happened("04-01", "decease")), {}, id="death"),
        pytest.param(
            case(happened("04-01", "erase")),
            {"purpose": "profiling", "channel": "data_use", "subject": "s1"},
            id="erasure of the person asked about",
        ),
        pytest.param(case(), {"purpose": "telepathy"}, id="a purpose that there is none of"),
        pytest.param(case(), {"controller": "nobody"}, id="a controller that there is none of"),
        pytest.param(
            case(identifiers={"e1": {"kind": "email", "subject": "s2"}}, subjects={"s2": {}}),
            {"subject": "s1", "identifier": "e1"},
            id="a contact point of somebody else",
        ),
    ],
)
def test_where_nobody_can_turn_it_that_is_said(told: Case, fields: dict[str, Any]) -> None:
    assert ways_of(told, question(told, "07-01", **fields)) == Ways(is_final=True)


def test_a_list_with_a_question_that_nobody_can_turn_is_as_hopeless() -> None:
    told = case(identifiers={"e1": {"kind": "email", "verified": False}})
    questions = [question(told, "07-01"), question(told, "07-01", purpose="telepathy")]
    assert would_allow(questions, told.history, policy()) == Ways(is_final=True)


def test_an_allowance_needs_nothing() -> None:
    told = case(happened("03-01", "grant"))
    assert ways_of(told, question(told, "07-01")) == Ways()


def test_a_long_record_cuts_the_search_short_and_claims_no_end() -> None:
    uses = [
        happened(f"2025-03-{1 + minutes // 1440:02d}T{minutes // 60 % 24:02d}:{minutes % 60:02d}:00Z", "use")
        for minutes in range(4000)
    ]
    told = case(*uses, happened("06-01", "decease"), identifiers={"e1": {"kind": "email", "verified": False}})
    assert ways_of(told, question(told, "07-01", purpose="location_offers")) == Ways()
