"""Importing: a row only lowers, unless it brings proof; every row is reported, and refused ones leave nothing."""

from collections import Counter
from typing import Any

from audit.tables import event_table as entry_table
from consent.identifiers import GivenIdentifier
from consent.import_reading import ImportFormat
from consent.tables import event_table, evidence_table, identifier_table, subject_table
from tests.service.consent.importing import MAILBOX, ndjson, row, take_in, told
from tests.service.consent.world import MAIL, WRITTEN, World

REJECTED = "rejected"
# What is wrong with a row, its field, and the rest of the row.
MALFORMED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("unknown_purpose", "purpose", {"purpose": "unheard"}),
    ("unknown_channel", "channel", {"channel": "fax"}),
    ("unknown_topic", "topic", {"topic": "cars"}),
    ("unknown_topic", "topic", {"purpose": "customer_voice", "channel": "data_use", "topic": "garden"}),
    ("unknown_notice", "notice", {"notice": "welcome@9"}),
    ("in_future", "at", {"at": "2099-01-01T00:00:00Z"}),
    ("malformed", "at", {"at": "2026-01-01T00:00:00"}),
    ("malformed", "at", {"at": "2026-02-30T00:00:00Z"}),
    ("missing", "at", {"at": None}),
    ("invalid_identifier", "identifier_value", {"identifier": {"kind": "email", "value": "nobody"}}),
    ("not_of_this_channel", "identifier_kind", {"identifier": {"kind": "pigeon", "value": "x"}}),
    ("not_of_this_channel", "identifier_kind", {"channel": "sms"}),
    ("malformed", "status", {"status": "maybe"}),
    ("unknown_field", "colour", {"colour": "red"}),
)
# A no, and why a row can say nothing against it.
NOES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("withdraw", {"purpose": "newsletter"}, "withdrawn"),
    ("object", {}, "objection"),
    ("refuse", {}, "refused"),
    ("restrict", {}, "restricted"),
    ("decease", {}, "deceased"),
    ("suppress", {"reason": "litigation"}, "suppressed.litigation"),
)


def counted(world: World) -> list[int]:
    return [world.count(table) for table in WRITTEN]


def mailbox(number: int) -> GivenIdentifier:
    return GivenIdentifier("email", f"p{number}@example.org")


def test_a_row_with_proof_opens_what_it_names_and_nothing_else(world: World) -> None:
    (report,) = take_in(world, ndjson(row()))
    assert (report.outcome, report.reason) == ("applied", None)
    assert report.event_id in {stored.id for stored in world.rows(event_table)}
    assert world.reason() is None
    assert world.reason(purpose="customer_voice", channel="data_use") == "scope.purpose"


def test_a_yes_without_proof_is_rejected_with_the_rule_and_leaves_nothing(world: World) -> None:
    before = counted(world)
    reports = take_in(
        world,
        ndjson(
            row(proof=None),
            row(proof="stated"),
            row(notice="none"),
            row(notice="tracking@1"),
            row(at="2024-11-01T09:00:00Z"),
        ),
    )
    assert told(reports) == [
        (REJECTED, "evidence_insufficient.import"),
        (REJECTED, "evidence_insufficient.import"),
        (REJECTED, "evidence_insufficient.no_text"),
        (REJECTED, "scope.purpose"),
        (REJECTED, "evidence_insufficient.no_text"),
    ]
    assert counted(world) == before


def test_a_consent_that_is_over_already_is_kept_and_said_to_be_over(world: World) -> None:
    assert told(take_in(world, ndjson(row(at="2025-02-01T09:00:00Z")))) == [("applied", "dormant")]
    assert world.reason() == "dormant"


def test_a_no_needs_no_proof_and_closes_what_was_open(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    assert world.reason() is None
    no = {"status": "unsubscribed", "proof": None, "notice": None, "at": None}
    reports = take_in(world, ndjson(row(**no), row("neu@example.org", **no)))
    assert told(reports) == [("lowered", None)] * 2
    assert [report.known_subject for report in reports] == [subject, None]
    assert world.reason() == world.reason(GivenIdentifier("email", "neu@example.org")) == "withdrawn"


def test_a_row_answers_no_standing_no(world: World) -> None:
    for number, (event, fields, _) in enumerate(NOES):
        world.record(event, world.person(mailbox(number)), **fields)
    before = counted(world)
    reports = take_in(world, ndjson(*(row(mailbox(number).value) for number in range(len(NOES)))))
    assert told(reports) == [("conflict", reason) for _, _, reason in NOES]
    assert counted(world) == before
    assert [world.reason(mailbox(number)) for number in range(len(NOES))] == [reason for _, _, reason in NOES]


def test_a_no_in_the_same_file_stands_against_the_yes_behind_it(world: World) -> None:
    no = row(status="unsubscribed", topic="garden", at="2026-10-01T09:00:00Z")
    yes = row(topic="garden")
    assert told(take_in(world, ndjson(no, yes, row(topic="kitchen")))) == [
        ("lowered", None),
        ("conflict", "withdrawn"),
        ("applied", None),
    ]
    assert world.count(subject_table) == 1


def test_an_erased_person_does_not_come_back(world: World) -> None:
    world.erase(world.person())
    before = counted(world)
    data_use = {"channel": "data_use", "purpose": "customer_voice"}
    rows = (row(), row(status="unsubscribed"), row(**data_use), row(**data_use, status="unsubscribed"))
    assert told(take_in(world, ndjson(*rows))) == [(REJECTED, "suppressed.erasure")] * 4
    assert counted(world) == before


def test_a_row_about_somebody_erased_after_an_import_is_rejected_when_it_comes_again(world: World) -> None:
    take_in(world, ndjson(row()))
    (subject,) = world.subjects.resolve(MAIL)
    world.erase(subject)
    assert told(take_in(world, ndjson(row()))) == [(REJECTED, "suppressed.erasure")]
    assert world.reason() == "erased"


def test_a_mailbox_of_two_people_tells_of_neither(world: World) -> None:
    world.person()
    other = world.person(GivenIdentifier("email", "zweite@example.org"))
    world.identifiers.add_identifier(other, MAIL, actor="test", shared=True)
    assert told(take_in(world, ndjson(row(), row(status="unsubscribed")))) == [(REJECTED, "identifiers_conflict")] * 2


def test_a_row_proves_control_of_a_new_contact_point_only(world: World) -> None:
    world.person(verified=False)
    insufficient = (REJECTED, "evidence_insufficient.identity_unverified")
    assert told(take_in(world, ndjson(row(), row("neue@example.org")))) == [insufficient, ("applied", None)]


def test_a_malformed_row_is_rejected_by_its_field_and_the_others_go_on(world: World) -> None:
    good = [row(mailbox(number).value) for number in range(len(MALFORMED))]
    pairs = [each for number, (_, _, fields) in enumerate(MALFORMED) for each in (good[number], row(**fields))]
    reports = take_in(world, ndjson(*pairs))
    assert Counter(report.outcome for report in reports) == {"applied": len(MALFORMED), REJECTED: len(MALFORMED)}
    assert [(report.reason, report.column) for report in reports[1::2]] == [known[:2] for known in MALFORMED]
    assert reports[1].document() == {
        "row": 2,
        "outcome": REJECTED,
        "reason": "unknown_purpose",
        "event_id": None,
        "field": "purpose",
    }


def test_the_same_file_is_taken_in_once(world: World) -> None:
    content = ndjson(row(), row("zweite@example.org", status="unsubscribed"), row("x"))
    first = take_in(world, content)
    before = counted(world)
    again = take_in(world, content)
    assert [report.document() for report in again] == [report.document() for report in first]
    assert [report.before for report in again] == [True, True, False]
    assert counted(world) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(world: World) -> None:
    content = ndjson(row(), row(status="unsubscribed"), row(topic="garden"), row("x"))
    before = counted(world)
    dry = told(take_in(world, content, dry_run=True))
    assert counted(world) == before
    assert told(take_in(world, content)) == dry


def test_every_event_has_its_entry_and_what_names_a_person_is_sealed(world: World) -> None:
    entries = world.count(entry_table)
    take_in(world, ndjson(row(evidence="binder 7, page 3"), row("zweite@example.org")))
    stored = [each for each in world.rows(event_table) if each.kind in ("import_row", "identifier_added")]
    assert len({each.entry_id for each in stored}) == 4
    assert {each.entry_id for each in stored} <= {each.id for each in world.rows(entry_table)}
    assert world.count(entry_table) == entries + 4
    (evidence,) = world.rows(evidence_table)
    assert b"binder" not in evidence.box
    assert MAILBOX.encode() not in b"".join(each.box for each in world.rows(identifier_table))


def test_columns_go_by_their_names(world: World) -> None:
    semicolons = (
        b"identifier_kind;identifier_value;purpose;channel;status;at;notice;proof\n"
        b"email;kundin@example.org;newsletter;email;subscribed;2026-11-01T09:00:00Z;welcome@1;confirmed\n"
    )
    marked = (
        b"\xef\xbb\xbfstatus,proof,notice,at,channel,purpose,identifier_kind,identifier_value\r\n"
        b'subscribed,confirmed,welcome@1,2026-11-01T10:00:00+01:00,email,newsletter,email,"zweite@example.org"\r\n'
    )
    for content in (semicolons, marked):
        assert told(take_in(world, content, form=ImportFormat.CSV, digest=f"{len(content):064x}")) == [
            ("applied", None)
        ]
    (first, second) = (each.at for each in world.rows(event_table) if each.kind == "import_row")
    assert first == second
