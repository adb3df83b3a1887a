"""Points in time as platforms write them, read into UTC."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds beyond this are milliseconds: 10^11 seconds is the year 5138, 10^11 milliseconds is 1973.
MILLISECONDS_FROM = 10**11
LATEST_EPOCH_MILLISECONDS = 4_102_444_800_000

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?")
_X_CLASSIC = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{2,4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,4})")
_DIGITS = re.compile(r"\d{9,13}")


def moment(value: object) -> datetime | None:
    """Return the point in time that `value` states, or None if it states none.

    Read are ISO 8601 (without an offset it is taken as UTC, without a time as the day's beginning), the form of
    mail and RSS (RFC 5322), X's classic form, and seconds or milliseconds since 1970 as a number or in digits.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    try:
        return _from_text(value.strip())
    except (ValueError, OverflowError):
        # The pattern fits, but there is no such day or hour.
        return None


def _from_epoch(value: int) -> datetime | None:
    milliseconds = value if abs(value) >= MILLISECONDS_FROM else value * 1000
    if not 0 < milliseconds < LATEST_EPOCH_MILLISECONDS:
        return None
    return EPOCH + timedelta(milliseconds=milliseconds)


def _from_text(text: str) -> datetime | None:
    if _DIGITS.fullmatch(text):
        return _from_epoch(int(text))
    if _ISO.fullmatch(text):
        return _in_utc(datetime.fromisoformat(_python_iso(text)))
    if classic := _X_CLASSIC.fullmatch(text):
        month, day, clock, offset, year = classic.groups()
        return _in_utc(parsedate_to_datetime(f"{day} {month} {year} {clock} {offset}"))
    if _MAIL.fullmatch(text):
        return _in_utc(parsedate_to_datetime(text))
    return None


def _python_iso(text: str) -> str:
    """Return `text` with no space before the offset and no more than the six decimals that Python holds."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text).replace(" Z", "Z").replace(" +", "+").replace(" -", "-")


def _in_utc(stated: datetime) -> datetime:
    return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
