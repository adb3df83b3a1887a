"""Order and customer numbers, and secrets people give away, in folded text.

No check digit helps here: the words before a number say what it is.
"""

import re
from collections.abc import Iterator

from pii.spans import Span, SpanKind

_NUMBER_WORD = r"(?:nummer|nr|no|num|number|id|code|kennung|zeichen|ref)"
_ORDER_WORDS = (
    r"auftrags?|bestell(?:ung|ungs)?|vorgangs?|fall|ticket|rechnungs?|reparatur\w*|service|reklamations?|retouren?"
    r"|sendungs?|liefer(?:ung|schein)?|paket"
    r"|buchungs?|angebots?|referenz|beschwerde|anfrage|aktenzeichen|az|order|case|reference|ref|invoice|booking"
    r"|tracking|shipment|parcel|claim|incident|receipt|quote"
)
_CUSTOMER_WORDS = (
    r"kunden?|kundinn?en|kundin|kd|mitglieds?|vertrags?|versicherungs(?:schein)?|policen?|teilnehmer|mandats?|konto"
    r"|customer|client|account|member(?:ship)?|contract|policy|loyalty"
    r"|payback|bonuskarten?|zähler"
)
_IDENTIFIER = (
    r"#?(?=[A-Za-z#-]{0,8}[ -]?\d)(?:[A-Za-z]{1,4}[ ./_-]{0,1}){0,2}\d{1,12}+"
    r"(?:[./_-]?[A-Za-z0-9]{1,12}+| \d{2,6}+){0,6}+"
)
_LINKING = (
    r"(?:[ \t]{0,2}(?:[:.=#(-]|(?:lautet|war|ist|is|was|dazu|hier|unter|bei|von|mit|der|die|des|my|seit \d{4})(?!\w)))"
    r"{0,4}[ \t]{0,2}"
)


def _labelled(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{words})(?:[ -]?{_NUMBER_WORD})?{_LINKING}"
        rf"(?:[(]?{_NUMBER_WORD}[.:]{{0,2}}[ \t]{{0,2}})?"
        rf"(?<![A-Za-z0-9])({_IDENTIFIER})(?!\w)",
        re.IGNORECASE,
    )


_ORDER = _labelled(_ORDER_WORDS)
_CUSTOMER = _labelled(_CUSTOMER_WORDS)
_SHAPED = re.compile(
    r"(?<![\w/-])#?[A-Z]{1,4}-(?=[\w-]*\d{2})(?:[A-Z0-9]{1,10}-){1,4}[A-Z0-9]{1,10}(?![\w-])"
    r"|(?<![\w/-])#?[A-Z]{2,4}-\d{5,12}(?![\w-])"
)
_HASHED = re.compile(r"(?<![\w&/])#(?=[A-Z-]{0,6}\d)[A-Z0-9]{0,4}-?\d[A-Z0-9-]{3,20}(?![\w-])")
_NO_REFERENCE = re.compile(
    r"(?:model\w*|modell\w*|typ\w*|art(?:ikel)?[-. ]?(?:nr|nummer|no)?|isbn|ean|gtin|din|iso|en|ral|sku|serie\w*"
    r"|version|firmware|part)"
    r"[^\n.!?]{0,12}\Z",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\s?(?:€|euro?\b|eur\b|\$|£|%|prozent|uhr\b|stück\b|jahre?\b|tage?n?\b|wochen?\b|monate?n?\b|mal\b|x\b|kg\b"
    r"|cm\b|days?\b|weeks?\b|times\b|km\b)",
    re.IGNORECASE,
)

_SECRET = re.compile(
    r"(?<!\w)(?:passwor[dt]|passwd|pwd|kennwort|zugangscode|passcode|geheimzahl|pin|tan|puk|pw|login[- ]?code"
    r"|sicherheitscode|cvc|cvv)"
    r"(?:[ -]?(?:nummer|nr\.?|code))?(?:[ \t]{0,2}(?:[:=]|(?:war|ist|is|was|lautet|heißt|heisst|hieß|mein"
    r"|my)(?!\w))){1,3}[ \t]{0,2}[\"']?([^\s,;\"']{3,64})",
    re.IGNORECASE,
)


def order_ids(text: str) -> Iterator[Span]:
    """Find numbers of orders, cases, invoices and shipments."""
    for match in _ORDER.finditer(text):
        yield from _reference(text, match.start(1), match.end(1), SpanKind.ORDER_ID, "order words")
    for pattern in (_SHAPED, _HASHED):
        for match in pattern.finditer(text):
            if not _NO_REFERENCE.search(text[max(0, match.start() - 30) : match.start()]):
                yield Span(match.start(), match.end(), SpanKind.ORDER_ID, 0.5, "order shape")


def customer_ids(text: str) -> Iterator[Span]:
    """Find numbers of customers, members and contracts."""
    for match in _CUSTOMER.finditer(text):
        yield from _reference(text, match.start(1), match.end(1), SpanKind.CUSTOMER_ID, "customer words")


def _reference(text: str, start: int, end: int, kind: SpanKind, source: str) -> Iterator[Span]:
    value = text[start:end]
    word = re.match(r"[A-Za-z]+ ", value)
    if word and not value.startswith(word[0].upper()):
        # "customer since 2016": a small word before the number is prose, not its prefix.
        start += word.end()
        value = text[start:end]
    digits = sum(character.isdigit() for character in value)
    if digits < 3 or _AMOUNT.match(text, end):
        return
    if re.fullmatch(r"(?:19|20)\d\d|\d{1,2}\.\d{1,2}\.\d{2,4}", value):
        return
    yield Span(start, end, kind, 0.75, source)


def secrets(text: str) -> Iterator[Span]:
    """Find passwords and codes that the writer names as such."""
    for match in _SECRET.finditer(text):
        value = match[1].rstrip(".)!?") if not re.search(r"[\d!]", match[1]) else match[1].rstrip(".)?")
        if len(value) >= 3 and (re.search(r"\d|[^\w]", value) or value != value.lower()):
            yield Span(match.start(1), match.start(1) + len(value), SpanKind.SECRET, 0.8, "secret words")
