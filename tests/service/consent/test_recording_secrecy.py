"""What is real is kept sealed: free words, references, identifiers and addresses stand nowhere in clear."""

from audit.tables import event_table as entry_table
from consent.identifiers import GivenIdentifier
from consent.report import Capture, Evidence
from consent.report_reading import Report
from consent.tables import event_table, evidence_table, use_table
from tests.service.consent.world import CAPTURE, MAIL, WRITTEN, World

PHONE = GivenIdentifier("phone", "030 1234567")


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


def test_no_identifier_stands_in_clear_anywhere_but_in_its_box(world: World) -> None:
    subject = world.person(MAIL, PHONE)
    world.grant(subject, capture=CAPTURE)
    world.sign_up(subject)
    for table in WRITTEN:
        rows = world.rows(table)
        assert rows, table.name
        for value in (value for row in rows for value in row):
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


def test_a_use_is_kept_with_the_reference_of_its_message_sealed(world: World) -> None:
    subject = world.person()
    world.grant(subject)
    world.record("use", subject, purpose="newsletter", channel="email", message_ref="an-kundin-42")
    (row,) = world.rows(use_table)
    assert (row.subject_id, row.purpose, row.used_at) == (subject, "newsletter", world.clock())
    assert b"kundin" not in bytes(row.box)
