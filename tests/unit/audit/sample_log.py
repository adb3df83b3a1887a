"""A small log, its keys and its export, built in the test; every byte of it can be made otherwise."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.blocks import encode_block, entries_path, hashes_path
from audit.checkpoint import Checkpoint
from audit.commitment import commitment, subject_tag
from audit.encoding import encode_base64
from audit.entry import encode_entry
from audit.entry_form import BLOCK_ENTRIES
from audit.merkle import leaf_hash, root
from audit.note import cosign, log_key, sign_log, witness_key
from audit.openings import opening_line

ORIGIN = "placet/acme-gmbh/1"
WITNESS = "dpo.acme-gmbh.example/w1"
WITNESS_TIME = 1_790_000_400
STARTED = datetime(2026, 9, 21, 14, tzinfo=UTC)


def seed(label: str) -> bytes:
    """Return 32 bytes that stand for a secret, the same in every run."""
    return hashlib.sha256(label.encode()).digest()


LOG_SEED, NEXT_LOG_SEED, WITNESS_SEED = seed("log"), seed("next log"), seed("witness")
LOG_LINE = f"log {log_key(LOG_SEED, ORIGIN).text()}\n"
POLICY = f"""# The auditor's own file.
origin {ORIGIN}
{LOG_LINE}witness w1 {witness_key(WITNESS_SEED, WITNESS).text()}
quorum 1
"""


@dataclass(frozen=True)
class SampleOpening:
    event: str
    field: str
    salt: bytes
    value: bytes

    def line(self) -> bytes:
        return opening_line(self.event, self.field, self.salt, self.value)


def event_id(number: int) -> str:
    return str(uuid.UUID(bytes=seed(f"event {number}")[:16], version=4))


def note(text: str, *, log_seed: bytes = LOG_SEED, name: str = ORIGIN, witness_time: int | None = WITNESS_TIME) -> str:
    """Return a text signed as the log and, unless the time is None, by the witness."""
    cosignature = "" if witness_time is None else cosign(WITNESS_SEED, WITNESS, text, witness_time)
    return sign_log(log_seed, name, text) + cosignature


@dataclass
class SampleLog:
    """Entries in order with all their openings; `write` makes a bundle of them."""

    entries: list[bytes] = field(default_factory=list)
    openings: list[SampleOpening] = field(default_factory=list)
    made: int = 0

    def add(
        self,
        type: str = "consent.granted",  # noqa: A002
        *,
        pub: Mapping[str, object] | None = None,
        fields: Mapping[str, str] | None = None,
        tag_key: bytes | None = None,
        id: str | None = None,  # noqa: A002
    ) -> str:
        """Append an entry and return its id."""
        event = id or event_id(self.made)
        self.made += 1
        com = {}
        for name, value in (fields or {}).items():
            opening = SampleOpening(event, name, seed(f"salt {self.made} {name}"), value.encode())
            self.openings.append(opening)
            com[name] = encode_base64(commitment(event, name, opening.value, opening.salt))
        tag = subject_tag(tag_key, event) if tag_key else seed(f"filler {self.made}")
        at = STARTED + timedelta(seconds=self.made)
        self.entries.append(
            encode_entry(id=event, at=at, type=type, pub=pub or {"channel": "email"}, com=com, tag=tag.hex())
        )
        return event

    def grant(self, address: str = "ada@example.org", *, tag_key: bytes | None = None) -> str:
        """Append a consent with a value and a decoy."""
        return self.add(fields={"subject": address, "ip": ""}, tag_key=tag_key)

    def erase(self, *events: str) -> str:
        """Append an erasure entry and forget the openings of the events it names."""
        self.openings = [one for one in self.openings if one.event not in events]
        return self.add(
            "erasure.executed",
            pub={"basis": "Art.17(1)(b)", "request": "R-7", "method": "shred", "events": sorted(events)},
        )

    def fill(self, count: int) -> None:
        """Append entries that say little until there are `count`."""
        while len(self.entries) < count:
            self.add()

    def raw(self, **changes: object) -> None:
        """Append what no writer makes: an entry with some members as given, as JSON text."""
        base = {
            "v": "1",
            "id": f'"{event_id(self.made)}"',
            "t": '"2026-09-21T14:00:17.000042Z"',
            "type": '"consent.granted"',
            "pub": "{}",
            "com": "{}",
            "tag": f'"{"0" * 64}"',
        }
        self.made += 1
        members = {**base, **changes}
        self.entries.append(("{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}").encode())

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        size = len(self.entries) if size is None else size
        return Checkpoint(ORIGIN, size, root([leaf_hash(entry) for entry in self.entries[:size]]))

    def head(
        self, size: int | None = None, *, log_seed: bytes = LOG_SEED, witness_time: int | None = WITNESS_TIME
    ) -> str:
        return note(self.checkpoint(size).text(), log_seed=log_seed, witness_time=witness_time)

    def write(
        self,
        directory: Path,
        *,
        head: str | None = None,
        heads: Mapping[str, str] | None = None,
        pruned: Iterable[int] = (),
        openings: Sequence[SampleOpening] | None = None,
    ) -> Path:
        """Write the bundle, with its policy beside it, and return its path; `pruned` are block numbers."""
        bundle = directory / "bundle"
        put(bundle / "checkpoint", self.head() if head is None else head)
        for name, text in (heads or {}).items():
            put(bundle / "checkpoints" / name, text)
        for start in range(0, len(self.entries), BLOCK_ENTRIES):
            block, number = self.entries[start : start + BLOCK_ENTRIES], start // BLOCK_ENTRIES
            if number in set(pruned):
                put(bundle / hashes_path(number), b"".join(leaf_hash(entry) for entry in block))
            else:
                put(bundle / entries_path(number, len(block)), encode_block(block))
        shown = self.openings if openings is None else openings
        if shown:
            lines = sorted(shown, key=lambda one: (one.event, one.field))
            put(bundle / "openings.jsonl", b"".join(one.line() for one in lines))
        put(directory / "policy.txt", POLICY)
        return bundle


def sample_log() -> SampleLog:
    """Return six entries: consents, a withdrawal, an erasure of the first."""
    log = SampleLog()
    first = log.grant()
    log.grant("grace@example.org")
    log.add("consent.withdrawn", fields={"subject": "ada@example.org", "ip": ""})
    log.grant("alan@example.org")
    log.erase(first)
    log.grant("edsger@example.org")
    return log


def put(path: Path, content: str | bytes) -> Path:
    """Write a file and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
