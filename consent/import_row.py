"""One row of a file of consents: its fields, how each is read, and why a row is refused. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from consent.identifiers import GivenIdentifier
from consent.notices import NO_TEXT
from consent.vocabulary import ImportStatus, Proof

COLUMNS: Final = (
    "identifier_kind",
    "identifier_value",
    "country",
    "purpose",
    "topic",
    "channel",
    "status",
    "at",
    "notice",
    "proof",
    "evidence",
)
"""The columns of a file, in the order in which an export writes them."""

REQUIRED: Final = ("identifier_kind", "identifier_value", "purpose", "channel", "status")

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,119}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_NOTICE: Final = re.compile(rf"{NO_TEXT}|[A-Za-z0-9][A-Za-z0-9_.:\-]{{0,119}}@[1-9][0-9]{{0,5}}")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)
# What no text may hold: control characters, and half a surrogate pair, which has no UTF-8 form.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MOST_CHARACTERS: Final = 500


class RowRefused(Exception):
    """A row cannot be taken in: `reason` is a code, `field` the column it is about. The value stays out of it."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason if field is None else f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What a row says. Without `at` a no is said now; without `proof` somebody merely says so.

    `evidence` refers to what proves the row, such as the place of a signed form in an archive.
    """

    identifier: GivenIdentifier
    country: str | None
    purpose: str
    topic: str | None
    channel: str
    status: ImportStatus
    at: datetime | None
    notice: str | None
    proof: Proof
    evidence: str | None

    def __repr__(self) -> str:
        return f"ImportRow(purpose={self.purpose!r}, channel={self.channel!r}, <redacted>)"


def row_of(fields: Mapping[str, Any]) -> ImportRow:
    """Return the row that `fields` make; an empty text is a field left out. Raises RowRefused naming the first fault.

    The identifier may also stand as one object `identifier` of `kind` and `value`, and the notice as one of
    `id` and `version`, as elsewhere in the API.
    """
    given = _flat(fields)
    if unknown := sorted(set(given) - set(COLUMNS)):
        raise RowRefused("unknown_field", unknown[0] if _NAME.fullmatch(unknown[0]) else None)
    said = {name: value for name, value in given.items() if value not in (None, "")}
    for name in REQUIRED:
        if name not in said:
            raise RowRefused("missing", name)
    values = {name: _read(name, value) for name, value in said.items()}
    if values["status"] is ImportStatus.SUBSCRIBED and "at" not in values:
        raise RowRefused("missing", "at")
    return ImportRow(
        identifier=GivenIdentifier(values["identifier_kind"], values["identifier_value"]),
        country=values.get("country"),
        purpose=values["purpose"],
        topic=values.get("topic"),
        channel=values["channel"],
        status=values["status"],
        at=values.get("at"),
        notice=values.get("notice"),
        proof=values.get("proof", Proof.CLAIMED),
        evidence=values.get("evidence"),
    )


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(fields)
    identifier = flat.pop("identifier", None)
    if identifier is not None:
        if not isinstance(identifier, Mapping) or set(identifier) != {"kind", "value"}:
            raise RowRefused("malformed", "identifier")
        flat |= {f"identifier_{name}": value for name, value in identifier.items()}
    notice = flat.get("notice")
    if isinstance(notice, Mapping):
        if set(notice) != {"id", "version"} or isinstance(notice["version"], bool):
            raise RowRefused("malformed", "notice")
        flat["notice"] = f"{notice['id']}@{notice['version']}"
    return flat


def _read(name: str, value: Any) -> Any:
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS or _UNFIT.search(value):
        raise RowRefused("malformed", name)
    try:
        return _READERS.get(name, _text)(value)
    except ValueError:
        raise RowRefused("malformed", name) from None


def _text(value: str) -> str:
    return value


def _shaped(shape: re.Pattern[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not shape.fullmatch(value):
            raise ValueError("of another form")
        return value

    return read


def _instant(value: str) -> datetime:
    # A time without a zone could be meant anywhere.
    if not _INSTANT.fullmatch(value):
        raise ValueError("not an RFC 3339 time with a time zone")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "country": _shaped(_COUNTRY),
    "purpose": _shaped(_NAME),
    "topic": _shaped(_NAME),
    "channel": _shaped(_NAME),
    "status": ImportStatus,
    "at": _instant,
    "notice": _shaped(_NOTICE),
    "proof": Proof,
}
