"""Explanations: the answer of the check with all its steps, and changes that turn it once they are made in fact."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.tables import event_table as entry_table
from consent.changes import Change
from consent.decision_log import DecisionLog
from consent.explaining import ExplainService, Explanation
from consent.identifiers import GivenIdentifier
from consent.report import Capture
from consent.tables import decision_table, event_table
from consent.vocabulary import EventKind
from tests.service.consent.world import CONTROLLER, MAIL, World

PHONE = GivenIdentifier("phone", "+49301234567")
OTHER_MAIL = GivenIdentifier("email", "andere@example.org")


@pytest.fixture
def explain(world: World) -> Callable[..., Explanation]:
    service = ExplainService(world.ground, world.policies, world.checks)

    def ask(subject: Any = MAIL, **fields: Any) -> Explanation:
        return service.explain([world.asked(subject, **fields)], asker="test")

    return ask


Explain = Callable[..., Explanation]


def kinds(found: Explanation) -> list[list[object]]:
    """Of each way the kinds of its events, or the fields that would be asked otherwise."""
    return [[_kind(change) for change in way.changes] for way in found.ways.ways]


def _kind(change: Change) -> object:
    return change.event.kind if change.event else [name for name, _ in change.asked] or "wait"


def test_an_explanation_has_every_step_and_the_answer_of_the_check(world: World, explain: Explain) -> None:
    subject = world.person()
    world.record("object", subject)
    found = explain()
    assert found.decision == world.check().decision
    (steps,) = found.traces
    told = [(step.step, step.outcome.value, step.holder, step.pack) for step in steps]
    assert told == [
        (1, "passed", None, None),
        (2, "passed", None, None),
        (3, "passed", None, None),
        (4, "passed", subject, "DE"),
        (5, "passed", subject, "DE"),
        (6, "denied", subject, "DE"),
        (7, "not_taken", subject, "DE"),
        (8, "not_taken", subject, "DE"),
        (9, "not_taken", subject, "DE"),
        (10, "not_taken", None, None),
    ]
    assert steps[5].reason == "objection"


def test_a_yes_is_explained_to_the_end_and_needs_nothing(world: World, explain: Explain) -> None:
    world.grant(world.person())
    found = explain()
    assert [step.step for step in found.traces[0]] == list(range(1, 11))
    assert [step.outcome.value for step in found.traces[0][-2:]] == ["allowed", "passed"]
    assert (found.ways.ways, found.ways.is_final) == ((), False)


def test_a_question_that_ends_early_names_the_steps_it_never_came_to(world: World, explain: Explain) -> None:
    found = explain(purpose="telepathy")
    assert [step.outcome.value for step in found.traces[0]] == ["denied"] + ["not_taken"] * 9
    assert found.ways.is_final


def test_what_is_told_turns_the_answer_once_it_is_done(world: World, explain: Explain) -> None:
    world.person(verified=False)
    request = world.sign_up()
    world.clock.move(days=1)
    found = explain()
    assert [EventKind.DOI_CONFIRMED] in kinds(found)
    confirmed = next(way.changes[0].event for way in found.ways.ways if len(way.changes) == 1)
    assert confirmed is not None
    assert (confirmed.kind, confirmed.request) == (EventKind.DOI_CONFIRMED, request.event_id)
    world.confirmations.confirm(world.token(), capture=Capture())
    assert world.reason() is None


def test_another_channel_is_named_by_an_identifier_of_the_person(world: World, explain: Explain) -> None:
    subject = world.person(MAIL, PHONE)
    world.grant(subject)
    found = explain(subject, channel="sms")
    assert ["channel", "identifier"] in [fields for way in kinds(found) for fields in way]
    asked = [dict(change.asked) for way in found.ways.ways for change in way.changes]
    (contact,) = [fields["identifier"] for fields in asked if "identifier" in fields]
    identifier = found.identifier_of(contact, subject)
    assert identifier is not None
    assert world.reason(subject, identifier=identifier.id) is None


def test_another_contact_point_is_not_named_when_somebody_else_has_a_say_there(world: World, explain: Explain) -> None:
    subject = world.person(MAIL, OTHER_MAIL)
    world.grant(subject, identifiers=(OTHER_MAIL,))
    assert ["identifier"] in [fields for way in kinds(explain(subject, identifier=MAIL)) for fields in way]
    heir = world.person(GivenIdentifier("crm:shop", "2"))
    world.identifiers.add_identifier(heir, OTHER_MAIL, actor="test", verified_how="test", shared=True)
    world.record("object", heir)
    assert world.reason(subject, identifier=OTHER_MAIL) is not None
    assert ["identifier"] not in [fields for way in kinds(explain(subject, identifier=MAIL)) for fields in way]


def test_an_erased_person_cannot_be_asked_about_again(world: World, explain: Explain) -> None:
    subject = world.person()
    world.grant(subject)
    world.erase(subject)
    found = explain(subject, purpose="customer_voice", channel="data_use")
    assert (found.decision.reason, found.ways.ways, found.ways.is_final) == ("erased", (), True)
    assert kinds(explain(MAIL)) == [[EventKind.IDENTIFIER_ADDED, EventKind.GRANT]]


def test_a_list_is_explained_question_by_question_and_turned_as_a_whole(world: World) -> None:
    world.person()
    service = ExplainService(world.ground, world.policies, world.checks)
    voice = {"purpose": "customer_voice", "channel": "data_use", "recipient": "sales_crm"}
    found = service.explain([world.asked(), world.asked(**voice)], asker="test")
    assert (found.decision.denied, len(found.answers), len(found.traces)) == ((0, 1), 2, 2)
    assert [EventKind.GRANT, EventKind.GRANT] in kinds(found)


def test_explaining_changes_nothing_but_the_log_of_answers(world: World, explain: Explain) -> None:
    world.person()
    before = world.count(event_table), world.count(entry_table)
    found = explain()
    assert (world.count(event_table), world.count(entry_table)) == before
    assert isinstance(world.log, DecisionLog)
    assert world.log.flush() == 1
    (row,) = world.rows(decision_table)
    assert (row.id, row.controller, row.reason) == (found.answers[0].decision_id, CONTROLLER, "no_consent")
