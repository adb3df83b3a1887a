"""A status of Mastodon as a draft, with what came around it: a notification, a conversation, a version history."""

from pii.cast import Cast
from pii.composition import Draft, Part, TextPlace, text_place
from pii.model import Event, Json, Role, TextFormat
from pii.nodes import get, has_any, id_at, required_id, text, without
from pii.platforms.mastodon_shapes import ACCOUNT_KEYS, PLATFORM, STATUS
from pii.times import moment
from pii.tray import Terms, Tray

PUBLIC = frozenset({"public", "unlisted"})


def is_status(node: Json) -> bool:
    """Say whether an object is a status; the answer to DELETE has `text` in the place of `content`."""
    return has_any(node, "account") and has_any(node, "content", "text") and has_any(node, "visibility", "uri")


def status_draft(
    node: Json,
    pointer: str,
    own_ids: frozenset[str],
    *,
    kind: str | None = None,
    edited: bool = False,
    around: tuple[Part, ...] = (),
) -> Draft:
    """Return the draft of a status without the statuses that it holds.

    `kind` is what brought it here, if that is known; a direct message stays one. `edited` says that it came as
    an edit; `around` are the parts it came in.
    """
    item_id = required_id(node, "id")
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter_from(get(node, "account"), ACCOUNT_KEYS))
    edited_at = moment(get(node, "edited_at"))
    reposts = isinstance(get(node, "reblog"), dict)
    quoted = id_at(get(node, "quote", "quoted_status"), "id") or id_at(get(node, "quote"), "quoted_status_id")
    parent = id_at(node, "in_reply_to_id")
    named = (parent, id_at(get(node, "reblog"), "id"), quoted)
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind=_kind(node, kind, is_reply=parent is not None, reposts=reposts),
        event=Event.UPDATE if edited or edited_at else Event.CREATE,
        dedup=(item_id, edited_at.isoformat() if edited_at else None),
        cast=cast,
        people={"reply": cast.enter(Role.MENTION, id=get(node, "in_reply_to_account_id"))},
        parts=(Part(pointer, bare_status(node), STATUS, main=True), *around),
        public=text(node, "visibility") in PUBLIC,
        text=None if reposts else text_of_status(node, pointer),
        language=get(node, "language"),
        created_at=moment(get(node, "created_at")),
        parent_id=parent,
        references=tuple(sign for sign in named if sign),
    )


def _kind(node: Json, stated: str | None, *, is_reply: bool, reposts: bool) -> str:
    if text(node, "visibility") == "direct":
        return "dm"
    if stated:
        return stated
    if reposts:
        return "repost"
    return "reply" if is_reply else "post"


def bare_status(node: Json) -> Json:
    """Return a status without the statuses of others inside it."""
    bare = without(node, "reblog")
    if isinstance(get(bare, "quote"), dict):
        bare["quote"] = without(bare["quote"], "quoted_status")
    return bare


def text_of_status(node: Json, pointer: str) -> TextPlace | None:
    """Return the text of a status: HTML, or the source where there is no HTML."""
    return text_place(node, pointer, "content", TextFormat.HTML) or text_place(node, pointer, "text")


def read_nested(tray: Tray, node: Json, pointer: str, own_ids: frozenset[str]) -> None:
    """Read the statuses of others that stand inside one: what it boosts and what it quotes."""
    for steps in (("reblog",), ("quote", "quoted_status")):
        inner = get(node, *steps)
        place = f"{pointer}/{'/'.join(steps)}"
        if is_status(inner):
            with tray.at(place):
                tray.add(status_draft(inner, place, own_ids, kind="referenced_post"))


def read_status(tray: Tray, node: Json, pointer: str, own_ids: frozenset[str], *, edited: bool = False) -> None:
    """Read a status of a timeline, a stream or an admin webhook; without `content` it is one that was deleted."""
    draft = status_draft(node, pointer, own_ids, edited=edited)
    if get(node, "content") is None and get(node, "text") is not None:
        read_deleted(tray, draft.item_id, pointer, own_ids, part=Part(pointer, bare_status(node), STATUS, main=True))
        return
    tray.add(draft)
    read_nested(tray, node, pointer, own_ids)


def read_deleted(tray: Tray, item_id: str, place: str, own_ids: frozenset[str], *, part: Part) -> None:
    """Read that a status was deleted; mostly its bare id is all that comes."""
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter_from(get(part.node, "account"), ACCOUNT_KEYS))
    draft = Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind="post",
        event=Event.DELETE,
        dedup=(item_id, "delete"),
        cast=cast,
        parts=(part,),
        public=True,
    )
    tray.order(draft, Terms(signal="delete", cascade=True), place=place)


def version_draft(node: Json, index: int, status_id: str, own_ids: frozenset[str]) -> Draft:
    """Return the draft of one version in a history, oldest first; the status is known to who asked for it."""
    pointer, number = f"/{index}", index + 1
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter_from(get(node, "account"), ACCOUNT_KEYS))
    return Draft(
        platform=PLATFORM,
        item_id=f"{status_id}#v{number}",
        kind="edit_history",
        event=Event.CREATE if number == 1 else Event.UPDATE,
        dedup=(status_id, number, text(node, "created_at")),
        cast=cast,
        parts=(Part(pointer, bare_status(node), STATUS, main=True),),
        # A history says nothing of visibility; only what is public is asked for.
        public=True,
        text=text_of_status(node, pointer),
        created_at=moment(get(node, "created_at")),
        parent_id=status_id,
    )
