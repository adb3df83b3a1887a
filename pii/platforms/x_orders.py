"""What X says about content and accounts that are stored already: compliance streams, batch results, notices.

Content that X reports as changed or gone must be changed or gone within 24 hours (X Developer Policy).
"""

from dataclasses import dataclass

from pii.cast import Cast
from pii.composition import Draft, Part
from pii.errors import UnreadableItem
from pii.model import Event, Json, RejectReason, Role
from pii.nodes import get, has_any, id_at, required_id, text
from pii.payload import identifier
from pii.platforms.x_posts import PLATFORM, Includes
from pii.platforms.x_shapes import REFERENCE
from pii.shapes import TIME, Field, Shape, words
from pii.times import moment
from pii.tray import Terms, Tray

# The words of the compliance streams. The schedule of retention knows them as they are, so the word is the signal.
POST_EVENTS = {
    "delete": Event.DELETE,
    "drop": Event.HIDE,
    "undrop": Event.UNHIDE,
    "withheld": Event.HIDE,
    "tweet_edit": Event.UPDATE,
}
USER_EVENTS = {
    "scrub_geo": Event.GEO_SCRUB,
    "user_delete": Event.DELETE,
    "user_undelete": Event.UNDELETE,
    "user_protect": Event.PROTECT,
    "user_unprotect": Event.UNPROTECT,
    "user_suspend": Event.SUSPEND,
    "user_unsuspend": Event.UNSUSPEND,
    "user_withheld": Event.HIDE,
    "user_profile_modification": Event.PROFILE_UPDATE,
}
BATCH_EVENTS = {"delete": Event.DELETE, "scrub_geo": Event.GEO_SCRUB, "rehydrate": Event.UPDATE}
BATCH_REASONS = ("deleted", "deactivated", "scrub_geo", "suspended", "protected", "edited")
PROFILE_KINDS = {
    "location": "location",
    "geo": "location",
    "bio": "bio",
    "description": "bio",
    "url": "url",
    "name": "name",
    "display_name": "name",
    "screenname": "handle",
    "screen_name": "handle",
    "handle": "handle",
    "username": "handle",
    "profile_picture": "avatar_url",
    "banner_picture": "avatar_url",
}
HANDLE_FIELDS = frozenset({"screenname", "screen_name", "handle", "username"})

_NOTICE = Shape(
    {
        "event_at": TIME,
        "tweet": Shape({"id": Field("item_id"), "author_id": Field("id", of="author")}),
        "user": Shape({"id": Field("id", of="author")}),
        "quote_tweet_id": REFERENCE,
        "up_to_tweet_id": REFERENCE,
        "initial_tweet_id": REFERENCE,
        "edit_tweet_ids": REFERENCE,
        "profile_field": words(*PROFILE_KINDS, fact=True),
    }
)
_BATCH = Shape(
    {
        "id": Field("item_id"),
        "action": words(*BATCH_EVENTS),
        "created_at": TIME,
        "redacted_at": TIME,
        "deleted_at": TIME,
        "reason": words(*BATCH_REASONS, fact=True),
    }
)
_DELETED = Shape(
    {
        "status": Shape({"id": Field("item_id"), "user_id": Field("id", of="author")}),
        "timestamp_ms": TIME,
        "id": Field("item_id"),
        "author_id": Field("id", of="author"),
        "user_id": Field("id", of="filter"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What all notices have in common: about which item or account, by whom, in which part of the payload."""

    item_id: str
    event: Event
    dedup: tuple[Json, ...]
    author: Json = None
    about_person: bool = False


def notice_draft(
    notice: Notice, parts: tuple[Part, ...], own_ids: frozenset[str], *, filtered_by: Json = None
) -> Draft:
    """Return the draft of a notice: no text, no language, and an author where X names one."""
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter(Role.AUTHOR, id=notice.author))
    return Draft(
        platform=PLATFORM,
        item_id=notice.item_id,
        kind="account" if notice.about_person else "post",
        event=notice.event,
        dedup=notice.dedup,
        cast=cast,
        people={"filter": cast.enter(Role.THIRD, id=filtered_by)} if filtered_by is not None else {},
        parts=parts,
        public=True,
    )


def is_compliance(document: Json) -> bool:
    """Say whether a document is one event of a compliance stream."""
    return has_any(get(document, "data"), *POST_EVENTS, *USER_EVENTS)


def read_compliance(tray: Tray, document: Json, place: str, own_ids: frozenset[str]) -> None:
    """Read one event of a compliance stream."""
    word = next(word for word in (*POST_EVENTS, *USER_EVENTS) if has_any(document["data"], word))
    body = document["data"][word]
    about_person = word in USER_EVENTS
    # An edited post is known here by the id of its first version.
    named = body if has_any(body, "initial_tweet_id") else get(body, "user" if about_person else "tweet")
    item_id = required_id(named, "initial_tweet_id", "id")
    author = item_id if about_person else get(body, "tweet", "author_id")
    notice = Notice(
        item_id=item_id,
        event=USER_EVENTS[word] if about_person else POST_EVENTS[word],
        dedup=(word, item_id, text(body, "event_at")),
        author=author,
        about_person=about_person,
    )
    terms = Terms(
        signal=word,
        at=moment(get(body, "event_at")),
        about_person=about_person,
        up_to_item=id_at(body, "up_to_tweet_id"),
        replacement_id=id_at(get(body, "tweet"), "id") if word == "tweet_edit" else None,
        cascade=word in {"delete", "user_delete"},
    )
    kind = PROFILE_KINDS.get(text(body, "profile_field") or "")
    shape = Shape({**_NOTICE.keys, "new_value": Field(kind)}) if kind else _NOTICE
    part = Part(f"{place}/data/{word}", body, shape, main=True)
    tray.order(notice_draft(notice, (part,), own_ids), terms, place=place)


def is_batch_line(document: Json) -> bool:
    """Say whether a document is a line of a batch compliance result."""
    return has_any(document, "id") and has_any(document, "action", "error") and not has_any(document, "text", "type")


def read_batch_line(tray: Tray, document: Json, place: str, own_ids: frozenset[str]) -> None:
    """Read one line of a batch compliance result; an id without a line has nothing against it."""
    if has_any(document, "error"):
        raise UnreadableItem(RejectReason.PLATFORM_ERROR)
    item_id, action = required_id(document, "id"), text(document, "action")
    if action not in BATCH_EVENTS:
        raise UnreadableItem(RejectReason.UNSUPPORTED)
    at = moment(get(document, "redacted_at")) or moment(get(document, "deleted_at"))
    notice = Notice(
        item_id=item_id, event=BATCH_EVENTS[action], dedup=(action, item_id, at.isoformat() if at else None)
    )
    part = Part(place, document, _BATCH, main=True)
    terms = Terms(signal=action, at=at, cascade=action == "delete")
    tray.order(notice_draft(notice, (part,), own_ids), terms, place=place)


def read_deleted(tray: Tray, node: Json, place: str, own_ids: frozenset[str]) -> None:
    """Read one of the `tweet_delete_events` of the Account Activity API."""
    item_id = required_id(get(node, "status"), "id")
    notice = Notice(
        item_id=item_id,
        event=Event.DELETE,
        dedup=("delete", item_id, id_at(node, "timestamp_ms")),
        author=get(node, "status", "user_id"),
    )
    part = Part(place, node, _DELETED, main=True)
    terms = Terms(signal="delete", at=moment(get(node, "timestamp_ms")), cascade=True)
    tray.order(notice_draft(notice, (part,), own_ids), terms, place=place)


def read_revoked(tray: Tray, node: Json, place: str, own_ids: frozenset[str]) -> None:
    """Read a `user_event.revoke`: a person took back the access of the app."""
    person = required_id(get(node, "revoke", "source"), "user_id")
    shape = Shape({"revoke": Shape({"date_time": TIME, "source": Shape({"user_id": Field("id", of="author")})})})
    notice = Notice(
        item_id=person,
        event=Event.ACCESS_REVOKED,
        dedup=("revoke", person, text(node, "revoke", "date_time")),
        author=person,
        about_person=True,
    )
    terms = Terms(signal="revoke", at=moment(get(node, "revoke", "date_time")), about_person=True)
    tray.order(notice_draft(notice, (Part(place, node, shape, main=True),), own_ids), terms, place=place)


def read_post_deleted(tray: Tray, data: Json, own_ids: frozenset[str]) -> None:
    """Read `post.delete` of the X Activity API, whose notice repeats the profile."""
    item_id = required_id(get(data, "payload"), "id")
    author = get(data, "payload", "author_id")
    notice = Notice(
        item_id=item_id,
        event=Event.DELETE,
        dedup=(id_at(data, "event_uuid") or item_id, "delete"),
        author=author,
    )
    parts = (
        Part("/data/payload", get(data, "payload"), _DELETED, main=True),
        Part("/data/filter", get(data, "filter"), _DELETED, of="filter"),
        *Includes.read(get(data, "includes"), "/data/includes").parts({}, identifier(author)),
    )
    draft = notice_draft(notice, parts, own_ids, filtered_by=get(data, "filter", "user_id"))
    tray.order(draft, Terms(signal="delete", cascade=True), place="/data")


def read_profile_update(tray: Tray, data: Json, own_ids: frozenset[str]) -> None:
    """Read `profile.update.*` of the X Activity API: the value before and the value after."""
    person = required_id(get(data, "filter"), "user_id")
    changed = (text(data, "event_type") or "").removeprefix("profile.update.")
    value = Field(PROFILE_KINDS[changed]) if changed in PROFILE_KINDS else None
    notice = Notice(
        item_id=person,
        event=Event.IDENTIFIER_CHANGE if changed in HANDLE_FIELDS else Event.PROFILE_UPDATE,
        dedup=(id_at(data, "event_uuid") or person, changed),
        author=person,
        about_person=True,
    )
    shape = Shape({"before": value, "after": value} if value else {})
    parts = (
        Part("/data/payload", get(data, "payload"), shape),
        Part("/data/filter", get(data, "filter"), _DELETED, of="filter"),
        *Includes.read(get(data, "includes"), "/data/includes").parts({}, person),
    )
    draft = notice_draft(notice, parts, own_ids, filtered_by=person)
    tray.order(draft, Terms(signal="user_profile_modification", about_person=True), place="/data")
