"""Dates of birth, ages and appointments in folded text."""

import re
from collections.abc import Iterator

from pii.check_digits import is_calendar_date
from pii.spans import Span, SpanKind

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan",
            "februar feber february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_NUMERIC = (
    rf"(?<![\w.,/-])(?:\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?{_YEAR}(?!\d))?|\d{{1,2}}[/-]\d{{1,2}}[/-]{_YEAR}"
    r"|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?![\w/-]|\.\d)"
)
_WRITTEN = (
    rf"(?<![\w.,])(?:\d{{1,2}}(?:\.|st|nd|rd|th)?\s?(?:of\s)?{_MONTH}\.?(?:,?\s{_YEAR}(?!\d))?(?!\w)"
    rf"|{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s(?:19|20)\d\d(?!\d))?(?!\w))"
)
_TIME = (
    r"(?:,?\s(?:um|at|@|gegen|ab)?\s?\d{1,2}(?:[:.]\d\d)?\s?(?:uhr|am|pm|h)(?!\w)"
    r"|,?\s(?:um|at|gegen|ab)\s\d{1,2}[:.]\d\d(?!\d))?"
)
_DATE = re.compile(rf"(?:{_NUMERIC}|{_WRITTEN})", re.IGNORECASE)
_APPOINTMENT = re.compile(rf"(?:{_NUMERIC}|{_WRITTEN}){_TIME}", re.IGNORECASE)

_BORN = re.compile(
    r"(?:(?<!\w)(?:geb(?:oren(?:e[rn]?)?)?|geburtsdatum|geburtstag|gebdat|geb\.?-?datum|jahrgang|jg|born|birthday"
    r"|bday|b-day|birth\s?date|date of birth|dob|d\.o\.b|b)"
    r"(?!\w)|[*†])[.:,]{0,2}\s{0,2}(?:(?:am|on|the|ist|is|war|was|in|im|:|jahr)\s{1,2}){0,3}\Z",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(r"\s?(?:geboren|born|geb\.)", re.IGNORECASE)
_BIRTH_YEAR = re.compile(
    r"(?<!\w)(?:jahrgang|jg\.?|geb(?:oren)?\.?|born|dob:?)\s{0,2}(?:in\s"
    r"|im\sjahr\s)?:?\s?('?\d\d(?!\d|[./-])|(?:19|20)\d\d(?!\d|[./-]\d))",
    re.IGNORECASE,
)


def _looks_real(value: str) -> bool:
    """Say whether the numbers of a date can be a day and a month (in either order) and, if given, a year."""
    numbers = [int(number) for number in re.findall(r"\d+", value)]
    month = next((_MONTHS[word] for word in re.findall(r"[^\W\d_]+", value.lower()) if word in _MONTHS), None)
    if month is not None:
        return bool(numbers) and 1 <= numbers[0] <= 31
    if re.match(r"(?:19|20)\d\d", value) and len(numbers) == 3:
        return is_calendar_date(numbers[0], numbers[1], numbers[2])
    first, second = numbers[:2]
    return is_calendar_date(2000, second, first) or is_calendar_date(2000, first, second)


def birth_dates(text: str) -> Iterator[Span]:
    """Find dates of birth: a date, or a year alone, that the words next to it call one."""
    for match in _DATE.finditer(text):
        if not _looks_real(match[0]):
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        if _BORN.search(before) or _BORN_AFTER.match(text, match.end()):
            yield Span(match.start(), match.end(), SpanKind.DOB, 0.9, "birth words")
    for match in _BIRTH_YEAR.finditer(text):
        yield Span(match.start(1), match.end(1), SpanKind.DOB, 0.7, "birth year")


def appointments(text: str) -> Iterator[Span]:
    """Find days that are named exactly, with the hour if it stands there."""
    for match in _APPOINTMENT.finditer(text):
        if _looks_real(match[0]):
            yield Span(match.start(), match.end(), SpanKind.DATE, 0.5, "day")


_KIN = (
    r"(?:frau|mann|sohn|tochter|kind(?:er)?|baby|bruder|schwester|mutter|vater|mama|mutti|papa|vati|oma|omi|opa|opi"
    r"|großmutter|großvater|tante|onkel|enkel(?:in)?"
    r"|neffe|nichte|cousine?|nachbar(?:in)?|freund(?:in)?|kleine[rn]?|große[rn]?|jüngste[rn]?|älteste[rn]?|mädchen"
    r"|junge|jungs"
    r"|wife|husband|son|daughter|kid|child|boy|girl|brother|sister|sis|bro|mother|mum|mom|father|dad|nan|gran(?:dma"
    r"|ny|dad|dpa)?|aunt(?:ie)?|uncle|nephew|niece|lad|neighbou?r|friend|mate)"
)
_SMALL = r"(?:1[01]\d|\d{1,2})"
_UNIT = r"(?:\s?(?:jahre?|j\.?|years?(?:\sold)?|yrs?(?:\sold)?|y/?o|monate?\salt|months?\sold))"
_NOW = r"\s(?:(?:now|just|only|about|schon|erst|jetzt|gerade|auch)\s)?"
_NO_UNIT = (
    r"(?!\d|[.,:]\d|\w|\s?[%€$£]|\s(?:days?|weeks?|months?|hours?|minutes?|mins?|miles?|times|of|cm|kg|pm|am|euro?|uhr"
    r"|stück|prozent|tagen?|wochen?|monate?n?|stunden?|minuten?|mal|leuten?|personen|programmen?|grad|watt|bar)\b)"
)
_AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,])({_SMALL}\s?(?:jahre?|j\.?|years?|yrs?)\s(?:alt|old|jung|young))(?!\w)",
        rf"(?<![\w.,])({_SMALL}\s?-?\s?(?:jährige?[rnsm]?|year-?\s?old|yr-?\s?old|y/?o|yo))(?!\w)",
        rf"(?<!\w){_KIN}(?:\s[^\W\d_][\w'-]{{1,30}}){{0,2}}\s?[(,]\s?({_SMALL}{_UNIT}?)\s?[,)]",
        rf"(?<!\w)(?:he|she|they|i|who)(?:'s|'re|'m|\sis|\sare|\sam|\swas|\sturned|\sturns){_NOW}({_SMALL}){_NO_UNIT}",
        rf"(?<!\w)(?:ist|bin|wird|wurde|werde){_NOW}({_SMALL})(?=\s?(?:jahre?\b|[,.!?)]|und\b|geworden\b|$))(?!\.\d)",
        rf"(?<!\w)(?:aged?|im\salter\svon|alter:?|mit|age:?)\s({_SMALL}){_NO_UNIT}",
        rf"(?<!\w){_KIN}\s(?:is|ist|wird|turned|turns|war|was){_NOW}({_SMALL}){_NO_UNIT}",
        rf"(?<![\w@])@[\w.]{{2,60}}\s(?:is|ist)\s({_SMALL}){_NO_UNIT}",
    )
)


def ages(text: str) -> Iterator[Span]:
    """Find ages that the words tie to a person. The age behind a name is found with the name."""
    for pattern in _AGES:
        for match in pattern.finditer(text):
            yield Span(match.start(1), match.end(1), SpanKind.AGE, 0.7, "age words")


AGE_AFTER_NAME = re.compile(
    rf"\s?(?:\(\s?|,\s?)({_SMALL}{_UNIT}?)\s?(?=[,)])|\s?\(({_SMALL}{_UNIT}?)(?=[,)])|\s(?:is|ist|wird"
    rf"|turned)\s({_SMALL})(?!\d|[.,:]\d|\w|\s?[%€$£])",
    re.IGNORECASE,
)
"""What stands directly behind the name of a person when it tells the age."""
