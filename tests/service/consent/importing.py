"""Words for tests of imports: rows, files, and what a person's record comes to."""

import io
import json
from typing import Any

from consent.case_door import ACTOR
from consent.import_batch import Source
from consent.import_reading import ImportFormat
from consent.import_report import RowReport
from consent.importing import AT_ONCE, ImportService
from tests.service.consent.world import CONTROLLER, World

MAILBOX = "kundin@example.org"
AT = "2026-11-01T09:00:00Z"


def row(value: str = MAILBOX, /, **fields: Any) -> dict[str, Any]:
    """Return a row that brings proof, with some fields said otherwise; None leaves one out."""
    said = {
        "identifier": {"kind": "email", "value": value},
        "country": "DE",
        "purpose": "newsletter",
        "channel": "email",
        "status": "subscribed",
        "at": AT,
        "notice": "welcome@1",
        "proof": "confirmed",
    }
    return {name: given for name, given in {**said, **fields}.items() if given is not None}


def ndjson(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in rows)


def take_in(
    world: World,
    content: bytes,
    *,
    form: ImportFormat = ImportFormat.NDJSON,
    digest: str = "a" * 64,
    dry_run: bool = False,
    at_once: int = AT_ONCE,
) -> list[RowReport]:
    service = ImportService(world.ground, world.policies, at_once=at_once)
    source = Source(CONTROLLER, ACTOR, digest)
    batches = service.take_in(io.BytesIO(content), form, source, dry_run=dry_run)
    return [report for batch in batches for report in batch]


def told(reports: list[RowReport]) -> list[tuple[str, str | None]]:
    """Return outcome and reason of each row."""
    return [(report.outcome.value, report.reason) for report in reports]
