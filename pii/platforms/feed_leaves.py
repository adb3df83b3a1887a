"""What stands where in RSS 2.0, RSS 1.0 and Atom: every text and attribute by its path, and which identify nobody.

A path is made of names with the usual prefix of their namespace, whatever prefix a feed declares:
`atom:author/atom:name`, `guid@isPermaLink`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pii.shapes import COUNT, LANGUAGE, POSITION, TIME, Field, Treatment, geo, words
from pii.xml_tree import Element

PREFIX_OF = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atompub/tombstones/1.0": "at:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://wellformedweb.org/CommentAPI/": "wfw:",
    "http://www.georss.org/georss": "georss:",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "": "",
}
PERSONS = {
    "author": "author",
    "dc:creator": "author",
    "atom:author": "author",
    "atom:contributor": "contributor",
    "dc:contributor": "contributor",
    "managingEditor": "editor",
    "webMaster": "master",
    "at:by": "deleter",
}

_REFERENCE = Field("reference")
_PERMALINK = Field("permalink")
_MIME = words(
    "text/html", "text/plain", "application/rss+xml", "application/atom+xml", "application/json", "image/jpeg"
)
RULES: dict[str, Treatment] = {
    "title": Field("title"),
    "description": Field("summary"),
    "link": _PERMALINK,
    "comments": _PERMALINK,
    "guid": Field("item_id"),
    "guid@isPermaLink": words("true", "false"),
    "category": Field("category"),
    "pubDate": TIME,
    "lastBuildDate": TIME,
    "language": LANGUAGE,
    "dc:language": LANGUAGE,
    "dc:date": TIME,
    "enclosure@url": Field("media_url"),
    "enclosure@length": POSITION,
    "enclosure@type": _MIME,
    "media:content@url": Field("media_url"),
    "media:thumbnail@url": Field("media_url"),
    "wfw:commentRss": _REFERENCE,
    "wfw:comment": _REFERENCE,
    "slash:comments": COUNT,
    "sy:updatePeriod": words("hourly", "daily", "weekly", "monthly", "yearly"),
    "sy:updateFrequency": POSITION,
    "georss:point": geo("point"),
    "georss:line": geo("point"),
    "georss:polygon": geo("point"),
    "georss:box": geo("point"),
    "georss:featurename": geo("place"),
    "geo:lat": geo("latitude"),
    "geo:long": geo("longitude"),
    "geo:Point/geo:lat": geo("latitude"),
    "geo:Point/geo:long": geo("longitude"),
    "atom:id": Field("item_id"),
    "atom:title": Field("title"),
    "atom:summary": Field("summary"),
    "atom:published": TIME,
    "atom:updated": TIME,
    "atom:link@href": _PERMALINK,
    "atom:link@rel": words("self", "alternate", "related", "replies", "edit", "hub", "enclosure", "via", "next"),
    "atom:link@type": _MIME,
    "atom:category@term": Field("category"),
    "atom:category@label": Field("category"),
    "thr:in-reply-to@ref": _REFERENCE,
    "thr:in-reply-to@href": _PERMALINK,
    "thr:in-reply-to@type": _MIME,
    "thr:total": COUNT,
    "@version": words("0.91", "0.92", "1.0", "2.0"),
    "@ref": Field("item_id"),
    "@when": TIME,
}
ATTRIBUTE_RULES: dict[str, Treatment] = {
    "xml:lang": LANGUAGE,
    "type": words("text", "html", "xhtml", "text/html", "text/plain"),
}
# What the parts of a person are called, below the person's element or as the element itself.
PERSON_KINDS = {
    "author": "email",
    "managingEditor": "email",
    "webMaster": "email",
    "dc:creator": "name",
    "dc:contributor": "name",
    "atom:name": "name",
    "atom:email": "email",
    "atom:uri": "url",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text or attribute: its path, its pointer, its value, and the person's element that it stands in."""

    path: str
    pointer: str
    value: str
    person: str | None = None

    def treatment(self) -> Treatment | None:
        """Return how the value is treated; None means that nobody knows it."""
        _, at, attribute = self.path.rpartition("@")
        if self.person is not None:
            kind = PERSON_KINDS.get(self.path.rpartition("/")[2])
            return Field(kind, of=self.person) if kind else Field("unknown", of=self.person)
        return RULES.get(self.path) or (ATTRIBUTE_RULES.get(attribute) if at else None)


def usual_name(element: Element) -> str:
    """Return the name of an element with the usual prefix of its namespace."""
    return PREFIX_OF.get(element.uri, "?") + element.local


def below(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of this usual name right below."""
    return (child for child in element.children() if usual_name(child) == name)


def first_text(element: Element, *names: str) -> str | None:
    """Return the text of the first of `names` that is there and not blank, without the white space around it."""
    for name in names:
        for child in below(element, name):
            if found := child.text().strip():
                return found
    return None


def leaves(
    element: Element, *, without: frozenset[str] = frozenset(), path: str = "", person: str | None = None
) -> Iterator[Leaf]:
    """Yield everything below `element` but the elements at the pointers in `without`."""
    for name, value in element.attributes.items():
        yield Leaf(f"{path}@{name}", f"{element.pointer}/@{name}", value, person)
    children = tuple(element.children())
    own = "".join(piece for piece in element.pieces if isinstance(piece, str))
    if own.strip():
        yield Leaf(path, element.pointer, element.text() if not children else own, person)
    for child in children:
        if child.pointer not in without:
            name = usual_name(child)
            whose = child.pointer if person is None and name in PERSONS else person
            yield from leaves(child, without=without, path=f"{path}/{name}" if path else name, person=whose)
