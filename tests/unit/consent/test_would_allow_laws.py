"""Laws of what would turn a denial, over random worlds, against decisions that know nothing of the search."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
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
from consent.question import Question
from consent.view import View
from consent.vocabulary import EventKind, IdentifierKind
from consent.would_allow import Ways, would_allow
from tests.unit.consent import worlds
from tests.unit.consent.small import case, happened, policy, question

World = dict[str, Any]


def told_by(events: list[World], people: World) -> Case:
    return case(*events, identifiers=worlds.IDENTIFIERS, **people)


def asked(told: Case, fields: World) -> Question:
    return question(told, worlds.LAST.isoformat(), **fields)


def carried_out(told: Case, questions: Sequence[Question], changes: Sequence[Change]) -> bool:
    """Make the changes in fact, event by event, put the questions again and say whether the answer is yes."""
    as_of = questions[0].as_of
    events = [change.event for change in changes if change.event is not None]
    waits = [change.until for change in changes if change.until is not None]
    moment = waits[0] if waits else as_of + timedelta(microseconds=1 if events else 0)
    seen = [event for event in told.history.events if max(event.at, event.recorded_at) <= as_of]
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
    history = History.of(told.subjects, (*told.identifiers, *given_now), [*seen, *made])
    again = []
    for part, one in enumerate(questions):
        other = {name: value for change in changes if change.part == part for name, value in change.asked}
        again.append(replace(one, as_of=moment, as_known=moment, **other))
    return decide_all(again, history, policy()).allowed


def ways_of(told: Case, questions: Sequence[Question]) -> Ways:
    return would_allow(questions, told.history, policy())


@given(worlds.histories(), worlds.PEOPLE, worlds.QUESTIONS)
def test_every_way_that_is_told_turns_the_answer_and_no_part_of_it_does(
    events: list[World], people: World, fields: World
) -> None:
    told = told_by(events, people)
    one = asked(told, fields)
    found = ways_of(told, [one])
    assert (found.ways == () and not found.is_final) or not carried_out(told, [one], ())
    for way in found.ways:
        assert carried_out(told, [one], way.changes)
        for place in range(len(way.changes)):
            assert not carried_out(told, [one], (*way.changes[:place], *way.changes[place + 1 :]))


@given(worlds.histories(), worlds.PEOPLE, st.lists(worlds.QUESTIONS, min_size=2, max_size=3))
def test_a_list_is_turned_as_a_whole(events: list[World], people: World, many: list[World]) -> None:
    told = told_by(events, people)
    questions = [asked(told, fields) for fields in many]
    found = ways_of(told, questions)
    assert all(carried_out(told, questions, way.changes) for way in found.ways)
    if found.ways and carried_out(told, questions, ()):
        pytest.fail("a yes needs no change")


def small_sets(told: Case, one: Question) -> Iterator[tuple[Change, ...]]:
    """Give every set of one or two changes, whether or not the first alone did anything."""
    start = Standpoint.of([one], told.history, policy())
    alone = looked_at(start, ())
    yield from ((change,) for change in (*steps(alone), *elsewhere(alone)))
    for first in steps(alone):
        then = looked_at(start, (first,))
        yield from ((first, second) for second in (*steps(then), *elsewhere(then)) if second != first)


def looked_at(start: Standpoint, changes: tuple[Change, ...]) -> Denied:
    here = start.after(changes)
    one = here.questions[0]
    return Denied.at(0, one, View(here.history, here.policy, one.as_of, one.as_known))


@settings(max_examples=settings().max_examples // 3)  # each tries hundreds of sets
@given(worlds.histories(size=5), worlds.PEOPLE, worlds.QUESTIONS)
def test_nothing_smaller_was_overlooked(events: list[World], people: World, fields: World) -> None:
    told = told_by(events, people)
    one = asked(told, fields)
    found = ways_of(told, [one])
    if carried_out(told, [one], ()):
        return
    size = len(found.ways[0].changes) if found.ways else 3
    for changes in small_sets(told, one):
        if len(changes) < size:
            assert not carried_out(told, [one], changes)


def test_waiting_brings_nothing_to_light_that_came_later() -> None:
    told = case(happened("06-01", "grant", prechecked=True), happened("07-02", "grant"))
    found = ways_of(told, [question(told, "07-01")])
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
)  # fmt: skip
def test_where_nobody_can_turn_it_that_is_said(told: Case, fields: World) -> None:
    assert ways_of(told, [question(told, "07-01", **fields)]) == Ways(is_final=True)


def test_an_allowance_needs_nothing() -> None:
    told = case(happened("03-01", "grant"))
    assert ways_of(told, [question(told, "07-01")]) == Ways()


def test_a_long_record_cuts_the_search_short_and_claims_no_end() -> None:
    uses = [
        {"event": "use", "at": worlds.EPOCH + timedelta(minutes=minutes), "idempotency_key": str(minutes)}
        for minutes in range(4000)
    ]
    told = case(*uses, happened("06-01", "decease"), identifiers={"e1": {"kind": "email", "verified": False}})
    found = ways_of(told, [question(told, "07-01", purpose="location_offers")])
    assert found == Ways()
