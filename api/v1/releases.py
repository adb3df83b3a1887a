"""The release feed: what a recipient may have, and what is taken back from it."""

from typing import Any

from flask.views import MethodView
from marshmallow import fields

from api.context import current_caller, services
from api.errors import NoRecipient
from api.fields import Instant, PageSchema, StrictSchema
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from pii.feed import FeedEntry

blueprint = Blueprint("releases", __name__, url_prefix="/v1/releases", description="The feed of a recipient.")


class EntrySchema(StrictSchema):
    """One entry: a post with its content (`released`), or that one is taken back (`revoked`, with a cause).

    `id` is the post as this recipient knows it, `cursor` leads on behind this entry.
    """

    kind = fields.String(required=True)
    id = fields.String(required=True)
    at = Instant(required=True)
    purpose = fields.String(required=True, allow_none=True)
    obligations = fields.List(fields.String(), required=True)
    cause = fields.String(required=True, allow_none=True)
    content = fields.Dict(required=True, allow_none=True)
    cursor = fields.String(required=True)


class FeedSchema(StrictSchema):
    """A page of the feed; `next_cursor` is null where there is nothing more for now."""

    items = fields.List(fields.Nested(EntrySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("")
class Releases(MethodView):
    """The feed of the recipient that the key belongs to."""

    @requires(Scope.RELEASES_READ)
    @blueprint.arguments(PageSchema, location="query")
    @blueprint.response(200, FeedSchema)
    def get(self, page: dict[str, Any]) -> dict[str, Any]:
        """Return entries behind a cursor, in the order in which they were made.

        Permission is asked for once more for every post on the page: a denied one is taken back at once. Each
        revocation is one entry; the entry of the post that it takes back is not shown any more.
        """
        recipient = current_caller().recipient
        if recipient is None:
            raise NoRecipient("the key belongs to no recipient of released data")
        found = services().releases.feed(recipient, cursor=page["cursor"], limit=page["limit"])
        return {"items": [_entry(entry) for entry in found.entries], "next_cursor": found.next_cursor}


def _entry(entry: FeedEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "id": entry.id,
        "at": entry.at,
        "purpose": entry.purpose,
        "obligations": entry.obligations,
        "cause": entry.cause,
        "content": entry.content,
        "cursor": str(entry.position),
    }
