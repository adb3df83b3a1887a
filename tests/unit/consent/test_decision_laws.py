"""The laws of the rule book that concern the pure function, over random worlds; the numbers are the book's."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from consent.case_reader import Case
from consent.decision import decide, decide_all, decide_many, decide_traced
from consent.history import History
from consent.model import Decision
from consent.policy import Policy
from consent.question import Question
from consent.vocabulary import Action, LawfulBasis, Reason, Verdict
from tests.unit.consent import worlds
from tests.unit.consent.small import case, policy, question

World = dict[str, Any]
LATER = worlds.LAST + timedelta(days=30)
NO_BY_THE_PERSON = {
    Reason.ERASED,
    Reason.DECEASED,
    Reason.RESTRICTED,
    Reason.OBJECTION,
    Reason.SIGNAL_GPC,
    Reason.REFUSED,
    Reason.WITHDRAWN,
}


def told_by(events: list[dict[str, Any]], people: World) -> Case:
    return case(*events, identifiers=worlds.IDENTIFIERS, **people)


def asked(told: Case, fields: World, at: datetime = worlds.LAST) -> Question:
    return question(told, at.isoformat(), **fields)


def answer(told: Case, fields: World, at: datetime = worlds.LAST) -> Decision:
    return decide(asked(told, fields, at), told.history, policy())


def is_closed(decision: Decision) -> bool:
    return decision.reason in NO_BY_THE_PERSON or str(decision.reason).startswith("suppressed.")


@given(worlds.histories(), worlds.NOES, worlds.PEOPLE, worlds.QUESTIONS)
def test_2_a_no_more_never_turns_a_denial_into_an_allowance(
    events: list[World], no: World, people: World, fields: World
) -> None:
    before, after = answer(told_by(events, people), fields), answer(told_by([*events, no], people), fields)
    assert before.allowed or not after.allowed


@given(worlds.histories(), worlds.PEOPLE, worlds.QUESTIONS, st.randoms(use_true_random=False), st.data())
def test_3_the_order_of_recording_changes_nothing(
    events: list[World], people: World, fields: World, random: Any, data: st.DataObject
) -> None:
    # No two events stand in the same instant, so none is told from its like by when it was recorded.
    assume(len({event["at"] for event in events}) == len(events))
    events = [{**event, "id": event.get("id", f"event {place}")} for place, event in enumerate(events)]
    known = [event["at"] + timedelta(hours=data.draw(st.integers(0, 700))) for event in events]
    late = [{**event, "recorded_at": at} for event, at in zip(events, known, strict=True)]
    random.shuffle(late)
    at = {"as_of": worlds.LAST.isoformat(), "as_known": LATER.isoformat()}
    recorded, shuffled = told_by(events, people), told_by(late, people)
    assert decide(asked(recorded, {**fields, **at}), recorded.history, policy()) == decide(
        asked(shuffled, {**fields, **at}), shuffled.history, policy()
    )


@given(worlds.histories(), worlds.NOES, worlds.PEOPLE, worlds.QUESTIONS, st.integers(1, 40_000))
def test_4_a_no_never_ends_by_time_alone(
    events: list[World], no: World, people: World, fields: World, hours: int
) -> None:
    told = told_by([*events, no], people)
    later = answer(told, fields, worlds.LAST + timedelta(hours=hours))
    if is_closed(answer(told, fields)) and fields.get("action") != "solicit":
        assert later.decision is Verdict.DENY


@given(worlds.histories(merged=False), worlds.PEOPLE, worlds.QUESTIONS, st.integers(0, 9000), st.integers(1, 9000))
def test_4_a_yes_that_ran_out_never_lets_an_older_one_carry(
    events: list[World], people: World, fields: World, hours: int, more: int
) -> None:
    told = told_by(events, people)
    first = answer(told, fields, worlds.LAST + timedelta(hours=hours))
    second = answer(told, fields, worlds.LAST + timedelta(hours=hours + more))
    if first.reason in (Reason.EXPIRED, Reason.DORMANT):
        assert second.basis is not LawfulBasis.CONSENT
    if second.basis is LawfulBasis.CONSENT and first.basis is LawfulBasis.CONSENT:
        assert second.carried_by == first.carried_by


OPENS_NOTHING = st.one_of(
    worlds.about_somebody("grant_requested"),
    worlds.about_somebody("doi_link_opened"),
    worlds.about_somebody("unsubscribe_link_opened"),
    worlds.about_somebody("public_post"),
)


@given(worlds.histories(), OPENS_NOTHING, worlds.PEOPLE, worlds.QUESTIONS)
def test_5_a_request_and_a_fetched_link_open_nothing(
    events: list[World], event: World, people: World, fields: World
) -> None:
    before, after = answer(told_by(events, people), fields), answer(told_by([*events, event], people), fields)
    assert (before.decision, before.basis) == (after.decision, after.basis)


@given(worlds.histories(merged=False), worlds.PEOPLE, worlds.QUESTIONS)
def test_5_a_merge_opens_nothing(events: list[World], people: World, fields: World) -> None:
    merge = {"event": "merge", "at": worlds.LAST, "subject": "s1", "other": "s2"}
    before, after = answer(told_by(events, people), fields), answer(told_by([*events, merge], people), fields)
    assert before.allowed or not after.allowed


@given(worlds.histories(), worlds.IMPORTS, worlds.PEOPLE, worlds.QUESTIONS)
def test_5_an_import_answers_no_no(events: list[World], row: World, people: World, fields: World) -> None:
    before, after = answer(told_by(events, people), fields), answer(told_by([*events, row], people), fields)
    if is_closed(before):
        assert not after.allowed


@given(worlds.histories(), worlds.PEOPLE, st.lists(worlds.QUESTIONS, min_size=1, max_size=4))
def test_7_bulk_equals_the_single_questions(events: list[World], people: World, many: list[World]) -> None:
    told = told_by(events, people)
    questions = [asked(told, fields) for fields in many]
    alone = tuple(decide(one, told.history, policy()) for one in questions)
    assert decide_many(questions, told.history, policy()) == alone
    whole = decide_all(questions, told.history, policy())
    assert whole.allowed == all(one.allowed for one in alone)
    assert whole.denied == tuple(place for place, one in enumerate(alone) if not one.allowed)


@given(worlds.histories(), worlds.EVENTS, worlds.PEOPLE, worlds.QUESTIONS, st.integers(1, 1000))
def test_8_what_is_recorded_later_changes_no_answer_of_before(
    events: list[World], late: World, people: World, fields: World, hours: int
) -> None:
    late = {**late, "recorded_at": worlds.LAST + timedelta(hours=hours)}
    before, after = answer(told_by(events, people), fields), answer(told_by([*events, late], people), fields)
    assert before == after


@given(
    worlds.histories(merged=False),
    st.lists(st.one_of(worlds.YESES, worlds.FACTS), max_size=3),
    worlds.PEOPLE,
    worlds.QUESTIONS,
)
def test_10_unmerging_restores_both_answers(
    events: list[World], between: list[World], people: World, fields: World
) -> None:
    start, end = worlds.LAST + timedelta(hours=1), worlds.LAST + timedelta(hours=3)
    said = [{**event, "at": start + timedelta(hours=1), "id": f"b{place}"} for place, event in enumerate(between)]
    numbered = [{**event, "id": event.get("id", f"e{place}")} for place, event in enumerate(events)]
    joined = [
        {"event": "merge", "at": start, "subject": "s1", "other": "s2"},
        {"event": "unmerge", "at": end, "subject": "s2", "other": "s1"},
    ]
    apart = told_by([*numbered, *said], people)
    parted = told_by([*numbered, joined[0], *said, joined[1]], people)
    assert answer(apart, fields, end) == answer(parted, fields, end)


def check_form(decision: Decision) -> None:
    if decision.allowed:
        assert decision.basis is not None
        assert decision.reason is None
        if decision.basis in (LawfulBasis.CONSENT, LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.IMPLIED_CONSENT):
            assert decision.carried_by is not None
        assert decision.rests_on
    else:
        assert decision.basis is None
        assert decision.reason is not None
        assert (decision.obligations, decision.carried_by) == ((), None)
    assert decision.policy_version == "2026.1"


@given(worlds.histories(), worlds.PEOPLE, worlds.QUESTIONS)
def test_11_every_denial_has_one_reason_and_every_allowance_one_basis(
    events: list[World], people: World, fields: World
) -> None:
    check_form(answer(told_by(events, people), fields))


NAMES = st.sampled_from(["acme", "newsletter", "email", "e1", "s1", "shoes", "nobody", "DE"])


MAYBE = st.none() | NAMES


@given(st.tuples(NAMES, NAMES, NAMES), st.tuples(MAYBE, MAYBE, MAYBE, MAYBE))
def test_11_unknown_parts_deny(named: tuple[str, str, str], besides: tuple[str | None, ...]) -> None:
    told = case({"event": "grant", "at": worlds.EPOCH})
    controller, purpose, channel = named
    topic, identifier, subject, hint = besides
    odd = Question(
        controller=controller,
        purpose=purpose,
        channel=channel,
        topic=topic,
        identifier=identifier,
        subject=subject,
        country_hint=hint,
        as_of=worlds.LAST,
        as_known=worlds.LAST,
    )
    decision = decide(odd, told.history, policy())
    check_form(decision)
    assert named == ("acme", "newsletter", "email") or not decision.allowed


@given(worlds.histories(), worlds.PEOPLE, worlds.QUESTIONS, st.integers(0, 900), st.floats(0, 1))
def test_until_valid_until_the_answer_stays_the_same(
    events: list[World], people: World, fields: World, days: int, share: float
) -> None:
    told = told_by(events, people)
    now = worlds.LAST + timedelta(days=days)
    first = answer(told, fields, now)
    end = first.valid_until or now + timedelta(days=20_000)
    assert end > now
    for then in (now + (end - now) * share, end - timedelta(microseconds=1)):
        if then < end:
            later = answer(told, fields, then)
            assert replace(later, valid_until=None) == replace(first, valid_until=None)


@given(worlds.histories(), worlds.PEOPLE, worlds.QUESTIONS)
def test_the_trace_tells_the_steps_in_order_and_changes_no_answer(
    events: list[World], people: World, fields: World
) -> None:
    told = told_by(events, people)
    one = asked(told, fields)
    decision, trace = decide_traced(one, told.history, policy())
    assert decision == decide(one, told.history, policy())
    assert [step.step for step in trace if step.holder is None] in ([1], [1, 2], [1, 2, 3], [1, 2, 3, 10])
    if not decision.allowed and decision.reason is not Reason.IDENTITY_AMBIGUOUS:
        assert decision.reason in {step.reason for step in trace}


def test_a_history_of_nobody_denies_everything() -> None:
    nobody: Policy = policy()
    ask = Question(
        controller="acme",
        purpose="newsletter",
        channel="email",
        identifier="e1",
        action=Action.SEND,
        as_of=worlds.LAST,
        as_known=worlds.LAST,
    )
    assert decide(ask, History.of(), nobody).reason is Reason.SUBJECT_UNRESOLVED
