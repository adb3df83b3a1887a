"""Receipts and pairs of heads (acceptance cases P1 and P2)."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.encoding import encode_base64
from audit.merkle import consistency_proof, inclusion_proof, leaf_hash, node_hash
from audit.receipt import Receipt, consistency_bytes, parse_receipt
from audit.report import Report
from audit.verify_proofs import verify_consistency_files, verify_receipt
from tests.unit.audit.sample_log import POLICY, SampleLog, put

ACCEPTED, REJECTED, UNREADABLE = 0, 1, 2


def sample() -> SampleLog:
    log = SampleLog()
    log.fill(11)
    return log


LOG = sample()
LEAVES = [leaf_hash(entry) for entry in LOG.entries]
RECEIPT = Receipt(7, tuple(inclusion_proof(LEAVES, 7)), LOG.head().encode())


def judged(directory: Path, receipt: bytes, entry: bytes = LOG.entries[7]) -> Report:
    return verify_receipt(
        put(directory / "entry.tlog-proof", receipt),
        put(directory / "entry", entry),
        put(directory / "policy.txt", POLICY),
    )


def changed(**changes: object) -> bytes:
    return dataclasses.replace(RECEIPT, **changes).to_bytes()  # type: ignore[arg-type]  # the tables below fit


def test_p1_right_receipt_is_accepted(tmp_path: Path) -> None:
    report = judged(tmp_path, RECEIPT.to_bytes())
    assert report.lines == ("ok    entry 7 is in the tree of size 11", "VERDICT accepted")


def test_receipt_comes_back_as_it_went() -> None:
    assert parse_receipt(RECEIPT.to_bytes()) == RECEIPT


def test_extra_line_is_ignored(tmp_path: Path) -> None:
    with_extra = RECEIPT.to_bytes().replace(b"index 7", b"extra c29tZXRoaW5n\nindex 7")
    assert judged(tmp_path, with_extra).exit_status == ACCEPTED


@pytest.mark.parametrize(
    ("receipt", "codes"),
    [
        pytest.param(changed(index=6), ["receipt.proof"], id="other index"),
        pytest.param(changed(index=11), ["receipt.proof"], id="index is the size"),
        pytest.param(changed(index=2**63 - 1), ["receipt.proof"], id="largest index"),
        pytest.param(changed(proof=RECEIPT.proof[1:]), ["receipt.proof"], id="a hash less"),
        pytest.param(changed(proof=(*RECEIPT.proof, bytes(32))), ["receipt.proof"], id="a hash more"),
        pytest.param(changed(proof=(bytes(32),) * 63), ["receipt.proof"], id="63 hashes"),
        pytest.param(changed(note=LOG.head(9).encode()), ["receipt.proof"], id="older head"),
        pytest.param(changed(note=LOG.head(witness_time=None).encode()), ["head.quorum"], id="no witness"),
        pytest.param(changed(note=LOG.head(log_seed=bytes(32)).encode()), ["head.log"], id="other key"),
        pytest.param(changed(note=b""), ["note.malformed"], id="no head"),
    ],
)
def test_p1_receipt_that_proves_something_else_is_rejected(tmp_path: Path, receipt: bytes, codes: list[str]) -> None:
    report = judged(tmp_path, receipt)
    assert (report.exit_status, report.codes()) == (REJECTED, codes)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(LOG.entries[6], id="another entry"),
        pytest.param(LOG.entries[7] + b" ", id="a space more"),
        pytest.param(b"", id="no bytes"),
    ],
)
def test_p1_receipt_of_other_bytes_is_rejected(tmp_path: Path, entry: bytes) -> None:
    assert judged(tmp_path, RECEIPT.to_bytes(), entry).exit_status == REJECTED


def test_p1_inner_node_is_no_entry(tmp_path: Path) -> None:
    inner = LEAVES[6] + LEAVES[7]
    assert node_hash(*LEAVES[6:8]) != leaf_hash(inner)
    shortened = changed(index=3, proof=RECEIPT.proof[1:])
    for entry in (inner, b"\x01" + inner):
        assert judged(tmp_path, shortened, entry).exit_status == REJECTED


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b"index 7", b"index 07"), id="index 07"),
        pytest.param(lambda data: data.replace(b"index 7", b"index -7"), id="index -7"),
        pytest.param(lambda data: data.replace(b"index 7", b"index  7"), id="two spaces"),
        pytest.param(lambda data: data.replace(b"index 7\n", b""), id="no index"),
        pytest.param(lambda data: data.replace(b"\n\n", b"\n"), id="no blank line"),
        pytest.param(lambda data: data.replace(b"@v1", b"@v2"), id="another version"),
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: data.replace(b"index", b"\xff\nindex"), id="no UTF-8"),
        pytest.param(
            lambda data: data.replace(encode_base64(RECEIPT.proof[0]).encode(), RECEIPT.proof[0].hex().encode()),
            id="hex hash",
        ),
        pytest.param(lambda data: changed(proof=(bytes(32),) * 64), id="64 hashes"),
        pytest.param(lambda data: b"", id="nothing"),
        pytest.param(lambda data: b"x" * 3_000_000, id="a vast file"),
    ],
)
def test_p1_receipt_of_another_form_is_unreadable(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    report = judged(tmp_path, change(RECEIPT.to_bytes()))
    assert (report.exit_status, report.codes()) == (UNREADABLE, ["receipt.form"])


def test_entry_longer_than_entries_can_be_is_unreadable(tmp_path: Path) -> None:
    assert judged(tmp_path, RECEIPT.to_bytes(), bytes(65_536)).exit_status == UNREADABLE


def compared(directory: Path, proof: bytes, old: str, new: str) -> Report:
    return verify_consistency_files(
        put(directory / "proof", proof),
        put(directory / "old", old),
        put(directory / "new", new),
        put(directory / "policy.txt", POLICY),
    )


PROOF = consistency_bytes(consistency_proof(LEAVES, 6))


def other_log() -> SampleLog:
    log = sample()
    log.entries[2] = log.entries[2].replace(b"email", b"phone")
    return log


def test_p2_right_proof_is_accepted_and_the_older_head_needs_no_witness(tmp_path: Path) -> None:
    assert compared(tmp_path, PROOF, LOG.head(6, witness_time=None), LOG.head()).exit_status == ACCEPTED


def test_p2_hashes_may_stand_apart_by_any_white_space(tmp_path: Path) -> None:
    spread = b"\n\t " + PROOF.replace(b"\n", b" \r\n")
    assert compared(tmp_path, spread, LOG.head(6), LOG.head()).exit_status == ACCEPTED


@pytest.mark.parametrize(
    ("proof", "old", "new"),
    [
        pytest.param(PROOF, LOG.head(), LOG.head(6), id="swapped"),
        pytest.param(b"", LOG.head(6), LOG.head(), id="no proof"),
        pytest.param(consistency_bytes(consistency_proof(LEAVES, 5)), LOG.head(6), LOG.head(), id="of another size"),
        pytest.param(b"", LOG.head(), other_log().head(), id="same size with two roots"),
        pytest.param(PROOF, LOG.head(6), other_log().head(), id="rewritten"),
        pytest.param(PROOF, LOG.head(6), LOG.head(witness_time=None), id="newer head without witness"),
    ],
)
def test_p2_heads_that_do_not_fit_are_rejected(tmp_path: Path, proof: bytes, old: str, new: str) -> None:
    assert compared(tmp_path, proof, old, new).exit_status == REJECTED


@pytest.mark.parametrize("place", range(len(consistency_proof(LEAVES, 6))))
def test_p2_one_flipped_bit_is_rejected(tmp_path: Path, place: int) -> None:
    hashes = consistency_proof(LEAVES, 6)
    hashes[place] = bytes([hashes[place][0] ^ 1]) + hashes[place][1:]
    assert compared(tmp_path, consistency_bytes(hashes), LOG.head(6), LOG.head()).exit_status == REJECTED


@pytest.mark.parametrize("proof", [b"no hash", PROOF[:-2], b"\xff", b"A" * 20_000])
def test_hash_file_of_another_form_is_unreadable(tmp_path: Path, proof: bytes) -> None:
    report = compared(tmp_path, proof, LOG.head(6), LOG.head())
    assert (report.exit_status, report.codes()) == (UNREADABLE, ["receipt.form"])


def test_head_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    put(tmp_path / "policy.txt", POLICY)
    report = verify_consistency_files(
        put(tmp_path / "proof", PROOF), tmp_path / "gone", put(tmp_path / "new", LOG.head()), tmp_path / "policy.txt"
    )
    assert (report.exit_status, report.codes()) == (UNREADABLE, ["head.file"])
