"""Posts and messages of X as drafts: API v2 with its `includes`, and the classic objects of v1.1."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pii.cast import Cast
from pii.composition import Draft, Part, TextPlace
from pii.errors import UnreadableItem
from pii.model import CopyFormat, Event, Json, RejectReason, Role, TextCopy, TextFormat
from pii.nodes import entries, get, has_any, id_at, required_id, text, without
from pii.payload import escape, identifier
from pii.platforms.x_shapes import CLASSIC_MESSAGE, CLASSIC_POST, MEDIA, PLACE, POLL, POST, USER
from pii.shapes import Shape
from pii.times import moment

PLATFORM = "x"
NESTED_POSTS = ("retweeted_status", "quoted_status")


@dataclass(slots=True)
class Includes:
    """What came with posts of API v2: users, places, media and polls, by their ids."""

    users: dict[str, tuple[str, Json]] = field(default_factory=dict)
    places: dict[str, tuple[str, Json]] = field(default_factory=dict)
    media: dict[str, tuple[str, Json]] = field(default_factory=dict)
    polls: dict[str, tuple[str, Json]] = field(default_factory=dict)

    @classmethod
    def read(cls, node: Json, pointer: str) -> "Includes":
        """Return the index of an `includes` object at `pointer`; users may be wrapped in `data`."""
        read = cls()
        for index, wrapped in entries(node, "users"):
            inner = isinstance(get(wrapped, "data"), dict)
            place = (f"{pointer}/users/{index}" + "/data" * inner, get(wrapped, "data") if inner else wrapped)
            for sign in (identifier(get(place[1], "id")), text(place[1], "username")):
                if sign:
                    read.users.setdefault(sign, place)
        read._index(node, pointer, "places", "id", read.places)
        read._index(node, pointer, "media", "media_key", read.media)
        read._index(node, pointer, "polls", "id", read.polls)
        return read

    @staticmethod
    def _index(node: Json, pointer: str, name: str, key: str, into: dict[str, tuple[str, Json]]) -> None:
        for index, element in entries(node, name):
            if sign := identifier(get(element, key)):
                into.setdefault(sign, (f"{pointer}/{name}/{index}", element))

    def parts(self, post: Json, author: str | None) -> Iterator[Part]:
        """Yield what belongs to `post`: its people first, then its place, media and polls."""
        seen = set()
        for sign in (author, *_named(post)):
            if sign in self.users and self.users[sign][0] not in seen:
                seen.add(self.users[sign][0])
                yield Part(*self.users[sign], USER, of="author" if sign == author else None)
        yield from self._below((get(post, "geo", "place_id"),), self.places, PLACE)
        yield from self._below((key for _, key in entries(post, "attachments", "media_keys")), self.media, MEDIA)
        yield from self._below((key for _, key in entries(post, "attachments", "poll_ids")), self.polls, POLL)

    @staticmethod
    def _below(keys: Iterable[Json], of: dict[str, tuple[str, Json]], shape: Shape) -> Iterator[Part]:
        for sign in dict.fromkeys(identifier(key) for key in keys):
            if sign in of:
                yield Part(*of[sign], shape)


def _named(post: Json) -> Iterator[str | None]:
    yield identifier(get(post, "in_reply_to_user_id"))
    for _, mention in entries(post, "entities", "mentions"):
        yield identifier(get(mention, "id"))
        yield text(mention, "username")


def is_post(node: Json) -> bool:
    """Say whether an object is a post or message of API v2."""
    own_keys = ("edit_history_tweet_ids", "author_id", "conversation_id", "referenced_tweets", "sender_id")
    return has_any(node, "id") and has_any(node, "text") and has_any(node, *own_keys)


def is_classic_post(node: Json) -> bool:
    """Say whether an object is a post of v1.1."""
    return has_any(node, "id", "id_str") and has_any(node, "text", "full_text") and has_any(node, "user")


def post_draft(
    node: Json,
    pointer: str,
    includes: Includes,
    own_ids: frozenset[str],
    *,
    kind: str | None = None,
    event_id: str | None = None,
) -> Draft:
    """Return the draft of a post of API v2; `event_id` is that of the delivery, if it has one."""
    item_id = required_id(node, "id")
    author = id_at(node, "author_id", "sender_id")
    cast, people = _cast(own_ids, author, reply=get(node, "in_reply_to_user_id"))
    place, copies = _long_text(node, pointer)
    versions = [sign for _, key in entries(node, "edit_history_tweet_ids") if (sign := identifier(key))]
    earlier = tuple(versions[:-1]) if versions[-1:] == [item_id] else ()
    referenced = _referenced(node)
    profile = includes.users.get(author) if author else None
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind=kind or _kind(referenced),
        event=Event.UPDATE if earlier else Event.CREATE,
        dedup=(event_id,) if event_id else (item_id,),
        cast=cast,
        people=people,
        parts=(
            Part(pointer, node, POST, main=True),
            *includes.parts(node, author),
        ),
        public=kind != "dm" and not (profile and get(profile[1], "protected") is True),
        text=place,
        copies=copies,
        language=get(node, "lang"),
        created_at=moment(get(node, "created_at")),
        parent_id=referenced.get("replied_to"),
        thread_id=identifier(get(node, "conversation_id")),
        references=tuple(dict.fromkeys(referenced.values())),
        replaces=earlier,
    )


def _cast(own_ids: frozenset[str], author: Json, **others: Json) -> tuple[Cast, dict[str, str | None]]:
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter(Role.AUTHOR, id=author))
    return cast, {word: cast.enter(Role.MENTION, id=sign) for word, sign in others.items()}


def _referenced(node: Json) -> dict[str, str]:
    found = (element for _, element in entries(node, "referenced_tweets"))
    named = ((text(element, "type"), identifier(get(element, "id"))) for element in found)
    return {word: sign for word, sign in named if word and sign}


def _kind(referenced: dict[str, str]) -> str:
    if "replied_to" in referenced:
        return "reply"
    return "repost" if "retweeted" in referenced else "post"


def _long_text(node: Json, pointer: str) -> tuple[TextPlace | None, tuple[TextCopy, ...]]:
    """Return the whole text; that of a long post stands apart, and `text` is its beginning."""
    for steps in (("note_tweet", "text"), ("extended_tweet", "full_text"), ("full_text",), ("text",)):
        found = text(node, *steps)
        if found is not None:
            place = TextPlace(f"{pointer}/{'/'.join(steps)}", found, TextFormat.ESCAPED)
            short = steps != ("text",) and text(node, "text") is not None
            return place, (TextCopy(f"{pointer}/text", CopyFormat.CUT),) if short else ()
    if get(node, "text") is not None:
        raise UnreadableItem(RejectReason.WRONG_TYPE)
    return None, ()


def classic_draft(node: Json, pointer: str, own_ids: frozenset[str], *, kind: str | None = None) -> Draft:
    """Return the draft of a post of v1.1, without the posts that it holds."""
    item_id = required_id(node, "id_str", "id")
    user = get(node, "user")
    cast, _ = _cast(own_ids, id_at(user, "id_str", "id"))
    reply = cast.enter(
        Role.MENTION,
        id=id_at(node, "in_reply_to_user_id_str", "in_reply_to_user_id"),
        handle=get(node, "in_reply_to_screen_name"),
    )
    place, copies = _long_text(node, pointer)
    parent = id_at(node, "in_reply_to_status_id_str", "in_reply_to_status_id")
    nested = [id_at(get(node, key), "id_str", "id") for key in NESTED_POSTS]
    quoted = id_at(node, "quoted_status_id_str", "quoted_status_id")
    reposts = isinstance(get(node, NESTED_POSTS[0]), dict)
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind=kind or ("reply" if parent else "repost" if reposts else "post"),
        event=Event.CREATE,
        dedup=(item_id,),
        cast=cast,
        people={"reply": reply},
        parts=(Part(pointer, without(node, *NESTED_POSTS), CLASSIC_POST, main=True),),
        public=get(user, "protected") is not True,
        text=place,
        copies=copies,
        language=get(node, "lang"),
        created_at=moment(get(node, "created_at")),
        parent_id=parent,
        references=tuple(dict.fromkeys(sign for sign in (parent, *nested, quoted) if sign)),
    )


def message_draft(node: Json, pointer: str, users: Json, own_ids: frozenset[str]) -> Draft:
    """Return the draft of a direct message of the Account Activity API; `users` is its map of users by id."""
    item_id = required_id(node, "id")
    sender = identifier(get(node, "message_create", "sender_id"))
    recipient = identifier(get(node, "message_create", "target", "recipient_id"))
    cast, people = _cast(own_ids, sender, recipient=recipient)
    below = f"{pointer}/message_create/message_data"
    place, _ = _long_text(get(node, "message_create", "message_data"), below)
    named = [sign for sign in (sender, recipient) if sign and get(users, sign) is not None]
    profiles = (
        Part(f"/users/{escape(sign)}", users[sign], USER, of="author" if sign == sender else "recipient", map_key=sign)
        for sign in dict.fromkeys(named)
    )
    return Draft(
        platform=PLATFORM,
        item_id=item_id,
        kind="dm",
        event=Event.CREATE,
        dedup=(item_id,),
        cast=cast,
        people=people,
        parts=(Part(pointer, node, CLASSIC_MESSAGE, main=True), *profiles),
        public=False,
        text=place,
        created_at=moment(get(node, "created_timestamp")),
    )
