"""What retention knows about data, and what it answers: frozen values (part B.4 to B.8).

Instants are timezone-aware UTC datetimes. Facts dated after the instant of judgement may be present; they are not
known yet and have no effect. Names of data subjects are never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from retention.identities import Identities, SubjectName
from retention.place import Place
from retention.request_clock import ClockEvent

Attribute = str | int | float | bool

DESTROYED_EVENT = "destroyed"
RESTORED_EVENT = "restored"
PLATFORM_ATTRIBUTE = "platform"


class State(StrEnum):
    """How a datum stands, the first that fits."""

    DESTROYED = "DESTROYED"
    ACTIVE = "ACTIVE"
    DESTROY_DUE = "DESTROY_DUE"
    BLOCKED = "BLOCKED"


class Code(StrEnum):
    """Why a datum stands as it does, in the order of precedence in which reasons are listed (part B.2)."""

    DESTROYED = "DESTROYED"
    HOLD = "HOLD"
    IDENTITY_UNAVAILABLE = "IDENTITY_UNAVAILABLE"
    RESTRICTION = "RESTRICTION"
    OPEN_REQUEST = "OPEN_REQUEST"
    OBLIGATION = "OBLIGATION"
    PLATFORM_DELETE = "PLATFORM_DELETE"
    RESTORED = "RESTORED"
    ERASURE = "ERASURE"
    WITHDRAWAL = "WITHDRAWAL"
    MARKETING_OBJECTION = "MARKETING_OBJECTION"
    OBJECTION_UPHELD = "OBJECTION_UPHELD"
    MAX_REACHED = "MAX_REACHED"
    PLATFORM_BLOCK = "PLATFORM_BLOCK"
    OBJECTION_PENDING = "OBJECTION_PENDING"
    PURPOSE = "PURPOSE"


@dataclass(frozen=True, slots=True)
class DatumEvent:
    """Something that happened to a datum, such as `collected`, `closed` or `destroyed`."""

    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class Datum:
    """The smallest thing a rule can decide on: one group of fields of one record.

    `purposes` are those it was collected for; None stands for all of its category that need no consent.
    """

    ref: str
    category: str
    subject: SubjectName | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    purposes: frozenset[str] | None = None
    events: tuple[DatumEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which data a hold or a request concerns: every criterion that it names must match (None names none)."""

    subject: SubjectName | None = None
    categories: frozenset[str] | None = None
    refs: frozenset[str] | None = None

    def covers(self, datum: Datum, identities: Identities) -> bool:
        """Say whether the datum meets every criterion."""
        if self.categories is not None and datum.category not in self.categories:
            return False
        if self.refs is not None and datum.ref not in self.refs:
            return False
        if self.subject is None:
            return True
        return datum.subject is not None and identities.same_person(datum.subject, self.subject)


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold; it covers data born later as well, until it is released."""

    id: str
    scope: Scope
    placed_at: datetime
    released_at: datetime | None = None
    matter: str = field(default="", repr=False)


class RequestType(StrEnum):
    """The rights and declarations of a data subject that act on data (part B.6)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    MARKETING_OBJECTION = "marketing_objection"
    WITHDRAWAL = "withdrawal"
    CONSENT = "consent"


class Outcome(StrEnum):
    """How an objection was decided."""

    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A request or declaration of a data subject, as far as it acts on data.

    Which of the instants belong to which type is said in part B.6. `purposes` narrows withdrawals and objections
    and names what a consent is for; `clock` holds what happened to the deadline of an access request.
    """

    id: str
    type: RequestType
    scope: Scope
    received_at: datetime
    granted_at: datetime | None = None
    closed_at: datetime | None = None
    lifted_at: datetime | None = None
    notice_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    purposes: frozenset[str] | None = None
    clock: tuple[ClockEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class PlatformOrderFact:
    """A signal of a platform about its content, given by `refs` or by the very account it belongs to."""

    at: datetime
    platform: str
    signal: str
    refs: frozenset[str] = frozenset()
    account: SubjectName | None = None

    def reaches(self, datum: Datum) -> bool:
        """Say whether the order is about this datum; another name of the person is another account."""
        return datum.attributes.get(PLATFORM_ATTRIBUTE) == self.platform and (
            datum.ref in self.refs or (self.account is not None and datum.subject == self.account)
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """All that may act on data: the controller's place, who is who, holds, requests and orders of platforms."""

    place: Place
    identities: Identities
    holds: tuple[Hold, ...] = ()
    requests: tuple[RequestFact, ...] = ()
    platform_orders: tuple[PlatformOrderFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for a datum at one instant, and why.

    `destroyable_from` is an instant in UTC, None as long as an end is not known; `blocked_until` is the last
    local day before it, in state BLOCKED only. `reasons` are in order of precedence, `legal_source` is that of
    the first, and `unusable_for` names, in alphabetical order, the purposes of the category that are closed.
    """

    state: State
    destroyable_from: datetime | None
    blocked_until: date | None
    reasons: tuple[Code, ...]
    legal_source: str | None
    unusable_for: tuple[str, ...]
