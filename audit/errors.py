"""What can go wrong on the ground: every error of `audit` says which rule was broken."""


class AuditError(Exception):
    """A rule of the ground layer was broken."""

    code = "audit"


class CannotOpen(AuditError):
    """A sealed value does not open: another key, another place, or changed bytes."""

    code = "cannot_open"


class MissingKey(AuditError):
    """A key that is needed is not there; nothing goes on without it."""

    code = "missing_key"


class KeyExposed(MissingKey):
    """Others than its owner may read or write the key file; keys that others may know are used for nothing."""

    code = "key_exposed"


class SubjectErased(AuditError):
    """The subject's keys were destroyed; what was sealed under them is gone."""

    code = "subject_erased"


class NothingRecorded(AuditError):
    """A change was about to be committed without its log entry."""

    code = "nothing_recorded"


class UnknownField(AuditError):
    """An event names a fact or a field that its type does not have."""

    code = "unknown_field"


class LogChanged(AuditError):
    """The log in the database is not the one that was signed before; nothing more is signed."""

    code = "log_changed"


class SequencerBehind(AuditError):
    """Another sequencer was faster, or rows changed under this one; the round is undone."""

    code = "sequencer_behind"


class UnsupportedDatabase(AuditError):
    """The address names a database that is neither SQLite nor PostgreSQL."""

    code = "unsupported_database"


class NotStrict(AuditError):
    """A text is not in the one spelling that the format allows (LOG.md section 1)."""

    code = "not_strict"


class EntryRefused(AuditError):
    """An entry cannot be written: a type, name or value is outside the writer's form (LOG.md section 2)."""

    code = "entry_refused"


class TooLarge(EntryRefused):
    """An entry or a value is longer than 65,535 bytes; commit to its SHA-256 instead."""

    code = "too_large"


class KeyMalformed(AuditError):
    """A verifier key is malformed, or its id does not belong to it (LOG.md section 6)."""

    code = "key_malformed"


class ProofRefused(AuditError):
    """A hash path does not lead from what is claimed to the signed root (RFC 6962 section 2.1)."""

    code = "proof_refused"


class CommitmentRefused(AuditError):
    """A commitment or tag cannot be computed: a salt or a tag key is not 32 bytes long (LOG.md section 3)."""

    code = "commitment_refused"


class NotInLog(AuditError):
    """What is asked for is not in the log, or no signed head covers it yet."""

    code = "not_in_log"


class EntryNotCovered(NotInLog):
    """No signed head covers this entry yet, or it is not in this log."""

    code = "entry_not_covered"


class SizeNotReached(NotInLog):
    """The log has no signed head of this size or of a larger one."""

    code = "size_not_reached"


class ExportRefused(AuditError):
    """The export cannot be verified, or cannot be written where it should go."""

    code = "export_refused"


class NotSound(ExportRefused):
    """A bundle made from the database does not verify: database and log disagree, or the policy does not fit."""

    code = "not_sound"
