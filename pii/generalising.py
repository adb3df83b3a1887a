"""Coarser values in place of exact ones, where a pseudonym would say too little and the value too much."""

import re

from pii.spans import SpanKind

_ADULT = 18
_OLDEST = 90
_DECADE = 10
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def generalise(kind: SpanKind, value: str) -> str | None:
    """Return the age as a band (`0-17`, `18-19`, `20-29` … `90+`) or the year of a date of birth.

    `None` for other kinds and for values that cannot be read: then only a pseudonym is left.
    """
    if kind is SpanKind.AGE:
        number = re.search(r"\d{1,3}", value)
        return None if number is None else _band(int(number[0]))
    if kind is SpanKind.DOB:
        year = _YEAR.search(value)
        return None if year is None else year[0]
    return None


def _band(age: int) -> str:
    if age < _ADULT:
        return f"0-{_ADULT - 1}"
    if age >= _OLDEST:
        return f"{_OLDEST}+"
    decade = age // _DECADE * _DECADE
    return f"{max(decade, _ADULT)}-{decade + _DECADE - 1}"


def rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """Return coordinates in degrees with one decimal: a cell of about eleven by seven kilometres in Germany."""
    return round(latitude, 1), round(longitude, 1)
