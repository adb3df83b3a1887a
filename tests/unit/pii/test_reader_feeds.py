"""Feeds beyond the samples: what blogs and forums really send."""

import json
from typing import Any

import pytest

from pii.errors import BadPayload
from pii.model import Event, Reading, RejectReason, TextFormat
from pii.platforms import read

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def reading(body: str | bytes, *own: str) -> Reading:
    return read("feeds", body.encode() if isinstance(body, str) else body, own_ids=frozenset(own))


def rss(item: str, channel: str = "", *, namespaces: str = DC) -> str:
    return f'<rss version="2.0" {namespaces}><channel><title>Blog</title>{channel}<item>{item}</item></channel></rss>'


def atom(entry: str, feed: str = "") -> str:
    return f"<feed {ATOM}><id>urn:f</id>{feed}<entry><id>urn:1</id>{entry}</entry></feed>"


ENCODED = [
    pytest.param(b'\xef\xbb\xbf<?xml version="1.0"?>', "utf-8", id="a byte order mark"),
    pytest.param(b'\n\n  <?xml version="1.0"?>', "utf-8", id="white space before the declaration"),
    pytest.param(b'<?xml version="1.0" encoding="ISO-8859-1"?>', "iso-8859-1", id="latin-1"),
    pytest.param(b'<?xml version="1.0" encoding="windows-1252"?>', "cp1252", id="windows"),
    pytest.param(b'<?xml version="1.0" encoding="UTF-8"?>', "cp1252", id="windows that says it is UTF-8"),
    pytest.param(b"", "utf-8", id="no declaration"),
    pytest.param(b"", "utf-16", id="UTF-16 with its mark"),
]


@pytest.mark.parametrize(("declaration", "encoding"), ENCODED)
def test_umlauts_arrive_whatever_the_encoding(declaration, encoding):
    body = declaration + rss("<guid>1</guid><description>Grüße aus Köln</description>").encode(encoding)
    assert [item.text for item in reading(body).items] == ["Grüße aus Köln"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param(
            "Kaffee &nbsp;&amp; Kuchen für Müller &amp; Söhne", "Kaffee \xa0& Kuchen für Müller & Söhne", id="nbsp"
        ),
        pytest.param("Kaffee & Kuchen", "Kaffee & Kuchen", id="a bare ampersand"),
        pytest.param("vor\x0bnach", "vornach", id="a control character"),
        pytest.param("M&uuml;ller", "Müller", id="an umlaut as an entity"),
    ],
)
def test_what_feeds_get_wrong_again_and_again_is_mended(written, text):
    assert [item.text for item in reading(rss(f"<guid>1</guid><description>{written}</description>")).items] == [text]


def test_a_feed_that_stays_broken_is_refused():
    with pytest.raises(BadPayload) as refused:
        reading(rss("<guid>1</guid><description>Frau Probe</descr>"))
    assert "Probe" not in str(refused.value)


def test_html_that_was_escaped_twice_is_still_html():
    (item,) = reading(rss("<guid>1</guid><description>&amp;lt;p&amp;gt;Hallo&amp;lt;/p&amp;gt;</description>")).items
    assert item.text == "Hallo"


def test_xhtml_is_read_as_text():
    content = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins<br/>Zwei</p><p>Drei</p></div></content>'
    (item,) = reading(atom(content)).items
    assert (item.text, item.text_format) == ("Eins\nZwei\n\nDrei", TextFormat.PLAIN)


def test_a_summary_beside_the_content_is_a_copy():
    (item,) = reading(atom('<summary>Kurz</summary><content type="html">&lt;p&gt;Lang&lt;/p&gt;</content>')).items
    assert item.text == "Lang"
    assert [(copy.pointer, copy.format) for copy in item.copies] == [("/feed/entry[1]/summary[1]", "html_cut")]


def test_a_title_alone_is_the_text():
    (item,) = reading(rss("<guid>1</guid><title>Hilfe, mein Gerät</title>")).items
    assert (item.text, item.text_pointer) == ("Hilfe, mein Gerät", "/rss/channel[1]/item[1]/title[1]")


def test_any_prefix_for_a_namespace_will_do():
    namespaces = 'xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:w="http://purl.org/dc/elements/1.1/"'
    item = "<guid>1</guid><c:encoded>&lt;p&gt;Hallo&lt;/p&gt;</c:encoded><w:creator>Probe</w:creator>"
    (found,) = reading(rss(item, namespaces=namespaces)).items
    assert (found.text, found.author.name) == ("Hallo", "Probe")
    assert "/rss/channel[1]/item[1]/w:creator[1]" in {field.pointer for field in found.fields}


def test_rss_one_has_its_items_beside_the_channel():
    body = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>Forum</title></channel><item><link>https://forum.example/1</link>"
        "<description>Guten Tag zusammen</description></item></r:RDF>"
    )
    (item,) = reading(body).items
    assert (item.item_id, item.text) == ("https://forum.example/1", "Guten Tag zusammen")


def test_an_entry_without_id_and_address_is_listed():
    assert [rejected.reason for rejected in reading(rss("<title>x</title>")).rejected] == [RejectReason.NO_ID]


AUTHORS = [
    pytest.param(
        "<author>a@blog.example (Anna Probe)</author>", "", ("Anna Probe", "a@blog.example"), id="mail (name)"
    ),
    pytest.param(
        "<author>Anna Probe &lt;a@blog.example&gt;</author>", "", ("Anna Probe", "a@blog.example"), id="name <mail>"
    ),
    pytest.param("<author>Anna Probe</author>", "", ("Anna Probe", None), id="a name only"),
    pytest.param(
        "<dc:creator>Anna Probe</dc:creator><author>a@blog.example</author>",
        "",
        ("Anna Probe", "a@blog.example"),
        id="two halves of one author",
    ),
    pytest.param("", "<managingEditor>r@blog.example</managingEditor>", (None, "r@blog.example"), id="only an editor"),
]


@pytest.mark.parametrize(("item", "channel", "author"), AUTHORS)
def test_the_author_of_an_rss_item(item, channel, author):
    (found,) = reading(rss(f"<guid>1</guid>{item}", channel)).items
    assert (found.author.name, found.author.email) == author
    assert found.people == ()


def test_an_entry_without_author_has_that_of_its_feed():
    feed = "<author><name>Anna Probe</name><uri>https://anna.example/</uri></author>"
    (item,) = reading(atom("<contributor><name>Bert Probe</name></contributor>", feed)).items
    assert (item.author.id, item.author.name) == ("https://anna.example/", "Anna Probe")
    assert [(person.role, person.name) for person in item.people] == [("third", "Bert Probe")]


def test_an_entry_with_author_leaves_that_of_the_feed_beside():
    feed = "<author><name>Anna Probe</name></author>"
    (item,) = reading(atom("<author><name>Bert Probe</name></author>", feed)).items
    assert (item.author.name, [person.name for person in item.people]) == ("Bert Probe", ["Anna Probe"])


def test_the_brands_own_blog_has_no_author():
    (item,) = reading(rss("<guid>1</guid><author>Redaktion@Marke.example</author>"), "redaktion@marke.example").items
    assert (item.own, item.author) == (True, None)


@pytest.mark.parametrize(
    ("updated", "event"), [("2026-11-12T09:00:00Z", Event.UPDATE), ("2026-11-12T08:00:00Z", Event.CREATE)]
)
def test_an_entry_is_edited_if_updated_after_publishing(updated, event):
    dates = f"<published>2026-11-12T08:00:00Z</published><updated>{updated}</updated>"
    (item,) = reading(atom(dates)).items
    assert (item.event, item.dedup_key.endswith(f'{updated[:-1]}+00:00"]')) == (event, True)


def test_a_tombstone_without_target_is_listed():
    namespaces = f'{ATOM} xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    body = f'<feed {namespaces}><at:deleted-entry when="2026-11-12T08:00:00Z"/></feed>'
    assert [rejected.reason for rejected in reading(body).rejected] == [RejectReason.NO_ID]


def test_an_empty_feed_is_an_empty_reading():
    assert reading(f"<feed {ATOM}><id>urn:f</id></feed>") == Reading()


def json_feed(item: dict[str, Any], **more: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1", "title": "Blog", "items": [item], **more})


def test_the_one_author_of_version_one_is_the_author():
    (item,) = reading(json_feed({"id": 17, "content_text": "Guten Tag"}, author={"name": "Anna Probe"})).items
    assert (item.item_id, item.author.name) == ("17", "Anna Probe")


def test_the_author_of_an_item_comes_before_that_of_the_feed():
    item = {"id": "1", "content_text": "x", "authors": [{"name": "Bert Probe", "url": "https://bert.example"}]}
    (found,) = reading(json_feed(item, authors=[{"name": "Anna Probe"}])).items
    assert (found.author.name, [person.name for person in found.people]) == ("Bert Probe", ["Anna Probe"])


def test_a_second_content_is_a_copy_and_a_summary_a_field():
    item = {"id": "1", "content_html": "<p>Hallo</p>", "content_text": "Hallo", "summary": "Frau Probe grüßt"}
    (found,) = reading(json_feed(item)).items
    assert [copy.pointer for copy in found.copies] == ["/items/0/content_text"]
    assert ("summary", "Frau Probe grüßt") in [(field.kind, field.value) for field in found.fields]


def test_a_json_feed_of_another_version_is_refused():
    with pytest.raises(BadPayload):
        reading(json.dumps({"version": "https://blog.example/version/1", "items": []}))
