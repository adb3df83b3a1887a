"""X: answers of API v2 and v1.1, the X Activity and Account Activity APIs, compliance streams and batch results."""

from collections.abc import Callable

from pii.errors import BadPayload, UnreadableItem
from pii.model import Json, Reading, RejectReason
from pii.nodes import entries, get, has_any, text
from pii.payload import Line, identifier, read_documents
from pii.platforms.x_orders import (
    is_batch_line,
    is_compliance,
    read_batch_line,
    read_compliance,
    read_deleted,
    read_post_deleted,
    read_profile_update,
    read_revoked,
)
from pii.platforms.x_posts import (
    NESTED_POSTS,
    Includes,
    classic_draft,
    is_classic_post,
    is_post,
    message_draft,
    post_draft,
)
from pii.tray import Tray

# Deliveries of the Account Activity API that tell of no content: who likes, follows, blocks, types or has read.
SILENT_EVENTS = (
    "favorite_events",
    "follow_events",
    "unfollow_events",
    "block_events",
    "unblock_events",
    "mute_events",
    "unmute_events",
    "direct_message_indicate_typing_events",
    "direct_message_mark_read_events",
)
ACCOUNT_EVENTS = ("tweet_create_events", "tweet_delete_events", "direct_message_events", "user_event", *SILENT_EVENTS)


def read(body: bytes, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
    """Read one body of X; raise BadPayload if it is none.

    `requested_id` plays no part: X names everything it sends.
    """
    document = read_documents(body)
    tray = Tray()
    if isinstance(document, tuple):
        _read_lines(tray, document, own_ids)
    elif is_compliance(document) or is_batch_line(document):
        _read_lines(tray, (Line(0, document),), own_ids)
    elif isinstance(document, list) and any(is_classic_post(node) for node in document):
        _read_classic_posts(tray, document, "", own_ids)
    else:
        _reader_of(document)(tray, document, own_ids)
    return tray.reading()


def _reader_of(document: Json) -> Callable[[Tray, Json, frozenset[str]], None]:
    data = get(document, "data")
    if has_any(document, *ACCOUNT_EVENTS) and has_any(document, "for_user_id", "user_event"):
        return _read_account_activity
    if has_any(data, "event_type") and has_any(data, "payload"):
        return _read_activity
    if is_post(data):
        return _read_one_post
    if isinstance(data, list) and any(is_post(node) for node in data):
        return _read_page
    # No hits: X leaves `data` out instead of sending an empty list.
    if not data and (get(document, "meta", "result_count") == 0 or _has_problems(document)):
        return _read_page
    raise BadPayload("not a payload of X")


def _has_problems(document: Json) -> bool:
    return any(has_any(problem, "resource_type", "title") for _, problem in entries(document, "errors"))


def _read_lines(tray: Tray, lines: tuple[Line, ...], own_ids: frozenset[str]) -> None:
    if not any(is_compliance(line.document) or is_batch_line(line.document) for line in lines):
        raise BadPayload("not a payload of X")
    for line in lines:
        place = f"line:{line.number}"
        with tray.at(place):
            if line.problem:
                raise UnreadableItem(RejectReason.NOT_JSON)
            if is_compliance(line.document):
                read_compliance(tray, line.document, place, own_ids)
            elif is_batch_line(line.document):
                read_batch_line(tray, line.document, place, own_ids)
            else:
                raise UnreadableItem(RejectReason.UNSUPPORTED)


def _read_page(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    includes = Includes.read(get(document, "includes"), "/includes")
    for index, node in entries(document, "data"):
        with tray.at(f"/data/{index}"):
            tray.add(post_draft(node, f"/data/{index}", includes, own_ids, kind=_message_kind(node)))
    _read_referenced(tray, document, includes, own_ids)


def _read_one_post(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    includes = Includes.read(get(document, "includes"), "/includes")
    with tray.at("/data"):
        tray.add(post_draft(document["data"], "/data", includes, own_ids, kind=_message_kind(document["data"])))
    _read_referenced(tray, document, includes, own_ids)


def _read_referenced(tray: Tray, document: Json, includes: Includes, own_ids: frozenset[str], top: str = "") -> None:
    """Read the posts of other people that came along, and list what X could not find."""
    for index, node in entries(document, "includes", "tweets"):
        place = f"{top}/includes/tweets/{index}"
        with tray.at(place):
            tray.add(post_draft(node, place, includes, own_ids, kind="referenced_post"))
    for index, _ in entries(document, "errors"):
        tray.reject(f"{top}/errors/{index}", RejectReason.PLATFORM_ERROR)


def _message_kind(node: Json) -> str | None:
    return "dm" if has_any(node, "dm_conversation_id", "sender_id") else None


def _read_activity(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    """Read one event of the X Activity API."""
    data = document["data"]
    word = text(data, "event_type") or ""
    with tray.at("/data"):
        if word == "post.delete":
            read_post_deleted(tray, data, own_ids)
        elif word.startswith("profile.update."):
            read_profile_update(tray, data, own_ids)
        elif word.startswith("chat."):
            raise UnreadableItem(RejectReason.ENCRYPTED)
        elif word.startswith(("post.", "dm.")):
            _read_activity_post(tray, data, word, own_ids)
        else:
            raise UnreadableItem(RejectReason.UNSUPPORTED)


def _read_activity_post(tray: Tray, data: Json, word: str, own_ids: frozenset[str]) -> None:
    if not has_any(data["payload"], "text"):
        raise UnreadableItem(RejectReason.NO_CONTENT)
    kind = {"post.mention.create": "mention"}.get(word, "dm" if word.startswith("dm.") else None)
    includes = Includes.read(get(data, "includes"), "/data/includes")
    event_id = identifier(get(data, "event_uuid"))
    tray.add(post_draft(data["payload"], "/data/payload", includes, own_ids, kind=kind, event_id=event_id))
    _read_referenced(tray, data, includes, own_ids, top="/data")


def _read_account_activity(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    """Read one delivery of the Account Activity API."""
    if isinstance(get(document, "tweet_create_events"), list):
        _read_classic_posts(tray, document["tweet_create_events"], "/tweet_create_events", own_ids)
    for index, node in entries(document, "tweet_delete_events"):
        with tray.at(place := f"/tweet_delete_events/{index}"):
            read_deleted(tray, node, place, own_ids)
    for index, node in entries(document, "direct_message_events"):
        with tray.at(place := f"/direct_message_events/{index}"):
            tray.add(message_draft(node, place, get(document, "users"), own_ids))
    if has_any(document, "user_event"):
        with tray.at("/user_event"):
            read_revoked(tray, document["user_event"], "/user_event", own_ids)
    for word in SILENT_EVENTS:
        if has_any(document, word):
            tray.reject(f"/{word}", RejectReason.NO_CONTENT)


def _read_classic_posts(tray: Tray, posts: list[Json], pointer: str, own_ids: frozenset[str]) -> None:
    for index, node in enumerate(posts):
        place = f"{pointer}/{index}"
        with tray.at(place):
            tray.add(classic_draft(node, place, own_ids))
        for key in NESTED_POSTS:
            if isinstance(get(node, key), dict):
                with tray.at(f"{place}/{key}"):
                    tray.add(classic_draft(node[key], f"{place}/{key}", own_ids, kind="referenced_post"))
