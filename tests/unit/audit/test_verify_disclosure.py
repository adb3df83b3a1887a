"""What is shown, erased, withheld, forged or leaked (acceptance cases E1 to E9)."""

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.commitment import commitment, subject_tag
from audit.encoding import decode_base64
from audit.entry import parse_entry
from audit.report import Report
from tests.unit.audit.sample_log import SampleLog, SampleOpening, event_id, put, seed
from tests.unit.audit.verdicts import judged, rejected, unreadable

NEVER = "00000000-0000-4000-8000-000000000000"
TAG_KEY = seed("tag key of a data subject")


def sample() -> SampleLog:
    log = SampleLog()
    first = log.grant()
    log.grant("grace@example.org")
    log.erase(first)
    return log


def counts(report: Report) -> dict[str, int]:
    fields: Any = report.facts["fields"]
    return {name: count for name, count in fields.items() if count}


def subject_of(log: SampleLog) -> SampleOpening:
    """The opening of the one address that is shown."""
    return next(one for one in log.openings if one.field == "subject")


Change = Callable[[SampleOpening], SampleOpening]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda one: dataclasses.replace(one, value=b"eve@example.org"), "opening.forged", id="value"),
        pytest.param(lambda one: dataclasses.replace(one, value=b""), "opening.forged", id="empty value"),
        pytest.param(lambda one: dataclasses.replace(one, salt=bytes(32)), "opening.forged", id="salt"),
        pytest.param(lambda one: dataclasses.replace(one, salt=one.salt[:31]), "opening.forged", id="salt of 31 bytes"),
        pytest.param(lambda one: dataclasses.replace(one, salt=one.salt + b"\0"), "opening.forged", id="33 bytes"),
    ],
)
def test_e1_altered_opening_is_forged(tmp_path: Path, change: Change, code: str) -> None:
    log = sample()
    right = subject_of(log)
    others = [one for one in log.openings if one is not right]
    log.write(tmp_path, openings=[*others, change(right)])
    report = judged(tmp_path)
    assert rejected(report, code)
    assert counts(report) == {"DISCLOSED": 1, "ERASED": 2, "FORGED": 1}


@pytest.mark.parametrize("sloppy", ["no padding", "url-safe", "a space", "spare bits"])
def test_e1_sloppy_base64_is_rejected(tmp_path: Path, sloppy: str) -> None:
    changed = {"no padding": b'"eA"', "url-safe": b'"-_8="', "a space": b'"eA= ="', "spare bits": b'"eB=="'}[sloppy]
    log = sample()
    right = subject_of(log)
    line = SampleOpening(right.event, right.field, right.salt, b"x").line()
    assert b'"eA=="' in line
    bundle = log.write(tmp_path)
    put(bundle / "openings.jsonl", line.replace(b'"eA=="', changed))
    report = judged(tmp_path)
    assert rejected(report, "opening.base64")
    assert counts(report) == {"ERASED": 2, "WITHHELD": 2}


@pytest.mark.parametrize("moved", ["to another event", "to another field"])
def test_e2_opening_moved_elsewhere_is_forged(tmp_path: Path, moved: str) -> None:
    log = sample()
    third = log.grant("alan@example.org")
    right = next(one for one in log.openings if (one.event, one.field) == (event_id(1), "subject"))
    elsewhere: Any = {"event": third} if moved == "to another event" else {"field": "ip"}
    log.write(tmp_path, openings=[dataclasses.replace(right, **elsewhere)])
    assert rejected(judged(tmp_path), "opening.forged")


@pytest.mark.parametrize(
    "change", [pytest.param({"event": NEVER}, id="event"), pytest.param({"field": "name"}, id="field")]
)
def test_e3_opening_of_what_was_never_logged_is_rejected(tmp_path: Path, change: dict[str, Any]) -> None:
    log = sample()
    log.write(tmp_path, openings=[*log.openings, dataclasses.replace(subject_of(log), **change)])
    assert rejected(judged(tmp_path), "opening.unknown")


def test_e3_opening_of_a_pruned_event_is_rejected(tmp_path: Path) -> None:
    log = SampleLog()
    log.grant()
    log.fill(256)
    log.add("retention.pruned", pub={"before": 256, "basis": "schedule 3y"})
    log.write(tmp_path, pruned=[0], openings=log.openings[:1])
    assert rejected(judged(tmp_path), "opening.unknown")


def test_e3_opening_of_an_empty_commitment_is_rejected(tmp_path: Path) -> None:
    log = SampleLog()
    log.raw(com='{"subject":""}')
    log.write(tmp_path, openings=[SampleOpening(event_id(0), "subject", bytes(32), b"")])
    assert rejected(judged(tmp_path), "opening.unknown")


@pytest.mark.parametrize("field", ["subject", "ip"])
def test_e4_value_shown_although_erased_is_leaked(tmp_path: Path, field: str) -> None:
    log = SampleLog()
    first = log.grant()
    copy = next(one for one in log.openings if one.field == field)
    log.erase(first)
    log.write(tmp_path, openings=[copy])
    report = judged(tmp_path)
    assert rejected(report, "opening.leaked")
    assert counts(report) == {"ERASED": 1, "LEAKED": 1}


def test_e5_field_left_out_is_withheld(tmp_path: Path) -> None:
    log = sample()
    log.write(tmp_path, openings=[subject_of(log)])
    report = judged(tmp_path)
    assert (report.exit_status, counts(report)) == (0, {"DISCLOSED": 1, "ERASED": 2, "WITHHELD": 1})
    full = judged(tmp_path, full=True)
    assert rejected(full, "full.withheld")
    assert full.findings[0].text == "entry 1: neither shown nor erased: ip"


def test_e5_nothing_shown_is_all_withheld(tmp_path: Path) -> None:
    sample().write(tmp_path, openings=[])
    assert counts(judged(tmp_path)) == {"ERASED": 2, "WITHHELD": 2}


def erasing(events: str) -> SampleLog:
    """A log whose entry 1 erases; its own id is that of number 1, a later one that of number 2."""
    log = SampleLog()
    log.grant()
    log.raw(type='"erasure.executed"', pub=events)
    log.add()
    log.openings = []
    return log


@pytest.mark.parametrize(
    ("pub", "code"),
    [
        pytest.param(f'{{"events":["{NEVER}"]}}', "erasure.order", id="an event that never was"),
        pytest.param(f'{{"events":["{event_id(2)}"]}}', "erasure.order", id="a later event"),
        pytest.param(f'{{"events":["{event_id(1)}"]}}', "erasure.order", id="itself"),
        pytest.param("{}", "erasure.form", id="no events"),
        pytest.param(f'{{"events":"{event_id(0)}"}}', "erasure.form", id="a text"),
        pytest.param('{"events":[7]}', "erasure.form", id="a number"),
    ],
)
def test_e6_erasure_of_another_form_is_rejected(tmp_path: Path, pub: str, code: str) -> None:
    erasing(pub).write(tmp_path)
    assert rejected(judged(tmp_path), code)


def test_e6_erasure_in_a_pruned_log_may_name_an_event_that_is_gone(tmp_path: Path) -> None:
    log = SampleLog()
    gone = log.grant()
    log.fill(256)
    log.add("retention.pruned", pub={"before": 256, "basis": "schedule 3y"})
    log.erase(gone)
    log.write(tmp_path, pruned=[0])
    assert judged(tmp_path, strict=True).exit_status == 0


def test_e6_later_event_is_found_out_in_a_pruned_log_too(tmp_path: Path) -> None:
    log = SampleLog()
    log.fill(256)
    log.add("retention.pruned", pub={"before": 256, "basis": "schedule 3y"})
    log.raw(type='"erasure.executed"', pub=f'{{"events":["{event_id(258)}"]}}')
    log.add()
    log.write(tmp_path, pruned=[0])
    assert rejected(judged(tmp_path), "erasure.order")


def test_erasing_twice_is_erasing_once(tmp_path: Path) -> None:
    log = SampleLog()
    first = log.grant()
    log.erase(first)
    log.erase(first)
    log.write(tmp_path)
    assert counts(judged(tmp_path, full=True)) == {"ERASED": 2}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"event":"x","field":"subject","salt":"', id="cut off"),
        pytest.param(b'["x","subject","",""]', id="a list"),
        pytest.param(b'{"event":"x","field":"subject","salt":"","value":7}', id="a number as value"),
        pytest.param(b'{"event":"x","field":"subject","salt":""}', id="a member missing"),
        pytest.param(b'{"event":"x","field":"s","salt":"","value":"","value":""}', id="a member twice"),
        pytest.param(b'{"event":"x","field":"s","salt":"","value":"' + b"A" * 1_000_000 + b'"}', id="a vast line"),
        pytest.param(b"[" * 100_000, id="many brackets"),
        pytest.param(b"\xff", id="no UTF-8"),
    ],
)
def test_e7_line_that_is_no_opening_is_unreadable(tmp_path: Path, line: bytes) -> None:
    log = sample()
    bundle = log.write(tmp_path)
    put(bundle / "openings.jsonl", log.openings[0].line() + line + b"\n")
    report = judged(tmp_path)
    assert unreadable(report, "opening.file")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: b"\n \t\n" + data.replace(b"\n", b"\n\r\n"), id="blank lines"),
        pytest.param(lambda data: data.removesuffix(b"\n"), id="no last line end"),
        pytest.param(lambda data: data.replace(b'{"', b'{ "more" : [1], "'), id="another member, spaces"),
        pytest.param(lambda data: data + data, id="each line twice"),
    ],
)
def test_other_spellings_of_openings_are_read(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = sample().write(tmp_path) / "openings.jsonl"
    path.write_bytes(change(path.read_bytes()))
    assert judged(tmp_path, full=True).exit_status == 0


def test_e8_subject_key_lists_exactly_the_persons_entries(tmp_path: Path) -> None:
    log = SampleLog()
    log.grant(tag_key=TAG_KEY)
    log.grant("grace@example.org", tag_key=seed("tag key of another"))
    log.add("consent.withdrawn", tag_key=TAG_KEY)
    log.add()
    log.write(tmp_path)
    report = judged(tmp_path, subject_key=TAG_KEY)
    assert report.facts["subject_entries"] == [
        {"index": 0, "type": "consent.granted"},
        {"index": 2, "type": "consent.withdrawn"},
    ]
    assert "ok    the subject has exactly 2 of 4 entries: 0:consent.granted 2:consent.withdrawn" in report.lines


def guessed(event: str, value: bytes, salt: bytes) -> bytes:
    return commitment(event, "subject", value, salt)


def test_e9_erased_values_cannot_be_guessed_nor_tags_linked() -> None:
    log = SampleLog()
    guesses = [f"person{number}@example.org" for number in range(25)]
    for address in guesses:
        log.grant(address, tag_key=TAG_KEY)
    logged = [parse_entry(data) for data in log.entries]
    known = {decode_base64(text) for entry in logged for text in entry.com.values()}
    right = log.openings[0]
    assert guessed(right.event, right.value, right.salt) in known
    for entry in logged:
        salts = (bytes(32), hashlib.sha256(entry.id.encode()).digest(), entry.id.encode()[:32])
        tried = {guessed(entry.id, guess.encode(), salt) for guess in guesses for salt in salts}
        unsalted = {hashlib.sha256(guess.encode()).digest() for guess in guesses}
        assert not (tried | unsalted) & known
    assert len({entry.tag for entry in logged}) == len(logged)
    assert logged[0].tag == subject_tag(TAG_KEY, logged[0].id).hex()


def test_no_report_shows_a_value(tmp_path: Path) -> None:
    log = sample()
    wrong = dataclasses.replace(subject_of(log), value=b"eve@example.org")
    log.write(tmp_path, openings=[*log.openings, wrong])
    report = judged(tmp_path, full=True)
    assert "example.org" not in "\n".join(report.lines)
