"""Whatever is written is for its owner only, whatever was there before and whatever the process allows."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.errors import KeyExposed, MissingKey
from audit.key_ring import KeyRing
from audit.private_files import close_to_others, make_folder, private, write_private


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """A process that would let everybody read what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_that_is_made_is_closed_and_those_that_exist_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "one" / "two")
    make_folder(tmp_path / "one" / "two")
    assert [mode(folder) for folder in (tmp_path, tmp_path / "one", tmp_path / "one" / "two")] == [0o755, 0o700, 0o700]


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file")


def test_a_file_is_closed_also_when_it_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "old").touch(mode=0o666)
    for name in ("old", "new"):
        write_private(tmp_path / name, b"secret")
        assert (mode(tmp_path / name), (tmp_path / name).read_bytes()) == (0o600, b"secret")
    with open(tmp_path / "log", "x", encoding="utf-8", opener=private) as file:
        file.write("secret")
    assert mode(tmp_path / "log") == 0o600


def test_closing_takes_from_others_only_and_passes_over_what_is_not_there(tmp_path: Path) -> None:
    for before, after in ((0o644, 0o600), (0o444, 0o400), (0o660, 0o600), (0o600, 0o600)):
        file = tmp_path / f"{before:o}"
        file.touch(mode=before)
        close_to_others([file, tmp_path / "nothing"])
        assert mode(file) == after


@pytest.mark.parametrize("exposed", [0o640, 0o604, 0o660, 0o602, 0o644])
def test_a_key_file_that_is_open_to_others_is_refused_and_says_what_to_do(tmp_path: Path, exposed: int) -> None:
    path = tmp_path / "keys" / "keys.json"
    KeyRing.generate().save(path)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    path.chmod(exposed)
    with pytest.raises(KeyExposed, match=f"`chmod 600 {path}`"):
        KeyRing.load(path)
    path.chmod(0o400)
    assert KeyRing.load(path).active


def test_a_key_file_that_is_exposed_counts_as_missing() -> None:
    assert issubclass(KeyExposed, MissingKey)
