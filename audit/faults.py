"""What a verifier can find wrong: one class for each code of LOG.md section 11 that ends or skips something.

A `Fault` makes the verdict "rejected"; an `Unreadable` one ends the run with "unreadable".
"""

from audit.errors import AuditError


class Fault(AuditError):
    """What is shown breaks a rule of the format."""

    code = "fault"


class Unreadable(Fault):
    """What is to be checked, or to be checked against, cannot be read."""

    code = "unreadable"


class PolicyFile(Unreadable):
    """The policy file cannot be read."""

    code = "policy.file"


class PolicyLine(Unreadable):
    """A line of the policy has none of the four forms."""

    code = "policy.line"


class PolicyKey(Unreadable):
    """A key of the policy is malformed or has a wrong id."""

    code = "policy.key"


class PolicyKeyType(Unreadable):
    """A log key is not of type 0x01, or a witness key not of type 0x04."""

    code = "policy.keytype"


class PolicyTwice(Unreadable):
    """The policy names the same key twice."""

    code = "policy.twice"


class PolicyWithoutLog(Unreadable):
    """The policy names no log key."""

    code = "policy.nolog"


class HeadFile(Unreadable):
    """The checkpoint, or the bundle that should hold it, is missing or cannot be read."""

    code = "head.file"


class HeadFault(Fault):
    """A signed head is not one that the policy trusts."""

    code = "head"


class NoteMalformed(HeadFault):
    """The signed note breaks the grammar of LOG.md section 6."""

    code = "note.malformed"


class NoteSignature(HeadFault):
    """A signature line of a known key does not verify."""

    code = "note.signature"


class NoteUnknown(HeadFault):
    """No known key signed the note."""

    code = "note.unknown"


class HeadWithoutLog(HeadFault):
    """No log key of the policy signed the head."""

    code = "head.log"


class HeadQuorum(HeadFault):
    """Fewer witnesses of the policy cosigned the head than its quorum demands."""

    code = "head.quorum"


class HeadBody(HeadFault):
    """The checkpoint has fewer than three lines, or an empty one."""

    code = "head.body"


class HeadOrigin(HeadFault):
    """The checkpoint belongs to another log."""

    code = "head.origin"


class HeadSize(HeadFault):
    """The size in the checkpoint is not a Number."""

    code = "head.size"


class HeadRoot(HeadFault):
    """The root in the checkpoint is not 32 bytes in strict base64."""

    code = "head.root"


class HeadEmpty(HeadFault):
    """The checkpoint says size 0 but not the root of the empty tree."""

    code = "head.empty"


class EntriesMissing(Fault):
    """A block of entries is neither there nor replaced by its hashes."""

    code = "entries.missing"


class EntriesShort(Fault):
    """A block of entries ends early."""

    code = "entries.short"


class EntriesTrailing(Fault):
    """A block has bytes left after its entries."""

    code = "entries.trailing"


class EntriesUnreadable(Unreadable):
    """The file of a block is there but cannot be read: no regular file, no permission, outside the bundle."""

    code = "entries.file"


class TileLength(Fault):
    """The hashes that replace a block are not 8,192 bytes."""

    code = "tile.length"


class TreeRoot(Fault):
    """The entries do not hash to the signed root."""

    code = "tree.root"


class OldFile(Unreadable):
    """An earlier or kept head cannot be read, or no kept head is where one was named."""

    code = "old.file"


class EntryFault(Fault):
    """The bytes of an entry do not hold an entry."""

    code = "entry"


class EntryJson(EntryFault):
    """The entry is not strict JSON, or not an object."""

    code = "entry.json"


class EntryMember(EntryFault):
    """The entry has a member other than the seven, or lacks one."""

    code = "entry.member"


class EntryType(EntryFault):
    """A member of the entry has the wrong type, or `v` is not the token 1."""

    code = "entry.type"


class ErasureForm(Fault):
    """An erasure entry does not list its events as an array of strings."""

    code = "erasure.form"


class RetentionForm(Fault):
    """A retention record has no integer bound, or one beyond its own index."""

    code = "retention.form"


class OpeningsFile(Unreadable):
    """The file of openings, or a line of it, cannot be read."""

    code = "opening.file"


class ReceiptForm(Unreadable):
    """A receipt, an entry file or a file of hashes cannot be read."""

    code = "receipt.form"


class ReceiptProof(Fault):
    """The receipt does not lead from the entry's bytes to the signed root."""

    code = "receipt.proof"


class ConsistencyProof(Fault):
    """The hashes do not show that the older head is a prefix of the newer one."""

    code = "consistency.proof"
