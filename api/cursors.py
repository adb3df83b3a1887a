"""Cursors: where a list goes on, signed, so that nobody makes one up or uses it for another list."""

import base64
import binascii
import hmac
import json
from typing import Any, Final

from api.errors import BadCursor
from audit.installation_secrets import CURSOR_MAC, InstallationSecrets

_TAG_BYTES: Final = 16


class Cursors:
    """Makes and reads the cursors of one controller group."""

    def __init__(self, secrets: InstallationSecrets) -> None:
        self._secrets = secrets

    def make(self, scope: str, place: list[str | int]) -> str:
        """Return the cursor to `place`; `scope` names the list and everything that it depends on (caller, filters).

        A cursor stands in a URL and can be read: a place is made of ids, times and numbers only.
        """
        content = json.dumps(place, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._tag(scope, content) + content).rstrip(b"=").decode()

    def read(self, scope: str, cursor: str) -> list[Any]:
        """Return the place that `make` was given; raise BadCursor for any other text or another `scope`."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError):
            raise BadCursor("the cursor was not given out by this list") from None
        tag, content = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(scope, content)):
            raise BadCursor("the cursor was not given out by this list")
        place: list[Any] = json.loads(content)
        return place

    def _tag(self, scope: str, content: bytes) -> bytes:
        message = len(scope.encode()).to_bytes(4, "big") + scope.encode() + content
        return hmac.digest(self._secrets.get(CURSOR_MAC), message, "sha256")[:_TAG_BYTES]
