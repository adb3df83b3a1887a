"""Comments as the Graph API answers them (`/{post-id}/comments`), with the answers below them."""

from dataclasses import replace

from pii.cast import Cast
from pii.composition import Draft, Part, text_place
from pii.model import Event, Json
from pii.nodes import entries, get, has_any, id_at, required_id, text, without
from pii.platforms.facebook_shapes import AUTHOR_KEYS, COMMENT, PLATFORM
from pii.times import moment
from pii.tray import Terms, Tray


def read_comments(tray: Tray, page: Json, pointer: str, own_ids: frozenset[str], post_id: str | None) -> None:
    """Read a page of comments; its `paging` holds the access token and is not looked at."""
    for index, node in entries(page, "data"):
        place = f"{pointer}/data/{index}"
        with tray.at(place):
            draft = _comment(node, place, own_ids, post_id, is_reply=bool(pointer) or has_any(node, "parent"))
            tray.add(draft)
            if get(node, "is_hidden") is True:
                # The comment itself is taken in above; that it is hidden must stop its release.
                hidden = replace(draft, event=Event.HIDE, dedup=("comments", draft.item_id, "hide"))
                tray.order_without_notice(hidden, Terms(signal="hide"))
        if has_any(get(node, "comments"), "data"):
            read_comments(tray, node["comments"], f"{place}/comments", own_ids, id_at(node, "id"))


def _comment(node: Json, pointer: str, own_ids: frozenset[str], above: str | None, *, is_reply: bool) -> Draft:
    item_id = required_id(node, "id")
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter_from(get(node, "from"), AUTHOR_KEYS))
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind="reply" if is_reply else "comment",
        event=Event.CREATE,
        dedup=("comments", item_id, "add", text(node, "created_time")),
        cast=cast,
        parts=(Part(pointer, without(node, "comments"), COMMENT, main=True),),
        public=get(node, "is_private") is not True,
        text=text_place(node, pointer, "message"),
        created_at=moment(get(node, "created_time")),
        parent_id=id_at(get(node, "parent"), "id") or above,
    )
