"""What an API key may do."""

from collections.abc import Iterable
from enum import StrEnum

from api.errors import BadClient


class Scope(StrEnum):
    """One permission of a key; a route states the one it needs."""

    CHECK = "check"
    CONSENTS_READ = "consents:read"
    CONSENTS_WRITE = "consents:write"
    SUBJECTS_WRITE = "subjects:write"
    INTAKE = "intake"
    RELEASES_READ = "releases:read"
    REQUESTS_WRITE = "requests:write"
    RETENTION_WRITE = "retention:write"
    AUDIT_READ = "audit:read"
    POLICY_WRITE = "policy:write"
    WEBHOOKS_WRITE = "webhooks:write"
    GROUP = "group"


# A session of a data protection officer reads and decides; social data comes in by machines only.
CONSOLE_SCOPES = frozenset(Scope) - {Scope.INTAKE}


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes of these names; raise BadClient for none at all and for a name that is no scope."""
    try:
        scopes = frozenset(Scope(name) for name in names)
    except ValueError:
        raise BadClient(f"the scopes are: {', '.join(Scope)}") from None
    if not scopes:
        raise BadClient("a client needs at least one scope")
    return scopes
