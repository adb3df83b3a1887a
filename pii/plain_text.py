"""HTML to plain text in one pass: linear in the length of the markup, whatever the markup."""

import html
import re

BLOCKS = frozenset({"p", "div", "blockquote", "li", "ul", "ol", "h1", "h2", "h3"})
UNSEEN = frozenset({"script", "style"})

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Possessive, so that a failed attempt does not try again from inside.
_TAG_END = re.compile(r"(?:[^\"'>]|\"[^\"]*\"|'[^']*')*+>")
# More digits than any code point has; `html.unescape` would turn them into a number of any length.
_ENDLESS_REFERENCE = re.compile(r"&#(?:\d{9,}|[xX][0-9a-fA-F]{9,});?")


def resolve(text: str) -> str:
    """Return `text` with its HTML entities resolved once."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))


class PlainText:
    """Builds plain text from tags and text in their order.

    `<br>` is one line feed (a line feed right after it is dropped), blocks stand apart by one empty line, white
    space between blocks is dropped, nothing else is collapsed, line feeds at the end are cut.
    """

    def __init__(self) -> None:
        self._out: list[str] = []
        self._gap = False
        self._after_break = False

    def tag(self, name: str, *, closing: bool = False) -> None:
        """Note a tag; `name` is in lower case."""
        if name in BLOCKS:
            self._gap = bool(self._out)
        elif name == "br" and not closing:
            self._out.append("\n")
            self._after_break = True

    def text(self, data: str) -> None:
        """Note the text between two tags, entities resolved."""
        if self._after_break and data.startswith("\n"):
            data = data[1:]
        self._after_break = False
        if not data.strip() and (self._gap or not self._out):
            return
        if self._gap:
            self._out.append("\n\n")
            self._gap = False
            data = data.lstrip("\n")
        self._out.append(data)

    def result(self) -> str:
        """Return the text noted so far."""
        return "".join(self._out).rstrip("\n")


class _Scanner:
    """Reads markup from left to right; no character is looked at more than a fixed number of times."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.last_close = markup.rfind(">")
        self.last_comment_end = markup.rfind("-->")
        self.quotes_count = True
        self.plain = PlainText()
        self._pending: list[str] = []

    def run(self) -> str:
        """Return the text of the markup, without tags and with its entities resolved."""
        place = 0
        while (opening := self.markup.find("<", place)) >= 0:
            self._pending.append(self.markup[place:opening])
            place = self._after(opening)
        self._pending.append(self.markup[place:])
        self._flush()
        return self.plain.result()

    def _flush(self) -> None:
        if data := "".join(self._pending):
            self.plain.text(resolve(data))
        self._pending.clear()

    def _after(self, opening: int) -> int:
        """Return the place behind whatever begins with the `<` at `opening`."""
        if self.markup.startswith("<!--", opening) and opening + 4 <= self.last_comment_end:
            return self.markup.find("-->", opening + 4) + 3
        if opening < self.last_close:
            if self.markup.startswith(("<!", "<?"), opening):
                return self.markup.find(">", opening) + 1
            if tag := _TAG.match(self.markup, opening):
                return self._tag(tag)
        self._pending.append("<")
        return opening + 1

    def _tag(self, tag: re.Match[str]) -> int:
        self._flush()
        closing, name = bool(tag[1]), tag[2].lower()
        self.plain.tag(name, closing=closing)
        end = self._tag_end(tag.end())
        return self._unseen_end(name, end) if name in UNSEEN and not closing else end

    def _tag_end(self, place: int) -> int:
        # A quote that is never closed makes the search run to the end of the markup. That happens once: from
        # then on the first ">" ends a tag, so hostile markup cannot make the whole quadratic.
        if self.quotes_count and (end := _TAG_END.match(self.markup, place)):
            return end.end()
        self.quotes_count = False
        return self.markup.find(">", place) + 1 or len(self.markup)

    def _unseen_end(self, name: str, place: int) -> int:
        """Return the place of the closing tag; nobody reads a script or a style sheet."""
        closing = re.compile(f"</{name}", re.IGNORECASE).search(self.markup, place)
        return closing.start() if closing else len(self.markup)


def html_to_text(markup: str) -> str:
    """Return the plain text of HTML: tags gone, entities resolved once, blocks apart by one empty line."""
    return _Scanner(markup).run()
