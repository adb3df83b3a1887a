"""The addresses of a way out (RFC 8058)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WayOut:
    """Two addresses that hold a token and nothing about the person: `url` shows, `one_click` takes a POST."""

    url: str
    one_click: str


def way_out_at(base_url: str, token: str) -> WayOut:
    """Return the addresses that a token opens."""
    url = f"{base_url}/u/{token}"
    return WayOut(url, f"{url}/one-click")
