"""Numbers that stand for a person, an account or a car, in folded text.

A number counts when its check digit is right, or when the words before it say what it is: a mistyped
account number is as personal as a correct one.
"""

import re
from collections.abc import Callable, Iterator

from pii import check_digits
from pii.spans import Span, SpanKind

_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ -]?\d{2}(?:[ .:-]{0,2}[A-Za-z0-9]){11,30}(?![^\W_])")
_IBAN_LOOSE = re.compile(r"(?<!\w)(?:[A-Z]{2} ?|[a-z]{2})\d{2}(?:[ .-]?\d){8,26}(?!\w)")
_DIGITS = re.compile(r"(?<![\w.,])\d(?:[ ./-]?\d){7,22}(?![\w]|[.,]\d)")
_PENSION = re.compile(r"(?<!\w)\d{2}[ ./-]?\d{2}[ ./-]?\d{2}[ ./-]?\d{2}[ ./-]?[A-Za-z][ ./-]?\d{2}[ ./-]?\d(?!\w)")
_HEALTH = re.compile(r"(?<!\w)[A-Za-z](?:[ .-]?\d){9}(?!\w)")
_DOCUMENT = re.compile(
    r"(?<![\w-])(?=(?:[A-Z]*\d){4})[CFGHJKLMNPRTVWXYZ] ?[CFGHJKLMNPRTVWXYZ0-9](?: ?[CFGHJKLMNPRTVWXYZ0-9]){7}"
    r"(?: ?\d)?(?:<<|D<<)?(?![\w-])"
)
_BRITISH_INSURANCE = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D](?!\w)", re.IGNORECASE)
_AMERICAN_SECURITY = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\w-])")
_GERMAN_PLATE = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}([-:–] ?| )[A-Z]{1,2} ?[1-9]\d{0,3} ?[EH]?(?![\w-])")
_BRITISH_PLATE = re.compile(r"(?<![\w-])[A-Z]{2}\d{2} ?[A-Z]{3}(?![\w-])")
_TAX_NUMBER = re.compile(r"(?<![\w/])\d{2,3}/\d{3,4}/\d{4,5}(?![\w/])")


def _hint(words: str) -> Callable[[str, int], bool]:
    pattern = re.compile(rf"(?:{words})[^\n!?]{{0,24}}\Z", re.IGNORECASE)
    return lambda text, position: bool(pattern.search(text[max(0, position - 60) : position]))


_says_account = _hint(r"iban|konto\w*|account|überweis\w*|bank\w*|refund|gutschrift|rückzahlung|erstattung")
_says_card = _hint(r"kart(?:e|en)\w*|card|visa|master\w*|amex|kredit\w*|credit|debit")
_says_tax = _hint(r"steuer\w*|tax|idnr|tin|finanzamt|utr")
_says_pension = _hint(
    r"rente\w*|sozialvers\w*|sv-?n\w*|rv-?n\w*|social|insurance|national|ssn|nino|ahv\w*|svnr|versicherung\w*"
)
_says_health = _hint(r"kranken\w*|versicher\w*|kv-?n\w*|kasse\w*|gesundheitskarte|health|insurance|nhs")
_says_document = _hint(
    r"ausweis\w*|perso|(?:reise)?pass(?:port)?\w*|führerschein\w*|licen[cs]e|id[- ]?(?:card|nr|no)|dokument\w*"
    r"|aufenthaltstitel"
)
_says_plate = _hint(r"kennzeichen|kfz|auto|wagen|transporter|pkw|plate|reg(?:istration)?|car|van|nummernschild")


def _compact(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", value).upper()


def ibans(text: str) -> Iterator[Span]:
    """Find account numbers: every right IBAN, and wrong ones where the words speak of an account."""
    for match in _IBAN.finditer(text):
        length = check_digits.iban_length(match[0][:2])
        end = match.end() if length is None else _end_of(match[0], length, match.start())
        if end is not None and check_digits.is_iban(_compact(text[match.start() : end])):
            yield Span(match.start(), end, SpanKind.IBAN, 1.0, "iban")
    for match in _IBAN_LOOSE.finditer(text):
        known_country = check_digits.iban_length(match[0][:2]) is not None
        if known_country and (_says_account(text, match.start()) or len(_compact(match[0])) >= 18):
            yield Span(match.start(), match.end(), SpanKind.IBAN, 0.6, "wrong iban")


def _end_of(value: str, length: int, start: int) -> int | None:
    """Return where the first `length` letters and digits of `value` end, for words may follow an IBAN."""
    seen = 0
    for offset, character in enumerate(value):
        seen += character.isalnum()
        if seen == length:
            glued = value[offset + 1 : offset + 2].isalnum()
            return None if glued else start + offset + 1
    return None


def cards(text: str) -> Iterator[Span]:
    """Find payment card numbers by their Luhn digit, wrong ones where the words speak of a card."""
    for match in _DIGITS.finditer(text):
        digits = _compact(match[0])
        if "/" in match[0]:
            continue
        if check_digits.is_card(digits):
            yield Span(match.start(), match.end(), SpanKind.CARD, 0.97, "card")
        elif 13 <= len(digits) <= 19 and _says_card(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.CARD, 0.6, "wrong card")


def tax_ids(text: str) -> Iterator[Span]:
    """Find German tax identification numbers, and tax numbers where the words say so."""
    for match in _DIGITS.finditer(text):
        digits = _compact(match[0])
        hinted = _says_tax(text, match.start())
        if len(digits) == 11 and check_digits.is_german_tax_id(digits):
            yield Span(match.start(), match.end(), SpanKind.TAX_ID, 0.97, "tax id")
        elif hinted and 10 <= len(digits) <= 13:
            yield Span(match.start(), match.end(), SpanKind.TAX_ID, 0.6, "tax number by its words")
    for match in _TAX_NUMBER.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.TAX_ID, 0.6, "tax number")


def social_numbers(text: str) -> Iterator[Span]:
    """Find numbers of the pension and social insurance of Germany, Austria, Switzerland, Britain and the US."""
    for match in _PENSION.finditer(text):
        right = check_digits.is_german_pension_number(_compact(match[0]))
        if right or _says_pension(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.PENSION_NO, 0.97 if right else 0.6, "pension number")
    for match in _DIGITS.finditer(text):
        digits = _compact(match[0])
        austrian = check_digits.is_austrian_social_number(digits) and _says_pension(text, match.start())
        if austrian or check_digits.is_swiss_social_number(digits):
            yield Span(match.start(), match.end(), SpanKind.PENSION_NO, 0.97, "social insurance number")
    for pattern in (_BRITISH_INSURANCE, _AMERICAN_SECURITY):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), SpanKind.PENSION_NO, 0.7, "social insurance number")


def health_numbers(text: str) -> Iterator[Span]:
    """Find numbers of the German statutory health insurance."""
    for match in _HEALTH.finditer(text):
        right = check_digits.is_german_health_insurance_number(_compact(match[0]))
        if right or _says_health(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.HEALTH_INS_NO, 0.97 if right else 0.6, "health number")


def documents(text: str) -> Iterator[Span]:
    """Find serials of German identity cards and passports, and any serial that the words call one."""
    for match in _DOCUMENT.finditer(text):
        right = check_digits.is_german_document_number(_compact(match[0])[:10])
        yield Span(match.start(), match.end(), SpanKind.ID_DOC, 0.96 if right else 0.5, "identity document")
    for match in _SERIAL.finditer(text):
        if _says_document(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.ID_DOC, 0.6, "document by its words")


_SERIAL = re.compile(r"(?<![\w-])(?=\w*\d\w*\d)[A-Za-z0-9]{7,16}(?![\w-])")


def plates(text: str) -> Iterator[Span]:
    """Find number plates of cars: the German form with a hyphen, other spellings where the words speak of a car."""
    for match in _GERMAN_PLATE.finditer(text):
        exact = match[1] == "-" and re.search(r"\d{2}|[A-Z] \d", match[0])
        if exact or _says_plate(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.PLATE, 0.6, "plate")
    for match in _BRITISH_PLATE.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.PLATE, 0.6, "plate")
