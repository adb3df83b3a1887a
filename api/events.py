"""What the edge itself writes to the log."""

from audit.events import EventType

CLIENT_CREATED = EventType(
    "client.created", pub=("client", "controller", "scopes", "recipient"), fields=("name", "actor")
)
CLIENT_REVOKED = EventType("client.revoked", pub=("client",), fields=("actor",))
# `count` is how many were refused in this process since the last entry of this kind.
CLIENT_REFUSED = EventType("client.refused", pub=("reason", "count"), fields=("client",))
INSTALLATION_KEYED = EventType("installation.keyed", pub=("secrets",))
KEYS_ROTATED = EventType("keys.rotated", pub=("old", "new"))
KEYS_REWRAPPED = EventType("keys.rewrapped", pub=("active", "subjects", "secrets"))
