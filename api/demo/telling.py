"""Telling the demonstration on a terminal, in English or German."""

from collections.abc import Iterable

import click

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

    def quote(self, label: str, text: str) -> None:
        """Print a text as it stands, under a label."""
        prefix = f"  {self._gettext(label)}: "
        click.echo(prefix + " ".join(text.split()))

    def rows(self, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
        """Print a small table; the heads are translated."""
        table = [tuple(self._gettext(head) for head in heads), *(tuple(map(str, row)) for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
        for row in table:
            click.echo("    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def plain(self, text: str) -> None:
        """Print a line that needs no translation: a command, a key, an address."""
        click.echo(f"    {text}")
