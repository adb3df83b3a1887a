"""Identifiers of rows and of log entries."""

import uuid

import uuid_utils


def new_id() -> str:
    """Return a new id that sorts by time of creation: UUIDv7 as text of 36 characters (RFC 9562 section 5.7).

    It is no secret: whoever must not guess something gets a token, not an id.
    """
    return str(uuid_utils.uuid7())


def new_event_id() -> str:
    """Return a new random id for a log entry: UUIDv4, since entries are shown and their ids need no order."""
    return str(uuid.uuid4())
