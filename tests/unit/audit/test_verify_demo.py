"""The honest sample logs are accepted, with the counts and the subject's entries that are known of them."""

from typing import Any

import pytest

from audit.report import Report, Verdict
from audit.verify import verify_bundle
from audit.verify_proofs import verify_consistency_files, verify_receipt
from tests.paths import SHARED

DEMO = SHARED / "log" / "demo"
POLICY = DEMO / "policy.txt"
KEPT = [DEMO / "kept"]
SUBJECT_ENTRIES = (
    "5:consent.granted 36:consent.objected 42:consent.granted 114:delivery.checked 118:delivery.checked "
    "119:consent.objected 130:consent.granted 145:consent.withdrawn 155:consent.withdrawn 158:consent.granted "
    "159:delivery.checked 194:consent.objected 202:consent.granted 204:consent.granted 217:delivery.checked "
    "230:consent.granted 249:delivery.checked 305:delivery.checked"
)


def judged(name: str, **options: Any) -> Report:
    return verify_bundle(DEMO / name, POLICY, **options)


def subject_key() -> bytes:
    return bytes.fromhex((DEMO / "subject-key.hex").read_text().strip())


def subject_entries(report: Report) -> str:
    entries: Any = report.facts["subject_entries"]
    return " ".join(f"{one['index']}:{one['type']}" for one in entries)


@pytest.mark.parametrize(
    ("name", "size", "fields", "prefixes", "entries"),
    [
        pytest.param("bundle", 309, {"DISCLOSED": 724, "ERASED": 61}, 4, SUBJECT_ENTRIES, id="whole log"),
        pytest.param("bundle-pruned", 315, {"DISCLOSED": 135}, 5, "305:delivery.checked", id="pruned log"),
    ],
)
def test_honest_log_is_accepted_with_its_counts(
    name: str, size: int, fields: dict[str, int], prefixes: int, entries: str
) -> None:
    report = judged(name, seen=KEPT, strict=True, subject_key=subject_key())
    assert (report.verdict, report.exit_status) == (Verdict.ACCEPTED, 0)
    assert report.facts["size"] == size
    assert report.facts["fields"] == {"ERASED": 0, "WITHHELD": 0, "FORGED": 0, "LEAKED": 0, **fields}
    assert sum(line.endswith("is a prefix") for line in report.lines) == prefixes
    assert subject_entries(report) == entries


@pytest.mark.parametrize("name", ["bundle", "bundle-pruned"])
def test_honest_log_discloses_all_that_is_not_erased(name: str) -> None:
    assert judged(name, full=True).lines[-1] == "VERDICT accepted"


def test_stranger_finds_no_entry_with_a_key_of_their_own() -> None:
    assert judged("bundle", subject_key=bytes(32)).facts["subject_entries"] == []


def test_receipt_is_accepted() -> None:
    report = verify_receipt(DEMO / "receipt/entry.tlog-proof", DEMO / "receipt/entry", POLICY)
    assert report.lines == ("ok    entry 17 is in the tree of size 309", "VERDICT accepted")


def test_two_heads_are_consistent() -> None:
    pair = DEMO / "consistency"
    report = verify_consistency_files(pair / "proof", pair / "old", pair / "new", POLICY)
    assert report.lines == ("ok    size 151 is a prefix of size 309", "VERDICT accepted")
