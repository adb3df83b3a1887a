"""Withdrawal links: one step, no login, at any time, for what they name and nothing else (RFC 8058)."""

import pytest

from audit.tables import event_table as entry_table
from consent.errors import UnknownSubject
from consent.links import WithdrawalOutcome as Outcome
from consent.report import Capture
from consent.tables import event_table, link_table
from consent.tokens import new_token
from consent.withdrawal_links import WithdrawalScope
from tests.service.consent.world import CONTROLLER, World

NEWSLETTER = WithdrawalScope(purpose="newsletter", channel="email")
CLICK = Capture(source="one-click")


def test_one_click_ends_what_the_link_names(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.grant(subject, purpose="customer_voice", channel="data_use")
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    world.clock.move(days=1)
    assert world.links.withdraw_by_link(token, capture=CLICK).outcome is Outcome.WITHDRAWN
    assert world.reason() == "withdrawn"
    voice = {"purpose": "customer_voice", "channel": "data_use", "recipient": "sales_crm"}
    assert world.reason(subject, **voice) is None


def test_clicking_again_adds_nothing(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    world.clock.move(days=1)
    first = world.links.withdraw_by_link(token, capture=CLICK)
    counts = world.count(event_table), world.count(entry_table)
    world.clock.move(days=1)
    again = world.links.withdraw_by_link(token, capture=CLICK)
    assert (again.outcome, again.event_id) == (Outcome.ALREADY_WITHDRAWN, first.event_id)
    assert (world.count(event_table), world.count(entry_table)) == counts


def test_the_link_in_an_old_mail_still_works_years_later_and_after_a_new_consent(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    world.clock.move(days=1)
    world.links.withdraw_by_link(token, capture=CLICK)
    world.clock.move(days=3 * 365)
    world.grant(subject)
    assert world.reason() is None
    world.clock.move(days=1)
    assert world.links.withdraw_by_link(token, capture=CLICK).outcome is Outcome.WITHDRAWN
    assert world.reason() == "withdrawn"


def test_looking_at_a_link_changes_nothing(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    counts = world.count(event_table), world.count(entry_table)
    peeked = world.links.peek_link(token)
    assert peeked is not None
    assert (peeked.scope, peeked.masked_address) == (NEWSLETTER, "k•••@example.org")
    assert "example" not in repr(peeked)
    assert (world.count(event_table), world.count(entry_table)) == counts
    assert world.reason() is None


def test_an_unknown_link_is_an_outcome_and_no_error(world: World) -> None:
    token = new_token()
    assert world.links.peek_link(token) is None
    assert world.links.withdraw_by_link(token, capture=CLICK).outcome is Outcome.UNKNOWN


def test_the_same_scope_is_the_same_link_and_its_token_is_stored_nowhere(world: World) -> None:
    subject = world.person()
    tokens = {world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER) for _ in range(3)}
    assert len(tokens) == 1
    (row,) = world.rows(link_table)
    assert tokens.pop().encode() not in str(row).encode()
    other = WithdrawalScope(purpose="newsletter", topic="garden", channel="email")
    assert world.links.make_withdrawal_link(subject, CONTROLLER, other) not in tokens
    assert world.count(link_table) == 2


def test_a_link_for_several_things_ends_each_of_them_and_nothing_else(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.grant(subject, purpose="customer_voice", channel="data_use")
    world.grant(subject, purpose="email_tracking", channel="tracking_pixel", notice="tracking@1")
    scope = WithdrawalScope(purpose=("newsletter", "customer_voice"), channel=("email", "data_use"))
    token = world.links.make_withdrawal_link(subject, CONTROLLER, scope)
    assert world.links.make_withdrawal_link(subject, CONTROLLER, scope) == token
    world.clock.move(days=1)
    world.links.withdraw_by_link(token, capture=CLICK)
    voice = {"purpose": "customer_voice", "channel": "data_use", "recipient": "sales_crm"}
    assert (world.reason(), world.reason(subject, **voice)) == ("withdrawn", "withdrawn")
    assert world.reason(purpose="email_tracking", channel="tracking_pixel") is None


def test_a_link_for_everything_ends_everything(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.grant(subject, topic="garden")
    token = world.links.make_withdrawal_link(subject, CONTROLLER, WithdrawalScope())
    world.clock.move(days=1)
    world.links.withdraw_by_link(token, capture=CLICK)
    assert world.reason() == "withdrawn"
    assert not world.check(topic="garden").decision.allowed


def test_nobody_has_no_link(world: World) -> None:
    with pytest.raises(UnknownSubject):
        world.links.make_withdrawal_link("01990000-0000-7000-8000-000000000000", CONTROLLER, NEWSLETTER)


def test_the_link_of_an_erased_person_leads_nowhere(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    token = world.links.make_withdrawal_link(subject, CONTROLLER, NEWSLETTER)
    world.close(subject)
    assert world.links.withdraw_by_link(token, capture=CLICK).outcome is Outcome.ALREADY_WITHDRAWN
    world.erase(subject)
    assert world.links.peek_link(token) is None
