"""Whichever byte of an export is changed, the verifier refuses; where it may not, the byte says nothing of the log."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from audit.blocks import entries_path
from audit.encoding import encode_base64
from audit.verify import verify_bundle
from tests.unit.audit.sample_log import POLICY, WITNESS, SampleLog, put

KEY_ID_CHARACTERS = 5


def sample() -> SampleLog:
    log = SampleLog()
    first = log.grant()
    log.grant("grace@example.org")
    log.add("consent.withdrawn", fields={"subject": "alan@example.org"})
    log.erase(first)
    return log


def survivors(bundle: Path, name: str, places: Iterable[int], *, bit: int = 1) -> Iterator[int]:
    """Yield every place of a file where one bit can be flipped and the bundle is still accepted."""
    path, policy = bundle / name, bundle.parent / "policy.txt"
    original = path.read_bytes()
    for place in places:
        path.write_bytes(original[:place] + bytes([original[place] ^ bit]) + original[place + 1 :])
        if verify_bundle(bundle, policy).exit_status == 0:
            yield place
    path.write_bytes(original)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    written = sample().write(tmp_path)
    assert verify_bundle(written, tmp_path / "policy.txt").exit_status == 0
    return written


def test_every_byte_of_the_entries_counts(bundle: Path) -> None:
    name = entries_path(0, 4)
    size = len((bundle / name).read_bytes())
    assert list(survivors(bundle, name, range(size))) == []


@pytest.mark.parametrize("bit", [0x01, 0x02, 0x20, 0x80])
def test_every_byte_of_the_head_counts_where_each_line_is_needed(bundle: Path, bit: int) -> None:
    size = len((bundle / "checkpoint").read_bytes())
    assert list(survivors(bundle, "checkpoint", range(size), bit=bit)) == []


def test_without_quorum_only_name_and_key_id_of_the_witness_may_change(bundle: Path) -> None:
    put(bundle.parent / "policy.txt", POLICY.replace("quorum 1", "quorum none"))
    head = (bundle / "checkpoint").read_bytes()
    name_at = head.index(WITNESS.encode())
    id_at = name_at + len(WITNESS) + 1
    # A line whose name or key id is not known is a stranger's, and those are ignored.
    ignorable = range(name_at, id_at + KEY_ID_CHARACTERS + 1)
    lived = set(survivors(bundle, "checkpoint", range(len(head))))
    assert lived <= set(ignorable)
    assert set(range(name_at, name_at + 3)) <= lived


def test_every_character_of_salts_and_values_counts(bundle: Path) -> None:
    content = (bundle / "openings.jsonl").read_bytes()
    texts = [encode_base64(part) for one in sample().openings for part in (one.salt, one.value)]
    places = {content.index(text.encode()) + offset for text in texts if text for offset in range(len(text))}
    assert len(places) > 4 * 44
    assert list(survivors(bundle, "openings.jsonl", sorted(places))) == []


def test_every_byte_of_pruned_hashes_counts(tmp_path: Path) -> None:
    log = SampleLog()
    log.fill(256)
    log.add("retention.pruned", pub={"before": 256, "basis": "schedule 3y"})
    bundle = log.write(tmp_path, pruned=[0])
    assert verify_bundle(bundle, tmp_path / "policy.txt").exit_status == 0
    assert list(survivors(bundle, "tile/0/000", range(0, 8192, 97))) == []
