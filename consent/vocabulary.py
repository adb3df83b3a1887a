"""The fixed words of the rule book, as sets whose members are the codes that stand in files and answers.

Channels, purposes, topics, notices and controllers are data of a policy and therefore not here.
"""

from enum import StrEnum

from consent.reasons import BlockList as BlockList
from consent.reasons import Reason as Reason


class EventKind(StrEnum):
    """What can happen, by the names of the rule book."""

    # Saying yes
    GRANT = "grant"
    GRANT_REQUESTED = "grant_requested"
    DOI_CONFIRMED = "doi_confirmed"
    DOI_LINK_OPENED = "doi_link_opened"
    RECONFIRM = "reconfirm"
    GUARDIAN_AUTHORISED = "guardian_authorised"
    IMPORT_ROW = "import_row"
    # Saying no
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    OBJECT = "object"
    SIGNAL = "signal"
    RESTRICT = "restrict"
    LIFT_RESTRICTION = "lift_restriction"
    SUPPRESS = "suppress"
    LIFT_SUPPRESSION = "lift_suppression"
    ERASE = "erase"
    DECEASE = "decease"
    INVALIDATE = "invalidate"
    PAUSE = "pause"
    UNSUBSCRIBE_LINK_OPENED = "unsubscribe_link_opened"
    # Facts about the relationship
    NOTICE_SHOWN = "notice_shown"
    NOTICE_PUBLISHED = "notice_published"
    USE = "use"
    SALE = "sale"
    CONTRACT_END = "contract_end"
    INQUIRY = "inquiry"
    PUBLIC_POST = "public_post"
    B2B_INTEREST = "b2b_interest"
    ASSESSMENT = "assessment"
    MOVED = "moved"
    # Facts about identity
    IDENTIFIER_ADDED = "identifier_added"
    IDENTIFIER_RECYCLED = "identifier_recycled"
    IDENTIFIER_SHARED = "identifier_shared"
    IDENTIFIER_VERIFIED = "identifier_verified"
    IDENTIFIER_CHANGED = "identifier_changed"
    BOUNCE = "bounce"
    MERGE = "merge"
    UNMERGE = "unmerge"


class Proof(StrEnum):
    """How well it is proved that a declaration was made, from weak to strong."""

    CLAIMED = "claimed"
    STATED = "stated"
    CONFIRMED = "confirmed"
    DOCUMENTED = "documented"

    def suffices_for(self, needed: "Proof") -> bool:
        """Say whether this proof is at least as strong as `needed`."""
        return _STRENGTH[self] >= _STRENGTH[needed]


_STRENGTH = {proof: strength for strength, proof in enumerate(Proof)}


class ImportStatus(StrEnum):
    """What a row of a file says about a contact point."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"


class SaleKind(StrEnum):
    """How far a business relation went."""

    PURCHASE = "purchase"
    CONTRACT = "contract"
    FREE_ACCOUNT = "free_account"
    CART = "cart"


class AddressSource(StrEnum):
    """How a contact point came with a sale."""

    SUBJECT = "subject"
    LIST = "list"


class BounceKind(StrEnum):
    """Whether a delivery failed for good or for the moment."""

    HARD = "hard"
    SOFT = "soft"


class IdentifierKind(StrEnum):
    """The kinds of contact points."""

    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    SOCIAL = "social"
    DEVICE = "device"
    FAX = "fax"


class SubjectKind(StrEnum):
    """Whether a person is met as a consumer or in business."""

    CONSUMER = "consumer"
    BUSINESS = "business"


class FormOfAddress(StrEnum):
    """How a person wants to be spoken to in German."""

    FAMILIAR = "du"
    FORMAL = "Sie"
    NEUTRAL = "neutral"


class Action(StrEnum):
    """What is to be done: use the permission, or ask for it in a contact that takes place anyway."""

    SEND = "send"
    SOLICIT = "solicit"


class Verdict(StrEnum):
    """The answer itself."""

    ALLOW = "allow"
    DENY = "deny"


class LawfulBasis(StrEnum):
    """What an allowance rests on."""

    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    CONSENT = "consent"
    EXISTING_CUSTOMER = "existing_customer"
    PRESUMED_CONSENT = "presumed_consent"
    IMPLIED_CONSENT = "implied_consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    NOT_OPTED_OUT = "not_opted_out"
    NOT_REQUIRED = "not_required"


STATUTORY_EXCEPTION = "statutory_exception"
"""In the bases of a purpose: whatever the law of the country offers in place of consent."""

STATUTORY_EXCEPTIONS = frozenset(
    {
        LawfulBasis.EXISTING_CUSTOMER,
        LawfulBasis.PRESUMED_CONSENT,
        LawfulBasis.IMPLIED_CONSENT,
        LawfulBasis.NOT_OPTED_OUT,
    }
)

OFFERED_EVERYWHERE = frozenset({LawfulBasis.CONTRACT, LawfulBasis.LEGAL_OBLIGATION})
"""The bases that need no rule of a country."""


class Obligation(StrEnum):
    """What the sender must do when the answer is yes."""

    INCLUDE_UNSUBSCRIBE = "include_unsubscribe"
    SENDER_IDENTITY = "sender_identity"
    POSTAL_ADDRESS = "postal_address"
    RECORD_USE = "record_use"
    KEEP_PROOF = "keep_proof"
    INCLUDE_OBJECTION_NOTICE = "include_objection_notice"
    STORE_RATIONALE = "store_rationale"
    PSEUDONYMISE = "pseudonymise"
    NO_TRACKING = "no_tracking"


class Note(StrEnum):
    """A remark on an answer, of no effect of its own."""

    NO_BASIS_SWAP = "no_basis_swap"
    RECLASSIFIED = "reclassified"
    UNSETTLED_LAW = "unsettled_law"


class ConsentState(StrEnum):
    """The state of the consent alone, for the thing asked."""

    NONE = "none"
    ASKED = "asked"
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    EXPIRED = "expired"
    DORMANT = "dormant"
    SUPERSEDED = "superseded"
    INVALID = "invalid"


class ChannelClass(StrEnum):
    """How the law sees a channel."""

    ELECTRONIC_MAIL = "electronic_mail"
    TEXT_MESSAGE = "text_message"
    LIVE_CALL = "live_call"
    AUTOMATED_CALL = "automated_call"
    FAX = "fax"
    POST = "post"
    DEVICE = "device"
    DATA_USE = "data_use"


class PurposeClass(StrEnum):
    """How the law sees a purpose. All but the services are direct marketing (GDPR Art. 21(2))."""

    TRANSACTIONAL = "transactional"
    LEGAL = "legal"
    DIRECT_MARKETING = "direct_marketing"
    PROFILING = "profiling"
    TRACKING = "tracking"
    SHARING = "sharing"
    LISTENING = "listening"

    @property
    def is_service(self) -> bool:
        """Say whether purposes of this class are services."""
        return self in (PurposeClass.TRANSACTIONAL, PurposeClass.LEGAL)


class ContentFlag(StrEnum):
    """What the content of a message holds besides what the purpose says."""

    CONTAINS_ADVERTISING = "contains_advertising"
    RATING_REQUEST = "rating_request"
    TRACKING = "tracking"
    SPECIAL_CATEGORY = "special_category"


class Reach(StrEnum):
    """What an entry on a block list stops."""

    ALL = "all"
    MARKETING = "marketing"


class YieldsTo(StrEnum):
    """What answers a no: a consent given after it, any valid consent, or nothing."""

    LATER_CONSENT = "later_consent"
    CONSENT = "consent"
    NOTHING = "nothing"


class SignalEffect(StrEnum):
    """As what a signal is heard."""

    OPT_OUT = "opt_out"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    OBJECT = "object"


class ConsentEnd(StrEnum):
    """An end that a notice promises."""

    YEAR_AFTER_CONTRACT = "year_after_contract"


class VersionChange(StrEnum):
    """For readers: whether a version of a notice changes the wording, or what the text covers."""

    MINOR = "minor"
    MAJOR = "major"
