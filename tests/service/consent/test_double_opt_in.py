"""The double opt-in: only the button in the mail makes a yes, once, and everything that proves it is kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from audit.tables import event_table as entry_table
from audit.tables import outbox_table
from consent.evidence_store import EvidenceStore
from consent.identifiers import GivenIdentifier
from consent.links import ConfirmationOutcome as Outcome
from consent.report import Capture
from consent.tables import confirmation_table, event_table, evidence_table, identifier_table, permission_table
from consent.tokens import new_token
from tests.service.consent.world import CAPTURE, MAIL, World

CLICK = Capture(ip="198.51.100.0", user_agent="Browser 2.0")


def test_the_whole_way_from_form_to_permission(world: World) -> None:
    signed_up = world.sign_up()
    assert (signed_up.confirmation_sent, signed_up.state) == (True, "pending")
    assert world.reason() == "pending_doi"
    (letter,) = world.letters()
    assert (letter.to, letter.template) == ("kundin@example.org", "confirm")
    token = letter.values["token"]
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.WAITING
    world.clock.move(hours=1)
    confirmed = world.confirmations.confirm(token, capture=CLICK)
    assert confirmed.outcome is Outcome.CONFIRMED
    answer = world.check().decision
    assert (answer.allowed, answer.carried_by, answer.state) == (True, confirmed.event_id, "granted")


def test_opening_the_link_changes_nothing_however_often(world: World) -> None:
    world.sign_up()
    token = world.token()
    before = [world.rows(table) for table in (event_table, confirmation_table, permission_table, entry_table)]
    for _ in range(3):
        peeked = world.confirmations.peek_confirmation(token)
    after = [world.rows(table) for table in (event_table, confirmation_table, permission_table, entry_table)]
    assert after == before
    assert peeked.masked_address == "k•••@example.org"
    assert (peeked.controller, peeked.purposes, peeked.notice) == ("nordlicht", ("newsletter",), "welcome@1")
    assert world.reason() == "pending_doi"


def test_a_token_is_spent_once(world: World) -> None:
    world.sign_up()
    token = world.token()
    first = world.confirmations.confirm(token, capture=CLICK)
    second = world.confirmations.confirm(token, capture=CLICK)
    assert (first.outcome, second.outcome) == (Outcome.CONFIRMED, Outcome.ALREADY_CONFIRMED)
    assert [row.kind for row in world.rows(event_table)].count("doi_confirmed") == 1
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.ALREADY_CONFIRMED


def test_a_token_that_ran_out_confirms_nothing(world: World) -> None:
    world.sign_up()
    token = world.token()
    world.clock.move(days=14)
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.EXPIRED
    assert world.reason() == "doi_expired"


def test_a_token_works_until_the_last_instant(world: World) -> None:
    world.sign_up()
    token = world.token()
    world.clock.move(days=14, microseconds=-1)
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CONFIRMED


def test_a_token_that_nobody_made_is_unknown(world: World) -> None:
    token = new_token()
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.UNKNOWN
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.UNKNOWN


def test_a_click_after_a_no_comes_too_late(world: World) -> None:
    subject = world.sign_up().subject_id
    token = world.token()
    world.clock.move(hours=1)
    world.record("withdraw", subject)
    world.clock.move(hours=1)
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.CANCELLED
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CANCELLED
    assert world.reason() == "withdrawn"
    assert [row.spent_at for row in world.rows(confirmation_table)] == [None]


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("erase", {}, id="erased"),
        pytest.param("decease", {}, id="dead"),
        pytest.param("suppress", {"reason": "litigation"}, id="in a dispute"),
        pytest.param("suppress", {"reason": "litigation", "identifiers": (MAIL,)}, id="address in a dispute"),
        pytest.param("suppress", {"reason": "complaint"}, id="complained elsewhere"),
        pytest.param("suppress", {"reason": "objection", "identifiers": (MAIL,)}, id="address of an objection"),
    ],
)
def test_a_click_for_somebody_who_is_closed_since_confirms_nothing(
    world: World, event: str, fields: dict[str, Any]
) -> None:
    subject = world.sign_up(purpose=["newsletter", "customer_voice"], channel=["email", "data_use"]).subject_id
    token = world.token()
    world.clock.move(hours=1)
    world.record(event, subject, **fields)
    before = world.rows(event_table), world.rows(identifier_table)
    world.clock.move(hours=1)
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.CANCELLED
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CANCELLED
    assert (world.rows(event_table), world.rows(identifier_table)) == before
    assert [row.spent_at for row in world.rows(confirmation_table)] == [None]
    assert not world.check().decision.allowed


def test_a_click_answers_a_register_that_yields_to_consent(world: World) -> None:
    subject = world.sign_up().subject_id
    token = world.token()
    world.clock.move(hours=1)
    world.record("suppress", subject, reason="robinson")
    world.clock.move(hours=1)
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CONFIRMED
    assert world.reason() is None


def test_a_sign_up_after_a_complaint_can_be_confirmed(world: World) -> None:
    subject = world.person(verified=False)
    world.record("suppress", subject, reason="complaint")
    world.clock.move(days=1)
    assert world.sign_up(subject).confirmation_sent is True
    world.clock.move(hours=1)
    assert world.confirmations.confirm(world.token(), capture=CLICK).outcome is Outcome.CONFIRMED
    assert world.reason() is None


def test_the_link_of_somebody_whose_data_are_removed_is_unknown(world: World) -> None:
    subject = world.sign_up().subject_id
    token = world.token()
    world.erase(subject or "")
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.UNKNOWN
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.UNKNOWN


def test_a_second_sign_up_of_a_subscribed_address_harms_nothing(world: World) -> None:
    world.sign_up()
    world.confirmations.confirm(world.token(), capture=CLICK)
    world.clock.move(days=30)
    again = world.sign_up()
    assert again.state == "granted"
    assert world.reason() is None
    world.clock.move(days=30)
    assert world.reason() is None
    assert world.count(identifier_table) == 1


def test_both_sign_ups_can_be_confirmed(world: World) -> None:
    world.sign_up()
    first = world.token()
    world.sign_up()
    second = world.token()
    assert first != second
    for token in (second, first):
        world.clock.move(minutes=1)
        assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CONFIRMED


def test_the_token_is_stored_only_as_a_hash_and_the_mail_only_sealed(world: World) -> None:
    world.sign_up()
    (row,) = world.rows(confirmation_table)
    (letter_row,) = world.rows(outbox_table)
    token = world.token()
    assert token.encode() not in bytes(row.token_hash)
    assert len(row.token_hash) == 32
    assert token.encode() not in bytes(letter_row.box)
    assert MAIL.value.encode() not in bytes(letter_row.box)


def test_both_legs_are_kept_as_evidence_sealed(world: World) -> None:
    world.sign_up()
    confirmed = world.confirmations.confirm(world.token(), capture=CLICK)
    with world.ground.reading() as session:
        proofs = EvidenceStore(world.ground, session).list_of([confirmed.event_id or ""])
    (legs,) = (proof.content for proof in proofs[confirmed.event_id or ""] if proof.kind == "double_opt_in")
    assert legs["request"]["evidence"][0]["content"] == CAPTURE.known()  # type: ignore[index]
    assert legs["confirmation"]["ip"] == CLICK.ip  # type: ignore[index]
    assert legs["request"]["notice"] == "welcome@1"  # type: ignore[index]
    for row in world.rows(evidence_table):
        assert CLICK.ip.encode() not in bytes(row.box)


def test_the_click_proves_control_over_the_address(world: World) -> None:
    world.sign_up()
    assert [row.verified_at for row in world.rows(identifier_table)] == [None]
    world.confirmations.confirm(world.token(), capture=CLICK)
    (row,) = world.rows(identifier_table)
    assert (row.verified_how, row.verified_at) == ("double_opt_in", world.clock())


def test_every_step_has_its_entry_in_the_log(world: World) -> None:
    world.sign_up()
    world.confirmations.confirm(world.token(), capture=CLICK)
    entries = [row.type for row in world.rows(entry_table)]
    assert entries == [
        "policy.applied",
        "subject.created",
        "identifier.added",
        "consent.requested",
        "consent.confirmed",
    ]
    assert {row.entry_id for row in world.rows(event_table)} <= {row.id for row in world.rows(entry_table)}


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("suppress", {"reason": "litigation", "identifiers": (MAIL,)}, id="an address in a dispute"),
        pytest.param("decease", {}, id="the dead"),
        pytest.param("erase", {}, id="the erased"),
    ],
)
def test_the_answer_does_not_tell_who_may_not_be_asked_and_the_link_confirms_nothing(
    world: World, event: str, fields: dict[str, Any]
) -> None:
    subject = world.person(verified=False)
    world.record(event, subject, **fields)
    assert world.sign_up(subject).confirmation_sent is True
    token = world.token()
    assert world.confirmations.peek_confirmation(token).outcome is Outcome.CANCELLED
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.CANCELLED


def test_a_mail_goes_to_an_address_that_was_erased_before(world: World) -> None:
    world.erase(world.person())
    world.clock.move(minutes=1)
    signed_up = world.sign_up()
    assert signed_up.confirmation_sent is True
    assert world.reason() == "suppressed.erasure"
    world.clock.move(minutes=1)
    world.confirmations.confirm(world.token(), capture=CLICK)
    assert world.reason() is None


def test_a_declaration_whose_challenge_is_no_mailbox_gets_no_mail(world: World) -> None:
    subject = world.person(MAIL, GivenIdentifier("phone", "+49 30 1234567"), verified=False)
    assert world.sign_up(subject, channel=["sms", "email"]).confirmation_sent is False
    assert world.count(outbox_table) == 0


def test_a_confirmation_that_a_crm_reports_spends_the_token_too(world: World) -> None:
    request = world.sign_up()
    token = world.token()
    world.clock.move(minutes=5)
    world.record("doi_confirmed", request.subject_id, request=request.event_id)
    assert world.reason() is None
    assert world.confirmations.confirm(token, capture=CLICK).outcome is Outcome.ALREADY_CONFIRMED


def test_of_several_clicks_at_the_same_time_one_wins(world: World) -> None:
    world.sign_up()
    token = world.token()
    together = Barrier(4)

    def click(_: int) -> Outcome:
        together.wait()
        return world.confirmations.confirm(token, capture=CLICK).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(click, range(4)))
    assert outcomes == [Outcome.ALREADY_CONFIRMED] * 3 + [Outcome.CONFIRMED]
    assert [row.kind for row in world.rows(event_table)].count("doi_confirmed") == 1
