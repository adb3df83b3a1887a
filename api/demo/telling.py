"""Telling the demonstration on a terminal, in English or German."""

import textwrap
from collections.abc import Iterable

import click

from api.demo.words import MEANINGS
from api.i18n import translations

RULE = "─" * 78
WIDTH = 78


class Teller:
    """Prints chapters, lines and figures; every text has its translation in the catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._gettext = translations(language).gettext
        self._chapter = 0

    def chapter(self, title: str) -> None:
        """Begin the next chapter."""
        self._chapter += 1
        click.echo(f"\n{RULE}\n{self._chapter}. {self._gettext(title)}\n{RULE}")

    def say(self, text: str, **figures: object) -> None:
        """Print one sentence; `figures` fill it."""
        click.echo("  " + self._gettext(text) % figures)

    def code(self, code: str) -> tuple[str, str]:
        """Return a code and what it means in the language of the story."""
        meaning = MEANINGS.get(code)
        return code, "" if meaning is None else self._gettext(meaning)

    def reason(self, code: str | None) -> str:
        """Return a code with its meaning, for a sentence."""
        return ": ".join(part for part in self.code(code or "") if part)

    def quote(self, label: str, text: str) -> None:
        """Print a text under a label, broken between words."""
        quoted = f"{self._gettext(label)}: {' '.join(text.split())}"
        lines = textwrap.wrap(quoted, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
        click.echo("\n".join(lines))

    def rows(self, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
        """Print a small table; the heads are translated."""
        table = [tuple(self._gettext(head) for head in heads), *(tuple(map(str, row)) for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
        for row in table:
            click.echo("    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def plain(self, text: str) -> None:
        """Print a line that needs no translation: a command, a key, an address."""
        click.echo(f"    {text}")
