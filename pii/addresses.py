"""Postal addresses and places tied to a person, in folded text: Germany, Austria, Switzerland, Britain, US."""

import re
from collections.abc import Collection, Iterator

from pii.names import name_key
from pii.spans import Span, SpanKind

_UPPER = r"[A-ZÄÖÜÀ-ÖØ-ÞŁŚŻČŠŽ]"
_NAME = rf"{_UPPER}[\w'.-]{{1,40}}"
_HOUSE = (
    r"\d{1,4}(?:\s?[a-hA-H](?![\w]))?(?:\s?[-/+]\s?\d{1,4}(?:\s?[a-h](?!\w))?)?"
    r"(?![\w%€]|[.,]\d|\s?(?:€|euro?\b|uhr\b|prozent))"
)
_ASIDE = (
    r"(?:\s?\([^()\n]{1,40}\)|,?\s(?:Hinterhof|HH|VH|Whg\.?\s\w{1,5}|\d\.\s?(?:OG|Stock|Etage)"
    r"(?:\s(?:links|rechts|mitte))?|EG|DG|Flat\s\w{1,5}|Apt\.?\s\w{1,5}))?"
)
_TOWN_TAIL = (
    r"(?:(?:\s(?:am|an\sder|im|in\sder|ob\sder|vor\sder|a\.|bei|b\.|i\.))\s?[A-ZÄÖÜ][\w-]{1,30}"
    r"|[ /-][A-ZÄÖÜ][\w-]{2,30}(?=[.,;!?)\n]|$))?"
)
_TOWN = rf"(?:(?:Bad|Sankt|St\.|Markt|Neu|Alt|Groß|Klein)\s)?{_UPPER}[\w-]{{1,40}}{_TOWN_TAIL}"
_POSTCODE = r"(?:(?:D|A|CH|DE|AT)[- ])?\d{4,5}"
_BRITISH_CODE = r"(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"

_STREET_ENDS = (
    r"(?:straße|strasse|str\.?|weg|gasse|gässle|gässchen|platz|allee|ring|damm|ufer|winkel|steig|pfad|chaussee"
    r"|graben|kamp|stieg|stiege|wall|zeile|promenade"
    r"|twiete|redder|bogen|siedlung|brücke|anger|rain|halde|leite|koppel|kehre|markt|hof|garten|gärten|berg|feld"
    r"|park|tor|höhe|grund|wiese|wiesen|hain|bühl"
    r"|aue|mühle|heide|horst|quai|kai)"
)
_GERMAN_STREET = (
    rf"(?:(?:{_UPPER}[\w'.]{{1,30}}[ -]){{0,3}}(?:{_UPPER}[\w']{{1,40}}{_STREET_ENDS}"
    rf"|(?<=[\w.][ -]){_UPPER}?(?i:{_STREET_ENDS}))"
    rf"|(?:Am|An\s(?:der|den|dem)|Auf\s(?:der|dem|den)|Im|In\s(?:der|den|dem)|Zum|Zur|Zu\sden|Unter\s(?:den|dem|der)"
    rf"|Hinter\s(?:der|dem|den)|Vor\s(?:dem|der)|Beim|Bei\s(?:der|den)|Neben\s(?:der|dem)|Über\s(?:dem|der))"
    rf"\s{_UPPER}[\w'-]{{1,40}}(?:\s{_UPPER}[\w'-]{{1,30}})?)"
)
_LOWER_STREET = r"[^\W\d_]{3,30}[ -]?(?:straße|strasse|str\.|gasse|allee)"
_WITH_TOWN = rf"(?:,?\s{{1,2}}(?:in\s)?{_POSTCODE}\s{_TOWN})"
_GERMAN = re.compile(rf"(?<![\w@#.-])(?:{_GERMAN_STREET})\s{{1,2}}{_HOUSE}{_ASIDE}({_WITH_TOWN}|,\s{_TOWN})?")
_LOWER_GERMAN = re.compile(
    rf"(?<![\w@#.-])(?i:{_LOWER_STREET})\s?{_HOUSE}{_ASIDE}(?:,?\s(?:in\s)?\d{{5}}\s(?:{_TOWN}|[a-zäöü][\w-]{{2,30}}))?"
)
_MEMORIAL_STREET = re.compile(
    rf"(?<![\w@#.-])(?:Straße|Strasse|Str\.|Platz|Allee|Weg|Ufer)\s(?:des|der|dem|am|zum"
    rf"|zur)\s(?:\d{{1,2}}\.\s)?{_NAME}\s{_HOUSE}{_ASIDE}{_WITH_TOWN}?"
)
_ANY_STREET = re.compile(rf"(?<![\w@#.-])(?:{_NAME}[ ]){{1,3}}{_HOUSE}{_ASIDE}{_WITH_TOWN}")
_POSTAL_TOWN = re.compile(rf"(?<![\w@#.,/-])(?:(?:D|DE)[- ])?\d{{5}}\s{_TOWN}")
_AUSTRIAN_TOWN = re.compile(rf"(?<![\w@#.,/-])(?:(?:A|AT|CH)[- ])\d{{4}}\s{_TOWN}")

_BRITISH_STREET_ENDS = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Row|Mews|Court|Ct|Place|Pl|Terrace|Gardens?|Gdns|Grove"
    r"|Way|Crescent|Cres|Square|Sq|Hill|Park|View"
    r"|Walk|Rise|Boulevard|Blvd|Parade|Green|Wharf|Yard|Gate|Quay|Hollow|Meadow|Fields?|Villas|Mount|Circle|Trail"
    r"|Highway|Parkway|Pkwy)"
)
_BRITISH = re.compile(
    rf"(?<![\w@#.,-])(?:(?:Flat|Apt"
    rf"|Unit)\.?\s\w{{1,5}},?\s)?\d{{1,5}}[a-zA-Z]?,?\s(?:[A-Z][\w'.-]{{1,30}}\s){{1,4}}{_BRITISH_STREET_ENDS}(?![\w])\.?"
    rf"(?:,\s[A-Z][^\W\d_][a-z'-]{{1,30}}(?:\s[A-Z][^\W\d_][a-z'-]{{1,30}})?"
    rf"|(?=,?\s{_BRITISH_CODE}))?(?:,?\s{_BRITISH_CODE}|,\s[A-Z]{{2}}\s\d{{5}})?"
)
_LOWER_BRITISH = re.compile(
    rf"(?<![\w@#.,-])\d{{1,4}}[a-z]?\s[a-z']{{3,20}}\s(?:street|road|avenue|lane|mews|terrace|crescent"
    rf"|close)(?!\w)(?:,?\s{_BRITISH_CODE})?",
    re.IGNORECASE,
)
_BRITISH_POSTCODE = re.compile(rf"(?<![\w-])(?:[A-Z][\w'-]{{2,30}},?\s)?{_BRITISH_CODE}(?![\w-])")
_HOME = re.compile(
    rf"(?<!\w)(?:Senioren(?:stift|heim|zentrum|residenz)|Alten(?:heim|pflegeheim)|Pflegeheim|Wohnheim"
    rf"|Studentenwohnheim|Wohnstift|Residenz|Frauenhaus|Hospiz)"
    rf"(?:\s{_UPPER}[\w-]{{1,40}}){{1,3}}(?:,\s(?:Zimmer|Zi\.|Apartment|App\.|Wohnung|Whg\.?|Station"
    rf"|Raum)\s\w{{1,6}})?(?:,\s{_TOWN})?"
)
_CLINIC = re.compile(
    rf"(?<!\w)(?:[A-ZÄÖÜ][\w]{{0,20}}?(?:klinik|klinikum|krankenhaus|hospital|praxis)|Klinik|Klinikum|Krankenhaus"
    rf"|Hospital|Praxis|JVA|Kaserne)\s{_UPPER}[\w-]{{2,40}}(?:\s{_UPPER}[\w-]{{2,30}}(?=[.,;!?)\n]|$))?"
)

_RESIDENCE = re.compile(
    rf"(?:(?i:(?:wohne?n?t?|lebe?n?t?|komme?n?|zuhause|daheim|wohnhaft|umgezogen|ziehe?n?|sitze?n?|stamme?n?"
    rf"|bin)\s(?:jetzt\s|hier\s|auch\s|gerade\s|selbst\s)?(?:in|aus|nach|bei)"
    rf"|(?:gr(?:uß|üße|uss|uesse)|raum|großraum|umkreis|region|nähe|umgebung|landkreis|kreis|stadtteil|bezirk|hier"
    rf"|bei\suns|wir|leute)\s(?:aus|in|von|bei|der\snähe\svon)"
    rf"|(?:raum|großraum|umkreis|region|landkreis|stadtteil|wohnort:?|ort:?)"
    rf"|(?:live|lives|living|based|moved|from|born|grew\sup|here)\s(?:in|to|near|at|up)|i'?m\sfrom|come\sfrom"
    rf"|greetings\sfrom))\s"
    rf"({_TOWN})"
)
_IN_TOWN = re.compile(rf"(?<!\w)(?i:in|aus|nach|bei|from|near|to|Nähe|around|über|via)\s({_UPPER}[\w-]{{2,40}})")
_NAME_FROM = re.compile(rf"{_UPPER}[\w'-]{{1,30}}\s(?:aus|from)\s({_TOWN})(?=[\s.,;!?)]|$)")
_TOWN_LIKE = re.compile(
    r"\w{3,}(?:kirchen|hausen|ingen|ungen|büttel|stedt|leben|rode|reuth|haven|münde|heim|dorf|stadt|burg|furt|brück"
    r"|brücken|hagen|bronn|walde|bach|beuren|weiler|hofen|kirch|ville|ton|shire|mouth|ham)\Z"
)
_LISTED_TOWN = re.compile(rf"(?<=[\w)])[,;]\s({_UPPER}[\w-]{{2,40}})(?=\s*(?:[.,;!?)]|\Z))")


_PREPOSITION = re.compile(r"(?:Am|An|Auf|Im|In|Zum|Zur|Zu|Unter|Hinter|Vor|Beim|Bei|Neben|Über)\s")
_ROOM = re.compile(r"(?<![\w#@])(?:Apt\.?|Apartment|Suite|Flat|P\.?\s?O\.?\sBox|Postfach)\s#?\d{1,6}(?!\w)")

_ADDRESSES = (
    (_ANY_STREET, 0.9),
    (_GERMAN, 0.8),
    (_LOWER_GERMAN, 0.7),
    (_MEMORIAL_STREET, 0.7),
    (_POSTAL_TOWN, 0.7),
    (_AUSTRIAN_TOWN, 0.7),
    (_BRITISH, 0.8),
    (_LOWER_BRITISH, 0.6),
    (_BRITISH_POSTCODE, 0.6),
    (_HOME, 0.7),
    (_ROOM, 0.5),
)


def addresses(text: str, common: Collection[str]) -> Iterator[Span]:
    """Find streets with a house number, postcodes with a town, homes and rooms in them.

    `common` holds keys of words that are no street: "Im Juni 2000" is no address.
    """
    for pattern, score in _ADDRESSES:
        for match in pattern.finditer(text):
            value = match[0].rstrip(" .,-")
            if pattern is _GERMAN and _is_prose(value, common):
                continue
            yield Span(match.start(), match.start() + len(value), SpanKind.ADDRESS, score, "address")


def _is_prose(value: str, common: Collection[str]) -> bool:
    """Say whether a preposition, a plain word and a number only look like a street: `Im Jahr 2002`, `Am Ende 3`."""
    words = re.findall(r"[^\W\d_]+", value)
    return bool(_PREPOSITION.match(value)) and "," not in value and name_key(words[-1]) in common


def places(text: str, towns: Collection[str], common: Collection[str]) -> Iterator[Span]:
    """Find places that the words tie to a person: where somebody lives, comes from or lies ill.

    `towns` holds known names of towns, `common` lower-case words that are no place though they
    begin with a capital.
    """
    for pattern, score in ((_RESIDENCE, 0.6), (_NAME_FROM, 0.6)):
        for match in pattern.finditer(text):
            if not all(name_key(word) in common for word in match[1].split()):
                yield Span(match.start(1), match.end(1), SpanKind.LOCATION, score, "residence words")
    for match in _IN_TOWN.finditer(text):
        if name_key(match[1]) not in common and (match[1] in towns or _TOWN_LIKE.match(match[1])):
            yield Span(match.start(1), match.end(1), SpanKind.LOCATION, 0.5, "town")
    for match in _LISTED_TOWN.finditer(text):
        if match[1] in towns:
            yield Span(match.start(1), match.end(1), SpanKind.LOCATION, 0.5, "town in a list")
    for match in _CLINIC.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.LOCATION, 0.6, "clinic")
