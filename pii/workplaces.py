"""Where somebody works or learns, in folded text."""

import re
from collections.abc import Collection, Iterator

from pii.names import name_key
from pii.spans import Span, SpanKind

_NAME = r"[A-ZÄÖÜÀ-ÖØ-Þ][\w'&.-]{1,40}"
_PART = r"[A-ZÄÖÜÀ-ÖØ-Þ][\w'&.]{1,40}"
_LEGAL = (
    r"(?:GmbH(?:\s&\sCo\.?\s?KG)?|gGmbH|AG|KG|OHG|UG|e\.\s?K\.|e\.\s?V\.|eG|SE|Ltd\.?|Limited|PLC|plc|Inc\.?|LLC|LLP"
    r"|Consulting|Solutions|Holding)"
)
_FIRM = re.compile(rf"(?<![\w@#])(?:{_NAME}\s(?:&\s|und\s|and\s)?){{1,4}}{_LEGAL}(?!\w)")
_WORKS = re.compile(
    r"(?<!\w)(?:(?i:(?:ich\s)?arbeite(?:t|n)?\s(?:\w{2,12}\s)?(?:bei(?:\sder|m|\sden)?|in\sder|für(?:\sdie|\sden)?)"
    r"|(?:betriebsrat|azubi|chef|chefin|angestellte[rn]?|mitarbeiter(?:in)?|lehrer(?:in)?"
    r"|arzt|ärztin|erzieher(?:in)?|elektriker(?:in)?|pfleger(?:in)?|verkäufer(?:in)?|ingenieur(?:in)?|meister(?:in)?"
    r"|job|stelle|schicht|nachtschicht|frühschicht|spätschicht|dienst)\s(?:bei(?:\sder|m)?|im|in\sder|am)"
    r"|(?:i\s)?(?:work|works|worked|working|employed|job|shift|nurse|teacher|engineer)\s(?:at|for|with)(?:\sthe)?))\s"
    rf"({_NAME}(?:\s{_NAME}){{0,2}})"
)
_SCHOOL = re.compile(
    rf"(?<![\w@#])(?:(?:{_PART}[\s-]){{1,3}}(?:Grundschule|Realschule|Hauptschule|Gesamtschule|Oberschule"
    rf"|Mittelschule|Berufsschule|Förderschule|Gymnasium|Kita|Kindergarten"
    rf"|(?:Primary\s|High\s|Grammar\s|Secondary\s|Middle\s|Elementary\s)?School|Academy|College"
    rf"|University)(?!\w)(?:\s(?:in\s)?{_NAME})?"
    rf"|(?:Grundschule|Realschule|Hauptschule|Gesamtschule|Oberschule|Mittelschule|Berufsschule|Gymnasium|Kita"
    rf"|Kindergarten|Waldorfschule|Universität|Uni|Hochschule)\s(?:am\s|an\sder\s|St\.\s)?{_NAME})"
)


def workplaces(text: str, common: Collection[str]) -> Iterator[Span]:
    """Find employers and schools: by their legal form, or where the words say that somebody works or learns there."""
    for match in _FIRM.finditer(text):
        start = match.start() + _leading_common(match[0], common)
        yield Span(start, match.end(), SpanKind.EMPLOYER, 0.6, "legal form")
    for match in _WORKS.finditer(text):
        if name_key(match[1].split()[0]) not in common:
            yield Span(match.start(1), match.end(1), SpanKind.EMPLOYER, 0.6, "work words")
    for match in _SCHOOL.finditer(text):
        start = match.start() + _leading_common(match[0], common)
        yield Span(start, match.end(), SpanKind.SCHOOL, 0.6, "school")


def _leading_common(value: str, common: Collection[str]) -> int:
    """Return how many characters of small words stand before the name ("Die Meier GmbH")."""
    first = value.split()[0]
    return len(first) + 1 if name_key(first) in common and len(value.split()) > 2 else 0
