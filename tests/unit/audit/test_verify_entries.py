"""Exports whose entries are whole, damaged, doubled, malformed or pruned (acceptance cases V1 to V4, V18 to V24)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.blocks import entries_path
from audit.note import signature_line
from tests.unit.audit.sample_log import (
    WITNESS_TIME,
    SampleLog,
    put,
    sample_log,
)
from tests.unit.audit.verdicts import accepted, judged, rejected, replaced


def test_v1_honest_export_is_accepted(tmp_path: Path) -> None:
    log = sample_log()
    log.write(tmp_path, heads={"0000": log.head(2), "0001": log.head(4, witness_time=None)})
    kept = put(tmp_path / "kept" / "a", log.head(3))
    assert accepted(judged(tmp_path, seen=[kept.parent, kept], full=True, strict=True, fresh_after=WITNESS_TIME))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda log: replaced(log, 1, b"email", b"postal"), id="V2 a fact edited"),
        pytest.param(lambda log: replaced(log, 1, b'"v":1', b'"v": 1'), id="V2 a space added"),
        pytest.param(lambda log: log.entries.append(log.entries.pop(2) and log.entries[-1]), id="V3 one removed"),
        pytest.param(lambda log: log.entries.insert(1, log.entries.pop(2)), id="V3 two swapped"),
        pytest.param(lambda log: log.entries.__setitem__(3, log.entries[1]), id="V3 one replaced by another"),
    ],
)
def test_v2_v3_changed_entries_do_not_hash_to_the_root(tmp_path: Path, damage: Callable[[SampleLog], Any]) -> None:
    log = sample_log()
    head = log.head()
    damage(log)
    assert len(log.entries) == 6
    log.write(tmp_path, head=head)
    assert rejected(judged(tmp_path), "tree.root")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda path: path.unlink(), "entries.missing", id="partial block missing"),
        pytest.param(lambda path: path.rename(path.with_name("5")), "entries.missing", id="block of another width"),
        pytest.param(lambda path: put(path, path.read_bytes() + b"xx"), "entries.trailing", id="bytes left over"),
        pytest.param(lambda path: put(path, b"\xff" + path.read_bytes()[1:]), "entries.short", id="length too big"),
        pytest.param(lambda path: put(path, path.read_bytes()[:-1]), "entries.short", id="last byte missing"),
        pytest.param(lambda path: put(path, b""), "entries.short", id="empty file"),
        pytest.param(lambda path: put(path, b"\x00"), "entries.short", id="half a length"),
    ],
)
def test_v4_damaged_block_is_rejected(tmp_path: Path, damage: Callable[[Path], Any], code: str) -> None:
    bundle = sample_log().write(tmp_path)
    damage(bundle / entries_path(0, 6))
    assert rejected(judged(tmp_path), code)


def test_v18_signed_empty_log_is_accepted(tmp_path: Path) -> None:
    SampleLog().write(tmp_path)
    report = judged(tmp_path, full=True, subject_key=bytes(32))
    assert accepted(report)
    assert report.facts["size"] == 0


def test_v18_empty_log_is_a_prefix_of_every_log(tmp_path: Path) -> None:
    kept = put(tmp_path / "kept", SampleLog().head())
    sample_log().write(tmp_path)
    assert accepted(judged(tmp_path, seen=[kept]))


def test_v19_event_logged_twice_is_rejected(tmp_path: Path) -> None:
    log = sample_log()
    log.entries.append(log.entries[1])
    log.write(tmp_path)
    assert rejected(judged(tmp_path), "entry.twice")


def raw(**members: str) -> bytes:
    log = SampleLog()
    log.raw(**members)
    return log.entries[0]


MISSING = raw().replace(b',"com":{}', b"")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        pytest.param(raw().replace(b'"v":1', b'"v":1,"v":1'), "entry.json", id="member twice"),
        pytest.param(raw(pub='{"a":1,"a":2}'), "entry.json", id="fact twice"),
        pytest.param(raw(more="1"), "entry.member", id="unknown member"),
        pytest.param(raw(ID='"x"'), "entry.member", id="ID next to id"),
        pytest.param(MISSING, "entry.member", id="member missing"),
        pytest.param(raw(v="2"), "entry.type", id="v is 2"),
        pytest.param(raw(v="1.0"), "entry.type", id="v is 1.0"),
        pytest.param(raw(id='""'), "entry.type", id="id is empty"),
        pytest.param(raw(pub="{}").replace(b"{}", b'{"a":"\xff"}', 1), "entry.json", id="broken UTF-8"),
        pytest.param(raw(pub='{"a":"\\ud83d"}'), "entry.json", id="half a surrogate pair"),
        pytest.param(b"[" * 5000, "entry.json", id="5,000 brackets"),
        pytest.param(raw(pub='{"a":' + "9" * 6000 + "}"), "entry.json", id="number of 6,000 digits"),
        pytest.param(raw(pub='{"a":NaN}'), "entry.json", id="NaN"),
        pytest.param(b"", "entry.json", id="no bytes"),
    ],
)
def test_v20_entry_that_is_none_is_rejected_and_skipped(tmp_path: Path, entry: bytes, code: str) -> None:
    log = sample_log()
    log.entries.append(entry)
    log.write(tmp_path)
    report = judged(tmp_path, full=True)
    assert rejected(report, code)
    assert report.facts["fields"] == {"DISCLOSED": 8, "ERASED": 2, "WITHHELD": 0, "FORGED": 0, "LEAKED": 0}


def long_log(bound: int | None = 256) -> SampleLog:
    log = SampleLog()
    for _ in range(3):
        log.grant()
    log.fill(260)
    if bound is not None:
        log.add("retention.pruned", pub={"before": bound, "basis": "schedule 3y"})
    log.openings = []
    return log


def test_v21_pruned_block_is_accepted_under_a_retention_record(tmp_path: Path) -> None:
    log = long_log()
    log.write(tmp_path, pruned=[0], heads={"early": log.head(100)})
    report = judged(tmp_path, strict=True)
    assert accepted(report)
    assert report.facts["pruned"] == 256


def test_v21_entries_count_where_both_files_are_there(tmp_path: Path) -> None:
    log = long_log()
    bundle = log.write(tmp_path)
    put(bundle / "tile/0/000", b"not looked at")
    assert accepted(judged(tmp_path))


def test_v22_pruned_block_without_record_is_rejected(tmp_path: Path) -> None:
    long_log(None).write(tmp_path, pruned=[0])
    assert rejected(judged(tmp_path), "prune.uncovered")


def test_v22_pruned_block_beyond_the_record_is_rejected(tmp_path: Path) -> None:
    log = SampleLog()
    log.fill(512)
    log.add("retention.pruned", pub={"before": 256, "basis": "schedule 3y"})
    log.write(tmp_path, pruned=[0, 1])
    report = judged(tmp_path)
    assert rejected(report, "prune.uncovered")
    assert report.findings[0].text.startswith("entries 256 to 511 ")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda data: bytes([data[0] ^ 1]) + data[1:], "tree.root", id="one hash altered"),
        pytest.param(lambda data: data[:-32], "tile.length", id="too short"),
        pytest.param(lambda data: data * 1000, "tile.length", id="far too long"),
    ],
)
def test_v22_damaged_hashes_are_rejected(tmp_path: Path, damage: Callable[[bytes], bytes], code: str) -> None:
    path = long_log().write(tmp_path, pruned=[0]) / "tile/0/000"
    path.write_bytes(damage(path.read_bytes()))
    assert rejected(judged(tmp_path), code)


def test_v22_partial_block_cannot_be_pruned(tmp_path: Path) -> None:
    long_log().write(tmp_path, pruned=[0, 1])
    assert rejected(judged(tmp_path), "entries.missing")


@pytest.mark.parametrize(
    "before", ["7", '"256"', "-1", "-0", "1e0", "true", "null", "[1]", str(2**63), "9" * 90], ids=lambda text: text[:9]
)
def test_v23_retention_record_of_another_form_is_rejected(tmp_path: Path, before: str) -> None:
    log = SampleLog()
    log.fill(6)
    log.raw(type='"retention.pruned"', pub=f'{{"before":{before}}}')
    log.write(tmp_path)
    assert rejected(judged(tmp_path), "retention.form")


def test_v23_retention_record_may_reach_up_to_itself(tmp_path: Path) -> None:
    log = SampleLog()
    log.fill(6)
    log.raw(type='"retention.pruned"', pub='{"before":6}')
    log.write(tmp_path)
    assert accepted(judged(tmp_path))
    assert rejected(judged(tmp_path, strict=True), "entry.form")


def test_v23_record_that_does_not_count_covers_nothing(tmp_path: Path) -> None:
    log = long_log(None)
    log.raw(type='"retention.pruned"', pub='{"before":512}')
    log.write(tmp_path, pruned=[0])
    assert rejected(judged(tmp_path), "retention.form", "prune.uncovered")


def test_v24_strange_files_and_lines_are_ignored(tmp_path: Path) -> None:
    log = sample_log()
    stranger = signature_line(bytes(32), "stranger.example", "anything\n")
    bundle = log.write(tmp_path, head=log.head() + stranger)
    for name in (
        "policy.txt",
        "report.html",
        "MANIFEST.json",
        "tile/entries/000.p/5",
        "tile/0/000",
        "timestamps/6.tsr",
    ):
        put(bundle / name, "log nothing\n")
    assert accepted(judged(tmp_path, full=True))
