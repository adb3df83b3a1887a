"""What can go wrong at the edge. `api.statuses` says which status each error of every package answers with."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: where (a JSON Pointer, RFC 6901), in words, and as a code. Never the value."""

    pointer: str
    message: str
    code: str


class ApiError(Exception):
    """A request, or the installation itself, breaks a rule of the edge."""

    code = "api"


class SettingsError(ApiError):
    """A setting is unknown, missing or malformed; the message names the variable, never its value."""

    code = "settings"


class CannotRun(ApiError):
    """A command cannot do its work as things stand; the message says what to do first."""

    code = "cannot_run"


class InvalidInput(ApiError):
    """Fields of the request are missing, unknown or malformed; `errors` names them."""

    code = "invalid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """Take the list of what is wrong, in the order in which a reader should mend it."""
        super().__init__("what is wrong stands in `errors`")
        self.errors = tuple(errors)


class MalformedBody(InvalidInput):
    """The body is not one strict JSON value: cut off, nested too deep, a name twice, or a number that is none."""

    code = "malformed_body"


class BodyNotExpected(InvalidInput):
    """The route takes no body."""

    code = "body_not_expected"


class WrongMediaType(ApiError):
    """The body is of a media type that this route does not take."""

    code = "wrong_media_type"


class Unauthenticated(ApiError):
    """The request carries no key; send `Authorization: Bearer plc_...`."""

    code = "unauthenticated"


class KeyRefused(Unauthenticated):
    """The key is malformed, unknown or revoked."""

    code = "key_refused"


class ScopeMissing(ApiError):
    """The key is good but lacks the scope that this needs."""

    code = "scope_missing"


class ControllerRefused(ScopeMissing):
    """The key belongs to another controller and lacks the scope `group`."""

    code = "controller_refused"


class NoRecipient(ScopeMissing):
    """The key belongs to no recipient; only recipients have a feed of released data."""

    code = "no_recipient"


class UnknownId(ApiError):
    """Nothing of this id is known here."""

    code = "unknown_id"


class BadClient(ApiError):
    """A client cannot be made like this: name, scopes, controller or recipient is malformed."""

    code = "bad_client"


class BadIdempotencyKey(ApiError):
    """An Idempotency-Key is 1 to 255 visible ASCII characters."""

    code = "bad_idempotency_key"


class KeyUsedOtherwise(ApiError):
    """The Idempotency-Key was used before, with another request."""

    code = "idempotency_key_used"


class StillInProgress(ApiError):
    """The first request with this Idempotency-Key is still being answered; try again in a moment."""

    code = "in_progress"


class NotAllowed(ApiError):
    """A use was reported of a permission that there is not."""

    code = "not_allowed"


class BadCursor(ApiError):
    """The cursor was not given out by this list."""

    code = "bad_cursor"


class BadInstant(ApiError):
    """The header X-Placet-Now is no RFC 3339 instant."""

    code = "bad_instant"


class MailRefused(ApiError):
    """A mail is not sent: a line of its head holds a line break or another control character."""

    code = "mail_refused"


class MailNotTaken(ApiError):
    """The mail server did not take the mail; it is offered again later."""

    code = "mail_not_taken"


class NotDeliverable(ApiError):
    """A message waits in the outbox for which there is no way out."""

    code = "not_deliverable"
