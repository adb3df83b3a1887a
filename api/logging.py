"""Logs: one JSON object a line, of known fields only, with whatever looks personal or secret taken out.

The access log names the template of a route, never the path (which can hold a token), no query and no
address. Of an error it names the type and the place in the code; its message may quote what was sent.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

# A field that is not listed does not appear: whoever adds one thinks about what can stand in it.
FIELDS: Final = frozenset(
    {
        "action", "at", "attempt", "batch", "check", "client_id", "controller", "count", "damaged", "detail",
        "due", "duration_ms", "entry_id", "error", "event", "failed", "group", "host", "items", "job", "kind",
        "level", "logger", "method", "name", "pid", "platform", "port", "process", "purpose", "reason",
        "recipient", "request_id", "route", "size", "source_id", "stack", "status", "subject_id", "timestamp",
        "version", "workers",
    }
)  # fmt: skip
# Made by Placet itself; redacting them would only garble digits that look like a phone number.
_OURS: Final = frozenset({"client_id", "entry_id", "request_id", "source_id", "stack", "subject_id", "timestamp"})
REDACTED: Final = "<redacted>"
_PERSONAL: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,255}",  # e-mail addresses and social handles with a host
        r"\b(?:plc|whsec|whsk|whpk)_[0-9A-Za-z_+/=-]+",  # keys and webhook secrets
        r"(?<=/[ceu]/)[0-9A-Za-z._~-]{8,}",  # tokens in the paths of links
        r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?\b",  # IBAN
        r"(?<![\w-])(?:\+|00)\d[\d ()/.-]{6,}\d",  # phone numbers with a country code
        r"(?<![\w-])0\d{2,5}[ /-]\d[\d /-]{3,}\d",  # phone numbers with an area code
    )
)
_QUIET: Final = {
    "alembic": logging.WARNING,
    # It warns whenever a job lasts longer than its interval, which is in order.
    "apscheduler": logging.ERROR,
    "granian": logging.WARNING,
    "presidio-analyzer": logging.ERROR,
    "sqlalchemy": logging.WARNING,
    "werkzeug": logging.WARNING,
}

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logging(stream: TextIO = sys.stderr) -> None:
    """Send every log line of this process, of other libraries too, to `stream` as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_error,
        keep_known_fields,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def name_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the error's type and the places in the code in the line, and leave its message out."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
        event["stack"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(info[2])]
    return event


def keep_known_fields(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not in FIELDS; private ones of structlog itself stay."""
    for name in [name for name in event if name not in FIELDS and not name.startswith("_")]:
        del event[name]
    return event


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace addresses, numbers and secrets inside the texts of a line."""
    for name, value in event.items():
        if name not in _OURS and not name.startswith("_"):
            event[name] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        for pattern in _PERSONAL:
            value = pattern.sub(REDACTED, value)
        return value
    if isinstance(value, dict):
        return {_redacted(name): _redacted(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    return value if isinstance(value, bool | int | float | None) else REDACTED
