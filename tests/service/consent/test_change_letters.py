"""A person is told of each change, whoever recorded it, once, and never where the mailbox is closed to us."""

from typing import Any

import pytest

from audit.outbox import Outbox
from audit.tables import outbox_table
from consent.change_letters import KIND, ChangeLetter, ChangeLetterService, Withheld
from consent.identifiers import GivenIdentifier
from consent.report import Capture
from consent.told_changes import Change, Untold
from consent.withdrawal_links import WithdrawalScope
from tests.service.consent.world import CONTROLLER, MAIL, World

CLICK = Capture(source="confirmation page")
PHONE = GivenIdentifier("phone", "+49 30 1234567")
NEWSLETTER = WithdrawalScope(purpose=("newsletter",), channel=("email",))


def made_up(world: World) -> list[Any]:
    """Take out the letters of changes that wait, and return what each of them comes to."""
    ground = world.ground
    outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)
    with ground.unit_of_work() as uow:
        taken = outbox.take_due(uow.connection, [KIND], now=world.clock(), limit=100)
        for letter in taken:
            outbox.mark_sent(uow.connection, letter.id, now=world.clock())
        uow.commit(nothing_to_record="test")
    service = ChangeLetterService(ground, world.policies)
    return [service.make_up(letter.body.decode()) for letter in taken]


def changes(world: World) -> list[Any]:
    """Return what happened as people are told, or why they are not."""
    return [item.told.change if isinstance(item, ChangeLetter) else item for item in made_up(world)]


def test_a_grant_is_told_to_the_mailbox_with_what_one_click_ends(world: World) -> None:
    subject = world.person()
    granted = world.grant(subject, capture=Capture(source="call centre"))
    (letter,) = made_up(world)
    assert (letter.to, letter.controller, letter.event_id) == (MAIL.value, CONTROLLER, granted.event_id)
    assert letter.told.change is Change.GRANTED
    assert letter.told.scopes == (WithdrawalScope(purpose="newsletter", channel=("email",)),)
    assert letter.told.ends == NEWSLETTER
    assert (letter.told.notice, letter.source, letter.language) == ("welcome@1", "call centre", "de")
    assert MAIL.value not in repr(letter)


def test_a_sign_up_is_not_told_but_its_confirmation_is(world: World) -> None:
    world.sign_up(purpose=["newsletter", "customer_voice"], channel=["email", "data_use"])
    assert made_up(world) == []
    world.confirmations.confirm(world.token(), capture=CLICK)
    (letter,) = made_up(world)
    assert letter.told.change is Change.GRANTED
    assert letter.told.ends == WithdrawalScope(purpose=("newsletter", "customer_voice"), channel=("email", "data_use"))


def test_only_what_is_in_force_is_told_as_that(world: World) -> None:
    world.grant(world.person(), purpose=["email_tracking", "newsletter"], channel=["email", "tracking_pixel"])
    (letter,) = made_up(world)
    assert letter.told.notice == "tracking@1"
    assert letter.told.scopes == (WithdrawalScope(purpose="email_tracking", channel=("tracking_pixel",)),)
    assert letter.told.ends == WithdrawalScope(
        purpose=("email_tracking", "newsletter"), channel=("email", "tracking_pixel")
    )


@pytest.mark.parametrize(
    ("event", "fields", "change"),
    [
        pytest.param("refuse", {"purpose": "newsletter"}, Change.REFUSED, id="refusal"),
        pytest.param("withdraw", {"purpose": "newsletter"}, Change.WITHDRAWN, id="withdrawal"),
        pytest.param("object", {}, Change.OBJECTED, id="objection"),
        pytest.param("signal", {"name": "stop_text", "channel": "sms"}, Change.WITHDRAWN, id="STOP by text"),
        pytest.param("pause", {"until": "2027-01-01T00:00:00Z"}, Change.PAUSED, id="pause"),
        pytest.param("reconfirm", {"purpose": "newsletter", "channel": "email"}, Change.RENEWED, id="renewal"),
        pytest.param(
            "guardian_authorised", {"purpose": "newsletter", "channel": "email"}, Change.AUTHORISED, id="guardian"
        ),
    ],
)
def test_every_word_of_a_person_is_told(world: World, event: str, fields: dict[str, Any], change: Change) -> None:
    subject = world.person()
    world.grant(subject)
    world.clock.move(days=1)
    world.record(event, subject, **fields)
    assert changes(world) == [Change.GRANTED, change]


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("import_row", {"status": "unsubscribed", "purpose": "newsletter", "channel": "email"}, id="row"),
        pytest.param("signal", {"name": "gpc"}, id="a browser's signal, which comes with every visit"),
        pytest.param("signal", {"name": "spam_complaint"}, id="a complaint about mails"),
        pytest.param("notice_shown", {"notice": "welcome@1"}, id="a fact"),
        pytest.param("sale", {}, id="a sale"),
        pytest.param("use", {"purpose": "newsletter", "channel": "email"}, id="a use"),
        pytest.param("restrict", {}, id="a restriction, which its request answers"),
        pytest.param("suppress", {"reason": "complaint"}, id="a block list"),
    ],
)
def test_what_is_no_word_of_the_person_is_not_told(world: World, event: str, fields: dict[str, Any]) -> None:
    subject = world.person()
    world.record(event, subject, **fields)
    assert world.count(outbox_table) == 0


def test_the_same_report_again_tells_nobody_twice(world: World) -> None:
    subject = world.person()
    for _ in range(2):
        world.grant(subject, idempotency_key="K-1")
    assert changes(world) == [Change.GRANTED]


def test_a_no_that_still_holds_is_no_news(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    for _ in range(2):
        world.clock.move(days=1)
        world.record("withdraw", subject, purpose="newsletter")
    world.clock.move(days=1)
    world.record("withdraw", subject, purpose="newsletter", topic="garden")
    assert changes(world) == [Change.GRANTED, Change.WITHDRAWN, Untold.SAID_BEFORE, Untold.SAID_BEFORE]


def test_a_wider_no_and_one_after_a_new_yes_are_news(world: World) -> None:
    subject = world.person()
    world.record("withdraw", subject, purpose="newsletter")
    world.clock.move(days=1)
    world.record("withdraw", subject)
    world.clock.move(days=1)
    world.grant(subject)
    world.clock.move(days=1)
    world.record("withdraw", subject, purpose="newsletter")
    assert changes(world) == [Change.WITHDRAWN, Change.WITHDRAWN, Change.GRANTED, Change.WITHDRAWN]


def test_after_an_objection_comes_its_confirmation_and_then_nothing_until_a_yes(world: World) -> None:
    subject = world.person()
    world.record("object", subject)
    world.clock.move(days=1)
    world.record("object", subject, purpose="newsletter")
    world.record("withdraw", subject, purpose="newsletter")
    world.grant(subject, proof="claimed")
    assert changes(world) == [Change.OBJECTED, Untold.SAID_BEFORE, Untold.OBJECTED_BEFORE, Untold.OBJECTED_BEFORE]
    world.clock.move(days=1)
    world.grant(subject)
    assert changes(world) == [Change.GRANTED]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"prechecked": True}, id="ticked beforehand"),
        pytest.param({"coupled": True}, id="coupled to a contract"),
        pytest.param({"notice": "none"}, id="without its text"),
        pytest.param({"proof": "claimed"}, id="only claimed"),
    ],
)
def test_a_grant_that_permits_nothing_is_told_as_that(world: World, fields: dict[str, Any]) -> None:
    world.grant(world.person(), **fields)
    assert changes(world) == [Change.WITHOUT_EFFECT]


def test_a_grant_overtaken_by_the_next_word_is_told_as_it_was(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.record("withdraw", subject)
    assert changes(world) == [Change.GRANTED, Change.WITHDRAWN]


@pytest.mark.parametrize(
    ("event", "fields", "why"),
    [
        pytest.param("suppress", {"reason": "litigation", "identifiers": (MAIL,)}, Withheld.SUPPRESSED, id="dispute"),
        pytest.param("suppress", {"reason": "complaint", "identifiers": (MAIL,)}, Withheld.SUPPRESSED, id="complaint"),
        pytest.param("decease", {}, Withheld.DECEASED, id="death"),
        pytest.param("suppress", {"reason": "robinson", "identifiers": (MAIL,)}, Change.WITHDRAWN, id="Robinson list"),
    ],
)
def test_a_closed_mailbox_gets_no_mail_though_a_register_of_advertising_closes_none(
    world: World, event: str, fields: dict[str, Any], why: Any
) -> None:
    subject = world.person()
    world.record("withdraw", subject)
    world.record(event, subject, **fields)
    assert changes(world) == [why]


def test_a_yes_that_answers_the_block_list_is_told(world: World) -> None:
    world.erase(world.person())
    world.clock.move(days=1)
    world.sign_up()
    world.confirmations.confirm(world.token(), capture=CLICK)
    assert changes(world) == [Change.GRANTED]


def test_a_mailbox_that_sends_mails_back_gets_none(world: World) -> None:
    subject = world.person()
    for _ in range(3):
        world.record("bounce", subject, identifiers=(MAIL,))
    world.record("withdraw", subject)
    assert changes(world) == [Withheld.UNDELIVERABLE]


def test_somebody_without_a_mailbox_gets_no_mail(world: World) -> None:
    world.record("withdraw", world.person(PHONE))
    assert changes(world) == [Withheld.NO_MAILBOX]


def test_an_erased_person_gets_no_mail(world: World) -> None:
    subject = world.person()
    withdrawn = world.record("withdraw", subject)
    world.close(subject)
    assert changes(world) == []
    # One that was taken out just before is stopped here.
    service = ChangeLetterService(world.ground, world.policies)
    assert service.make_up(withdrawn.event_id) is Withheld.GONE
    world.erase(subject)
    assert service.make_up(withdrawn.event_id) is Withheld.GONE


def test_the_mailbox_named_comes_first_then_one_of_which_control_is_proved(world: World) -> None:
    second = GivenIdentifier("email", "zweite@example.org")
    subject = world.person(MAIL, verified=False)
    world.identifiers.add_identifier(subject, second, actor="test", verified_how="signed_in")
    world.grant(subject, identifiers=(MAIL,))
    world.record("withdraw", subject)
    assert [letter.to for letter in made_up(world)] == [MAIL.value, second.value]


def test_a_withdrawal_by_link_is_told_once(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    world.clock.move(days=1)
    for _ in range(3):
        world.links.withdraw_by_link(token, capture=Capture(source="one-click"))
    assert changes(world) == [Change.GRANTED, Change.WITHDRAWN]


def test_a_confirmation_that_came_too_late_changes_nothing_and_is_not_told(world: World) -> None:
    request = world.sign_up()
    world.clock.move(days=15)
    world.record("doi_confirmed", request.subject_id, request=request.event_id)
    assert changes(world) == [Untold.NO_CHANGE]
