"""Which HTTP status each error class of every package answers with; a test fails when one is missing."""

from collections.abc import Iterator, Mapping
from typing import Final

from api import errors as edge
from audit import errors as ground
from audit.faults import Fault
from consent import errors as consent
from pii import detection_errors as detection
from pii import errors as pii
from pii import store_errors as posts
from pii import store_errors as stored
from retention import errors as retention

ROOTS: Final[tuple[type[Exception], ...]] = (
    edge.ApiError,
    retention.RetentionError,
    pii.PiiError,
    consent.ConsentError,
    ground.AuditError,
)

_EDGE: Final[Mapping[type[Exception], int]] = {
    edge.ApiError: 500,
    edge.SettingsError: 500,
    edge.CannotRun: 500,
    edge.InvalidInput: 422,
    edge.MalformedBody: 400,
    edge.BodyNotExpected: 422,
    edge.WrongMediaType: 415,
    edge.Unauthenticated: 401,
    edge.KeyRefused: 401,
    edge.ScopeMissing: 403,
    edge.ControllerRefused: 403,
    edge.NoRecipient: 403,
    edge.UnknownId: 404,
    edge.BadClient: 422,
    edge.BadIdempotencyKey: 400,
    edge.KeyUsedOtherwise: 409,
    edge.StillInProgress: 409,
    edge.NotAllowed: 409,
    edge.BadCursor: 422,
    edge.BadInstant: 400,
    edge.MailRefused: 500,
    edge.MailNotTaken: 503,
    edge.NotDeliverable: 500,
}
_GROUND: Final[Mapping[type[Exception], int]] = {
    ground.AuditError: 500,
    ground.CannotOpen: 500,
    ground.MissingKey: 500,
    ground.KeyExposed: 500,
    ground.SubjectErased: 410,
    ground.NothingRecorded: 500,
    ground.UnknownField: 500,
    ground.LogChanged: 503,
    ground.SequencerBehind: 503,
    ground.UnsupportedDatabase: 500,
    ground.NotStrict: 422,
    ground.EntryRefused: 422,
    ground.TooLarge: 422,
    ground.KeyMalformed: 422,
    ground.ProofRefused: 422,
    ground.CommitmentRefused: 500,
    ground.NotInLog: 404,
    ground.EntryNotCovered: 404,
    ground.SizeNotReached: 404,
    ground.ExportRefused: 500,
    ground.NotSound: 500,
}
_CONSENT: Final[Mapping[type[Exception], int]] = {
    consent.ConsentError: 500,
    consent.QuestionError: 422,
    consent.CaseError: 422,
    consent.FactConflict: 409,
    consent.IdempotencyConflict: 409,
    consent.IdentifiersConflict: 409,
    consent.IdentifierHeld: 409,
    consent.UnknownSubject: 404,
    consent.UnknownIdentifier: 404,
    consent.UnknownEvent: 404,
    consent.NoReceipt: 404,
    consent.ReceiptIncomplete: 409,
    consent.UnknownDecision: 404,
    consent.UnreadableImport: 422,
    consent.SubjectGone: 410,
    consent.AlreadyMerged: 409,
    consent.NotMerged: 409,
    consent.NoPolicy: 503,
    consent.PublishedNoticeChanged: 409,
}
_PII: Final[Mapping[type[Exception], int]] = {
    pii.PiiError: 500,
    pii.BadPayload: 422,
    pii.UnreadableItem: 422,
    pii.UnknownPlatform: 404,
    pii.SignatureMismatch: 401,
    pii.MissingSecret: 401,
    pii.ChallengeRefused: 403,
    posts.UnknownPost: 404,
    posts.UnknownSource: 404,
    posts.UnknownRecipient: 403,
    posts.BadCursor: 422,
    posts.UnreadableBox: 500,
    posts.DetectorDown: 503,
    detection.TextTooLong: 413,
    detection.DetectionTimedOut: 503,
    detection.ResidueFound: 500,
    detection.SpansOverlap: 500,
    detection.ForgedToken: 404,
    stored.UnknownPost: 404,
    stored.UnknownSource: 404,
    stored.UnknownRecipient: 404,
    stored.UnknownOrder: 404,
    stored.BadCursor: 422,
    stored.PersonForgotten: 409,
    stored.UnreadableBox: 500,
    stored.DetectorDown: 503,
}
_RETENTION: Final[Mapping[type[Exception], int]] = {
    retention.RetentionError: 500,
    retention.UnknownZone: 422,
    retention.UnknownDuty: 422,
    retention.Unclassified: 422,
    retention.NoSchedule: 503,
    retention.UnknownErasure: 404,
    retention.AlreadyErased: 410,
}
STATUSES: Final[Mapping[type[Exception], int]] = {**_EDGE, **_GROUND, **_CONSENT, **_PII, **_RETENTION}
# Whole families whose members differ in what they name, not in what a client does about them.
FAMILIES: Final[Mapping[type[Exception], int]] = {
    Fault: 422,
    consent.EventError: 422,
    consent.FactError: 422,
    consent.PolicyError: 422,
    retention.DocumentError: 422,
}
# Classes whose message is written for the caller and repeats nothing that was sent.
SPEAKING: Final[tuple[type[Exception], ...]] = (edge.ApiError,)
# Classes whose message is `place: what is wrong there`.
PLACED: Final[tuple[type[Exception], ...]] = (
    consent.EventError,
    consent.FactError,
    consent.QuestionError,
    consent.PolicyError,
    retention.DocumentError,
)
# Classes that are always about the same part of a request, by its pointer.
ABOUT: Final[Mapping[type[Exception], str]] = {
    edge.BadCursor: "/query/cursor",
    edge.BadIdempotencyKey: "/headers/Idempotency-Key",
    edge.BadInstant: "/headers/X-Placet-Now",
    posts.BadCursor: "/query/cursor",
    ground.EntryNotCovered: "/query/id",
    ground.SizeNotReached: "/query/to",
}


def status_of(kind: type[Exception]) -> int | None:
    """Return the status for an error class, or None for one that nobody mapped."""
    if kind in STATUSES:
        return STATUSES[kind]
    return next((status for family, status in FAMILIES.items() if issubclass(kind, family)), None)


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    """Give an error class and every class below it that is loaded."""
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)
