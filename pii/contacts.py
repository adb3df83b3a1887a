"""E-mail addresses, handles, web addresses and IP addresses in folded text.

Every pattern starts only where the character before cannot belong to the match and bounds its
repetitions, so the time grows with the length of the text and not with its square.
"""

import ipaddress
import re
from collections.abc import Iterator

from pii.spans import Span, SpanKind

_LABELS = r"[\w-]{1,63}(?:\.[\w-]{1,63})+"
_EMAIL = re.compile(rf"(?<![\w.+%@-])[\w.+%-]{{1,128}}@{_LABELS}")

# The sign and the dots of an address, spelled out to hide it from machines: in brackets, or as words.
_AT = r"(?:\s?[(\[{<]\s?(?:at|ät|a|@|klammeraffe)\s?[)\]}>]\s?|\s@\s?|@\s|\s(?:at|ät)\s)"
_DOT = r"(?:\.|\s?[(\[{<]\s?(?:dot|punkt|\.)\s?[)\]}>]\s?|\s(?:dot|punkt)\s)"
_VEILED_EMAIL = re.compile(
    rf"(?<![\w.+%@-])[\w+%-]{{1,64}}(?:{_DOT}[\w+%-]{{1,64}}){{0,4}}({_AT})[\w-]{{1,63}}((?:{_DOT}[\w-]{{1,63}}){{1,4}})",
    re.IGNORECASE,
)
_TOP_LEVEL = re.compile(r"(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{1,59})\Z", re.IGNORECASE)

_HANDLE = re.compile(r"(?<![\w@./+%-])@(?=[\w.-]*[^\W\d])\w(?:[\w.-]{0,98}\w)?(?:@[\w-]{1,63}(?:\.[\w-]{1,63})+)?")
_GLUED_HANDLE = re.compile(r"(?<=\w)@(?=[\w-]*[^\W\d])\w[\w-]{2,98}(?:@[\w-]{1,63}(?:\.[\w-]{1,63})+)?(?!\w|\.\w)")
_REDDIT_HANDLE = re.compile(r"(?<![\w/])/?u/([\w-]{2,30})")
_NUMBERED_HANDLE = re.compile(r"(?<![\w#@.])\w[\w.]{1,31}#\d{4}(?![\w-])")

_LINK = re.compile(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_BARE_LINK = re.compile(
    r"(?<![\w@.:/-])(?:[\w-]{1,63}\.){1,6}"
    r"(?:de|com|net|org|at|ch|li|eu|info|io|me|uk|co|shop|blog|app|dev|social|tv|fr|it|es|nl|pl|example|test|online"
    r"|site)"
    r"(?![\w@-]|\.\w)(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'\"*_"
_BRACKETS = {")": "(", "]": "[", "}": "{"}

_HOSTS = """
    amazon.de amazon.com amazon.co.uk bbc.co.uk bild.de bit.ly blick.ch chip.de check24.de dhl.de dpd.de ebay.de
    ebay.com faz.net focus.de gmail.com gmx.de gmx.net google.de google.com heise.de hermes.de idealo.de
    mediamarkt.de n-tv.de otto.de saturn.de spiegel.de srf.ch sueddeutsche.de t-online.de t.co t3n.de
    tagesschau.de test.de theguardian.com trustpilot.com web.de welt.de wikipedia.org youtu.be youtube.com
    zdf.de zeit.de orf.at
"""
_PUBLIC_HOSTS = frozenset(_HOSTS.split())
"""Hosts whose pages belong to no private person, unless the path names one."""

_PERSONAL_PATH = re.compile(r"/(?:@|~|u/|user/|users/|in/|profile|people/|channel/|c/)", re.IGNORECASE)
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)", re.IGNORECASE
)


def emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses, also with `(at)` or `punkt` for the signs."""
    for match in _EMAIL.finditer(text):
        value = match[0].rstrip("-")
        if _TOP_LEVEL.search(value.rpartition(".")[2]):
            yield Span(match.start(), match.start() + len(value), SpanKind.EMAIL, 1.0, "email")
    for match in _VEILED_EMAIL.finditer(text):
        if _is_veiled_email(match):
            yield Span(match.start(), match.end(), SpanKind.EMAIL, 0.8, "veiled email")


def _is_veiled_email(match: re.Match[str]) -> bool:
    sign, domain = match[1], match[2]
    if not _TOP_LEVEL.search(re.split(r"[.\s)\]}>]", domain)[-1]):
        return False
    # A bare word "at" also stands in prose ("shopped at web.de"): then the dots must be spelled out, too.
    spelled_out = not domain.startswith(".") or not match[0].split(sign)[0].isalpha()
    return bool(re.search(r"[^\w\s]", sign)) or spelled_out


def handles(text: str) -> Iterator[Span]:
    """Find account names: `@name`, `@name@server`, `u/name` and `name#1234`."""
    for match in _HANDLE.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.HANDLE, 0.9, "handle")
    for match in _GLUED_HANDLE.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.HANDLE, 0.7, "handle glued to a word")
    for match in _REDDIT_HANDLE.finditer(text):
        yield Span(match.start(1), match.end(1), SpanKind.HANDLE, 0.9, "reddit handle")
    for match in _NUMBERED_HANDLE.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.HANDLE, 0.7, "numbered handle")


def links(text: str) -> Iterator[Span]:
    """Find web addresses that may be somebody's: all but pages of well known public hosts."""
    for pattern in (_LINK, _BARE_LINK):
        for match in pattern.finditer(text):
            value = _without_trailing(match[0])
            if value and not _is_public(value):
                yield Span(match.start(), match.start() + len(value), SpanKind.URL, 0.8, "link")


def _without_trailing(value: str) -> str:
    while value:
        last = value[-1]
        if last in _TRAILING:
            value = value.rstrip(_TRAILING)
        elif last in _BRACKETS and value.count(last) > value.count(_BRACKETS[last]):
            value = value[:-1]
        else:
            break
    return value


def link_host(value: str) -> str:
    """Return the host of a web address, lower-case and without `www.`, port and user."""
    host = re.split(r"[/?#]", re.sub(r"^[a-z]+://", "", value, flags=re.IGNORECASE), maxsplit=1)[0]
    return host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")


def _is_public(value: str) -> bool:
    host = link_host(value)
    known = host in _PUBLIC_HOSTS or host.partition(".")[2] in _PUBLIC_HOSTS
    return known and not _PERSONAL_PATH.search(value)


def ip_addresses(text: str) -> Iterator[Span]:
    """Find IPv4 and IPv6 addresses."""
    for match in _IP.finditer(text):
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            continue
        if len(match[0]) > 3:
            yield Span(match.start(), match.end(), SpanKind.IP, 0.9, "ip address")
