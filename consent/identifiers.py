"""Identifiers as they are given and as they are stored: one spelling for each contact point or outside id."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from consent.errors import InvalidIdentifier
from consent.vocabulary import IdentifierKind

SOCIAL: Final = "social:"
OUTSIDE: Final = "crm:"
_PLAIN_KINDS: Final = frozenset({"email", "phone", "fax", "postal", "device"})
_NAMED_KIND: Final = re.compile(r"(?:social|crm):[a-z0-9][a-z0-9_.-]{0,63}")
MAX_LENGTH: Final = 500
# Longer ones are left to the reader, which knows every limit of the RFCs.
MAX_PLAIN_ADDRESS: Final = 200
_PLAIN_LOCAL: Final = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_DOTS: Final = "•••"


@dataclass(frozen=True, slots=True, repr=False)
class GivenIdentifier:
    """An identifier as somebody wrote it: its kind and its value."""

    kind: str
    value: str

    def __repr__(self) -> str:
        return f"GivenIdentifier(kind={self.kind!r}, <redacted>)"


@dataclass(frozen=True, slots=True, repr=False)
class NormalisedIdentifier:
    """An identifier in its one spelling: `value` is sealed and used, `indexed` is hashed and compared."""

    kind: str
    value: str
    indexed: str

    def __repr__(self) -> str:
        return f"NormalisedIdentifier(kind={self.kind!r}, <redacted>)"


def rule_kind(kind: str) -> IdentifierKind | None:
    """Return the rule book's kind of contact point, or None for an outside id such as `crm:shop`."""
    if kind.startswith(SOCIAL):
        return IdentifierKind.SOCIAL
    return IdentifierKind(kind) if kind in _PLAIN_KINDS else None


def normalise(given: GivenIdentifier, *, region: str | None) -> NormalisedIdentifier:
    """Return the one spelling of an identifier; telephone numbers without country code are read in `region`.

    Addresses follow RFC 5321 and RFC 6531, telephone numbers become E.164. Raises InvalidIdentifier, which
    names the kind and never the value.
    """
    value = given.value.strip()
    if given.kind not in _PLAIN_KINDS and not _NAMED_KIND.fullmatch(given.kind):
        raise InvalidIdentifier("kind: no such kind of identifier")
    if not value or len(value) > MAX_LENGTH or "\x00" in value:
        raise InvalidIdentifier(f"value: not a {given.kind} identifier")
    if given.kind == "email":
        return _email(value)
    if given.kind in ("phone", "fax"):
        return _number(given.kind, value, region)
    if given.kind == "postal":
        line = " ".join(value.split())
        return NormalisedIdentifier(given.kind, line, line.casefold())
    # Networks and outside systems give ids of their own; whether case matters there is theirs to say.
    return NormalisedIdentifier(given.kind, value, value)


def _email(value: str) -> NormalisedIdentifier:
    try:
        address = _plain_address(value) or validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        raise InvalidIdentifier("value: not an e-mail address") from None
    # RFC 5321 lets a host tell apart the case of the local part. None that matters does, and a withdrawal
    # must not miss the mailbox because of a capital letter: compared in lower case, sent to as written.
    return NormalisedIdentifier("email", address, address.lower())


def _plain_address(value: str) -> str | None:
    """Return an address whose local part is beyond doubt (RFC 5322 dot-atom of letters, digits, `_`, `+`, `-`).

    The reader takes most of its time for the domain, and there are few domains: each is read once.
    """
    local, _, domain = value.rpartition("@")
    if not _PLAIN_LOCAL.fullmatch(local) or len(value) > MAX_PLAIN_ADDRESS:
        return None
    return f"{local}@{_domain(domain)}"


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str:
    return validate_email(f"x@{domain}", check_deliverability=False).normalized.removeprefix("x@")


def _number(kind: str, value: str, region: str | None) -> NormalisedIdentifier:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise InvalidIdentifier(f"value: not a {kind} identifier") from None
    # A number that could only be dialled from next door reaches nobody from here.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise InvalidIdentifier(f"value: not a {kind} identifier")
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return NormalisedIdentifier(kind, text, text)


def masked(kind: str, value: str) -> str:
    """Return the value with all but a hint hidden, for a page that only its holder should recognise."""
    if kind == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}{_DOTS}@{domain}"
    if kind in ("phone", "fax"):
        return f"{value[:3]}{_DOTS}{value[-2:]}"
    return f"{value[:1]}{_DOTS}"
