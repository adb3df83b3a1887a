"""The reason codes of the rule book, in the order in which its table names them."""

from enum import StrEnum
from functools import cache


class Reason(StrEnum):
    """Why an answer is no: exactly one for each denial."""

    UNKNOWN_CONTROLLER = "unknown_controller"
    UNKNOWN_PURPOSE = "unknown_purpose"
    UNKNOWN_CHANNEL = "unknown_channel"
    BAD_REQUEST = "bad_request"
    SUBJECT_UNRESOLVED = "subject_unresolved"
    IDENTITY_CHANGED = "identity_changed"
    IDENTITY_AMBIGUOUS = "identity_ambiguous"
    ERASED = "erased"
    DECEASED = "deceased"
    RESTRICTED = "restricted"
    UNDELIVERABLE = "undeliverable"
    SUPPRESSED_OBJECTION = "suppressed.objection"
    SUPPRESSED_COMPLAINT = "suppressed.complaint"
    SUPPRESSED_ERASURE = "suppressed.erasure"
    SUPPRESSED_PARTNER_AGREEMENT = "suppressed.partner_agreement"
    SUPPRESSED_LITIGATION = "suppressed.litigation"
    SUPPRESSED_ROBINSON = "suppressed.robinson"
    SUPPRESSED_DO_NOT_CALL = "suppressed.do_not_call"
    SUPPRESSED_ECG_LIST = "suppressed.ecg_list"
    OBJECTION = "objection"
    SIGNAL_GPC = "signal.gpc"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PARENT_PURPOSE_DENIED = "parent_purpose_denied"
    NO_CONSENT = "no_consent"
    PENDING_DOI = "pending_doi"
    DOI_EXPIRED = "doi_expired"
    NO_TEXT = "evidence_insufficient.no_text"
    NO_WITHDRAWAL_INFO = "evidence_insufficient.no_withdrawal_info"
    PRECHECKED = "evidence_insufficient.prechecked"
    COUPLED = "evidence_insufficient.coupled"
    IMPORT = "evidence_insufficient.import"
    PROOF_LEVEL = "evidence_insufficient.proof_level"
    IDENTITY_UNVERIFIED = "evidence_insufficient.identity_unverified"
    EXPLICIT_REQUIRED = "explicit_required"
    MINOR = "minor"
    GUARDIAN_CONSENT_LAPSED = "guardian_consent_lapsed"
    SCOPE_IDENTIFIER = "scope.identifier"
    SCOPE_CONTROLLER = "scope.controller"
    SCOPE_TOPIC = "scope.topic"
    SCOPE_CHANNEL = "scope.channel"
    SCOPE_PURPOSE = "scope.purpose"
    SCOPE_RECIPIENT = "scope.recipient"
    INVALID = "invalid"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DORMANT = "dormant"
    NO_SALE = "existing_customer.no_sale"
    ADDRESS_SOURCE = "existing_customer.address_source"
    NOT_OWN = "existing_customer.not_own"
    NOT_SIMILAR = "existing_customer.not_similar"
    NO_NOTICE_AT_COLLECTION = "existing_customer.no_notice_at_collection"
    NO_ASSESSMENT = "legitimate_interest.no_assessment"
    ASSESSMENT_EXPIRED = "legitimate_interest.assessment_expired"
    NOT_INFORMED = "legitimate_interest.not_informed"
    NO_REQUEST = "contract.no_request"
    PAUSED = "policy.paused"
    QUIET_HOURS = "policy.quiet_hours"
    FREQUENCY_CAP = "policy.frequency_cap"
    REASK_COOLDOWN = "reask_cooldown"


class BlockList(StrEnum):
    """The block lists that the rule book has a reason code for."""

    OBJECTION = "objection"
    COMPLAINT = "complaint"
    ERASURE = "erasure"
    PARTNER_AGREEMENT = "partner_agreement"
    LITIGATION = "litigation"
    ROBINSON = "robinson"
    DO_NOT_CALL = "do_not_call"
    ECG_LIST = "ecg_list"

    @property
    def reason(self) -> Reason:
        """Return the reason code of a denial by this list."""
        return _listed(self)


@cache
def _listed(block_list: BlockList) -> Reason:
    return Reason(f"suppressed.{block_list.value}")
