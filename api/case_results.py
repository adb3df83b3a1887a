"""What becomes of a case that is run: where its answers differ from what it expects, or why it was not run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a case was not run."""

    why: str


Result = tuple[str, Sequence[object] | Skipped]
"""The id of a case and where its answers differ; nowhere: it passed."""
