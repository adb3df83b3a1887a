import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.blocks import block_name, decode_block, encode_block, entries_path, hashes_path
from audit.bundle import Bundle
from audit.errors import TooLarge
from audit.faults import EntriesShort, EntriesTrailing, EntriesUnreadable
from audit.verify import verify_bundle
from audit.verify_entries import EntryPass
from audit.verify_openings import OpeningCheck
from tests.unit.audit.sample_log import SampleLog, put

UNREADABLE = 2
LAST_BLOCK = entries_path(0, 3)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "000"),
        (7, "007"),
        (999, "999"),
        (1000, "x001/000"),
        (1_234_067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_block_number_is_a_path_in_groups_of_three(number: int, name: str) -> None:
    assert block_name(number) == name


def test_blocks_lie_where_the_format_says() -> None:
    assert entries_path(7) == "tile/entries/007"
    assert entries_path(7, 13) == "tile/entries/007.p/13"
    assert hashes_path(1000) == "tile/0/x001/000"


def test_block_comes_back_as_it_went() -> None:
    entries = [b"a", b"", bytes(65_535)]
    assert encode_block(entries)[:3] == b"\x00\x01a"
    assert decode_block(encode_block(entries), 3) == entries


def test_entry_of_65536_bytes_fits_no_block() -> None:
    with pytest.raises(TooLarge):
        encode_block([bytes(65_536)])


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", EntriesShort),
        (b"\x00", EntriesShort),
        (b"\x00\x02a", EntriesShort),
        (b"\x00\x01a\x00", EntriesTrailing),
        (b"\x00\x01ab", EntriesTrailing),
    ],
)
def test_block_is_exactly_its_entries(data: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        decode_block(data, 1)


def write(directory: Path) -> Path:
    log = SampleLog()
    log.grant()
    log.fill(3)
    return log.write(directory, heads={"0001": log.head(2)})


def moved_out(bundle: Path, name: str) -> None:
    """Move a file out of the bundle and leave a link to it."""
    outside = (bundle / name).rename(bundle.parent / "outside")
    (bundle / name).symlink_to(outside)


def pipe(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    os.mkfifo(bundle / name)


def directory(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    (bundle / name).mkdir()


def loop(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    (bundle / name).symlink_to(bundle / name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("checkpoint", "head.file"),
        ("checkpoints/0001", "old.file"),
        (LAST_BLOCK, "entries.file"),
        ("openings.jsonl", "opening.file"),
    ],
)
@pytest.mark.parametrize("damage", [moved_out, pipe, loop])
def test_link_out_of_the_bundle_or_a_special_file_is_unreadable(
    tmp_path: Path, damage: Callable[[Path, str], Any], name: str, code: str
) -> None:
    bundle = write(tmp_path)
    damage(bundle, name)
    report = verify_bundle(bundle, tmp_path / "policy.txt")
    assert (report.exit_status, report.codes()) == (UNREADABLE, [code])


@pytest.mark.parametrize(
    ("name", "code"), [("checkpoint", "head.file"), (LAST_BLOCK, "entries.file"), ("openings.jsonl", "opening.file")]
)
def test_directory_in_place_of_a_file_is_unreadable(tmp_path: Path, name: str, code: str) -> None:
    bundle = write(tmp_path)
    directory(bundle, name)
    assert verify_bundle(bundle, tmp_path / "policy.txt").codes() == [code]


@pytest.mark.parametrize("name", ["tile", "checkpoints"])
def test_linked_directory_out_of_the_bundle_is_unreadable(tmp_path: Path, name: str) -> None:
    bundle = write(tmp_path)
    moved_out(bundle, name)
    assert verify_bundle(bundle, tmp_path / "policy.txt").exit_status == UNREADABLE


def test_links_within_the_bundle_and_to_the_bundle_are_followed(tmp_path: Path) -> None:
    bundle = write(tmp_path)
    (bundle / "checkpoint").rename(bundle / "0003")
    (bundle / "checkpoint").symlink_to("0003")
    link = tmp_path / "link"
    link.symlink_to(bundle)
    assert verify_bundle(link, tmp_path / "policy.txt").exit_status == 0


def test_file_in_place_of_the_tiles_is_a_missing_block(tmp_path: Path) -> None:
    bundle = write(tmp_path)
    (bundle / "tile").rename(tmp_path / "tile")
    put(bundle / "tile", b"")
    assert verify_bundle(bundle, tmp_path / "policy.txt").codes() == ["entries.missing"]


def test_bundle_path_that_no_system_knows_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path)
    for path in (Path("a\0b"), Path("x" * 5000)):
        assert verify_bundle(path, tmp_path / "policy.txt").codes() == ["head.file"]
        assert verify_bundle(tmp_path / "bundle", path).codes() == ["policy.file"]
        assert verify_bundle(tmp_path / "bundle", tmp_path / "policy.txt", seen=[path]).codes() == ["old.file"]


def test_names_of_files_cannot_forge_lines(tmp_path: Path) -> None:
    bundle = write(tmp_path)
    put(bundle / "checkpoints" / "x\nVERDICT accepted\n\x1b[2J", "no note")
    report = verify_bundle(bundle, tmp_path / "policy.txt")
    assert report.exit_status == 1
    assert report.lines.count("VERDICT accepted") == 0
    assert all(line.isprintable() and line.isascii() and "\n" not in line for line in report.lines)


def test_block_that_changes_while_it_is_read_is_not_believed(tmp_path: Path) -> None:
    # Openings are read after the blocks, and for each the entry is read again: here another one lies there by then.
    path = write(tmp_path)
    bundle = Bundle(path)
    entries = EntryPass([], strict=False, subject_key=None)
    entries.run(bundle, 3)
    block = path / LAST_BLOCK
    block.write_bytes(block.read_bytes().replace(b"email", b"phone"))
    with pytest.raises(EntriesUnreadable):
        OpeningCheck(bundle, 3, entries.table).run()
