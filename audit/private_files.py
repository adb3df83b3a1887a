"""Files for their owner only: nearly everything that Placet writes is a key, or about people.

What a folder lets through does not count: each file is closed by itself, also in a folder that was there before.
On Windows, which has no such modes, nothing is done.
"""

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
OF_OTHERS: Final = 0o077


def make_folder(path: Path) -> None:
    """Make the folder `path` and what is missing above it; a folder that exists stays as it is."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    # For a file that stands in the way.
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def private(path: str, flags: int) -> int:
    """Open a file for writing and close it to others, also one that exists: the `opener` of `open`."""
    descriptor = os.open(path, flags, FILE_MODE)
    if os.name == "posix":
        try:
            os.fchmod(descriptor, FILE_MODE)
        except OSError:
            os.close(descriptor)
            raise
    return descriptor


def write_private(path: Path, content: bytes) -> None:
    """Write a file anew, for its owner only."""
    with open(path, "wb", opener=private) as file:
        file.write(content)


def close_to_others(paths: Iterable[Path]) -> None:
    """Take the rights of others away from those of the files that are there; raise OSError where that fails."""
    if os.name != "posix":
        return
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & OF_OTHERS:
                path.chmod(mode & ~OF_OTHERS)


def is_open_to_others(descriptor: int) -> bool:
    """Say whether anybody but its owner may read or write an open file."""
    return os.name == "posix" and bool(os.fstat(descriptor).st_mode & OF_OTHERS)
