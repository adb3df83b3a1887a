"""Facebook's page webhooks: feed, ratings, mentions and leads under `changes`, Messenger under `messaging`."""

from dataclasses import dataclass

from pii.cast import Cast
from pii.composition import Draft, Part, TextPlace, text_place
from pii.errors import UnreadableItem
from pii.model import Event, Json, RejectReason, Role
from pii.nodes import entries, get, has_any, id_at, required_id, text
from pii.platforms.facebook_shapes import AUTHOR_KEYS, CHANGE, MESSAGING, PLATFORM
from pii.times import moment
from pii.tray import Terms, Tray

EVENT_OF_VERB = {
    "add": Event.CREATE,
    "edit": Event.UPDATE,
    "edited": Event.UPDATE,
    "remove": Event.DELETE,
    "hide": Event.HIDE,
    "unhide": Event.UNHIDE,
}
CONTENT = frozenset({Event.CREATE, Event.UPDATE})
POSTS = frozenset({"post", "status", "photo", "video", "share", "album", "link", "note"})
SILENT_ITEMS = frozenset({"reaction", "like"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a page as the webhook tells it: its field, its value, and where the value stands."""

    field: str
    value: Json
    place: str
    pointer: str
    own_ids: frozenset[str]


def read_webhook(tray: Tray, document: Json, own_ids: frozenset[str]) -> None:
    """Read a delivery of object `page`: any number of entries, each with any number of changes or messages."""
    for number, entry in entries(document, "entry"):
        # An entry is about a page that the receiver runs: the page is the brand.
        page = id_at(entry, "id")
        own = own_ids | {page} if page else own_ids
        for index, node in entries(entry, "changes"):
            with tray.at(place := f"/entry/{number}/changes/{index}"):
                _read_change(tray, Change(text(node, "field") or "", get(node, "value"), place, f"{place}/value", own))
        for list_name in ("messaging", "standby"):
            for index, node in entries(entry, list_name):
                with tray.at(place := f"/entry/{number}/{list_name}/{index}"):
                    tray.add(message_draft(node, place, own))
        if not has_any(entry, "changes", "messaging", "standby"):
            tray.reject(f"/entry/{number}", RejectReason.WRONG_TYPE)


def _read_change(tray: Tray, change: Change) -> None:
    if not isinstance(change.value, dict):
        raise UnreadableItem(RejectReason.WRONG_TYPE)
    if change.field == "leadgen":
        tray.add(
            _change_draft(change, item_id=required_id(change.value, "leadgen_id"), kind="lead", event=Event.CREATE)
        )
        return
    if change.field not in {"feed", "ratings", "mention"}:
        raise UnreadableItem(RejectReason.UNSUPPORTED)
    item, verb = text(change.value, "item") or "", text(change.value, "verb") or ""
    if item in SILENT_ITEMS:
        raise UnreadableItem(RejectReason.NO_CONTENT)
    if verb not in EVENT_OF_VERB:
        raise UnreadableItem(RejectReason.UNSUPPORTED)
    event = EVENT_OF_VERB[verb]
    draft = _change_draft(change, item_id=_item_id(change, item), kind=_kind(change, item, event), event=event)
    if event in CONTENT:
        tray.add(draft)
    else:
        terms = Terms(
            signal=verb, at=moment(get(change.value, "created_time")), cascade=event is Event.DELETE and item in POSTS
        )
        tray.order(draft, terms, place=change.place)


def _item_id(change: Change, item: str) -> str:
    if item == "comment":
        return required_id(change.value, "comment_id")
    if change.field == "ratings":
        return required_id(change.value, "open_graph_story_id")
    return required_id(change.value, "post_id", "comment_id", "photo_id", "video_id")


def _kind(change: Change, item: str, event: Event) -> str:
    if change.field == "mention":
        return "mention"
    if change.field == "ratings" and item != "comment":
        return "review"
    if item == "comment":
        # What is removed or hidden is called as the platform calls it.
        answers = id_at(change.value, "parent_id") not in {None, id_at(change.value, "post_id")}
        return "reply" if answers and event in CONTENT else "comment"
    author = id_at(get(change.value, "from"), "id") or id_at(change.value, "sender_id")
    return "visitor_post" if author is not None and author not in change.own_ids else "post"


def _change_draft(change: Change, *, item_id: str, kind: str, event: Event) -> Draft:
    value = change.value
    cast = Cast(PLATFORM, change.own_ids)
    author = cast.enter_from(get(value, "from"), AUTHOR_KEYS)
    for form in ("sender", "reviewer"):
        stated = cast.enter(Role.AUTHOR, id=get(value, f"{form}_id"), name=get(value, f"{form}_name"))
        author = author or stated
    cast.set_author(author)
    people = {word: cast.enter(Role.THIRD, id=get(value, f"{word}_id")) for word in ("recipient", "page")}
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind=kind,
        event=event,
        dedup=(change.field, item_id, get(value, "verb"), id_at(value, "created_time")),
        cast=cast,
        people=people,
        parts=(Part(change.pointer, value, CHANGE, main=True),),
        public=kind != "lead",
        text=_text(change, "review_text" if kind == "review" else "message", event),
        created_at=moment(get(value, "created_time")),
        parent_id=id_at(value, "parent_id"),
        thread_id=id_at(value, "post_id"),
    )


def _text(change: Change, key: str, event: Event) -> TextPlace | None:
    # An order to remove or hide stands whatever came with it.
    if event not in CONTENT and text(change.value, key) is None:
        return None
    return text_place(change.value, change.pointer, key)


def message_draft(node: Json, pointer: str, own_ids: frozenset[str]) -> Draft:
    """Return the draft of a message, or of its new version; raise UnreadableItem if the event is neither."""
    word = next((word for word in ("message", "message_edit") if isinstance(get(node, word), dict)), None)
    if word is None:
        # Read marks, deliveries, reactions, clicks on buttons.
        raise UnreadableItem(RejectReason.NO_CONTENT if isinstance(node, dict) else RejectReason.WRONG_TYPE)
    message = node[word]
    item_id = required_id(message, "mid")
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter(Role.AUTHOR, id=get(node, "sender", "id")))
    edited = word == "message_edit"
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind="dm",
        event=Event.UPDATE if edited else Event.CREATE,
        dedup=(item_id, id_at(message, "num_edit")),
        cast=cast,
        people={"recipient": cast.enter(Role.THIRD, id=get(node, "recipient", "id"))},
        parts=(Part(pointer, node, MESSAGING, main=True),),
        public=False,
        text=text_place(message, f"{pointer}/{word}", "text"),
        created_at=moment(get(node, "timestamp")),
        parent_id=id_at(get(message, "reply_to"), "mid"),
    )
