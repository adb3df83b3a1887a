"""Blogs and forums: RSS 2.0 and 1.0, Atom with tombstones (RFC 4287, RFC 6721), JSON Feed."""

from pii.errors import BadPayload
from pii.model import Reading
from pii.payload import read_json
from pii.platforms.feed_json import is_json_feed, read_json_feed
from pii.platforms.feed_leaves import below, usual_name
from pii.platforms.feed_xml import ENTRY_NAMES, TOMBSTONE, Feed, read_entry, read_tombstone
from pii.text import decode
from pii.tray import Tray
from pii.xml_tree import Element, is_xml, read_xml

ROOTS = frozenset({"rss", "atom:feed", "rdf:RDF"})
# YouTube's feeds are Atom too, but YouTube's terms bind them: they have a reader of their own.
FOREIGN_NAMESPACE = "http://www.youtube.com/xml/schemas/"
FOREIGN_TOMBSTONE = "yt:"


def read(body: bytes, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
    """Read one feed; raise BadPayload if it is none.

    `requested_id` plays no part: a feed names everything it holds. An entry that is missing is not deleted.
    """
    tray = Tray()
    if is_xml(body):
        _read_feed(tray, read_xml(body), own_ids)
        return tray.reading()
    document = read_json(decode(body))
    if not is_json_feed(document):
        raise BadPayload("not a feed")
    read_json_feed(tray, document, own_ids)
    return tray.reading()


def _read_feed(tray: Tray, root: Element, own_ids: frozenset[str]) -> None:
    if usual_name(root) not in ROOTS:
        raise BadPayload("not a feed")
    entries = _entries(root)
    if any(_is_foreign(entry) for entry in entries):
        raise BadPayload("a feed of another platform")
    feed = Feed.read(root, entries, own_ids)
    for entry in entries:
        with tray.at(entry.pointer):
            if usual_name(entry) == TOMBSTONE:
                read_tombstone(tray, entry, feed)
            else:
                read_entry(tray, entry, feed)


def _entries(root: Element) -> list[Element]:
    """Return entries and tombstones in their order; RSS 2.0 has them in the channel, RSS 1.0 beside it."""
    holders = [root, *below(root, "channel")]
    names = {*ENTRY_NAMES, TOMBSTONE}
    return [child for holder in holders for child in holder.children() if usual_name(child) in names]


def _is_foreign(entry: Element) -> bool:
    if entry.attributes.get("ref", "").startswith(FOREIGN_TOMBSTONE):
        return True
    return any(child.uri.startswith(FOREIGN_NAMESPACE) for child in entry.children())
