"""The auditor's policy: which log, which keys, how many witnesses (LOG.md section 8). Never read from a bundle."""

from dataclasses import dataclass, field
from pathlib import Path

from audit.bounded_file import read_bounded
from audit.encoding import parse_number
from audit.errors import KeyMalformed, NotStrict
from audit.faults import PolicyFile, PolicyKey, PolicyKeyType, PolicyLine, PolicyTwice, PolicyWithoutLog
from audit.vkey import LOG_KEY, WITNESS_KEY, VerifierKey, parse_vkey

MAX_POLICY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """The log's name and keys, the known witnesses, and how many of them must have cosigned the newest head."""

    origin: str
    log_keys: tuple[VerifierKey, ...]
    witness_keys: tuple[VerifierKey, ...]
    quorum: int


def read_policy(path: Path) -> Policy:
    """Return the policy that stands in a file; raise PolicyFile if it cannot be read, else as `parse_policy`."""
    try:
        return parse_policy(read_bounded(path, MAX_POLICY_BYTES))
    except (OSError, ValueError) as error:
        raise PolicyFile(f"the policy cannot be read: {type(error).__name__}") from error


def parse_policy(data: bytes) -> Policy:
    """Return the policy that these bytes hold.

    Raises PolicyLine, PolicyKey, PolicyKeyType, PolicyTwice or PolicyWithoutLog.
    """
    draft = _Draft()
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise PolicyLine("the policy is not UTF-8") from None
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if words and not words[0].startswith("#"):
            draft.take(words, number)
    return draft.finish()


@dataclass
class _Draft:
    origin: str | None = None
    log_keys: list[VerifierKey] = field(default_factory=list)
    witness_keys: list[VerifierKey] = field(default_factory=list)
    quorum: int = 0
    seen: set[tuple[str, bytes]] = field(default_factory=set)

    def take(self, words: list[str], number: int) -> None:
        """Take the words of one line; raise PolicyLine, PolicyKey, PolicyKeyType or PolicyTwice naming its number."""
        match words:
            case ["origin", name]:
                self.origin = name
            case ["log", vkey, *_]:
                self.log_keys.append(self._key(vkey, LOG_KEY, number))
            case ["witness", _, vkey, *_]:
                self.witness_keys.append(self._key(vkey, WITNESS_KEY, number))
            case ["quorum", count]:
                self.quorum = _quorum(count, number)
            case _:
                raise PolicyLine(f"line {number} of the policy is no origin, log, witness or quorum line")

    def finish(self) -> Policy:
        """Return the policy that the lines make; raise PolicyWithoutLog if none of them names a log."""
        if not self.log_keys:
            raise PolicyWithoutLog("the policy has no log key")
        origin = self.log_keys[0].name if self.origin is None else self.origin
        return Policy(origin, tuple(self.log_keys), tuple(self.witness_keys), self.quorum)

    def _key(self, text: str, wanted: int, number: int) -> VerifierKey:
        try:
            key = parse_vkey(text)
        except KeyMalformed as error:
            raise PolicyKey(f"line {number} of the policy: {error}") from None
        if key.type != wanted:
            raise PolicyKeyType(f"line {number} of the policy: a key of type {key.type}, not {wanted}")
        if (key.name, key.key_id) in self.seen:
            raise PolicyTwice(f"line {number} of the policy names a key a second time")
        self.seen.add((key.name, key.key_id))
        return key


def _quorum(text: str, number: int) -> int:
    if text == "none":
        return 0
    try:
        return parse_number(text)
    except NotStrict:
        raise PolicyLine(f"line {number} of the policy: a quorum is a Number or `none`") from None
