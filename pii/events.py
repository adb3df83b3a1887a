"""The log entries of social data. Facts count and classify; whatever concerns a person is a committed field."""

from collections.abc import Mapping
from typing import Any

from audit.events import Event, EventType
from pii.post import Post

_POST_FIELDS = ("subject", "post", "source", "actor")

SOURCE_CONNECTED = EventType("source.connected", pub=("platform", "controller"), fields=("source", "actor"))
SOURCE_DISCONNECTED = EventType("source.disconnected", pub=("platform", "controller"), fields=("source", "actor"))

POST_TAKEN_IN = EventType("post.taken_in", pub=("platform", "kind", "status", "findings"), fields=_POST_FIELDS)
POST_EDITED = EventType("post.edited", pub=("platform", "kind", "status", "findings"), fields=_POST_FIELDS)
POST_DEFERRED = EventType("post.deferred", pub=("platform", "kind", "reason"), fields=_POST_FIELDS)
POST_QUARANTINED = EventType("post.quarantined", pub=("platform", "kind", "reason"), fields=_POST_FIELDS)
POST_EXAMINED = EventType("post.examined", pub=("platform", "kind", "status", "findings"), fields=_POST_FIELDS)
POST_DELETED = EventType("post.deleted", pub=("platform", "cause"), fields=_POST_FIELDS)
POST_CLOSED = EventType("post.closed", pub=("platform", "cause"), fields=_POST_FIELDS)
POST_REOPENED = EventType("post.reopened", pub=("platform", "cause"), fields=_POST_FIELDS)
POST_GEO_SCRUBBED = EventType("post.geo_scrubbed", pub=("platform",), fields=_POST_FIELDS)

ORDER_FOLLOWED = EventType(
    "platform_order.followed", pub=("platform", "kind", "signal", "posts"), fields=("subject", "order", "actor")
)
ORDER_LEFT_OPEN = EventType(
    "platform_order.left_open", pub=("platform", "kind", "signal", "posts"), fields=("subject", "order", "actor")
)
ORDER_CLOSED = EventType("platform_order.closed", pub=("platform", "kind"), fields=("subject", "order", "actor"))

POSTS_OFFERED = EventType("posts.offered", pub=("recipient", "queued", "held"), fields=("actor",))
POST_RELEASED = EventType(
    "post.released",
    pub=("recipient", "purpose", "basis", "platform", "position"),
    fields=("subject", "post", "release", "actor"),
)
RELEASES_HELD = EventType("releases.held", pub=("recipient", "held"), fields=("actor",))
RELEASE_REVOKED = EventType(
    "release.revoked", pub=("recipient", "cause", "position"), fields=("subject", "post", "release", "actor")
)
PERSON_UNNAMED = EventType(
    "posts.person_unnamed", pub=("posts", "mentions", "boxes", "names", "revoked"), fields=("actor",)
)
POSTS_PRUNED = EventType("posts.memory_pruned", pub=("seen", "tombstones", "orders"), fields=("actor",))


def about_post(
    type_: EventType,
    post: Post,
    *,
    actor: str,
    source_id: str | None = None,
    subject: str | None = None,
    **facts: Any,
) -> Event:
    """Return an event about a stored post, of the given `subject` (whose keys must exist) or of nobody."""
    known = {"platform": post.platform, "kind": post.kind, "status": post.examined, "findings": total(post.findings)}
    return type_.event(
        pub={name: known.get(name, facts.get(name)) for name in type_.pub},
        fields={
            "subject": post.author_id or "",
            "post": post.id,
            "source": source_id or "",
            "actor": actor,
        },
        subject=subject,
    )


def total(findings: Mapping[str, int]) -> int:
    """Return how many values were found."""
    return sum(findings.values())
