"""Verifying a receipt, and the proof between two heads (LOG.md sections 9 and 11)."""

from collections.abc import Callable
from pathlib import Path

from audit.bounded_file import read_bounded
from audit.entry_form import MAX_ENTRY_BYTES
from audit.errors import ProofRefused
from audit.faults import ConsistencyProof, Fault, HeadFile, ReceiptForm, ReceiptProof, Unreadable
from audit.head import MAX_NOTE_BYTES, Head, open_head
from audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from audit.policy_file import Policy, read_policy
from audit.receipt import Receipt, parse_consistency, parse_receipt
from audit.report import Report, ReportBuilder

MAX_PROOF_BYTES = 10_000


def verify_receipt(receipt: Path, entry: Path, policy: Path) -> Report:
    """Judge whether a receipt proves that the entry in a file, exactly these bytes, is in the log."""

    def judge(report: ReportBuilder) -> None:
        """Check the receipt and report the place of the entry; raise the fault found."""
        rules = read_policy(policy)
        parsed = parse_receipt(_read(receipt, MAX_PROOF_BYTES + MAX_NOTE_BYTES, ReceiptForm))
        head = check_receipt(parsed, _read_entry(entry), rules)
        report.facts.update(origin=head.checkpoint.origin, size=head.checkpoint.size, index=parsed.index)
        report.ok(f"entry {parsed.index} is in the tree of size {head.checkpoint.size}")

    return _report(judge)


def check_receipt(receipt: Receipt, entry: bytes, policy: Policy) -> Head:
    """Return the head by which the receipt proves the entry; raise a HeadFault or ReceiptProof if it does not."""
    head = open_head(receipt.note, policy, quorum=policy.quorum)
    try:
        verify_inclusion(leaf_hash(entry), receipt.index, head.checkpoint.size, receipt.proof, head.checkpoint.root)
    except ProofRefused as error:
        raise ReceiptProof(f"the receipt does not prove the entry: {error}") from None
    return head


def verify_consistency_files(hashes: Path, old: Path, new: Path, policy: Path) -> Report:
    """Judge whether the log of the head `old` is a prefix of that of the head `new`."""

    def judge(report: ReportBuilder) -> None:
        """Check the two heads and the proof between them; raise the fault found."""
        rules = read_policy(policy)
        proof = parse_consistency(_read(hashes, MAX_PROOF_BYTES, ReceiptForm))
        # An older head may have been cosigned by fewer: its log signature is enough.
        older = open_head(_read(old, MAX_NOTE_BYTES, HeadFile), rules, quorum=0).checkpoint
        newer = open_head(_read(new, MAX_NOTE_BYTES, HeadFile), rules, quorum=rules.quorum).checkpoint
        try:
            verify_consistency(older.size, older.root, newer.size, newer.root, proof)
        except ProofRefused as error:
            raise ConsistencyProof(f"the heads are not shown to be consistent: {error}") from None
        report.facts.update(origin=newer.origin, old_size=older.size, size=newer.size)
        report.ok(f"size {older.size} is a prefix of size {newer.size}")

    return _report(judge)


def _report(judge: Callable[[ReportBuilder], None]) -> Report:
    report = ReportBuilder()
    try:
        judge(report)
    except Fault as fault:
        report.stop(fault)
    return report.finish()


def _read(path: Path, limit: int, fault: type[Unreadable]) -> bytes:
    try:
        return read_bounded(path, limit)
    except (OSError, ValueError) as error:
        raise fault(f"{path.name} cannot be read: {type(error).__name__}") from error


def _read_entry(path: Path) -> bytes:
    return _read(path, MAX_ENTRY_BYTES, ReceiptForm)
