"""Items of a JSON Feed (jsonfeed.org, versions 1 and 1.1) as drafts."""

from pii.cast import Cast
from pii.composition import Draft, Part, TextPlace, text_place
from pii.model import CopyFormat, Event, Json, Role, TextCopy, TextFormat
from pii.nodes import entries, get, has_any, required_id
from pii.payload import escape, identifier
from pii.platforms.feed_xml import PLATFORM
from pii.shapes import FLAG, GEO_SHAPE, LANGUAGE, TIME, Field, Neutral, PersonKeys, Shape, geo
from pii.times import moment
from pii.tray import Tray

VERSION = "https://jsonfeed.org/version/1"

_AUTHOR_KEYS = PersonKeys(Role.THIRD, id=("url",), name=("name",))
_AUTHOR = Shape(
    {"name": Field("name"), "url": Field("profile_url"), "avatar": Field("avatar_url")}, person=_AUTHOR_KEYS
)
_GEO = Shape(
    {
        "lat": geo("latitude"),
        "latitude": geo("latitude"),
        "lon": geo("longitude"),
        "long": geo("longitude"),
        "longitude": geo("longitude"),
    },
    group=GEO_SHAPE.group,
)
_ITEM = Shape(
    {
        "id": Field("item_id"),
        "url": Field("permalink"),
        "external_url": Field("url"),
        "title": Field("title"),
        "summary": Field("summary"),
        "image": Field("media_url"),
        "banner_image": Field("media_url"),
        "date_published": TIME,
        "date_modified": TIME,
        "language": LANGUAGE,
        "tags": Field("hashtag"),
        "author": _AUTHOR,
        "authors": _AUTHOR,
        "attachments": Shape({"url": Field("media_url"), "title": Field("title")}),
        "_geo": _GEO,
        "geo": _GEO,
    }
)
_FEED = Shape(
    {
        "version": Neutral(lambda value: isinstance(value, str) and value in {VERSION, f"{VERSION}.1"}),
        "title": Field("title"),
        "home_page_url": Field("profile_url"),
        "feed_url": Field("profile_url"),
        "next_url": Field("profile_url"),
        "icon": Field("avatar_url"),
        "favicon": Field("avatar_url"),
        "language": LANGUAGE,
        "expired": FLAG,
        "author": _AUTHOR,
        "authors": _AUTHOR,
    }
)


def is_json_feed(document: Json) -> bool:
    """Say whether a document is a JSON Feed."""
    version = get(document, "version")
    return isinstance(version, str) and version.startswith(VERSION) and isinstance(get(document, "items"), list)


def read_json_feed(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    """Read all items; what the feed says of itself, its authors above all, holds for each of them."""
    around = tuple(
        Part(f"/{escape(key)}", value, _FEED.treatment(key), of=None)
        for key, value in document.items()
        if key != "items"
    )
    for index, node in entries(document, "items"):
        with tray.at(f"/items/{index}"):
            tray.add(_item(node, f"/items/{index}", document, around, own_ids))


def _item(node: Json, pointer: str, feed: Json, around: tuple[Part, ...], own_ids: frozenset[str]) -> Draft:
    item_id = required_id(node, "id", "url")
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(
        next((key for author in _authors(node, feed) if (key := cast.enter_from(author, _AUTHOR_KEYS))), None)
    )
    published, modified = moment(get(node, "date_published")), moment(get(node, "date_modified"))
    edited = published is not None and modified is not None and modified > published
    text, copies = _text(node, pointer)
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind="post",
        event=Event.UPDATE if edited else Event.CREATE,
        dedup=(item_id, modified.isoformat() if modified else None),
        cast=cast,
        parts=(Part(pointer, node, _ITEM, main=True), *around),
        public=True,
        text=text,
        copies=copies,
        language=get(node, "language"),
        language_around=get(feed, "language"),
        created_at=published or modified,
        references=tuple(sign for sign in (identifier(get(node, "external_url")),) if sign),
    )


def _authors(node: Json, feed: Json) -> list[Json]:
    """Return who may be the author, the nearest first: of the item, else of the feed; version 1 has only one."""
    for source in (node, feed):
        named = [author for _, author in entries(source, "authors")] or [get(source, "author")]
        if any(has_any(author, "name", "url") for author in named):
            return named
    return []


def _text(node: Json, pointer: str) -> tuple[TextPlace | None, tuple[TextCopy, ...]]:
    written = [
        (text_place(node, pointer, "content_html", TextFormat.HTML), CopyFormat.HTML),
        (text_place(node, pointer, "content_text"), CopyFormat.PLAIN),
        (text_place(node, pointer, "summary"), CopyFormat.CUT),
        (text_place(node, pointer, "title"), CopyFormat.CUT),
    ]
    found = [(place, form) for place, form in written if place is not None]
    if not found:
        return None, ()
    (text, _), *others = found
    # A title and a summary say something of their own; only a second content is a copy.
    copies = tuple(TextCopy(place.pointer, form) for place, form in others if form is CopyFormat.PLAIN)
    return text, copies
