"""One pass over the blocks of a bundle: roots, ids, erasures, bounds (LOG.md section 11, steps 4, 5, 7 and 8)."""

from collections.abc import Iterable

from audit.blocks import LENGTH_BYTES
from audit.bundle import Bundle, EntryBlock
from audit.commitment import subject_tag
from audit.entry import Entry, parse_entry, writer_form_faults
from audit.entry_form import BLOCK_ENTRIES
from audit.entry_table import EntryTable
from audit.faults import EntryFault, ErasureForm, RetentionForm
from audit.merkle import Frontier, leaf_hash
from audit.report import Findings, shown
from audit.special_types import ERASURE, RETENTION, erased_events, pruned_before


class EntryPass:
    """What one pass learned. Per entry it keeps a small number of bytes, never the entry itself.

    Findings are gathered and not reported yet: before the root is compared nothing is known to be the log's.
    """

    def __init__(self, wanted_sizes: Iterable[int], *, strict: bool, subject_key: bytes | None) -> None:
        self.findings = Findings()
        self.table = EntryTable()
        self.roots: dict[int, bytes] = {}
        self.pruned_blocks: list[int] = []
        self.bound = 0
        self.subject_entries: list[tuple[int, str]] = []
        self._wanted = set(wanted_sizes)
        self._strict = strict
        self._subject_key = subject_key
        self._tree = Frontier()
        self._unresolved: list[tuple[int, str]] = []

    def run(self, bundle: Bundle, size: int) -> bytes:
        """Read all blocks of a log of `size` entries and return its root.

        Raises EntriesMissing, EntriesShort, EntriesTrailing, TileLength or EntriesUnreadable.
        """
        number = 0
        while number * BLOCK_ENTRIES < size:
            self._take_block(bundle, number, min(BLOCK_ENTRIES, size - number * BLOCK_ENTRIES))
            number += 1
        self._note_root()
        self._resolve_erasures()
        self._check_bound()
        return self._tree.root()

    def _take_block(self, bundle: Bundle, number: int, width: int) -> None:
        block = bundle.block(number, width)
        if not isinstance(block, EntryBlock):
            self.pruned_blocks.append(number)
            for hashed in block.leaf_hashes:
                self._grow(hashed)
            return
        offset = 0
        for data in block.entries:
            hashed, index = leaf_hash(data), self._tree.size
            self._grow(hashed)
            self._take_entry(data, index=index, offset=offset, hashed=hashed)
            offset += LENGTH_BYTES + len(data)

    def _grow(self, hashed: bytes) -> None:
        self._note_root()
        self._tree.append(hashed)

    def _note_root(self) -> None:
        # Asked before each leaf and after the last: all earlier heads are judged from one pass.
        if self._tree.size in self._wanted:
            self.roots[self._tree.size] = self._tree.root()

    def _take_entry(self, data: bytes, *, index: int, offset: int, hashed: bytes) -> None:
        try:
            entry = parse_entry(data)
        except EntryFault as fault:
            self.findings.add(fault.code, f"entry {index}: {fault}")
            return
        if self._strict and (faults := writer_form_faults(data)):
            self.findings.add("entry.form", f"entry {index}: {'; '.join(faults)}")
        if not self.table.add(entry, index=index, offset=offset, hashed=hashed):
            self.findings.add("entry.twice", f"entry {index} has the id of an earlier one: {shown(entry.id)}")
            return
        if self._subject_key is not None and subject_tag(self._subject_key, entry.id).hex() == entry.tag:
            self.subject_entries.append((index, entry.type))
        self._apply(entry, index)

    def _apply(self, entry: Entry, index: int) -> None:
        try:
            if entry.type == ERASURE:
                for event_id in erased_events(entry.pub):
                    self._erase(event_id, index)
            elif entry.type == RETENTION:
                self.bound = max(self.bound, pruned_before(entry.pub, index))
        except (ErasureForm, RetentionForm) as fault:
            self.findings.add(fault.code, f"entry {index}: {fault}")

    def _erase(self, event_id: str, eraser: int) -> None:
        row = self.table.find(event_id)
        if row is None or self.table.index(row) == eraser:
            self._unresolved.append((eraser, event_id))
        else:
            self.table.erase(row, eraser)

    def _resolve_erasures(self) -> None:
        """Judge the erasures whose event had not been read: it comes later, or it is not in the bundle."""
        for eraser, event_id in self._unresolved:
            row = self.table.find(event_id)
            if row is not None:
                self.table.erase(row, eraser)
            elif self.pruned_blocks:
                # The event may be one of those that are present as hashes only; nobody can tell.
                continue
            self.findings.add("erasure.order", f"entry {eraser} erases no earlier entry: {shown(event_id)}")

    def _check_bound(self) -> None:
        for number in self.pruned_blocks:
            first, last = number * BLOCK_ENTRIES, (number + 1) * BLOCK_ENTRIES - 1
            if last >= self.bound:
                start = max(first, self.bound)
                self.findings.add(
                    "prune.uncovered", f"entries {start} to {last} are hashes only, no retention record reaches them"
                )
