"""The checkpoint: what a log says about its whole content, as three lines of text (LOG.md section 6)."""

from dataclasses import dataclass
from typing import Self

from audit.encoding import HASH_BYTES, decode_base64, encode_base64, parse_number
from audit.errors import NotStrict
from audit.faults import HeadBody, HeadEmpty, HeadRoot, HeadSize
from audit.merkle import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin of the log, number of its entries, root of its tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines, as they are signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a checkpoint; non-empty extension lines are ignored.

        Raises HeadBody, HeadSize, HeadRoot or HeadEmpty. The origin is the caller's to compare.
        """
        lines = text.split("\n")
        # The last piece is what follows the last line end; anything there is a line that does not end.
        if lines.pop() or len(lines) < 3 or not all(lines):
            raise HeadBody("a checkpoint has three lines or more, none of them empty")
        try:
            size = parse_number(lines[1])
        except NotStrict:
            raise HeadSize("the size of the checkpoint is not a Number") from None
        try:
            root = decode_base64(lines[2], HASH_BYTES)
        except NotStrict:
            raise HeadRoot("the root of the checkpoint is not 32 bytes in strict base64") from None
        if size == 0 and root != EMPTY_ROOT:
            raise HeadEmpty("the checkpoint of an empty log has another root than the empty tree")
        return cls(lines[0], size, root)
