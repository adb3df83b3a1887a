"""XML of strangers as a plain tree: no entities, no external files, no depth without end, and a second chance.

One feed in ten is not well-formed. What feeds get wrong again and again (white space before the declaration,
control characters, HTML entities, a bare `&`, another encoding than the declared one) is mended once; whatever
then still does not parse is refused.
"""

import codecs
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pii.errors import BadPayload
from pii.payload import DEPTH_LIMIT

# What is read besides UTF-8; an encoding of another name could hide content from whoever looks at the bytes.
ENCODINGS = frozenset(
    ["ascii", "utf-8", "utf-16", "iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15", "cp1250", "cp1251", "cp1252"]
)
FALLBACK_ENCODING = "cp1252"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!#?[A-Za-z0-9]{1,32};)")


class _Parsed(Protocol):
    tag: str
    text: str | None
    tail: str | None
    attrib: dict[str, str]

    def __iter__(self) -> Iterator["_Parsed"]: ...


@dataclass(frozen=True, slots=True)
class Element:
    """One element: `name` as the document writes it, `uri` and `local` as XML means it, and where it stands.

    `pieces` are its texts and its elements in their order.
    """

    name: str
    uri: str
    local: str
    pointer: str
    attributes: dict[str, str] = field(default_factory=dict)
    pieces: tuple["str | Element", ...] = ()

    def children(self) -> Iterator["Element"]:
        """Yield the elements right below."""
        return (piece for piece in self.pieces if isinstance(piece, Element))

    def text(self) -> str:
        """Return all text below, in its order."""
        return "".join(piece if isinstance(piece, str) else piece.text() for piece in self.pieces)


def is_xml(body: bytes) -> bool:
    """Say whether `body` begins like XML."""
    start = body[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<")


def read_xml(body: bytes) -> Element:
    """Return the root of `body`; raise BadPayload if it is no XML that can be read without danger."""
    text = _DECLARATION.sub("", _decoded(body), count=1)
    try:
        return _parsed(text)
    except ParseError:
        try:
            return _parsed(_mended(text))
        except ParseError as error:
            raise BadPayload("not XML", pointer="line {}, column {}".format(*error.position)) from None


def _decoded(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode(body, "utf-16")
    declared = _DECLARED_ENCODING.match(body.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode("ascii") if declared and not body.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        name = codecs.lookup(name).name
    except LookupError:
        raise BadPayload("an encoding that nobody knows") from None
    if name not in ENCODINGS:
        raise BadPayload("an encoding that is not read")
    try:
        return body.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError:
        # Feeds that are not UTF-8 and say they are, or say nothing, come from Windows.
        return body.decode(FALLBACK_ENCODING, errors="replace")


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        raise BadPayload(f"not {name}", pointer=f"byte {error.start}") from None


def _mended(text: str) -> str:
    """Return `text` with what feeds get wrong put right, and its texts left as they are meant."""
    text = _FORBIDDEN.sub("", text).lstrip()
    text = _NAMED_ENTITY.sub(_as_number, text)
    return _BARE_AMPERSAND.sub("&amp;", text)


def _as_number(entity: re.Match[str]) -> str:
    resolved = html.unescape(entity[0])
    return f"&amp;{entity[1]};" if resolved == entity[0] else "".join(f"&#{ord(sign)};" for sign in resolved)


def _parsed(text: str) -> Element:
    prefixes: dict[str, str] = {}
    depth, root = 0, None
    source = io.BytesIO(text.encode("utf-8", errors="replace"))
    try:
        for event, found in iterparse(source, events=("start", "end", "start-ns")):
            if event == "start-ns":
                prefix, uri = cast(tuple[str, str], found)
                prefixes.setdefault(uri, prefix)
                continue
            depth += 1 if event == "start" else -1
            if depth > DEPTH_LIMIT:
                raise BadPayload("nested too deeply")
            root = cast(_Parsed, found)
    except DefusedXmlException:
        raise BadPayload("XML with entities of its own") from None
    if root is None:
        raise BadPayload("not XML")
    prefixes[XML_NAMESPACE] = "xml"
    name = _name(root.tag, prefixes)
    return _element(root, f"/{name}", prefixes)


def _element(found: _Parsed, pointer: str, prefixes: dict[str, str]) -> Element:
    uri, local = _split(found.tag)
    counts: dict[str, int] = {}
    pieces: list[str | Element] = [found.text] if found.text else []
    for below in found:
        if isinstance(below.tag, str):
            name = _name(below.tag, prefixes)
            counts[name] = counts.get(name, 0) + 1
            pieces.append(_element(below, f"{pointer}/{name}[{counts[name]}]", prefixes))
        if below.tail:
            pieces.append(below.tail)
    attributes = {_name(key, prefixes): value for key, value in found.attrib.items()}
    return Element(_name(found.tag, prefixes), uri, local, pointer, attributes, tuple(pieces))


def _split(tag: str) -> tuple[str, str]:
    uri, _, local = tag.rpartition("}")
    return uri.removeprefix("{"), local


def _name(tag: str, prefixes: dict[str, str]) -> str:
    uri, local = _split(tag)
    prefix = prefixes.get(uri, "")
    return f"{prefix}:{local}" if prefix else local
