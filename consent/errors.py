"""What can go wrong in `consent`: one root error, and one subclass for each rule that can be broken."""

from typing import ClassVar


class ConsentError(Exception):
    """Something about consent was refused; the subclass names the rule."""

    code: ClassVar[str] = "consent_error"


class EventError(ConsentError):
    """An event of the history does not have the form the rule book gives it; the message names the field."""

    code: ClassVar[str] = "bad_event"


class FactError(ConsentError):
    """A fact about a data subject or a contact point is malformed; the message names the field."""

    code: ClassVar[str] = "bad_fact"


class FactConflict(FactError):
    """A fact contradicts what is on record about the data subject; whoever knows better changes it by name."""

    code: ClassVar[str] = "fact_conflict"


class QuestionError(ConsentError):
    """A question is malformed; the message names the field. One that merely makes no sense is denied."""

    code: ClassVar[str] = "bad_question"


class PolicyError(ConsentError):
    """A policy is not sound; the message names the place, such as `purposes.newsletter.notice`."""

    code: ClassVar[str] = "bad_policy"


class CaseError(ConsentError):
    """A file of decision cases cannot be read; the message names the place."""

    code: ClassVar[str] = "bad_case"


class UnknownName(EventError):
    """An event names something that the policy in force does not have; the message names the field."""

    code: ClassVar[str] = "unknown_name"


class UnknownController(UnknownName):
    """The event names a controller that the policy does not have."""

    code: ClassVar[str] = "unknown_controller"


class UnknownPurpose(UnknownName):
    """The event names a purpose that the policy does not have."""

    code: ClassVar[str] = "unknown_purpose"


class UnknownTopic(UnknownName):
    """The event names a topic that none of its purposes has."""

    code: ClassVar[str] = "unknown_topic"


class UnknownChannel(UnknownName):
    """The event names a channel that the policy does not have."""

    code: ClassVar[str] = "unknown_channel"


class UnknownNotice(UnknownName):
    """The event names a version of a notice that the policy does not have."""

    code: ClassVar[str] = "unknown_notice"


class NoticeCoversNothing(EventError):
    """The text covers none of what consent is asked for: whatever the person did with it, it would permit nothing."""

    code: ClassVar[str] = "notice_covers_nothing"


class UnknownRequest(EventError):
    """A confirmation names a request that this data subject never made."""

    code: ClassVar[str] = "unknown_request"


class EventInFuture(EventError):
    """An event is said to have happened later than now."""

    code: ClassVar[str] = "in_future"


class IdempotencyConflict(ConsentError):
    """The idempotency key was used before for an event with other content."""

    code: ClassVar[str] = "idempotency_conflict"


class InvalidIdentifier(FactError):
    """An identifier is not one of its kind; the message names the field and never the value."""

    code: ClassVar[str] = "invalid_identifier"


class IdentifiersConflict(ConsentError):
    """The identifiers given belong to different data subjects, or do not tell which of several is meant."""

    code: ClassVar[str] = "identifiers_conflict"


class IdentifierHeld(ConsentError):
    """Another data subject holds the contact point; say that it is shared, or that it was given anew."""

    code: ClassVar[str] = "identifier_held"


class UnknownSubject(ConsentError):
    """No data subject has this id, or holds this identifier."""

    code: ClassVar[str] = "unknown_subject"


class UnknownIdentifier(ConsentError):
    """The data subject has no identifier with this id."""

    code: ClassVar[str] = "unknown_identifier"


class UnknownEvent(ConsentError):
    """No consent event has this id."""

    code: ClassVar[str] = "unknown_event"


class SubjectGone(ConsentError):
    """The data subject was erased; nothing more can be recorded about the person (GDPR Art. 17)."""

    code: ClassVar[str] = "subject_gone"


class AlreadyMerged(ConsentError):
    """A record is merged with at most one other at a time, and never with itself."""

    code: ClassVar[str] = "already_merged"


class NotMerged(ConsentError):
    """The two records are not merged with each other."""

    code: ClassVar[str] = "not_merged"


class NoPolicy(ConsentError):
    """No policy was ever applied, or not this version; without one every answer is refused."""

    code: ClassVar[str] = "no_policy"


class PublishedNoticeChanged(PolicyError):
    """A version of a notice that was published is missing from the policy or reads differently there."""

    code: ClassVar[str] = "published_notice_changed"


class NoReceipt(ConsentError):
    """The event says nothing about consent, so there is no receipt for it."""

    code: ClassVar[str] = "no_receipt"


class ReceiptIncomplete(PolicyError):
    """The policy does not say what this form of receipt must name; the message names the place."""

    code: ClassVar[str] = "receipt_incomplete"


class UnknownDecision(ConsentError):
    """No allowance has this id, so no use can rest on it."""

    code: ClassVar[str] = "unknown_decision"


class UnreadableImport(ConsentError):
    """A file of consents cannot be read as a whole; the message says why, and nothing of it was taken in."""

    code: ClassVar[str] = "unreadable_import"
