"""Facebook: page webhooks (feed, ratings, mentions, leads), Messenger, Graph comments, the data deletion callback."""

from pii.cast import Cast
from pii.composition import Draft, Part
from pii.errors import BadPayload
from pii.model import Event, Json, Reading, Role
from pii.nodes import get, has_any, id_at
from pii.payload import from_base64url, is_form, read_json, signed_request
from pii.platforms.facebook_graph import read_comments
from pii.platforms.facebook_shapes import PLATFORM
from pii.platforms.facebook_webhooks import read_webhook
from pii.shapes import TIME, Field, Shape, words
from pii.text import decode
from pii.times import moment
from pii.tray import Terms, Tray

_REQUEST = Shape(
    {
        "user_id": Field("id", of="author"),
        "algorithm": words("HMAC-SHA256"),
        "issued_at": TIME,
        "expires": TIME,
    }
)


def read(body: bytes, own_ids: frozenset[str], requested_id: str | None = None) -> Reading:
    """Read one body of Facebook; raise BadPayload if it is none.

    `requested_id` is the post whose comments were asked for; a comment without a `parent` then hangs below it.
    """
    tray = Tray()
    if is_form(body):
        _read_deletion_callback(tray, body, own_ids)
        return tray.reading()
    document = read_json(decode(body))
    if get(document, "object") == "page" and isinstance(get(document, "entry"), list):
        read_webhook(tray, document, own_ids)
    elif isinstance(get(document, "data"), list) and _is_comment_list(document):
        read_comments(tray, document, "", own_ids, requested_id)
    else:
        raise BadPayload("not a payload of Facebook")
    return tray.reading()


def _is_comment_list(document: Json) -> bool:
    nodes = document["data"]
    if not nodes:
        return has_any(document, "paging", "summary")
    return any(has_any(node, "id") and has_any(node, "message", "created_time") for node in nodes)


def _read_deletion_callback(tray: Tray, body: bytes, own_ids: frozenset[str]) -> None:
    _, payload = signed_request(body)
    request = read_json(decode(from_base64url(payload)))
    person = id_at(request, "user_id")
    if person is None:
        raise BadPayload("names nobody", pointer="form:signed_request/user_id")
    cast = Cast(PLATFORM, own_ids)
    cast.set_author(cast.enter(Role.AUTHOR, id=person))
    draft = Draft(
        platform=PLATFORM,
        item_id=person,
        kind="account",
        event=Event.ERASE_PERSON,
        dedup=("deletion_callback", person, id_at(request, "issued_at")),
        cast=cast,
        parts=(Part("form:signed_request", request, _REQUEST, main=True),),
        public=True,
    )
    terms = Terms(signal="deletion_callback", at=moment(get(request, "issued_at")), about_person=True)
    tray.order(draft, terms, place="form:signed_request")
