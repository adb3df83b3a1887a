"""What stands where in Mastodon's entities: accounts, statuses, notifications, conversations, admin accounts."""

from pii.model import Role
from pii.shapes import COUNT, FLAG, LANGUAGE, POSITION, TIME, Field, PersonKeys, Shape, words

PLATFORM = "mastodon"
REFERENCE = Field("reference")
_PROFILE = Field("profile")
_AVATAR = Field("avatar_url")

ACCOUNT_KEYS = PersonKeys(Role.THIRD, id=("id",), handle=("acct", "username"), name=("display_name",))
ACCOUNT = Shape(
    {
        "id": Field("id"),
        "username": Field("handle"),
        "acct": Field("handle"),
        "display_name": Field("name"),
        "note": Field("bio"),
        "url": Field("profile_url"),
        "uri": Field("profile_url"),
        "avatar": _AVATAR,
        "avatar_static": _AVATAR,
        "avatar_description": Field("avatar_alt"),
        "header": _AVATAR,
        "header_static": _AVATAR,
        "header_description": Field("avatar_alt"),
        "fields": Shape(
            {"name": Field("profile_field"), "value": Field("profile_field"), "verified_at": Field("profile")}
        ),
        "created_at": _PROFILE,
        "last_status_at": _PROFILE,
        "followers_count": _PROFILE,
        "following_count": _PROFILE,
        "statuses_count": _PROFILE,
    },
    person=ACCOUNT_KEYS,
)
MENTION = Shape(
    {"id": Field("id"), "username": Field("handle"), "acct": Field("handle"), "url": Field("profile_url")},
    person=PersonKeys(Role.MENTION, id=("id",), handle=("acct", "username")),
)
_MEDIA = Shape(
    {
        "id": REFERENCE,
        "type": words("image", "gifv", "video", "audio", "unknown", fact=True),
        "url": Field("media_url"),
        "preview_url": Field("media_url"),
        "remote_url": Field("media_url"),
        "preview_remote_url": Field("media_url"),
        "text_url": Field("media_url"),
        "description": Field("alt_text"),
        "blurhash": Field("media_hash"),
        "meta": Shape({size: Shape({}, other=POSITION) for size in ("original", "small")}),
    }
)
_POLL = Shape(
    {
        "id": REFERENCE,
        "expires_at": TIME,
        "expired": FLAG,
        "multiple": FLAG,
        "votes_count": COUNT,
        "voters_count": COUNT,
        "options": Shape({"title": Field("poll_option"), "votes_count": COUNT}),
    }
)
_APPROVAL = words("public", "followers", "following", "unsupported_policy", "automatic", "manual", "denied", "unknown")
STATUS = Shape(
    {
        "id": Field("item_id"),
        "created_at": TIME,
        "edited_at": TIME,
        "in_reply_to_id": REFERENCE,
        "in_reply_to_account_id": Field("id", of="reply"),
        "sensitive": FLAG,
        "spoiler_text": Field("spoiler_text"),
        "visibility": words("public", "unlisted", "private", "direct", fact=True),
        "language": LANGUAGE,
        "uri": Field("permalink"),
        "url": Field("permalink"),
        "replies_count": COUNT,
        "reblogs_count": COUNT,
        "favourites_count": COUNT,
        "quotes_count": COUNT,
        "application": Shape({"name": Field("client"), "website": Field("client")}),
        "account": ACCOUNT,
        "media_attachments": _MEDIA,
        "mentions": MENTION,
        "tags": Shape({"name": Field("hashtag"), "url": Field("hashtag")}),
        "poll": _POLL,
        "quote": Shape({"state": words("accepted", "pending", "rejected", "revoked", "deleted", "unauthorized")}),
        "quote_approval": Shape({"automatic": _APPROVAL, "manual": _APPROVAL, "current_user": _APPROVAL}),
    }
)
NOTIFICATION = Shape(
    {
        "id": REFERENCE,
        "group_key": REFERENCE,
        "type": words("mention", "status", "update", "quote", "quoted_update", fact=True),
        "created_at": TIME,
        "account": ACCOUNT,
    }
)
CONVERSATION = Shape({"id": REFERENCE, "unread": FLAG, "accounts": ACCOUNT})
ADMIN_ACCOUNT = Shape(
    {
        "id": Field("id"),
        "username": Field("handle"),
        "domain": Field("domain"),
        "email": Field("email"),
        "ip": Field("ip"),
        "ips": Shape({"ip": Field("ip"), "used_at": Field("profile")}),
        "locale": LANGUAGE,
        "created_at": _PROFILE,
        "account": ACCOUNT,
        "confirmed": FLAG,
        "approved": FLAG,
        "suspended": FLAG,
        "silenced": FLAG,
        "disabled": FLAG,
    }
)
