"""One form for all spellings of the same value, so that the same person gets the same pseudonym."""

import re
import unicodedata

import idna

from pii.folding import fold
from pii.phones import e164, spoken_digits
from pii.spans import SpanKind

DEFAULT_REGION = "DE"

_CODES = frozenset(
    {
        SpanKind.IBAN,
        SpanKind.CARD,
        SpanKind.TAX_ID,
        SpanKind.PENSION_NO,
        SpanKind.HEALTH_INS_NO,
        SpanKind.ID_DOC,
        SpanKind.PLATE,
        SpanKind.ORDER_ID,
        SpanKind.CUSTOMER_ID,
    }
)
"""Kinds in which blanks, strokes and small letters carry no meaning."""

_BRACKETED_AT = re.compile(r"\s*(?:[(\[{<]\s*(?:at|ät|a|@|klammeraffe)\s*[)\]}>]|\s(?:at|ät)\s|@)\s*", re.IGNORECASE)
_BRACKETED_DOT = re.compile(r"\s*(?:[(\[{<]\s*(?:dot|punkt|\.)\s*[)\]}>]|\s(?:dot|punkt)\s)\s*", re.IGNORECASE)


def canonical(kind: SpanKind, value: str, *, region: str = DEFAULT_REGION, network: str = "") -> str:
    """Return the canonical form of a value of this kind.

    E-mail: small letters, the domain in punycode (RFC 5891). Telephone: E.164, national numbers read in `region`.
    Numbers: capitals and digits only. Handle: without its sign, with its `network` before it, since two networks
    give the same name to two people. Names and all else: NFC, case-folded, single blanks.
    """
    if kind is SpanKind.SECRET:
        # A password means what it says, letter by letter.
        return unicodedata.normalize("NFC", value)
    plain = " ".join(fold(value).text.split())
    if kind is SpanKind.EMAIL:
        return _email(plain)
    if kind is SpanKind.PHONE:
        return _phone(plain, region)
    if kind in _CODES:
        return "".join(character for character in plain.upper() if character.isalnum())
    if kind is SpanKind.HANDLE:
        return f"{network.casefold()}:{plain.casefold().removeprefix('@')}"
    if kind is SpanKind.HASHTAG:
        return plain.casefold().removeprefix("#")
    return unicodedata.normalize("NFC", plain).casefold().strip(" .,;:")


def _email(plain: str) -> str:
    local, _, domain = _BRACKETED_AT.sub("@", _BRACKETED_DOT.sub(".", plain)).lower().rpartition("@")
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        # Not a name of the DNS; then two spellings of it stay two.
        domain = unicodedata.normalize("NFC", domain)
    return f"{unicodedata.normalize('NFC', local)}@{domain}"


def _phone(plain: str, region: str) -> str:
    digits = spoken_digits(plain)
    number = e164(digits, region)
    return number if number is not None else "".join(character for character in digits if character.isdigit())
