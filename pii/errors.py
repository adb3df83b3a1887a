"""What can go wrong with social data: each error of `pii` says which rule was broken, never what stood there."""


class PiiError(Exception):
    """A rule of the social data layer was broken."""

    code = "pii"


class BadPayload(PiiError):
    """The body as a whole cannot be read as a payload of the platform it was sent for."""

    code = "bad_payload"

    def __init__(self, rule: str, *, pointer: str = "") -> None:
        """Name the broken `rule` and the place; neither may hold content of the payload."""
        super().__init__(f"{rule} at {pointer or 'the root'}")
        self.rule = rule
        self.pointer = pointer


class UnreadableItem(PiiError):
    """One item of a sound payload cannot be read; the items beside it can."""

    code = "unreadable_item"

    def __init__(self, reason: str) -> None:
        """Name the `reason` by its code (`model.RejectReason`)."""
        super().__init__(reason)
        self.reason = reason


class UnknownPlatform(PiiError):
    """There is no reader, or no check of authenticity, for a platform of this name."""

    code = "unknown_platform"


class SignatureMismatch(PiiError):
    """The delivery was not signed with the secret that is shared with the platform."""

    code = "signature_mismatch"


class MissingSecret(SignatureMismatch):
    """The secret that would verify the delivery is not configured; without it nothing is accepted."""

    code = "missing_secret"


class ChallengeRefused(PiiError):
    """A platform's challenge is not answered: it is malformed or does not know the agreed token."""

    code = "challenge_refused"
