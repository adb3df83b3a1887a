"""Signed notes and the keys that sign them (LOG.md section 6; C2SP signed-note and tlog-cosignature)."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.encoding import decode_base64, encode_base64
from audit.errors import NotStrict
from audit.faults import NoteMalformed, NoteSignature, NoteUnknown
from audit.vkey import ID_BYTES, LOG_KEY, WITNESS_KEY, VerifierKey, is_key_name

MAX_SIGNATURES = 100
MAX_WITNESS_TIME = 2**62
SIGNATURE_BYTES = 64
_TIME_BYTES = 8
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that verified: the key that made it and, for a witness, its time in Unix seconds."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """The text of a note and the known keys that signed it, each once."""

    text: str
    signatures: tuple[Signature, ...]


def open_note(note: bytes, known: Iterable[VerifierKey]) -> OpenedNote:
    """Return the text that at least one known key signed.

    Lines of unknown keys are ignored, a repeated line of one key too. Raises NoteMalformed for a broken
    form, NoteSignature if a line of a known key does not verify, NoteUnknown if no known key signed.
    """
    text, lines = _split_note(note)
    keys = {(key.name, key.key_id): key for key in known}
    verified: dict[VerifierKey, Signature] = {}
    for name, blob in lines:
        key = keys.get((name, blob[:ID_BYTES]))
        if key is not None and key not in verified:
            verified[key] = Signature(key, _verify(key, blob[ID_BYTES:], text))
    if not verified:
        raise NoteUnknown("no known key signed this note")
    return OpenedNote(text, tuple(verified.values()))


def public_key(seed: bytes) -> bytes:
    """Return the public key, 32 bytes, of an Ed25519 seed (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def log_key(seed: bytes, name: str) -> VerifierKey:
    """Return the key by which others verify what this seed signs as the log `name`."""
    return VerifierKey(name, LOG_KEY, public_key(seed))


def witness_key(seed: bytes, name: str) -> VerifierKey:
    """Return the key by which others verify what this seed cosigns as the witness `name`."""
    return VerifierKey(name, WITNESS_KEY, public_key(seed))


def sign_log(seed: bytes, name: str, text: str) -> str:
    """Return the signed note: `text`, an empty line, the signature line of the log `name`."""
    return f"{text}\n{signature_line(seed, name, text)}"


def signature_line(seed: bytes, name: str, text: str) -> str:
    """Return the signature line of the log `name` over `text`, with its line end."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode("utf-8"))
    return _line(log_key(seed, name), signature)


def cosign(seed: bytes, name: str, text: str, time: int) -> str:
    """Return the line of the witness `name` over `text` at `time` (Unix seconds), with its line end."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_cosigned(text, time))
    return _line(witness_key(seed, name), time.to_bytes(_TIME_BYTES, "big") + signature)


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{_DASH}{key.name} {encode_base64(key.key_id + signature)}\n"


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _split_note(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteMalformed("the note is not UTF-8") from None
    if any(character < " " and character != "\n" for character in whole):
        raise NoteMalformed("the note has control characters")
    # The last empty line parts text and signatures: an earlier one belongs to the text and is signed with it.
    before, gap, after = whole.rpartition("\n\n")
    if not gap or not after.endswith("\n"):
        raise NoteMalformed("the note has no signature lines after an empty line")
    lines = after[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteMalformed(f"the note has more than {MAX_SIGNATURES} signature lines")
    return before + "\n", [_split_line(line) for line in lines]


def _split_line(line: str) -> tuple[str, bytes]:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2 or not is_key_name(parts[0]):
        raise NoteMalformed("a signature line has another form than dash, key name, base64")
    try:
        blob = decode_base64(parts[1])
    except NotStrict:
        raise NoteMalformed("a signature is not strict base64") from None
    if len(blob) <= ID_BYTES:
        raise NoteMalformed("a signature is shorter than five bytes")
    return parts[0], blob


def _verify(key: VerifierKey, signature: bytes, text: str) -> int | None:
    """Return the witness's time, None for a log key; raise NoteSignature if the signature does not verify."""
    time = None
    message = text.encode("utf-8")
    if key.type == WITNESS_KEY:
        time, signature = int.from_bytes(signature[:_TIME_BYTES], "big"), signature[_TIME_BYTES:]
        if time > MAX_WITNESS_TIME:
            raise NoteSignature(f"the time of {key.name} is beyond 2^62")
        message = _cosigned(text, time)
    if len(signature) != SIGNATURE_BYTES:
        raise NoteSignature(f"the signature of {key.name} has a wrong length")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NoteSignature(f"the signature of {key.name} does not verify") from None
    return time
