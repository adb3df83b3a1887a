"""Recording: what is said takes effect in the next read, once, or not at all; what cannot be true is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, Table, event

from audit.tables import event_table as entry_table
from audit.tables import opening_table, outbox_table
from consent import errors
from consent.identifiers import GivenIdentifier
from consent.recorder import Act, Recorder
from consent.report import Capture, Evidence
from consent.report_reading import Report, ReportReader
from consent.tables import (
    confirmation_table,
    event_table,
    evidence_table,
    identifier_table,
    permission_table,
    subject_table,
    suppression_table,
    use_table,
)
from tests.service.consent.world import CAPTURE, CONTROLLER, MAIL, World

PHONE = GivenIdentifier("phone", "030 1234567")
WRITTEN: tuple[Table, ...] = (
    subject_table,
    identifier_table,
    event_table,
    permission_table,
    evidence_table,
    entry_table,
    opening_table,
)


def test_a_withdrawal_works_in_the_next_read(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.clock.move(days=1)
    assert world.reason() is None
    world.record("withdraw", subject, purpose="newsletter")
    assert world.reason() == "withdrawn"


def test_a_consent_for_one_topic_opens_no_other(world: World) -> None:
    subject = world.person()
    assert world.grant(subject, topic="kitchen").state == "granted"
    assert world.reason(topic="kitchen") is None
    assert world.reason(topic="garden") == "scope.topic"


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        pytest.param({"prechecked": True}, "evidence_insufficient.prechecked", id="ticked beforehand"),
        pytest.param({"coupled": True}, "evidence_insufficient.coupled", id="a condition of the order"),
        pytest.param({"notice": "none"}, "evidence_insufficient.no_text", id="nobody kept the text"),
        pytest.param({"proof": "stated"}, "evidence_insufficient.proof_level", id="anybody may have said so"),
    ],
)
def test_a_flawed_declaration_is_recorded_and_permits_nothing(world: World, flaw: dict[str, Any], reason: str) -> None:
    recorded = world.grant(world.person(), **flaw)
    assert recorded.state == "invalid"
    assert world.reason() == reason
    assert recorded.event_id in {row.id for row in world.rows(event_table)}


def test_the_same_key_with_the_same_content_is_the_same_event(world: World) -> None:
    subject = world.person()
    first = world.grant(subject, idempotency_key="k1")
    before = [world.rows(table) for table in WRITTEN]
    world.clock.move(seconds=5)
    again = world.grant(subject, idempotency_key="k1")
    assert (again.event_id, again.replayed, first.replayed) == (first.event_id, True, False)
    assert [world.rows(table) for table in WRITTEN] == before


def test_the_same_key_with_other_content_is_refused(world: World) -> None:
    subject = world.person()
    world.grant(subject, idempotency_key="k1")
    with pytest.raises(errors.IdempotencyConflict):
        world.grant(subject, topic="garden", idempotency_key="k1")
    assert world.reason(topic="garden") is None
    assert len([row for row in world.rows(event_table) if row.kind == "grant"]) == 1


def test_a_repeated_sign_up_sends_one_mail(world: World) -> None:
    first = world.sign_up(idempotency_key="k1")
    again = world.sign_up(idempotency_key="k1")
    assert (again.event_id, again.confirmation_sent) == (first.event_id, True)
    assert len(world.letters()) == 1


def test_one_key_reported_at_the_same_time_gives_one_event(world: World) -> None:
    subject = world.person()
    together = Barrier(4)

    def report(_: int) -> str:
        together.wait()
        return world.grant(subject, idempotency_key="k1").event_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(report, range(4)))) == 1


def test_one_new_person_reported_at_the_same_time_is_one_person(world: World) -> None:
    together = Barrier(4)

    def report(_: int) -> str | None:
        together.wait()
        return world.record("withdraw", MAIL).subject_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(report, range(4)))) == 1
    assert world.count(identifier_table) == 1


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        pytest.param({"purpose": "horoscope"}, errors.UnknownPurpose, "purpose", id="purpose"),
        pytest.param({"channel": "telepathy"}, errors.UnknownChannel, "channel", id="channel"),
        pytest.param({"topic": "hats"}, errors.UnknownTopic, "topic", id="topic"),
        pytest.param({"notice": "welcome@9"}, errors.UnknownNotice, "notice", id="notice"),
        pytest.param({"controller": "gamma"}, errors.UnknownController, "controller", id="controller"),
        pytest.param({"colour": "red"}, errors.EventError, "colour", id="field"),
        pytest.param({"proof": "oath"}, errors.EventError, "proof", id="value"),
        pytest.param({"id": "e1"}, errors.EventError, "id", id="what Placet sets itself"),
    ],
)
def test_what_nobody_knows_is_refused_by_the_name_of_its_field(
    world: World, fields: dict[str, Any], error: type[Exception], field: str
) -> None:
    subject = world.person()
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(error, match=rf"^{field}: "):
        world.grant(subject, **fields)
    assert [world.rows(table) for table in WRITTEN] == before


@pytest.mark.parametrize(
    "flaw",
    [
        pytest.param({"purpose": "horoscope"}, id="unknown purpose"),
        pytest.param({"colour": "red"}, id="unknown field"),
        pytest.param({"identifiers": (GivenIdentifier("email", "no address"),)}, id="malformed identifier"),
    ],
)
def test_a_refused_report_leaves_no_keys_of_a_person_who_never_came_to_be(world: World, flaw: dict[str, Any]) -> None:
    made: list[str] = []

    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        made.extend([statement] if statement.startswith("INSERT INTO") and "audit_subject " in statement else [])

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        with pytest.raises(errors.ConsentError):
            world.grant(MAIL, **flaw)
        assert made == []
        world.record("refuse", MAIL)
        assert len(made) == 1
    finally:
        event.remove(Engine, "before_cursor_execute", watch)


def test_nothing_happens_in_the_future(world: World) -> None:
    subject = world.person()
    with pytest.raises(errors.EventInFuture):
        world.grant(subject, at=world.clock() + timedelta(minutes=3))


def test_a_clock_that_is_a_little_ahead_is_forgiven(world: World) -> None:
    subject = world.person()
    recorded = world.grant(subject, at=world.clock() + timedelta(minutes=1))
    (row,) = [row for row in world.rows(event_table) if row.id == recorded.event_id]
    assert (row.at, row.recorded_at) == (world.clock(), world.clock())


def test_what_is_learned_late_counts_from_when_it_happened_and_was_not_known_before(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    day = world.clock()
    world.clock.move(days=10)
    world.record("withdraw", subject, at=day + timedelta(days=1))
    middle = day + timedelta(days=5)
    assert world.reason(as_of=middle, as_known=middle) is None
    assert world.reason(as_of=middle, as_known=world.clock()) == "withdrawn"


def test_a_report_by_address_begins_a_record(world: World) -> None:
    recorded = world.record("refuse", MAIL, purpose="newsletter")
    assert world.subjects.resolve(MAIL) == [recorded.subject_id]
    assert world.reason() == "refused"


def test_a_report_that_begins_no_record_needs_a_known_person(world: World) -> None:
    with pytest.raises(errors.UnknownSubject):
        world.record("erase", MAIL)
    with pytest.raises(errors.UnknownSubject):
        world.grant("01990000-0000-7000-8000-000000000000")
    assert world.count(subject_table) == 0


def test_a_yes_needs_a_contact_point_that_somebody_holds(world: World) -> None:
    subject = world.person()
    with pytest.raises(errors.UnknownIdentifier, match=r"^identifier: "):
        world.grant(subject, identifiers=(GivenIdentifier("email", "andere@example.org"),))


def test_a_contact_point_added_later_is_not_drawn_into_an_older_consent(world: World) -> None:
    subject = world.person(PHONE)
    world.grant(subject, channel=["phone_live", "email"], proof="documented")
    world.identifiers.add_identifier(subject, MAIL, actor="test", verified_how="test")
    assert world.reason(MAIL) == "no_consent"


def test_a_block_list_entry_on_an_address_nobody_holds_waits_for_its_holder(world: World) -> None:
    recorded = world.record("suppress", MAIL, reason="objection")
    assert (recorded.subject_id, world.count(subject_table), world.count(suppression_table)) == (None, 0, 1)
    world.clock.move(days=1)
    subject = world.person()
    assert world.reason(subject) == "suppressed.objection"
    world.record("lift_suppression", MAIL, reason="objection", identifiers=(MAIL,))
    assert world.reason(subject) == "no_consent"


def test_a_shared_address_does_not_tell_who_is_meant(world: World) -> None:
    world.person()
    other = world.person(PHONE)
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    with pytest.raises(errors.IdentifiersConflict):
        world.record("withdraw", MAIL)


def test_failures_of_delivery_belong_to_the_address(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    for _ in range(3):
        world.clock.move(days=1)
        world.record("bounce", MAIL)
    assert world.reason() == "undeliverable"
    world.record("identifier_verified", MAIL)
    assert world.reason() is None


def test_a_confirmation_names_a_request_of_the_same_person(world: World) -> None:
    request = world.sign_up()
    other = world.person(PHONE)
    for subject, name in ((other, request.event_id), (request.subject_id, "01990000-0000-7000-8000-000000000000")):
        with pytest.raises(errors.UnknownRequest):
            world.record("doi_confirmed", subject, request=name)
    assert world.reason() == "pending_doi"


def test_a_record_is_merged_with_one_other_at_most(world: World) -> None:
    one, other, third = world.person(), world.person(PHONE), world.person(GivenIdentifier("device", "d1"))
    world.record("merge", one, other=other)
    with pytest.raises(errors.AlreadyMerged):
        world.record("merge", third, other=other)
    with pytest.raises(errors.AlreadyMerged):
        world.record("merge", third, other=third)
    with pytest.raises(errors.NotMerged):
        world.record("unmerge", one, other=third)
    world.record("unmerge", other, other=one)
    world.record("merge", third, other=other)


def test_merging_shares_the_noes(world: World) -> None:
    one, other = world.person(), world.person(PHONE)
    world.record("object", other)
    world.clock.move(days=1)
    world.grant(one)
    assert world.reason() is None
    world.record("merge", one, other=other)
    assert world.reason() == "objection"
    world.clock.move(days=1)
    world.record("unmerge", one, other=other)
    assert world.reason() is None


def test_free_words_are_sealed_and_stand_in_no_event(world: World) -> None:
    subject = world.person()
    world.record(
        "b2b_interest",
        subject,
        purpose="newsletter",
        rationale="Frau Beispiel bestellt jedes Jahr",
        evidence=(Evidence("note", {"text": "Telefonat mit Frau Beispiel"}),),
    )
    for row in (*world.rows(event_table), *world.rows(evidence_table), *world.rows(entry_table)):
        assert "Beispiel" not in str(row)
    told = world.overview.consents(subject).items[0]
    assert {proof.kind: proof.content["text"] for proof in told.evidence} == {
        "note": "Telefonat mit Frau Beispiel",
        "rationale": "Frau Beispiel bestellt jedes Jahr",
    }


def test_evidence_about_nobody_is_refused_rather_than_lost(world: World) -> None:
    with pytest.raises(errors.EventError, match=r"^evidence: "):
        world.record("assessment", purpose="newsletter", evidence=(Evidence("note", {}),))


def test_no_identifier_stands_in_clear_anywhere_but_in_its_box(world: World) -> None:
    subject = world.person(MAIL, PHONE)
    world.grant(subject, capture=CAPTURE)
    world.sign_up(subject)
    for table in WRITTEN:
        for row in world.rows(table):
            for value in row:
                text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                assert b"kundin" not in text
                assert b"1234567" not in text
                assert CAPTURE.ip.encode() not in text


def test_nothing_prints_what_is_real() -> None:
    report = Report(fields={"event": "grant"}, subject=MAIL, identifiers=(MAIL,), capture=CAPTURE)
    shown = repr((report, Evidence("note", {"text": "x-secret-x"}), Capture(ip="192.0.2.1")))
    assert "kundin" not in shown
    assert "192.0.2" not in shown
    assert "x-secret-x" not in shown


def steps_of_a_grant(world: World, recorder: Recorder, reader: ReportReader) -> list[Callable[[], object]]:
    act = Act(actor="test", controller=CONTROLLER, capture=CAPTURE)
    fields = {"event": "grant", "purpose": "newsletter", "channel": "email"}
    state: dict[str, Any] = {}

    def read() -> None:
        state["read"] = reader.read(Report(fields=fields, subject=MAIL), act)

    def append() -> None:
        state["event"] = recorder.append(state["read"].event, act, state["read"].extras)

    return [read, append, lambda: recorder.project([state["event"]])]


@pytest.mark.parametrize("taken", [pytest.param(count, id=f"after {count} of 3 steps") for count in range(4)])
def test_a_record_that_breaks_off_leaves_nothing(world: World, taken: int) -> None:
    before = [world.rows(table) for table in WRITTEN]
    with world.ground.unit_of_work() as uow:
        recorder = Recorder(world.ground, uow, world.policies.current(uow.session))
        reader = ReportReader(world.ground, uow, recorder)
        for step in steps_of_a_grant(world, recorder, reader)[:taken]:
            step()
        # The process is killed here: the block is left without a commit.
    assert [world.rows(table) for table in WRITTEN] == before
    assert world.reason() == "subject_unresolved"


class Broken(Exception):
    """The database went away."""


def test_a_sign_up_is_whole_or_not_there_whichever_statement_fails(world: World) -> None:
    tables = (*WRITTEN, confirmation_table, outbox_table)
    before = [world.rows(table) for table in tables]
    seen = count()
    limit = 0

    def fail(*_: object) -> None:
        if next(seen) == limit:
            raise Broken

    for limit in count():  # noqa: B007 - `fail` reads it
        seen = count()
        event.listen(world.ground.engine, "before_cursor_execute", fail)
        try:
            world.sign_up()
        except Broken:
            event.remove(world.ground.engine, "before_cursor_execute", fail)
            assert [world.rows(table) for table in tables] == before
        else:
            event.remove(world.ground.engine, "before_cursor_execute", fail)
            break
    assert limit > 20
    assert world.reason() == "pending_doi"


def test_a_use_is_kept_with_the_reference_of_its_message_sealed(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.record("use", subject, purpose="newsletter", channel="email", message_ref="an-kundin-42")
    (row,) = world.rows(use_table)
    assert (row.subject_id, row.purpose, row.used_at) == (subject, "newsletter", world.clock())
    assert b"kundin" not in bytes(row.box)
