"""What is known of a stored post: values without any real name, id or original text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from pii.model import Json, OrderKind

NO_CAUSE: Final = ""


class PostStatus(StrEnum):
    """How far a post has come."""

    READY = "ready"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    HIDDEN = "hidden"


class StatusReason(StrEnum):
    """Why a post is not ready."""

    DETECTOR_MISSING = "detector_missing"
    DETECTOR_FAILED = "detector_failed"
    OVERSIZE = "oversize"
    RESIDUE = "residue"


class Closure(StrEnum):
    """What keeps a post from every use but being stored; it is open again when every cause is gone."""

    HIDDEN = "hidden"
    PROTECTED = "protected"
    SUSPENDED = "suspended"
    ERASURE_ASKED = "erasure_asked"
    ACCESS_REVOKED = "access_revoked"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RETENTION = "retention"


CLOSES: Final[Mapping[OrderKind, Closure]] = {
    OrderKind.HIDE: Closure.HIDDEN,
    OrderKind.PROTECT: Closure.PROTECTED,
    OrderKind.SUSPEND: Closure.SUSPENDED,
    OrderKind.ERASE_PERSON: Closure.ERASURE_ASKED,
    OrderKind.REVOKE_ACCESS: Closure.ACCESS_REVOKED,
    OrderKind.WITHDRAW_CONSENT: Closure.CONSENT_WITHDRAWN,
}
REOPENS: Final[Mapping[OrderKind, Closure]] = {
    OrderKind.UNHIDE: Closure.HIDDEN,
    OrderKind.UNPROTECT: Closure.PROTECTED,
    OrderKind.UNSUSPEND: Closure.SUSPENDED,
}


class Relation(StrEnum):
    """How a post hangs on another item."""

    PARENT = "parent"
    THREAD = "thread"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as everybody may see it who may see posts at all.

    `text` and `fields` are pseudonymised in the domain of intake, and absent until the post was examined.
    `findings` counts what was replaced, by kind. `version` rises with every change of the content.
    """

    id: str
    controller: str
    platform: str
    kind: str
    lang: str
    public: bool
    own: bool
    examined: PostStatus
    reason: StatusReason | None
    closed_by: frozenset[Closure]
    version: int
    author_id: str | None
    text: str | None = field(repr=False)
    fields: Mapping[str, Json] = field(repr=False)
    findings: Mapping[str, int]
    special_categories: tuple[str, ...]
    minor: bool
    has_geo: bool
    created_at: datetime | None
    collected_at: datetime

    @property
    def status(self) -> PostStatus:
        """Return how far the post has come; a closed one is hidden, however far it had come."""
        return PostStatus.HIDDEN if self.closed_by else self.examined

    @property
    def usable(self) -> bool:
        """Say whether the post may be offered to anybody."""
        return self.status is PostStatus.READY


def written(causes: frozenset[Closure]) -> str:
    """Return the causes as they stand in the column `closed_by`."""
    return ",".join(sorted(causes))


def read_causes(column: str) -> frozenset[Closure]:
    """Return the causes that the column `closed_by` names."""
    return frozenset(Closure(word) for word in column.split(",") if word)
