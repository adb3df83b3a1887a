"""Readers of what platforms send: one module per platform, all pure."""

from typing import Protocol

from pii.errors import UnknownPlatform
from pii.model import Reading
from pii.platforms import facebook, feeds, mastodon, x


class Reader(Protocol):
    """Reads one body of one platform."""

    def __call__(self, body: bytes, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
        """Return what `body` says; raise BadPayload if it is no payload of the platform."""


READERS: dict[str, Reader] = {
    "facebook": facebook.read,
    "feeds": feeds.read,
    "mastodon": mastodon.read,
    "x": x.read,
}


def read(platform: str, body: bytes, *, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
    """Return what one delivery, answer or file of `platform` says, its signature having been verified before.

    `own_ids` are the ids, handles or addresses of the brand's own accounts: they are no persons.
    `requested_id` is the item that was asked for, where the answer does not name it (Mastodon's version history).
    Raises UnknownPlatform, or BadPayload if the body as a whole cannot be read or is of another platform. Items
    that cannot be read are listed in the reading.
    """
    reader = READERS.get(platform)
    if reader is None:
        raise UnknownPlatform("no reader for this platform")
    return reader(body, own_ids, requested_id)
