"""Verifying an export bundle offline (LOG.md section 11). Needs the bundle, a policy and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from audit.blocks import entries_path
from audit.bundle import Bundle
from audit.entry_form import BLOCK_ENTRIES
from audit.faults import Fault, TreeRoot
from audit.head import Head, open_head
from audit.policy_file import read_policy
from audit.report import Report, ReportBuilder, shown
from audit.verify_entries import EntryPass
from audit.verify_heads import read_old_heads
from audit.verify_openings import FieldVerdict, OpeningCheck


def verify_bundle(
    bundle: Path,
    policy: Path,
    *,
    seen: Sequence[Path] = (),
    fresh_after: int = 0,
    full: bool = False,
    strict: bool = False,
    subject_key: bytes | None = None,
) -> Report:
    """Judge a bundle by an auditor's policy and report; nothing in the bundle makes it raise.

    `seen` are heads the auditor kept, files or directories of files. `fresh_after` is in Unix seconds, 0 for no
    demand. `full` demands that each field is shown or erased, `strict` the writer's form of each entry. With
    `subject_key`, a data subject's tag key of 32 bytes, the report lists exactly that person's entries.
    """
    report = ReportBuilder()
    try:
        _verify(
            bundle,
            policy,
            report,
            seen=seen,
            fresh_after=fresh_after,
            full=full,
            strict=strict,
            subject_key=subject_key,
        )
    except Fault as fault:
        report.stop(fault)
    return report.finish()


def _verify(
    path: Path,
    policy_path: Path,
    report: ReportBuilder,
    *,
    seen: Sequence[Path],
    fresh_after: int,
    full: bool,
    strict: bool,
    subject_key: bytes | None,
) -> None:
    policy = read_policy(policy_path)
    bundle = Bundle(path)
    head = open_head(bundle.checkpoint(), policy, quorum=policy.quorum)
    size = head.checkpoint.size
    report.facts.update(origin=head.checkpoint.origin, size=size)
    report.ok(f"checkpoint: size {size}, {len(head.cosignatures)} cosignatures")
    _judge_freshness(head, fresh_after, report)
    old_heads = read_old_heads(bundle, seen, policy)
    entries = EntryPass(old_heads.sizes(), strict=strict, subject_key=subject_key)
    if entries.run(bundle, size) != head.checkpoint.root:
        place = old_heads.first_difference(size, entries.roots)
        raise TreeRoot(
            f"the entries do not hash to the signed root; the first that differs is among {place.start} to "
            f"{place.stop - 1}, in {blocks_of(place, size)}"
        )
    report.ok(f"all {size} entries hash to the signed root")
    old_heads.judge(size, entries.roots, report)
    _report_entries(entries, report)
    openings = OpeningCheck(bundle, size, entries.table)
    try:
        openings.run()
        counts = openings.verdicts(full=full)
    finally:
        # Also when a line cannot be read: what was found before it is said before the run ends.
        report.take(openings.findings)
    report.facts["fields"] = {verdict.value: counts[verdict] for verdict in FieldVerdict}
    report.ok("fields: " + ", ".join(f"{verdict} {counts[verdict]}" for verdict in FieldVerdict))
    if subject_key is not None:
        _report_subject(entries, size, report)


def blocks_of(place: range, size: int) -> str:
    """Return the file of entries, or the first and the last of them, that entries of these indices lie in."""
    numbers = (place.start // BLOCK_ENTRIES, max(place.start, place.stop - 1) // BLOCK_ENTRIES)
    paths = [entries_path(number, min(BLOCK_ENTRIES, size - number * BLOCK_ENTRIES)) for number in numbers]
    return paths[0] if paths[0] == paths[1] else f"{paths[0]} to {paths[1]}"


def _judge_freshness(head: Head, fresh_after: int, report: ReportBuilder) -> None:
    newest = head.newest_witness_time()
    if fresh_after > 0 and (newest is None or newest < fresh_after):
        when = "by no witness" if newest is None else f"last at {newest}"
        report.finding("head.stale", f"the head was cosigned {when}, demanded is {fresh_after} or later")


def _report_entries(entries: EntryPass, report: ReportBuilder) -> None:
    report.take(entries.findings)
    if entries.pruned_blocks:
        pruned = len(entries.pruned_blocks) * BLOCK_ENTRIES
        report.ok(f"{pruned} entries pruned, retention record reaches to {entries.bound}")
        report.facts["pruned"] = pruned


def _report_subject(entries: EntryPass, size: int, report: ReportBuilder) -> None:
    found = entries.subject_entries
    report.facts["subject_entries"] = [{"index": index, "type": type_} for index, type_ in found]
    listed = " ".join(f"{index}:{shown(type_)}" for index, type_ in found)
    report.ok(f"the subject has exactly {len(found)} of {size} entries: {listed}".rstrip(": "))
