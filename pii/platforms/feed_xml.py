"""Entries and tombstones of RSS and Atom as drafts."""

from dataclasses import dataclass

from pii.cast import Cast
from pii.composition import Draft, Part, TextPlace
from pii.errors import UnreadableItem
from pii.model import CopyFormat, Event, Json, RejectReason, TextCopy, TextFormat
from pii.payload import identifier
from pii.plain_text import PlainText
from pii.platforms.feed_leaves import Leaf, below, first_text, leaves
from pii.platforms.feed_people import Named, enter_people, people_of
from pii.times import moment
from pii.tray import Terms, Tray
from pii.xml_tree import Element

PLATFORM = "feeds"
ENTRY_NAMES = ("item", "atom:entry")
TOMBSTONE = "at:deleted-entry"
# Where an entry's text stands, the whole one first; what comes after the one taken is a shortened copy.
TEXT_NAMES = ("content:encoded", "atom:content", "description", "atom:summary")
TITLE_NAMES = ("title", "atom:title")
HTML_NAMES = frozenset({"content:encoded", "description"})
COMMENT_TITLES = ("comments on", "comments for", "kommentare zu", "kommentare für", "kommentare fuer")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself; it holds for each of its entries."""

    leaves: tuple[Leaf, ...]
    people: tuple[Named, ...]
    language: Json
    of_comments: bool
    own_ids: frozenset[str]

    @classmethod
    def read(cls, root: Element, entries: list[Element], own_ids: frozenset[str]) -> "Feed":
        """Return what stands around the entries: in the channel of RSS, in the root of Atom."""
        channel = next(below(root, "channel"), root)
        without = frozenset(entry.pointer for entry in entries) | {channel.pointer}
        around = tuple(leaves(channel, without=without))
        if channel is not root:
            around += tuple(leaves(root, without=without))
        return cls(
            leaves=around,
            people=tuple(people_of(channel)),
            language=root.attributes.get("xml:lang") or first_text(channel, "language", "dc:language"),
            of_comments=_is_of_comments(channel, entries),
            own_ids=own_ids,
        )

    @property
    def kind(self) -> str:
        """Return what the entries of this feed are."""
        return "comment" if self.of_comments else "post"


def _is_of_comments(channel: Element, entries: list[Element]) -> bool:
    if any(any(below(entry, "thr:in-reply-to")) for entry in entries):
        return True
    title = (first_text(channel, *TITLE_NAMES) or "").casefold()
    return title.startswith(COMMENT_TITLES) or (first_text(channel, "atom:id") or "").endswith("comments")


def read_entry(tray: Tray, entry: Element, feed: Feed) -> None:
    """Read one entry; raise UnreadableItem if it has neither id nor address."""
    item_id = identifier(first_text(entry, "guid", "atom:id", "link"))
    if item_id is None:
        raise UnreadableItem(RejectReason.NO_ID)
    cast = Cast(PLATFORM, feed.own_ids)
    people = enter_people(cast, people_of(entry), feed.people)
    text, copies, language = _text(entry)
    published = moment(first_text(entry, "pubDate", "dc:date", "atom:published"))
    updated = moment(first_text(entry, "atom:updated"))
    edited = published is not None and updated is not None and updated > published
    parent = next((found.attributes.get("ref") for found in below(entry, "thr:in-reply-to")), None)
    tray.add(
        Draft(
            platform=PLATFORM,
            item_id=item_id,
            kind=feed.kind,
            event=Event.UPDATE if edited else Event.CREATE,
            dedup=(item_id, updated.isoformat() if updated else None),
            cast=cast,
            people=people,
            parts=_parts(entry, text, feed),
            public=True,
            text=text,
            copies=copies,
            language=language or entry.attributes.get("xml:lang") or first_text(entry, "dc:language"),
            language_around=feed.language,
            created_at=published or updated,
            parent_id=identifier(parent),
        )
    )


def _parts(entry: Element, text: TextPlace | None, feed: Feed) -> tuple[Part, ...]:
    taken = frozenset({text.pointer} if text else ())
    inner = [Part(text.pointer, text.value, None)] if text else []
    # The attributes of the text's own element stand beside the text.
    inner += [_part(leaf) for leaf in leaves(entry, without=taken)]
    inner += [
        Part(f"{child.pointer}/@{name}", value, Leaf(f"@{name}", "", value).treatment())
        for child in entry.children()
        if child.pointer in taken
        for name, value in child.attributes.items()
    ]
    return (*inner, *(_part(leaf, of=None) for leaf in feed.leaves))


def _part(leaf: Leaf, of: str | None = "author") -> Part:
    return Part(leaf.pointer, leaf.value, leaf.treatment(), of=of, main=of is not None, path=leaf.path)


def _text(entry: Element) -> tuple[TextPlace | None, tuple[TextCopy, ...], Json]:
    """Return the text of an entry, its copies, and the language stated at the text."""
    found = [
        (place, element)
        for name in TEXT_NAMES
        for element in below(entry, name)
        if (place := _text_place(element, is_html=name in HTML_NAMES)) is not None
    ]
    if not found:
        titles = (element for name in TITLE_NAMES for element in below(entry, name))
        found = [(place, title) for title in titles if (place := _text_place(title, is_html=False)) is not None][:1]
    if not found:
        return None, (), None
    (text, element), *others = found
    copies = tuple(TextCopy(place.pointer, CopyFormat.HTML_CUT) for place, _ in others)
    return text, copies, element.attributes.get("xml:lang")


def _text_place(element: Element, *, is_html: bool) -> TextPlace | None:
    """Return the text of an element by its `type` (RFC 4287 section 3.1.1), or None if it has none."""
    written = element.attributes.get("type", "html" if is_html else "text")
    value = element.text()
    if not value.strip() or written not in {"text", "html", "xhtml", "text/html", "text/plain"}:
        return None
    if written == "xhtml":
        return TextPlace(element.pointer, _xhtml_text(element), TextFormat.PLAIN)
    return TextPlace(element.pointer, value, TextFormat.HTML if written.endswith("html") else TextFormat.PLAIN)


def _xhtml_text(element: Element) -> str:
    plain = PlainText()
    _note(element, plain)
    return plain.result()


def _note(element: Element, plain: PlainText) -> None:
    for piece in element.pieces:
        if isinstance(piece, str):
            plain.text(piece)
            continue
        plain.tag(piece.local.lower())
        _note(piece, plain)
        plain.tag(piece.local.lower(), closing=True)


def read_tombstone(tray: Tray, tombstone: Element, feed: Feed) -> None:
    """Read an `at:deleted-entry` (RFC 6721); raise UnreadableItem if it does not say which entry."""
    item_id = identifier(tombstone.attributes.get("ref"))
    if item_id is None:
        raise UnreadableItem(RejectReason.NO_ID)
    when = tombstone.attributes.get("when")
    cast = Cast(PLATFORM, feed.own_ids)
    comment = next(below(tombstone, "at:comment"), None)
    text = _text_place(comment, is_html=False) if comment is not None else None
    deleters = [named for named in people_of(tombstone) if named.part == "deleter"]
    draft = Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind=feed.kind,
        event=Event.DELETE,
        dedup=(item_id, "deleted", when),
        cast=cast,
        people=enter_people(cast, deleters, ()),
        parts=_parts(tombstone, text, Feed((), (), None, feed.of_comments, feed.own_ids)),
        public=True,
        text=text,
        language=comment.attributes.get("xml:lang") if comment is not None else None,
        language_around=feed.language,
    )
    tray.order(draft, Terms(signal="tombstone", at=moment(when)), place=tombstone.pointer)
