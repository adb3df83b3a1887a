"""Reading files that others made: only regular ones, never more than a bound, never outside a directory."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


class OutOfBounds(OSError):
    """A file is longer than its bound, not a regular file, or lies outside the directory it should lie in."""


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file for reading; raise OSError for anything else, a pipe that would never answer included."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutOfBounds("not a regular file")
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_bounded(path: str | Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes; raise OSError otherwise."""
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OutOfBounds(f"longer than {limit} bytes")
    return data


def inside(root: str, name: str) -> str:
    """Return the real path of `name` below the directory `root`, itself a real path.

    Raises FileNotFoundError if there is nothing, OutOfBounds if a link on the way leads out of `root`.
    """
    below = os.path.join(root, "")
    real = os.path.realpath(below + name, strict=True)
    if not real.startswith(below):
        raise OutOfBounds("a link leads out of the bundle")
    return real
