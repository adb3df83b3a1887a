"""Receipts (C2SP tlog-proof) and consistency files (LOG.md section 9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.encoding import HASH_BYTES, decode_base64, encode_base64, parse_number
from audit.errors import NotStrict
from audit.faults import ReceiptForm

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_PROOF_HASHES = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands, the hashes from it to the root, and the signed head with that root, as its bytes."""

    index: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """Return the content of the `.tlog-proof` file."""
        lines = [FIRST_LINE, f"index {self.index}", *map(encode_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.note


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt; raise ReceiptForm for another form. Whether it proves anything is another question."""
    # The first empty line ends the hashes; later ones belong to the note.
    header, gap, note = data.partition(b"\n\n")
    try:
        lines = header.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise ReceiptForm("the receipt is not UTF-8") from None
    if not gap or lines.pop(0) != FIRST_LINE:
        raise ReceiptForm("the receipt has another first line or no empty line")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not lines[0].startswith("index "):
        raise ReceiptForm("the receipt has no index line")
    if len(lines) > 1 + MAX_PROOF_HASHES:
        raise ReceiptForm(f"the receipt has more than {MAX_PROOF_HASHES} hashes")
    try:
        index = parse_number(lines[0].removeprefix("index "))
        return Receipt(index, tuple(decode_base64(line, HASH_BYTES) for line in lines[1:]), note)
    except NotStrict as error:
        raise ReceiptForm(f"a line of the receipt is {error}") from None


def parse_consistency(data: bytes) -> tuple[bytes, ...]:
    """Read a consistency file, hashes in base64 apart by white space; raise ReceiptForm for another form."""
    try:
        return tuple(decode_base64(word, HASH_BYTES) for word in data.decode("ascii").split())
    except (UnicodeDecodeError, NotStrict):
        raise ReceiptForm("the consistency file holds something else than hashes in strict base64") from None


def consistency_bytes(proof: Sequence[bytes]) -> bytes:
    """Return the content of a consistency file, one hash a line."""
    return "".join(f"{encode_base64(one)}\n" for one in proof).encode("ascii")
