"""Canonical text, whatever way a platform wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.errors import BadPayload
from pii.model import TextFormat
from pii.plain_text import html_to_text
from pii.text import MARKUP_LIMIT_CHARACTERS, canonical, decode, is_oversize, is_sound

HTML = [
    pytest.param("", "", id="nothing"),
    pytest.param("Hallo", "Hallo", id="no markup"),
    pytest.param("<p>Eins</p><p>Zwei</p>", "Eins\n\nZwei", id="blocks stand apart by one empty line"),
    pytest.param("<div><p>Eins</p>\n \n<p>Zwei</p></div>", "Eins\n\nZwei", id="white space between blocks goes"),
    pytest.param("Eins<br>Zwei<br/>Drei<BR />Vier", "Eins\nZwei\nDrei\nVier", id="a break is a line feed"),
    pytest.param("Eins<br />\nZwei", "Eins\nZwei", id="the line feed after a break goes"),
    pytest.param("<p>Eins<br></p>", "Eins", id="line feeds at the end go"),
    pytest.param("<ul><li>Eins</li><li>Zwei</li></ul>", "Eins\n\nZwei", id="list items are blocks"),
    pytest.param("a  b\n c", "a  b\n c", id="nothing else is collapsed"),
    pytest.param("&lt;p&gt; &amp;amp; &#39;&#x27;&uuml;", "<p> &amp; ''ü", id="entities are resolved once"),
    pytest.param("<a href='mailto:x@y.example'>Mail</a>!", "Mail!", id="tags in a line leave no gap"),
    pytest.param('<a title="a > b">Link</a>', "Link", id="a bracket in an attribute ends no tag"),
    pytest.param("1 < 2 und 3 > 2", "1 < 2 und 3 > 2", id="brackets that open no tag stay"),
    pytest.param("Ich <3 euch", "Ich <3 euch", id="a heart is no tag"),
    pytest.param("am Ende <b", "am Ende <b", id="a tag that never ends is text"),
    pytest.param("vor<!-- <p>geheim</p> -->nach", "vornach", id="comments go"),
    pytest.param("vor<!-- ohne Ende", "vor<!-- ohne Ende", id="a comment that never ends is text"),
    pytest.param("<!DOCTYPE html><p>Hallo</p>", "Hallo", id="declarations go"),
    pytest.param("vor<script>var a = '<p>x</p>';</SCRIPT>nach", "vornach", id="scripts go"),
    pytest.param("vor<style>p {}</style>nach", "vornach", id="style sheets go"),
    pytest.param('<a x="offen>Text</a>', "Text", id="a quote that never closes ends with the tag"),
    pytest.param("&#99999999999999999999;", "\ufffd", id="a number beyond every character"),
    pytest.param("&#" + "9" * 5_000 + ";", "\ufffd", id="a number of five thousand digits"),
    pytest.param("&#0;&#xD800;", "\ufffd\ufffd", id="references to what is no character"),
]


@pytest.mark.parametrize(("markup", "text"), HTML)
def test_html_to_text(markup, text):
    assert html_to_text(markup) == text


@given(st.text(alphabet="<>/!-&;#\"'= abp\n", max_size=60))
def test_any_markup_gives_a_text_without_half_characters(markup):
    assert is_sound(html_to_text(markup))


@given(st.text(alphabet=st.characters(exclude_characters="<>&", exclude_categories=("Cs", "Cc")), min_size=1))
def test_text_without_markup_stays_as_it_is(text):
    assert html_to_text(text) == (text if text.strip() else "")


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (TextFormat.PLAIN, "a &amp; b <p>", "a &amp; b <p>"),
        (TextFormat.MARKDOWN, "**a** &amp; b", "**a** &amp; b"),
        (TextFormat.ESCAPED, "&lt;3 &amp; &gt; &quot;", "<3 & > &quot;"),
        (TextFormat.ESCAPED, "&amp;lt;", "&lt;"),
        (TextFormat.HTML_ESCAPED_MARKDOWN, "&gt; **a**", "> **a**"),
        (TextFormat.HTML, "<p>a &amp; b</p>", "a & b"),
        pytest.param(TextFormat.HTML, "&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", "a\n\nb", id="escaped twice"),
        pytest.param(TextFormat.HTML, "<p>das Tag &lt;p&gt;&lt;/p&gt;</p>", "das Tag <p></p>", id="meant as written"),
    ],
)
def test_canonical(form, value, text):
    assert canonical(value, form) == text


def test_endless_markup_is_not_rendered():
    markup = "<p>" * MARKUP_LIMIT_CHARACTERS
    assert canonical(markup, TextFormat.HTML) == markup
    assert is_oversize(markup)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbf{}", "{}"),
        ("ü".encode("utf-16"), "ü"),
        ("\ufeffü".encode("utf-16-be"), "ü"),
        ("ü".encode(), "ü"),
    ],
)
def test_a_byte_order_mark_is_taken_off(body, text):
    assert decode(body) == text


def test_bytes_that_are_no_text_are_refused_and_not_shown():
    with pytest.raises(BadPayload) as refused:
        decode(b"Probe \xff")
    assert refused.value.pointer == "byte 6"
    assert "Probe" not in repr(refused.value)
