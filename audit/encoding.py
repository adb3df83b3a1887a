"""The basic encodings of the log (LOG.md section 1): each value has one spelling, all others are refused."""

import base64
import binascii
import re

from audit.errors import NotStrict

HASH_BYTES = 32
NUMBER_MAX = 2**63 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


def encode_base64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str, length: int | None = None) -> bytes:
    """Return the bytes that `text` spells in strict base64; raise NotStrict for any other spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NotStrict("not strict base64") from None
    # The decoder takes spare bits in the last character; only the re-encoded text tells them.
    if encode_base64(data) != text:
        raise NotStrict("not strict base64")
    if length is not None and len(data) != length:
        raise NotStrict(f"{len(data)} bytes where {length} are expected")
    return data


def decode_hex(text: str, length: int) -> bytes:
    """Return the `length` bytes that `text` spells in lower-case hexadecimal; raise NotStrict otherwise."""
    if len(text) != 2 * length or _HEX.fullmatch(text) is None:
        raise NotStrict(f"not {length} bytes in lower-case hexadecimal")
    return bytes.fromhex(text)


def parse_number(text: str) -> int:
    """Return the value of a Number: ASCII digits, no sign, no leading zero, at most 2^63-1."""
    if _NUMBER.fullmatch(text) is None or int(text) > NUMBER_MAX:
        raise NotStrict("not a Number")
    return int(text)


def lp(data: bytes) -> bytes:
    """Return `data` after its length as uint32 big-endian, so that neighbours in a hash cannot shift."""
    return len(data).to_bytes(4, "big") + data
