"""Signing heads: only what the database shows, and only if it continues what was signed before (LOG.md section 15).

The memory of the last signed head lies outside the database and its backups. A database that was
rolled back or rewritten does not fit it, and then nothing is signed any more until a person decides.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.checkpoint import Checkpoint
from audit.errors import LogChanged
from audit.note import sign_log
from audit.private_files import make_folder, private


class Signer:
    """Holds the log's signing seed and the file that remembers the last signed head."""

    def __init__(self, origin: str, seed: bytes, memory: Path) -> None:
        self.origin = origin
        self._seed = seed
        self._memory = memory

    def __repr__(self) -> str:
        return f"Signer(origin={self.origin!r}, <redacted>)"

    def sign(self, size: int, root: bytes, root_at: Callable[[int], bytes], *, first: bool) -> str:
        """Return the signed note for this head, after storing it in the memory.

        `root_at` recomputes the root at an earlier size from the database; `first` says that the log has
        no checkpoint yet, so that a missing memory is in order. Raises LogChanged when the database is
        smaller than the memory, differs from it, or the memory of a log with checkpoints is lost.
        """
        checkpoint = Checkpoint(self.origin, size, root)
        with self._locked():
            self._check(checkpoint, root_at, first=first)
            # Memory before signature: after a crash in between the same head is signed again, which is
            # harmless, since Ed25519 is deterministic. The other way round two heads of one size could exist.
            self._remember(checkpoint.text())
            return sign_log(self._seed, self.origin, checkpoint.text())

    def check(self, size: int, root: bytes, root_at: Callable[[int], bytes]) -> None:
        """Compare the head that a database shows with the memory; raise LogChanged as `sign` does, and sign nothing."""
        with self._locked():
            self._check(Checkpoint(self.origin, size, root), root_at, first=False)

    def remembered(self) -> Checkpoint | None:
        """Return the last head that was signed, or None when there is no memory."""
        try:
            return Checkpoint.parse(self._memory.read_text("utf-8"))
        except FileNotFoundError:
            return None

    def _check(self, new: Checkpoint, root_at: Callable[[int], bytes], *, first: bool) -> None:
        last = self.remembered()
        if last is None:
            if not first:
                raise LogChanged("the signer's memory is gone although the log has signed heads")
            return
        if last.origin != new.origin:
            raise LogChanged(f"the signer's memory is of another log: {last.origin}")
        if last.size > new.size:
            raise LogChanged(f"the database has {new.size} entries, {last.size} were signed: it was rolled back")
        if root_at(last.size) != last.root:
            raise LogChanged(f"the first {last.size} entries are not those that were signed")

    def _remember(self, text: str) -> None:
        partial = self._memory.with_suffix(".partial")
        with open(partial, "w", encoding="utf-8", opener=private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._memory)
        directory = os.open(self._memory.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self._memory.parent)
        with open(self._memory.with_suffix(".lock"), "w", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
