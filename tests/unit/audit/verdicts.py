"""Judging a sample export and saying what the judgement must be."""

from pathlib import Path
from typing import Any

from audit.report import Report
from audit.verify import verify_bundle
from tests.unit.audit.sample_log import SampleLog, put


def judged(directory: Path, *, policy: str | None = None, **options: Any) -> Report:
    """Verify the bundle that `SampleLog.write` made in a directory, under its policy or another."""
    if policy is not None:
        put(directory / "policy.txt", policy)
    return verify_bundle(directory / "bundle", directory / "policy.txt", **options)


def accepted(report: Report) -> bool:
    return (report.exit_status, report.codes()) == (0, [])


def rejected(report: Report, *codes: str) -> bool:
    """Say whether the findings are exactly these."""
    return (report.exit_status, report.codes()) == (1, list(codes))


def unreadable(report: Report, *codes: str) -> bool:
    """Say whether the findings and the error, which comes last, are exactly these."""
    return (report.exit_status, report.codes()) == (2, list(codes))


def replaced(log: SampleLog, index: int, old: bytes, new: bytes) -> None:
    """Change the bytes of an entry."""
    assert old in log.entries[index]
    log.entries[index] = log.entries[index].replace(old, new)
