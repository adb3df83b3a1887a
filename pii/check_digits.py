"""The check digits of numbers that stand for a person or an account.

Each function takes the number without blanks and separators and says whether it is well formed.
"""

import re
from datetime import date

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Length of an IBAN by country (SWIFT IBAN registry)."""


def iban_length(country: str) -> int | None:
    """Return how many characters an IBAN of the country has, `None` where there are no IBANs."""
    return _IBAN_LENGTHS.get(country.upper())


def is_iban(number: str) -> bool:
    """Check country, length and the remainder 1 modulo 97 (ISO 13616, ISO 7064 MOD 97-10)."""
    number = number.upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", number):
        return False
    if len(number) != iban_length(number[:2]):
        return False
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1


def is_luhn(number: str) -> bool:
    """Check the last digit as payment cards do (ISO/IEC 7812-1, annex B)."""
    if not re.fullmatch(r"[0-9]{2,}", number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def is_card(number: str) -> bool:
    """Check length, the first digits of the large card schemes and the Luhn digit."""
    return bool(re.fullmatch(r"(?:3[0-9]{13,14}|[2456][0-9]{12,18})", number)) and is_luhn(number)


def is_german_tax_id(number: str) -> bool:
    """Check the steuerliche Identifikationsnummer: digit pattern and ISO 7064 MOD 11,10 (AO section 139b).

    Of the first ten digits one stands twice or three times, never three times in a row.
    """
    if not re.fullmatch(r"[1-9][0-9]{10}", number):
        return False
    body = number[:10]
    most = max(body.count(digit) for digit in set(body))
    if most not in (2, 3) or any(digit * 3 in body for digit in set(body)):
        return False
    if len(set(body)) != 11 - most:
        return False
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(number[10])


def is_german_pension_number(number: str) -> bool:
    """Check the Versicherungsnummer of the pension insurance: birth date, letter and check digit (VKVV section 2)."""
    if not re.fullmatch(r"[0-9]{8}[A-Z][0-9]{3}", number):
        return False
    # 50 is added to the day when the serials of one birth date run out; day and month may be unknown (00).
    day, month = int(number[2:4]), int(number[4:6])
    if day % 50 > 31 or day > 81 or month > 12:
        return False
    letter = ord(number[8]) - ord("A") + 1
    digits = [int(digit) for digit in f"{number[:8]}{letter:02d}{number[9:11]}"]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(digit * weight, 10)) for digit, weight in zip(digits, weights, strict=True))
    return total % 10 == int(number[11])


def is_german_health_insurance_number(number: str) -> bool:
    """Check the ten characters of the Krankenversichertennummer (SGB V section 290)."""
    if not re.fullmatch(r"[A-Z][0-9]{9}", number):
        return False
    digits = [int(digit) for digit in f"{ord(number[0]) - ord('A') + 1:02d}{number[1:9]}"]
    total = sum(sum(divmod(digit * (1 + index % 2), 10)) for index, digit in enumerate(digits))
    return total % 10 == int(number[9])


def is_german_document_number(number: str) -> bool:
    """Check a ten character serial of a German identity card or passport (ICAO Doc 9303, weights 7, 3, 1).

    The printed serial has nine characters and no check digit; the tenth stands only in the machine
    readable zone.
    """
    if not re.fullmatch(r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9]", number):
        return False
    total = sum(int(character, 36) * (7, 3, 1)[index % 3] for index, character in enumerate(number[:9]))
    return total % 10 == int(number[9])


def is_austrian_social_number(number: str) -> bool:
    """Check the Austrian Sozialversicherungsnummer: serial, check digit, birth date (ASVG section 31)."""
    if not re.fullmatch(r"[1-9][0-9]{9}", number) or not 1 <= int(number[4:6]) <= 31:
        return False
    weights = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))
    return total % 11 == int(number[3])


def is_ean13(number: str) -> bool:
    """Check the last of thirteen digits (GS1); articles, books and Swiss AHV numbers carry it."""
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    total = sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(number))
    return total % 10 == 0


def is_swiss_social_number(number: str) -> bool:
    """Check a Swiss AHV number: prefix 756 and the EAN-13 digit (AHVG article 50c)."""
    return number.startswith("756") and is_ean13(number)


def is_calendar_date(year: int, month: int, day: int) -> bool:
    """Say whether the three numbers name a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
