"""Network addresses of people, shortened before anything keeps them."""

import ipaddress
from typing import Final

# As many leading bits are kept: a neighbourhood, not a household.
KEPT_BITS: Final = {4: 24, 6: 48}


def shortened(address: str | None) -> str:
    """Return the network that `address` lies in (/24, /48 for IPv6), or the empty text for none."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, KEPT_BITS[parsed.version]), strict=False))
