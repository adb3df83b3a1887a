"""Reading files of consents, row by row in bounded memory: JSON objects, one a line, or CSV with a header.

A row is a line. So a line that is broken is one row that is refused, whatever stands in it, and the next
line is read as if nothing had been; the price is that no cell can hold a line break.
"""

import csv
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import IO, Any, Final

from consent.errors import UnreadableImport
from consent.import_row import COLUMNS, REQUIRED, ImportRow, RowRefused, row_of

MOST_BYTES: Final = 65_536
"""How long a line may be."""

_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"
# A cell that begins with one of these is a formula to a spreadsheet; an export puts an apostrophe before it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
ESCAPE: Final = "'"


class ImportFormat(StrEnum):
    """The forms of a file."""

    NDJSON = "ndjson"
    CSV = "csv"


ReadRow = ImportRow | RowRefused
"""A row, or why it cannot be one."""


def read_rows(file: IO[bytes], form: ImportFormat) -> Iterator[ReadRow]:
    """Give the rows of a file in order; lines of white space are none.

    Raises UnreadableImport, before the first row is given, for a file that cannot be read as a whole: not
    UTF-8 from the beginning, empty, or a CSV whose header lacks a column, has one twice or one too many.
    """
    lines = _lines(file)
    first = next(lines, None)
    if first is None:
        raise UnreadableImport("the file is empty")
    if first.startswith(_OTHER_MARKS) or b"\x00" in first:
        raise UnreadableImport("the file is not in UTF-8")
    first = first.removeprefix(_MARK)
    try:
        head = first.decode()
    except UnicodeDecodeError:
        raise UnreadableImport("the file is not in UTF-8") from None
    if form is ImportFormat.NDJSON:
        return _json_rows(first, lines)
    delimiter = next((mark for mark in _DELIMITERS if mark in head), ",")
    return _csv_rows(_header(head, delimiter), delimiter, lines)


def _json_rows(first: bytes, lines: Iterator[bytes]) -> Iterator[ReadRow]:
    yield _row(first, _object)
    for line in lines:
        yield _row(line, _object)


def _csv_rows(header: list[str], delimiter: str, lines: Iterator[bytes]) -> Iterator[ReadRow]:
    def record(text: str) -> dict[str, Any]:
        cells = _cells(text, delimiter)
        if len(cells) != len(header):
            raise RowRefused("wrong_number_of_cells")
        return dict(zip(header, map(_unescaped, cells), strict=True))

    for line in lines:
        yield _row(line, record)


def _row(line: bytes, fields_of: Callable[[str], dict[str, Any]]) -> ReadRow:
    if len(line) > MOST_BYTES:
        return RowRefused("too_long")
    try:
        return row_of(fields_of(line.decode()))
    except RowRefused as refused:
        return refused
    except (ValueError, RecursionError, csv.Error):
        return RowRefused("malformed")


def _object(text: str) -> dict[str, Any]:
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise RowRefused("malformed")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members)


def _header(line: str, delimiter: str) -> list[str]:
    try:
        header = [cell.strip() for cell in _cells(line, delimiter)]
    except csv.Error:
        raise UnreadableImport("the header is not CSV") from None
    if missing := [name for name in REQUIRED if name not in header]:
        raise UnreadableImport(f"the header lacks {', '.join(missing)}")
    if len(set(header)) != len(header):
        raise UnreadableImport("the header names a column twice")
    if set(header) - set(COLUMNS):
        raise UnreadableImport(f"the header has other columns than {', '.join(COLUMNS)}")
    return header


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True), [])


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith(ESCAPE) and cell[1:].startswith(FORMULA) else cell


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Give the lines that hold anything; of one that is too long only so much that it shows."""
    while line := file.readline(MOST_BYTES + 1):
        rest = line
        while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MOST_BYTES + 1)
        if line.strip():
            yield line
