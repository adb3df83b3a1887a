"""What a platform's payload says, as values: items to take in, orders to follow, and what could not be read.

Everything here that holds real data prints as `<redacted>`. Pointers are RFC 6901 in JSON, `line:N/…` in
newline-delimited JSON, `event:N/…` in an event stream, an XML path such as `/rss/channel[1]/item[2]/title[1]`
or `…/@attribute`, and `form:name/…`. A pointer can hold a person's identifier (maps keyed by one), so it is
redacted like a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

# What `json.loads` returns: None, bool, int, float, str, or lists and dicts of these.
Json = Any

TEXT_LIMIT_BYTES = 20_000
UNDETERMINED = "und"


class Event(StrEnum):
    """What happened to an item or an account, in one word for all platforms."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNDELETE = "undelete"
    HIDE = "hide"
    UNHIDE = "unhide"
    GEO_SCRUB = "geo_scrub"
    PROTECT = "protect"
    UNPROTECT = "unprotect"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    PROFILE_UPDATE = "profile_update"
    IDENTIFIER_CHANGE = "identifier_change"
    ERASE_PERSON = "erase_person"
    ACCESS_REVOKED = "access_revoked"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class OrderKind(StrEnum):
    """What a platform wants done with what was stored before."""

    DELETE = "delete"
    UNDELETE = "undelete"
    HIDE = "hide"
    UNHIDE = "unhide"
    UPDATE = "update"
    SCRUB_GEO = "scrub_geo"
    PROTECT = "protect"
    UNPROTECT = "unprotect"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    PROFILE_UPDATE = "profile_update"
    IDENTIFIER_CHANGE = "identifier_change"
    ERASE_PERSON = "erase_person"
    REVOKE_ACCESS = "revoke_access"
    WITHDRAW_CONSENT = "withdraw_consent"


class Role(StrEnum):
    """What a person is to an item."""

    AUTHOR = "author"
    MENTION = "mention"
    THIRD = "third"
    STAFF = "staff"


class FieldGroup(StrEnum):
    """Whom a personal field concerns: the author, another person, or a place."""

    AUTHOR = "author"
    PERSON = "person"
    GEO = "geo"


class TextFormat(StrEnum):
    """How a text is written in the payload."""

    PLAIN = "plain"
    ESCAPED = "escaped"
    HTML = "html"
    MARKDOWN = "markdown"
    HTML_ESCAPED_MARKDOWN = "html_escaped_markdown"


class CopyFormat(StrEnum):
    """How a second copy of the text is written: as the text may be, or shortened, or rendered."""

    PLAIN = "plain"
    HTML = "html"
    CUT = "cut"
    HTML_CUT = "html_cut"
    HTML_RENDERED = "html_rendered"
    HTML_RENDERED_ESCAPED = "html_rendered_escaped"


class RejectReason(StrEnum):
    """Why one item of a sound payload gave nothing to take in."""

    WRONG_TYPE = "wrong_type"
    NO_ID = "no_id"
    NOT_JSON = "not_json"
    UNSOUND_TEXT = "unsound_text"
    TOO_DEEP = "too_deep"
    NO_CONTENT = "no_content"
    ENCRYPTED = "encrypted"
    PLATFORM_ERROR = "platform_error"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as a platform names one; at least one of `id`, `handle`, `name` and `email` is there.

    `id` is the platform's own id (for feeds the page of the person). It is text, also where the platform
    sends a number.
    """

    network: str
    role: Role
    id: str | None = None
    handle: str | None = None
    name: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        return f"PersonRef({self.network}, {self.role}, <redacted>)"


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One value in the raw payload that must be pseudonymised, generalised or dropped.

    `kind` says what it is (id, handle, name, bio, avatar_url, permalink, place, coordinates, …); `unknown` is
    a value that no rule knows and that therefore counts as personal. `value` is a string or a number, or, for
    coordinates, the whole list or object. `person` is whom it belongs to, where the payload says so.
    """

    pointer: str
    kind: str
    value: Json
    group: FieldGroup
    person: PersonRef | None = None

    def __repr__(self) -> str:
        return f"PersonalField({self.kind}, {self.group}, <redacted>)"


@dataclass(frozen=True, slots=True)
class TextCopy:
    """The same text at a second place of the payload."""

    pointer: str
    format: CopyFormat

    def __repr__(self) -> str:
        return f"TextCopy({self.format}, <redacted>)"


@dataclass(frozen=True, slots=True)
class Item:
    """One post, comment, message, review or account of a payload, and nothing of the items beside it.

    `text` is canonical plain text (LF, tags and entities resolved, nothing normalised); positions in it count
    code points. `fields` are all values of `raw` that are neither the text, nor one of its `copies`, nor a fact
    that identifies nobody, nor the brand's own account. `raw` maps the pointer of each part of the payload that
    belongs to this item to that part; `neutral` holds the facts that identify nobody, by their place.
    `people` are all persons but the author. `references` are ids of other items that this one names, `replaces`
    earlier versions of it. `own` says that the brand wrote it; then there is no author. `oversize` says that the
    text is longer than TEXT_LIMIT_BYTES and must not be examined without somebody looking. `place` says where the
    payload tells of it; it is not stored.
    `dedup_key` and all ids may hold a person's identifier: key them before they are stored.
    """

    platform: str
    item_id: str
    kind: str
    event: Event
    dedup_key: str
    lang: str
    public: bool
    text: str | None = None
    text_pointer: str | None = None
    text_format: TextFormat | None = None
    copies: tuple[TextCopy, ...] = ()
    author: PersonRef | None = None
    people: tuple[PersonRef, ...] = ()
    fields: tuple[PersonalField, ...] = ()
    created_at: datetime | None = None
    parent_id: str | None = None
    thread_id: str | None = None
    references: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    raw: Mapping[str, Json] = field(default_factory=dict)
    neutral: Mapping[str, Json] = field(default_factory=dict)
    own: bool = False
    oversize: bool = False
    place: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"Item({self.platform}, {self.kind}, {self.event}, <redacted>)"

    @property
    def has_geo(self) -> bool:
        """Say whether the item carries a place."""
        return any(found.group is FieldGroup.GEO for found in self.fields)


@dataclass(frozen=True, slots=True)
class PlatformOrder:
    """What a platform says must happen to something stored: to `item_id`, or to everything of `person`.

    An order about an item may name its author as well; an order about the brand's own account names nobody.
    `signal` is the platform's own word, as the retention schedule maps it. `up_to_item` bounds an order about a
    person to items up to that id. `cascade` says that what hangs below the item (comments, reposts) goes with
    it and will not be announced. `replacement_id` is the id of the new version. `notice` is the message itself
    as an item: it is personal data too, and is `None` when it held nothing that could be read but its ids. `place`
    says where the payload gives the order; it is not stored.
    """

    kind: OrderKind
    platform: str
    signal: str
    dedup_key: str
    item_id: str | None = None
    person: PersonRef | None = None
    at: datetime | None = None
    up_to_item: str | None = None
    replacement_id: str | None = None
    cascade: bool = False
    notice: Item | None = None
    place: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"PlatformOrder({self.platform}, {self.kind}, <redacted>)"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that gave nothing to take in: its `place` (made of indexes and the platform's own words) and why."""

    place: str
    reason: RejectReason


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one payload said.

    `items` are what may be taken in (`create`, and `update` with content); `orders` change what is stored
    already. No item stands in both.
    """

    items: tuple[Item, ...] = ()
    orders: tuple[PlatformOrder, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    def __repr__(self) -> str:
        counts = ", ".join(f"{part.name}={len(getattr(self, part.name))}" for part in fields(self))
        return f"Reading({counts})"

    def told(self) -> tuple[Item, ...]:
        """Return every item the payload tells of: those to take in, then the notices of the orders."""
        return self.items + tuple(order.notice for order in self.orders if order.notice is not None)
