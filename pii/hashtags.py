"""Hashtags that name a person, a home or a school, in folded text."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from pii.names import Gazetteer, name_key
from pii.spans import Span, SpanKind
from pii.words import ORDINARY

_HASHTAG = re.compile(r"(?<![\w&/#])#(\w{3,120})")
_PART = re.compile(r"[^\W\d_a-zß-öø-ÿ]+(?![a-zß-öø-ÿ])|[^\W\d_]?[a-zß-öø-ÿ]+|[^\W\d_]+")
_STREET = re.compile(
    r"(?:straße|strasse|str|weg|gasse|platz|allee|ring|damm|ufer|winkel|graben|hof|kamp|road|street|lane|row|mews"
    r"|close)\Z"
)
_SCHOOL = re.compile(
    r"year\d{1,2}\Z|class\w?\d|klasse\d|schule|school|gymnasium|kita|academy|\d{1,2}[a-d]\Z", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:danke|dank|thanks|thankyou|rip|happybirthday|teams?|justicefor|freiheitfuer|freiheitfür|free|pray(?:for)?"
    r"|ripp?|gutebesserung|hallo|love|hug)",
    re.IGNORECASE,
)
_TITLES = frozenset({"frau", "herr", "herrn", "familie", "mr", "mrs", "ms", "miss", "oma", "opa", "tante", "onkel"})
_SHORTEST_NAME = 3
_SHORTEST_INSIDE = 4


def hashtags(text: str, names: Gazetteer, known: Collection[str]) -> Iterator[Span]:
    """Find hashtags that hold the name of a person (`known` ones or listed ones), a home or a school."""
    known_keys = [name_key(part) for part in known if len(part) >= _SHORTEST_INSIDE]
    for match in _HASHTAG.finditer(text):
        tag = match[1]
        if _names_somebody(tag, names, known_keys) or _names_place(tag, names):
            yield Span(match.start(1), match.end(1), SpanKind.HASHTAG, 0.8, "hashtag")


def _names_somebody(tag: str, names: Gazetteer, known_keys: list[str]) -> bool:
    whole = name_key(tag)
    if any(key in whole for key in known_keys):
        return True
    parts = [name_key(part) for part in _PART.findall(tag)]
    if any(part in names.sure and len(part) >= _SHORTEST_NAME for part in parts):
        return True
    for first, second in pairwise(parts):
        if second not in ORDINARY and (first in _TITLES or (first in names.unsure and second in names.surnames)):
            return True
    rest = name_key(tag[len(opening[0]) :]) if (opening := _OPENING.match(tag)) else whole
    return any(
        rest[:length] in names.sure and (bool(opening) or rest[length:] in names.surnames)
        for length in range(_SHORTEST_INSIDE, min(len(rest), 14) + 1)
    )


def _names_place(tag: str, names: Gazetteer) -> bool:
    parts = _PART.findall(tag)
    home = any(first in names.towns and _STREET.search(second.lower()) for first, second in pairwise(parts))
    return home or bool(_SCHOOL.search(tag))
