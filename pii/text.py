"""Canonical text: what spans are counted in, whatever way the platform wrote it."""

import codecs
import re

from pii.errors import BadPayload
from pii.model import TEXT_LIMIT_BYTES, TextFormat
from pii.plain_text import html_to_text

# Longer markup is not rendered at all: the item waits for somebody to look at it anyway.
MARKUP_LIMIT_CHARACTERS = 10 * TEXT_LIMIT_BYTES

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ANY_TAG = re.compile(r"<[a-zA-Z/!]")
_RENDERED_TAG = re.compile(r"</(?:p|div|a|b|i|em|strong|span|li|ul|ol|blockquote|h[1-6])>|<br ?/?>", re.IGNORECASE)
_UNSOUND = re.compile("[\x00\ud800-\udfff]")


def unescape_markup_signs(text: str) -> str:
    """Return `text` with `&lt;`, `&gt;` and `&amp;` resolved once, and no other entity (X, Reddit)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def html_text(markup: str) -> str:
    """Return the plain text of HTML that may have been escaped a second time on its way.

    A second pass is made only where the first found no tag and brought whole tags to light: somebody who
    writes about a `<p>` keeps it.
    """
    once = html_to_text(markup)
    if _ANY_TAG.search(markup) is None and _RENDERED_TAG.search(once) is not None:
        return html_to_text(once)
    return once


def canonical(value: str, form: TextFormat) -> str:
    """Return the canonical plain text of `value`; nothing is normalised, so offsets can be mapped back."""
    if form is TextFormat.HTML:
        return html_text(value) if len(value) <= MARKUP_LIMIT_CHARACTERS else value
    if form in {TextFormat.ESCAPED, TextFormat.HTML_ESCAPED_MARKDOWN}:
        return unescape_markup_signs(value)
    return value


def is_oversize(text: str | None) -> bool:
    """Say whether `text` is longer than 20,000 bytes of UTF-8, the most that is examined unseen."""
    if text is None or len(text) * 4 <= TEXT_LIMIT_BYTES:
        return False
    return len(text.encode("utf-8", "surrogatepass")) > TEXT_LIMIT_BYTES


def is_sound(text: str) -> bool:
    """Say whether `text` can be stored and sent on: no NUL and no half of a surrogate pair (RFC 8259 section 8.2)."""
    return _UNSOUND.search(text) is None


def decode(body: bytes) -> str:
    """Return `body` as text: UTF-8, or UTF-16 with a byte order mark, which is taken off.

    Raises BadPayload for anything else: bytes that are guessed at give identifiers that are guessed at.
    """
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if body.startswith(mark)), "utf-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        # The error's own text shows the bytes around the place, so it is not chained.
        raise BadPayload("not UTF-8", pointer=f"byte {error.start}") from None
