"""Mastodon: notifications, conversations, timelines, version histories, the event stream and admin webhooks."""

from pii.cast import Cast
from pii.composition import Draft, Part, text_place
from pii.errors import BadPayload, UnreadableItem
from pii.model import Event, Json, Reading, RejectReason
from pii.nodes import get, has_any, required_id, text, without
from pii.payload import StreamEvent, identifier, read_event_stream, read_json
from pii.platforms.mastodon_shapes import ACCOUNT_KEYS, ADMIN_ACCOUNT, CONVERSATION, NOTIFICATION, PLATFORM
from pii.platforms.mastodon_statuses import (
    is_status,
    read_deleted,
    read_nested,
    read_status,
    status_draft,
    version_draft,
)
from pii.shapes import Field
from pii.text import decode
from pii.times import moment
from pii.tray import Terms, Tray

# Notifications that bring somebody's words; the others tell of a like, a boost, a follower or a poll.
KIND_OF_NOTIFICATION = {"mention": "mention", "status": None, "update": None, "quote": None, "quoted_update": None}
STREAM_MARKS = ("event:", "data:", ":")


def read(body: bytes, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
    """Read one body of Mastodon; raise BadPayload if it is none.

    `requested_id` is the status whose history was asked for: a history does not name it.
    """
    content = decode(body)
    tray = Tray()
    if content.lstrip("\r\n").startswith(STREAM_MARKS):
        _read_stream(tray, content, own_ids)
        return tray.reading()
    document = read_json(content)
    if isinstance(document, list):
        _read_list(tray, document, own_ids, requested_id)
    elif isinstance(get(document, "event"), str) and has_any(document, "object"):
        _read_admin(tray, document, own_ids)
    elif is_status(document):
        with tray.at("/"):
            read_status(tray, document, "", own_ids)
    elif _is_notification(document) or _is_conversation(document):
        _read_list_element(tray, document, "", own_ids)
    else:
        raise BadPayload("not a payload of Mastodon")
    return tray.reading()


def _is_notification(node: Json) -> bool:
    return has_any(node, "type") and has_any(node, "account") and has_any(node, "group_key", "status")


def _is_conversation(node: Json) -> bool:
    return has_any(node, "accounts") and has_any(node, "last_status")


def _is_version(node: Json) -> bool:
    return has_any(node, "content") and has_any(node, "account") and not has_any(node, "id", "visibility")


def _read_list(tray: Tray, document: list[Json], own_ids: frozenset[str], requested_id: str | None) -> None:
    if document and not any(_is_element(node) for node in document):
        raise BadPayload("not a payload of Mastodon")
    if any(_is_version(node) for node in document):
        _read_versions(tray, document, own_ids, requested_id)
        return
    for index, node in enumerate(document):
        _read_list_element(tray, node, f"/{index}", own_ids)


def _is_element(node: Json) -> bool:
    return _is_notification(node) or _is_conversation(node) or is_status(node) or _is_version(node)


def _read_versions(tray: Tray, document: list[Json], own_ids: frozenset[str], requested_id: str | None) -> None:
    status_id = identifier(requested_id)
    for index, node in enumerate(document):
        with tray.at(f"/{index}"):
            if status_id is None:
                raise UnreadableItem(RejectReason.NO_ID)
            tray.add(version_draft(node, index, status_id, own_ids))


def _read_list_element(tray: Tray, node: Json, pointer: str, own_ids: frozenset[str]) -> None:
    with tray.at(pointer or "/"):
        if _is_conversation(node):
            _read_conversation(tray, node, pointer, own_ids)
        elif _is_notification(node):
            _read_notification(tray, node, pointer, own_ids)
        elif is_status(node):
            read_status(tray, node, pointer, own_ids)
        else:
            raise UnreadableItem(RejectReason.UNSUPPORTED if isinstance(node, dict) else RejectReason.WRONG_TYPE)


def _read_notification(tray: Tray, node: Json, pointer: str, own_ids: frozenset[str]) -> None:
    word, status = text(node, "type") or "", get(node, "status")
    if word not in KIND_OF_NOTIFICATION or status is None:
        raise UnreadableItem(RejectReason.NO_CONTENT)
    around = Part(pointer, without(node, "status"), NOTIFICATION, main=True)
    place = f"{pointer}/status"
    kind, edited = KIND_OF_NOTIFICATION[word], word in {"update", "quoted_update"}
    tray.add(status_draft(status, place, own_ids, kind=kind, edited=edited, around=(around,)))
    read_nested(tray, status, place, own_ids)


def _read_conversation(tray: Tray, node: Json, pointer: str, own_ids: frozenset[str]) -> None:
    status = get(node, "last_status")
    if status is None:
        raise UnreadableItem(RejectReason.NO_CONTENT)
    around = Part(pointer, without(node, "last_status"), CONVERSATION)
    place = f"{pointer}/last_status"
    tray.add(status_draft(status, place, own_ids, around=(around,)))
    read_nested(tray, status, place, own_ids)


# ------------------------------------------------------------------------------------------------ the stream


def _read_stream(tray: Tray, content: str, own_ids: frozenset[str]) -> None:
    for event in read_event_stream(content):
        with tray.at(f"event:{event.number}"):
            _read_event(tray, event, own_ids)


def _read_event(tray: Tray, event: StreamEvent, own_ids: frozenset[str]) -> None:
    place = f"event:{event.number}"
    if event.name == "delete":
        # The data is the bare id, not JSON.
        item_id = identifier(event.data.strip())
        if item_id is None:
            raise UnreadableItem(RejectReason.NO_ID)
        read_deleted(tray, item_id, place, own_ids, part=Part(place, item_id, Field("item_id")))
    elif event.name in {"update", "status.update"}:
        read_status(tray, _json_of(event), place, own_ids, edited=event.name == "status.update")
    elif event.name in {"notification", "conversation"}:
        _read_list_element(tray, _json_of(event), place, own_ids)
    else:
        raise UnreadableItem(RejectReason.NO_CONTENT)


def _json_of(event: StreamEvent) -> Json:
    try:
        return read_json(event.data)
    except BadPayload:
        raise UnreadableItem(RejectReason.NOT_JSON) from None


# ------------------------------------------------------------------------------------------ admin webhooks


def _read_admin(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    word = text(document, "event") or ""
    with tray.at("/object"):
        if word.startswith("account."):
            _read_account(tray, document, own_ids)
        elif word in {"status.created", "status.updated"}:
            read_status(tray, document["object"], "/object", own_ids, edited=word == "status.updated")
        else:
            raise UnreadableItem(RejectReason.UNSUPPORTED)


def _read_account(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    node = document["object"]
    account_id = required_id(node, "id")
    cast = Cast(PLATFORM, own_ids)
    account = cast.enter_from(get(node, "account"), ACCOUNT_KEYS)
    cast.set_author(cast.enter(ACCOUNT_KEYS.role, id=account_id, email=get(node, "email")) or account)
    at = moment(get(document, "created_at"))
    draft = Draft(
        platform=PLATFORM,
        item_id=account_id,
        kind="account",
        event=Event.PROFILE_UPDATE,
        dedup=(text(document, "event"), account_id, text(document, "created_at")),
        cast=cast,
        parts=(Part("/object", node, ADMIN_ACCOUNT, main=True),),
        public=False,
        text=text_place(node, "/object", "invite_request") if text(node, "invite_request") is not None else None,
        language_around=get(node, "locale"),
        created_at=at,
    )
    terms = Terms(signal=text(document, "event") or "", at=at, about_person=True)
    tray.order(draft, terms, place="/object")
