"""Openings and what remains closed (LOG.md section 11, steps 9 and 10)."""

from collections import Counter
from enum import StrEnum

from audit.bundle import Bundle
from audit.commitment import commitment
from audit.encoding import decode_base64, encode_base64
from audit.entry import Entry, parse_entry
from audit.entry_form import BLOCK_ENTRIES
from audit.entry_table import EntryTable, FieldState
from audit.errors import CommitmentRefused, NotStrict
from audit.faults import EntriesUnreadable, OpeningsFile
from audit.merkle import leaf_hash
from audit.openings import Opening, parse_opening
from audit.report import Findings, shown


class FieldVerdict(StrEnum):
    """What a verifier says about one committed field."""

    DISCLOSED = "DISCLOSED"
    ERASED = "ERASED"
    WITHHELD = "WITHHELD"
    FORGED = "FORGED"
    LEAKED = "LEAKED"


_OPENED = {
    FieldState.DISCLOSED: FieldVerdict.DISCLOSED,
    FieldState.FORGED: FieldVerdict.FORGED,
    FieldState.LEAKED: FieldVerdict.LEAKED,
}


class OpeningCheck:
    """Holds each opening of a bundle against the commitment that the log has for it."""

    def __init__(self, bundle: Bundle, size: int, table: EntryTable) -> None:
        self.findings = Findings()
        self._bundle = bundle
        self._size = size
        self._table = table
        # Openings of one event stand together, so the entry of the last one is kept.
        self._last: tuple[int, Entry] | None = None

    def run(self) -> None:
        """Check all lines; raise OpeningsFile for one that cannot be read, EntriesUnreadable for a lost entry."""
        for number, line in enumerate(self._bundle.opening_lines(), start=1):
            if not line.strip():
                continue
            try:
                opening = parse_opening(line)
            except OpeningsFile as fault:
                raise OpeningsFile(f"line {number}: {fault}") from None
            self._check(opening, number)

    def verdicts(self, *, full: bool) -> Counter[FieldVerdict]:
        """Count the verdicts of all committed fields; with `full`, note those that are withheld as findings."""
        counts: Counter[FieldVerdict] = Counter()
        for row in range(len(self._table)):
            states = self._table.states(row)
            closed = states.count(FieldState.CLOSED)
            for state, verdict in _OPENED.items():
                counts[verdict] += states.count(state)
            erased = self._table.eraser(row) is not None
            counts[FieldVerdict.ERASED if erased else FieldVerdict.WITHHELD] += closed
            if full and closed and not erased:
                self._note_withheld(row, states)
        return counts

    def _note_withheld(self, row: int, states: bytes) -> None:
        names = [name for name, state in zip(self._entry(row).com, states, strict=True) if not state]
        listed = ", ".join(shown(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")
        self.findings.add("full.withheld", f"entry {self._table.index(row)}: neither shown nor erased: {listed}")

    def _check(self, opening: Opening, number: int) -> None:
        row = self._table.find(opening.event)
        entry = None if row is None else self._entry(row)
        if row is None or entry is None or not entry.com.get(opening.field):
            self._find("opening.unknown", opening, number, "no such event or field")
            return
        try:
            salt, value = decode_base64(opening.salt), decode_base64(opening.value)
        except NotStrict:
            self._find("opening.base64", opening, number, "salt or value is not strict base64")
            return
        position = list(entry.com).index(opening.field)
        eraser = self._table.eraser(row)
        if not _fits(opening, entry, salt, value):
            self._table.note(row, position, FieldState.FORGED)
            self._find("opening.forged", opening, number, "the value shown is not the value logged")
        elif eraser is not None:
            self._table.note(row, position, FieldState.LEAKED)
            self._find("opening.leaked", opening, number, f"shown although entry {eraser} erased it")
        else:
            self._table.note(row, position, FieldState.DISCLOSED)

    def _find(self, code: str, opening: Opening, number: int, text: str) -> None:
        self.findings.add(code, f"line {number}: {text}: {shown(opening.field)} of {shown(opening.event)}")

    def _entry(self, row: int) -> Entry:
        if self._last is None or self._last[0] != row:
            self._last = row, self._read(row)
        return self._last[1]

    def _read(self, row: int) -> Entry:
        number = self._table.index(row) // BLOCK_ENTRIES
        width = min(BLOCK_ENTRIES, self._size - number * BLOCK_ENTRIES)
        data = self._bundle.entry_at(number, width, self._table.offset(row))
        # The files may lie where others can write: only bytes that were hashed to the root are believed.
        if leaf_hash(data) != self._table.leaf_hash(row):
            raise EntriesUnreadable(f"block {number} was changed while it was read")
        return parse_entry(data)


def _fits(opening: Opening, entry: Entry, salt: bytes, value: bytes) -> bool:
    try:
        computed = commitment(opening.event, opening.field, value, salt)
    except CommitmentRefused:
        return False
    return encode_base64(computed) == entry.com[opening.field]
