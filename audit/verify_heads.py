"""Earlier and kept heads: was the log shortened or rewritten since (LOG.md section 11, step 6)."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.bounded_file import read_bounded
from audit.bundle import Bundle, file_names
from audit.checkpoint import Checkpoint
from audit.faults import HeadFault, OldFile
from audit.head import MAX_NOTE_BYTES, open_head
from audit.policy_file import Policy
from audit.report import ReportBuilder, shown


@dataclass(frozen=True, slots=True)
class OldHead:
    """One earlier or kept head: what it says, or why it says nothing."""

    name: str
    outcome: Checkpoint | HeadFault


@dataclass(frozen=True, slots=True)
class OldHeads:
    """The heads that could be read, and the failure that ended the reading, if one did.

    They are read before the blocks, so that all roots come from one pass, but judged after them.
    """

    heads: tuple[OldHead, ...]
    failure: OldFile | None

    def sizes(self) -> set[int]:
        """Return the sizes at which the root must be recomputed."""
        return {one.outcome.size for one in self.heads if isinstance(one.outcome, Checkpoint)}

    def judge(self, size: int, roots: Mapping[int, bytes], report: ReportBuilder) -> None:
        """Compare each head with the root of the bundle at its size; raise OldFile if one could not be read."""
        for head in self.heads:
            _judge(head, size, roots, report)
        if self.failure is not None:
            raise self.failure

    def first_difference(self, size: int, roots: Mapping[int, bytes]) -> range:
        """Return the indices among which the first entry lies that differs from what was signed.

        An earlier head that still fits clears all entries before it; the first that does not, or the
        newest head, ends the search.
        """
        signed = {one.outcome.size: one.outcome.root for one in self.heads if isinstance(one.outcome, Checkpoint)}
        compared = [(at, roots[at] == root) for at, root in sorted(signed.items()) if at <= size and at in roots]
        start = max((at for at, fits in compared if fits), default=0)
        return range(start, min((at for at, fits in compared if not fits and at > start), default=size))


def read_old_heads(bundle: Bundle, seen: Sequence[Path], policy: Policy) -> OldHeads:
    """Read the heads in the bundle, then those the auditor kept: files, or directories of files."""
    heads: list[OldHead] = []
    try:
        for name, note in bundle.earlier_heads():
            heads.append(_open(name, note, policy))
        for path in seen:
            for name, note in _kept(path):
                heads.append(_open(name, note, policy))
    except OldFile as failure:
        return OldHeads(tuple(heads), failure)
    return OldHeads(tuple(heads), None)


def _open(name: str, note: bytes, policy: Policy) -> OldHead:
    try:
        return OldHead(name, open_head(note, policy, quorum=0).checkpoint)
    except HeadFault as fault:
        return OldHead(name, fault)


def _kept(path: Path) -> Iterator[tuple[str, bytes]]:
    # Not `Path.is_dir`: it raises where it may not look, and a head that cannot be read must stop the run.
    paths = [path / name for name in file_names(path)] if os.path.isdir(path) else [path]
    if not paths:
        raise OldFile(f"no kept head in {path.name}")
    for one in paths:
        try:
            yield one.name, read_bounded(one, MAX_NOTE_BYTES)
        except (OSError, ValueError) as error:
            raise OldFile(f"the kept head {one.name} cannot be read") from error


def _judge(head: OldHead, size: int, roots: Mapping[int, bytes], report: ReportBuilder) -> None:
    name, outcome = shown(head.name), head.outcome
    if isinstance(outcome, HeadFault):
        report.finding("old.head", f"{name}: {outcome.code}: {outcome}")
    elif outcome.size > size:
        report.finding("old.shrunk", f"{name}: the log once had {outcome.size} entries, now {size}")
    elif outcome.root != roots[outcome.size]:
        report.finding("old.rewritten", f"{name}: size {outcome.size} had another root")
    else:
        report.ok(f"{name}: size {outcome.size} is a prefix")
