"""Telephone numbers in folded text, for readers in Germany, Austria, Switzerland, Britain and the United States."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from pii.check_digits import is_ean13
from pii.spans import Span, SpanKind

REGIONS = ("DE", "AT", "CH", "GB", "US")
HOME_REGION = {"de": "DE", "en": "GB"}
"""The region whose national numbers a text of this language most likely holds."""

_BUDGET = 4000
_PARSING = 5
"""Looking at a candidate costs one, parsing it costs `_PARSING`. When the budget of a text is spent every
plausible number counts as found: time is bounded, nothing leaks."""

_RUN = re.compile(r"(?<![\w+])(?<!\w[-/])(?<!\d[.,:])[+(]?\d[\d ()/.+-]*")
_GROUP = re.compile(r"[+(]{0,2}\d+\)?")
_NOT_A_PHONE = re.compile(
    r"\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:\d{4}|\d{2}))?(?!\d)|(?:19|20)\d\d-\d\d-\d\d(?!\d)|\d{1,2}/\d{1,2}/\d{2,4}(?!\d)"
)
_CONTEXT = re.compile(
    r"(?:tel(?:efon|ephone)?(?:nummer|nr)?|fon|phone|handy(?:nummer|nr)?|mobil\w*|mobile|cell|fax|ruft?|anruf\w*"
    r"|anrufen|rückruf|call|ring|text|sms|whatsapp"
    r"|signal|telegram|durchwahl|dw|erreichbar|nummer|number|reach|hotline|kontakt|contact|festnetz|changed from"
    r"|changed to|to|☎|📞|📱)"
    r"(?:\s(?:me|mich|uns|us|bitte|ist|is|unter|auf|at|on|an|von|mir|lautet|tagsüber|privat|neue?)){0,3}\W{0,3}\Z",
    re.IGNORECASE,
)
_NUMBER_WORDS = (
    "null|eins?|zwo|zwei|drei|vier|fünf|fuenf|sechs|sieben|acht|neun"
    "|zero|oh|one|two|three|four|five|six|seven|eight|nine"
)
_SPOKEN = re.compile(
    rf"(?<!\w)(?:(?:plus\s)?(?:{_NUMBER_WORDS}|doppel\w{{1,8}}|double|\d)(?:[\s,./-]{{1,3}}|(?=\W|$))){{7,20}}",
    re.IGNORECASE,
)
_SPOKEN_WORD = re.compile(rf"(?<!\w)(?:{_NUMBER_WORDS})(?!\w)", re.IGNORECASE)


@dataclass(slots=True)
class _Attempts:
    left: int = _BUDGET


def phones(text: str, language: str) -> Iterator[Span]:
    """Find telephone numbers; a number that is only possible, not valid, counts when the words say so."""
    home = HOME_REGION.get(language, "DE")
    attempts = _Attempts()
    for run in _RUN.finditer(text):
        yield from _in_run(text, run.start(), run.end(), home, attempts)
    for match in _SPOKEN.finditer(text):
        if len(_SPOKEN_WORD.findall(match[0])) >= 5:
            yield Span(
                match.start(), match.start() + len(match[0].rstrip(" ,./-")), SpanKind.PHONE, 0.8, "spoken phone"
            )


def _in_run(text: str, start: int, end: int, home: str, attempts: _Attempts) -> Iterator[Span]:
    groups = [(start + match.start(), start + match.end()) for match in _GROUP.finditer(text[start:end])]
    index = 0
    while index < len(groups):
        found = _longest_from(text, groups, index, home, attempts)
        if found is None:
            index += 1
            continue
        last, score, source = found
        begin, stop = _own(text, groups[index][0], groups[last][1])
        yield Span(begin, stop, SpanKind.PHONE, score, source)
        index = last + 1


def _longest_from(
    text: str, groups: list[tuple[int, int]], index: int, home: str, attempts: _Attempts
) -> tuple[int, float, str] | None:
    begin = groups[index][0]
    if _NOT_A_PHONE.match(text, begin) or not _may_begin(text, groups, index):
        return None
    ends = _reach(text, groups, index)
    hinted = bool(ends) and bool(_CONTEXT.search(text[max(0, begin - 40) : begin]))
    for last in reversed(ends):
        if _glued_on(text, groups[last][1]):
            continue
        value = text[slice(*_own(text, begin, groups[last][1]))]
        judged = _judge(value, home, hinted=hinted, attempts=attempts)
        if judged is not None:
            return last, *judged
    return None


def _own(text: str, begin: int, end: int) -> tuple[int, int]:
    """Leave out brackets of the sentence: one whose other half is outside the number, and a pair around it all."""
    opened, closed = text.count("(", begin, end), text.count(")", begin, end)
    if text[begin] == "(" and (opened > closed or text.find(")", begin, end) == end - 1):
        begin, opened = begin + 1, opened - 1
    if text[end - 1] == ")" and closed > opened:
        end -= 1
    return begin, end


def _may_begin(text: str, groups: list[tuple[int, int]], index: int) -> bool:
    """Refuse a group that is glued to the one before, as in `12.34.56` or `2026-0171`."""
    if index == 0:
        return True
    begin = groups[index][0]
    between = text[groups[index - 1][1] : begin]
    return " " in between or text[begin] in "+("


def _reach(text: str, groups: list[tuple[int, int]], index: int) -> list[int]:
    """List the groups at which a number from `index` on may end: 5 to 15 digits, gaps of three characters at most."""
    ends: list[int] = []
    digits = 0
    for last in range(index, min(len(groups), index + 16)):
        if last > index:
            gap = text[groups[last - 1][1] : groups[last][0]]
            if len(gap) > 3 or text[groups[last][0]] == "+" or "  " in gap:
                break
        digits += len(text[slice(*groups[last])].strip("+()"))
        if digits > 17:
            break
        if digits >= 5:
            ends.append(last)
    return ends


def _glued_on(text: str, end: int) -> bool:
    following = text[end : end + 2]
    return bool(re.match(r"\w|[-/.]\w|,\d", following))


def _judge(value: str, home: str, *, hinted: bool, attempts: _Attempts) -> tuple[float, str] | None:
    digits = re.sub(r"\D", "", value)
    attempts.left -= 1
    if attempts.left <= 0:
        return (0.4, "unread number") if len(digits) >= 7 else None
    if not 5 <= len(digits) <= 17 or len(set(digits)) == 1:
        return None
    if value.lstrip("(").startswith("+") or digits.startswith("00"):
        return _international(digits.removeprefix("00"), hinted=hinted, attempts=attempts)
    if digits.startswith("0"):
        return _national(digits, value, home, hinted=hinted, attempts=attempts)
    return _without_prefix(digits, value, hinted=hinted, attempts=attempts)


def _parsed(number: str, region: str | None, attempts: _Attempts) -> phonenumbers.PhoneNumber | None:
    attempts.left -= _PARSING
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _international(digits: str, *, hinted: bool, attempts: _Attempts) -> tuple[float, str] | None:
    # "+49 (0)176": the trunk zero in brackets is not dialled from abroad.
    for spelling in (digits, re.sub(r"^(4[1349])0", r"\1", digits)):
        number = _parsed("+" + spelling, None, attempts)
        if number is not None and phonenumbers.is_valid_number(number):
            return 0.98, "international phone"
        if number is not None and phonenumbers.is_possible_number(number):
            return 0.9, "possible international phone"
    return (0.5, "phone by its words") if hinted and len(digits) >= 7 else None


def _national(digits: str, value: str, home: str, *, hinted: bool, attempts: _Attempts) -> tuple[float, str] | None:
    if not 7 <= len(digits) <= 13:
        return None
    for region in (home, *(other for other in ("DE", "GB", "AT", "CH") if other != home)):
        number = _parsed(digits, region, attempts)
        if number is not None and phonenumbers.is_valid_number(number) and (region == home or len(digits) >= 9):
            return 0.9, f"{region} phone"
    if hinted:
        return 0.7, "phone by its words"
    # Area code, blank or stroke, number: even when the area code was never given out.
    grouped = re.fullmatch(r"\(?0\d{2,5}\)?\s?[ /-]\s?\d[\d -]{3,11}", value)
    return (0.5, "phone by its shape") if grouped and len(digits) >= 9 else None


def _without_prefix(digits: str, value: str, *, hinted: bool, attempts: _Attempts) -> tuple[float, str] | None:
    if hinted and len(digits) <= 15 and not re.fullmatch(r"(?:19|20)\d\d-(?:19|20)\d\d", value):
        return 0.7, "phone by its words"
    if re.fullmatch(r"\(?[2-9]\d{2}\)?[ .-]\s?\d{3}[ .-]\d{4}", value):
        number = _parsed(digits, "US", attempts)
        if number is not None and phonenumbers.is_possible_number(number):
            return 0.7, "US phone"
    if len(digits) >= 11 and digits.startswith(("49", "43", "41", "44")) and not is_ean13(digits):
        number = _parsed("+" + digits, None, attempts)
        if number is not None and phonenumbers.is_valid_number(number):
            return 0.7, "phone without its plus"
    return None


def e164(value: str, region: str) -> str | None:
    """Return the number as `+<country><number>`, or `None` when it cannot be read as one of the region."""
    with_plus = re.sub(r"^\s*(?=4[1349]\d{9})", "+", value)
    for test in (phonenumbers.is_valid_number, phonenumbers.is_possible_number):
        for spelling in (with_plus, value, value.replace("(0)", "")):
            try:
                number = phonenumbers.parse(spelling, region)
            except phonenumbers.NumberParseException:
                continue
            if test(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


_DIGIT_OF_WORD = {
    word: str(digit)
    for digit, words in enumerate(
        (
            "null zero oh",
            "ein eins one",
            "zwo zwei two",
            "drei three",
            "vier four",
            "fünf fuenf five",
            "sechs six",
            "sieben seven",
            "acht eight",
            "neun nine",
        )
    )
    for word in words.split()
}


def spoken_digits(value: str) -> str:
    """Return the value with number words as digits: `null eins sieben` is `017`."""
    return re.sub(
        r"[^\W\d_]+",
        lambda word: _DIGIT_OF_WORD.get(word[0].casefold(), "+" if word[0].casefold() == "plus" else ""),
        value,
    )
