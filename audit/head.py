"""Opening a signed head with a policy (LOG.md sections 6, 8 and 11)."""

from dataclasses import dataclass

from audit.checkpoint import Checkpoint
from audit.faults import HeadOrigin, HeadQuorum, HeadWithoutLog
from audit.note import Signature, open_note
from audit.policy_file import Policy
from audit.vkey import LOG_KEY, WITNESS_KEY

MAX_NOTE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint that the policy trusts, its signed text, and the witnesses of the policy that cosigned it."""

    checkpoint: Checkpoint
    text: str
    cosignatures: tuple[Signature, ...]

    def newest_witness_time(self) -> int | None:
        """Return the latest time, in Unix seconds, at which a witness of the policy cosigned."""
        return max((one.time for one in self.cosignatures if one.time is not None), default=None)


def open_head(note: bytes, policy: Policy, *, quorum: int) -> Head:
    """Return the head that `note` holds if a log key and `quorum` witnesses of the policy signed it.

    Raises a HeadFault for the first rule that is broken, in the order of LOG.md section 11. Heads that are
    older than the one in question are opened with quorum 0.
    """
    opened = open_note(note, [*policy.log_keys, *policy.witness_keys])
    if not any(one.key.type == LOG_KEY for one in opened.signatures):
        raise HeadWithoutLog("no log key of the policy signed this head")
    cosignatures = tuple(one for one in opened.signatures if one.key.type == WITNESS_KEY)
    if len(cosignatures) < quorum:
        raise HeadQuorum(f"{len(cosignatures)} witnesses of the policy cosigned, {quorum} are demanded")
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != policy.origin:
        raise HeadOrigin("the head belongs to another log")
    return Head(checkpoint, opened.text, cosignatures)
