"""What surrounds every answer, whichever way it was given: the headers that always stand, and the line in the log."""

import time
from typing import Final

import structlog

from api.settings import Settings

_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
)
_ONLY_TLS: Final = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)

access_log = structlog.get_logger("api.access")


def standing_headers(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the headers of every answer; a view may say otherwise."""
    return _HEADERS + _ONLY_TLS if settings.base_url.startswith("https:") else _HEADERS


def log_access(*, request_id: str, method: str, route: str, status: int, started: float, client_id: str | None) -> None:
    """Write the line of one request: `route` is a template, `started` the performance counter at its beginning."""
    access_log.info(
        "request",
        request_id=request_id,
        method=method,
        route=route,
        status=status,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        client_id=client_id,
    )
